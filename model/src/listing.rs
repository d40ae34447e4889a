//! The answer to a listing.
#![expect(missing_docs, reason = "documented in the WIT")]

use serde::Serialize;
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lift};

use crate::status::{ConfigMode, Status};
use crate::text::quoted;

/// The answer to a listing.
///
/// ```
/// use model::listing::Listing;
///
/// let listing = Listing { pipelines: vec![], total: 3, matched: 0, truncated: false, request_id: None, attempts: 1 };
/// let json = serde_json::to_value(&listing)?;
/// assert_eq!((&json["total"], &json["matched"]), (&3.into(), &0.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Listing {
    pub pipelines: Vec<Pipeline>,
    pub total: u32,
    pub matched: u32,
    pub truncated: bool,
    #[cfg_attr(feature = "wasmtime", component(name = "request-id"))]
    pub request_id: Option<String>,
    pub attempts: u32,
}

/// A release task. Every field but `id` is `None` where the service sends null or nothing. The default has an empty id
/// and nothing else.
///
/// ```
/// use model::listing::{Listing, Pipeline};
/// use model::status::Status;
///
/// let pipeline = Pipeline {
///     id: "4105b37a".to_owned(),
///     name: Some("shop".to_owned()),
///     status: Some(Status::Failed),
///     create_time: Some(1_739_865_312_582),
///     ..Pipeline::default()
/// };
/// let json = serde_json::to_value(&pipeline)?;
/// assert_eq!((&json["status"], &json["create_time"]), (&"failed".into(), &1_739_865_312_582_u64.into()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Pipeline {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "create-time"))]
    pub create_time: Option<u64>,
    #[cfg_attr(feature = "wasmtime", component(name = "update-time"))]
    pub update_time: Option<u64>,
    pub version: Option<i64>,
    #[cfg_attr(feature = "wasmtime", component(name = "config-mode"))]
    pub config_mode: Option<ConfigMode>,
    pub creator: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "model-version"))]
    pub model_version: Option<i64>,
    pub status: Option<Status>,
    #[cfg_attr(feature = "wasmtime", component(name = "last-trigger-at"))]
    pub last_trigger_at: Option<u64>,
    #[cfg_attr(feature = "wasmtime", component(name = "enterprise-project-id"))]
    pub enterprise_project_id: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "enterprise-project"))]
    pub enterprise_project: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "extend-info"))]
    pub extend_info: Option<String>,
}

/// The most ids that an error lists.
const MOST_IDS: usize = 20;

/// Returns the ids of release tasks for an error: the first 20, and how many more there are.
///
/// ```
/// use model::listing::{Pipeline, ids};
///
/// let tasks = ["a", "b"].map(|id| Pipeline { id: id.to_owned(), ..Pipeline::default() });
/// assert_eq!(ids(&tasks), r#""a", "b""#);
/// ```
#[must_use]
pub fn ids<'a>(tasks: impl IntoIterator<Item = &'a Pipeline>) -> String {
    let mut tasks = tasks.into_iter();
    let ids: Vec<String> = tasks.by_ref().take(MOST_IDS).map(|task| quoted(&task.id)).collect();
    match tasks.count() {
        0 => ids.join(", "),
        more => format!("{} and {more} more", ids.join(", ")),
    }
}
