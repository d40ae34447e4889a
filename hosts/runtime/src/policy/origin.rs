//! Where a request goes. The grammar is the model's, as the guest and every host have it.

use http::Uri;

pub use model::origin::{Host, Origin, OriginError};

/// Returns the origin that a URL leads to.
///
/// # Errors
/// It leads nowhere, or not to one place for every reader.
pub fn of(uri: &Uri) -> Result<Origin, OriginError> {
    let scheme = uri.scheme_str().ok_or(OriginError::NoScheme)?;
    Origin::from_parts(scheme, uri.authority().ok_or(OriginError::NoHost)?.as_str())
}
