//! Where a request goes. The grammar is that of the crate `model`, which the guest and every host share.

use http::Uri;

pub use model::origin::{Host, Origin, OriginError};

/// Returns the origin that a URL leads to.
///
/// # Errors
/// The URL has no scheme or no host, or its origin is not valid.
pub fn of(uri: &Uri) -> Result<Origin, OriginError> {
    let scheme = uri.scheme_str().ok_or(OriginError::NoScheme)?;
    Origin::from_parts(scheme, uri.authority().ok_or(OriginError::NoHost)?.as_str())
}
