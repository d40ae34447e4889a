//! Why a request was denied, and what to do about it.
//!
//! A denial shows the request short and in ASCII, because it comes from the component and from servers. It leaves out
//! user information and the query, either of which may hold a secret.

use std::fmt;
use std::net::IpAddr;

use http::{Method, Uri};

use super::origin::OriginError;
use super::{Class, Entry, Grant, Origin, Role};
use crate::printable::excerpt;

/// A request that was not made.
///
/// ```
/// use component_runtime::policy::check;
/// use component_runtime::{Declaration, Grant};
/// use http::{Method, Uri};
///
/// let declaration = Declaration::from_json(
///     r#"{"version": 1, "requests": [{"role": "service", "method": "GET", "path": "/v1/things"}]}"#,
/// ).unwrap();
/// let uri = Uri::from_static("https://api.example.com/v1/things");
/// let denial = check(&Method::GET, &uri, &declaration, &Grant::default()).unwrap_err();
/// assert_eq!(denial.asked(), "GET https://api.example.com/v1/things");
/// // With the policy that it names, the same request passes.
/// let policy = denial.policy(&Grant::default()).unwrap();
/// assert!(check(&Method::GET, &uri, &declaration, &policy).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    asked: String,
    reason: Reason,
    missing: Vec<Entry>,
}

/// Why it was not made.
///
/// ```
/// use component_runtime::policy::{Reason, check};
/// use component_runtime::{Declaration, Grant};
/// use http::{Method, Uri};
///
/// let uri = Uri::from_static("https://api.example.com/v1/things");
/// let denial = check(&Method::GET, &uri, &Declaration::default(), &Grant::default()).unwrap_err();
/// assert_eq!(*denial.reason(), Reason::NothingDeclared);
/// assert!(denial.missing().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The URL leads to no origin that may be asked.
    Origin(OriginError),
    /// The component declares nothing at all.
    NothingDeclared,
    /// The component declares other requests.
    NotDeclared,
    /// The component declares it in this role, for which the origin is not granted.
    NotGranted(Role),
    /// All addresses are of classes that must be granted, and are not.
    Addresses(Vec<(IpAddr, Class)>),
    /// A host that says it is loopback leads elsewhere.
    NotLoopback(Vec<(IpAddr, Class)>),
}

impl Denial {
    pub(crate) fn new(asked: String, reason: Reason, missing: Vec<Entry>) -> Self {
        Self { asked, reason, missing }
    }

    /// Returns the request, as method and URL, or as an origin.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// Why it was denied.
    #[must_use]
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// Returns the entries to add to the grant, so that the same request passes. Empty: no grant allows it.
    #[must_use]
    pub fn missing(&self) -> &[Entry] {
        &self.missing
    }

    /// Returns the policy under which the same request passes: the entries of the policy file in use, and those that
    /// are missing. Its text is a whole policy file. None: no policy allows the request.
    #[must_use]
    pub fn policy(&self, file: &Grant) -> Option<Grant> {
        let mut policy = file.clone();
        policy.extend(self.missing.iter().cloned());
        (!self.missing.is_empty()).then_some(policy)
    }

    /// Returns advice for a request that no policy allows.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.reason {
            Reason::NotLoopback(_) => "No policy allows this: check what the system resolves that name to.",
            Reason::Origin(_) => "No policy allows this: correct the endpoint.",
            _ => "No policy allows this: use a component that declares the request.",
        }
    }
}

/// Writes the request, the reason of the denial, and a policy file that allows the request.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the policy denied {}\n{}\n", self.asked, self.reason)?;
        match self.policy(&Grant::default()) {
            Some(policy) => write!(f, "To allow it, use this policy file:\n{policy}"),
            None => f.write_str(self.advice()),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Origin(error) => write!(f, "its URL is not one to ask: {error}"),
            Self::NothingDeclared => f.write_str("the component declares no request"),
            Self::NotDeclared => {
                f.write_str("the component does not declare this method, path and query; `{}` in a path stands for one segment without escapes")
            }
            Self::NotGranted(role) => {
                write!(f, "the component needs it as {role}, and this origin is not granted as that")
            }
            Self::Addresses(refused) => write!(f, "it leads to {}, which is not granted", listed(refused)),
            Self::NotLoopback(refused) => write!(f, "it says that it is loopback, and leads to {}", listed(refused)),
        }
    }
}

fn listed(addresses: &[(IpAddr, Class)]) -> String {
    addresses.iter().map(|(address, class)| format!("{address} ({class})")).collect::<Vec<_>>().join(", ")
}

/// A request as it may be shown.
pub(crate) fn request(method: &Method, uri: &Uri) -> String {
    excerpt(&format!("{method} {}", target(uri)))
}

/// A URL as it may be shown.
pub(crate) fn target(uri: &Uri) -> String {
    let scheme = uri.scheme_str().map(|scheme| format!("{scheme}://")).unwrap_or_default();
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    excerpt(&format!("{scheme}{}{port}{}", uri.host().unwrap_or_default(), uri.path()))
}

/// A connection as it may be shown.
pub(crate) fn connection(origin: &Origin) -> String {
    excerpt(&format!("a connection to {origin}"))
}
