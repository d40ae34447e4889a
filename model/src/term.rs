//! The terms of a query: which release tasks are listed, in which order, and how many.
#![expect(missing_docs, reason = "documented in the WIT")]

use serde::{Deserialize, Serialize};
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lower};

use crate::status::{ConfigMode, Status};

/// One condition on, or instruction for, a listing. A query is a list of terms that must all hold; the same case
/// twice is an invalid argument.
///
/// ```
/// use model::status::Status;
/// use model::term::Term;
///
/// let query: Vec<Term> = serde_json::from_str(r#"[{"status": ["failed", {"other": 6}]}, {"limit": 10}]"#)?;
/// assert_eq!(query, [Term::Status(vec![Status::Failed, Status::Other(6)]), Term::Limit(10)]);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(variant))]
#[serde(rename_all = "snake_case")]
pub enum Term {
    #[cfg_attr(feature = "wasmtime", component(name = "name"))]
    Name(String),
    #[cfg_attr(feature = "wasmtime", component(name = "name-contains"))]
    NameContains(String),
    #[cfg_attr(feature = "wasmtime", component(name = "status"))]
    Status(Vec<Status>),
    #[cfg_attr(feature = "wasmtime", component(name = "config-mode"))]
    ConfigMode(ConfigMode),
    #[cfg_attr(feature = "wasmtime", component(name = "creator"))]
    Creator(String),
    #[cfg_attr(feature = "wasmtime", component(name = "enterprise-project-id"))]
    EnterpriseProjectId(String),
    #[cfg_attr(feature = "wasmtime", component(name = "created"))]
    Created(TimeRange),
    #[cfg_attr(feature = "wasmtime", component(name = "updated"))]
    Updated(TimeRange),
    #[cfg_attr(feature = "wasmtime", component(name = "last-run"))]
    LastRun(TimeRange),
    #[cfg_attr(feature = "wasmtime", component(name = "order-by"))]
    OrderBy(Order),
    #[cfg_attr(feature = "wasmtime", component(name = "limit"))]
    Limit(u32),
}

/// A span of time; at least one end must be given, and the range must not be empty.
///
/// ```
/// use model::term::{Term, TimeRange};
///
/// let term: Term = serde_json::from_str(r#"{"created": {"from": 1739865312582, "to": null}}"#)?;
/// assert_eq!(term, Term::Created(TimeRange { from: Some(1_739_865_312_582), to: None }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(record))]
#[serde(deny_unknown_fields)]
pub struct TimeRange {
    pub from: Option<u64>,
    pub to: Option<u64>,
}

/// The order of a listing. A release task without a value for the key comes last in either direction; those of
/// equal value follow one another by ascending id.
///
/// ```
/// use model::term::{Direction, Order, OrderKey, Term};
///
/// let term: Term = serde_json::from_str(r#"{"order_by": {"key": "name", "direction": "ascending"}}"#)?;
/// assert_eq!(term, Term::OrderBy(Order { key: OrderKey::Name, direction: Direction::Ascending }));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(record))]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub key: OrderKey,
    pub direction: Direction,
}

/// The value that a listing is ordered by.
///
/// ```
/// use model::term::OrderKey;
///
/// assert_eq!(serde_json::to_string(&OrderKey::LastRun)?, r#""last_run""#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(enum))]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum OrderKey {
    #[cfg_attr(feature = "wasmtime", component(name = "creation"))]
    Creation,
    #[cfg_attr(feature = "wasmtime", component(name = "update"))]
    Update,
    #[cfg_attr(feature = "wasmtime", component(name = "last-run"))]
    LastRun,
    #[cfg_attr(feature = "wasmtime", component(name = "name"))]
    Name,
}

/// The direction of an order.
///
/// ```
/// use model::term::Direction;
///
/// assert_eq!(serde_json::from_str::<Direction>(r#""descending""#)?, Direction::Descending);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(enum))]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[cfg_attr(feature = "wasmtime", component(name = "ascending"))]
    Ascending,
    #[cfg_attr(feature = "wasmtime", component(name = "descending"))]
    Descending,
}

impl OrderKey {
    /// Returns the case of this number, by which components pass it. wit-bindgen looks for a function of this name.
    #[doc(hidden)]
    #[must_use]
    pub fn _lift(case: u8) -> Self {
        match case {
            0 => Self::Creation,
            1 => Self::Update,
            2 => Self::LastRun,
            _ => Self::Name,
        }
    }
}

impl Direction {
    /// Returns the case of this number, by which components pass it. wit-bindgen looks for a function of this name.
    #[doc(hidden)]
    #[must_use]
    pub fn _lift(case: u8) -> Self {
        match case {
            0 => Self::Ascending,
            _ => Self::Descending,
        }
    }
}
