//! The requests that a component may make, and their destinations. Pure: values in, a verdict out.
//!
//! A request passes if two sides agree. The component *declares* methods and paths for each role. The user *grants*
//! origins to roles. Neither side widens the other: a request that is declared but not granted is denied, and so is one
//! that is granted but not declared. Addresses come after that. An address outside the public internet must be granted
//! as an address, whatever name leads to it.
//!
//! # Layout
//! - [`declaration`]: the requests of a component; `section` finds it in the component's bytes
//! - [`grant`]: the permissions of the user, and the policy file
//! - [`origin`]: the destination of a request, in normal form, by the model's grammar
//! - [`address`]: the kinds of addresses; [`range`]: several addresses
//! - [`denial`]: the reason of a denial, and its remedy

pub mod address;
pub mod declaration;
pub mod denial;
pub mod grant;
pub mod origin;
pub mod range;
#[cfg(feature = "compile")]
mod section;

use std::fmt;
use std::net::IpAddr;

use http::{Method, Uri};
use serde::{Deserialize, Serialize};

pub use address::Class;
pub use declaration::{Declaration, Need};
pub use denial::{Denial, Reason};
pub use grant::{Entry, Grant};
pub use model::request::Role;
pub use origin::{Host, Origin, OriginError};
pub use range::Range;

/// A text of a declaration or a policy that is not what it must be. The message says what it is instead.
///
/// ```
/// use component_runtime::Grant;
/// use component_runtime::policy::ParseError;
///
/// let malformed: ParseError = Grant::default().allow_address("10.0.0.1/8").unwrap_err();
/// assert!(malformed.to_string().contains("bits behind the prefix"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError(pub(crate) String);

/// Checks that a request is declared and granted, and returns its role.
///
/// It also checks an address that stands in the URL itself. [`admit`] checks the addresses of a name, once they are
/// known.
///
/// # Errors
/// The request is not declared or not granted. The denial says why, and what is missing.
pub fn check(method: &Method, uri: &Uri, declaration: &Declaration, grant: &Grant) -> Result<Role, Denial> {
    let deny = |reason, missing| Denial::new(denial::request(method, uri), reason, missing);
    let origin = origin::of(uri).map_err(|error| deny(Reason::Origin(error), Vec::new()))?;
    let target = uri.path_and_query().map_or("/", |target| target.as_str());
    let needs = declaration.needs().iter();
    let declared = || needs.clone().filter(|need| need.covers(method.as_str(), target)).map(|need| &need.role);
    let Some(first) = declared().next() else {
        let reason = if declaration.needs().is_empty() { Reason::NothingDeclared } else { Reason::NotDeclared };
        return Err(deny(reason, Vec::new()));
    };

    let granted = declared().find(|role| grant.has(role, &origin));
    let refused = match origin.host() {
        Host::Address(address) => grant.admits(&origin, *address).err().map(|class| (*address, class)),
        Host::Name(_) => None,
    };
    let address = refused.map(|(address, _)| Entry::Address(Range::of(address)));
    match (granted, refused) {
        (Some(role), None) => Ok(role.clone()),
        (Some(_), Some(refused)) => Err(deny(Reason::Addresses(vec![refused]), address.into_iter().collect())),
        (None, _) => {
            let entry = Entry::Origin { role: first.clone(), origin };
            let reason = Reason::NotGranted(first.clone());
            Err(deny(reason, std::iter::once(entry).chain(address).collect()))
        }
    }
}

/// Those of an origin's addresses that may be connected to. A connection must use these very addresses, or a name could
/// lead elsewhere a moment later.
///
/// # Errors
/// There are addresses, and none of them may.
pub fn admit(origin: &Origin, addresses: &[IpAddr], grant: &Grant) -> Result<Vec<IpAddr>, Denial> {
    let (mut admitted, mut refused) = (Vec::new(), Vec::new());
    for address in addresses.iter().map(IpAddr::to_canonical) {
        match grant.admits(origin, address) {
            Ok(()) => admitted.push(address),
            Err(class) => refused.push((address, class)),
        }
    }
    if !admitted.is_empty() || refused.is_empty() {
        return Ok(admitted);
    }
    // A name of loopback leads to loopback or nowhere. No range changes that.
    let (reason, missing) = if origin.is_loopback() {
        (Reason::NotLoopback(refused), Vec::new())
    } else {
        let missing = refused.iter().map(|(address, _)| Entry::Address(Range::of(*address))).collect();
        (Reason::Addresses(refused), missing)
    };
    Err(Denial::new(denial::connection(origin), reason, missing))
}

impl From<model::request::ParseError> for ParseError {
    fn from(malformed: model::request::ParseError) -> Self {
        Self(malformed.to_string())
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ParseError {}

/// The one version of declarations and policy files that there is. Any other is refused: what it says is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Version;

impl TryFrom<u32> for Version {
    type Error = ParseError;

    fn try_from(version: u32) -> Result<Self, ParseError> {
        match version {
            1 => Ok(Self),
            _ => Err(ParseError(format!("its version is {version}, and this host reads version 1: update the host"))),
        }
    }
}

impl From<Version> for u32 {
    fn from(_: Version) -> Self {
        1
    }
}
