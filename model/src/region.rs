//! The regions of the cloud, and the origins of their APIs.

use std::fmt;

use crate::origin::Origin;
use crate::text::refusal;

/// A text that is not a region. The message shows it with escapes.
///
/// ```
/// let error = model::region::check("cn-north-4\n").unwrap_err();
/// assert_eq!(error.to_string(), r#""cn-north-4\n" is not a region; remove the white space at its ends"#);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionError(String);

/// Checks that a text is a region, which can be part of a host. A region has at most 63 characters: a lower-case
/// letter, then lower-case letters, digits and hyphens.
///
/// # Errors
/// The text is not a region.
pub fn check(text: &str) -> Result<(), RegionError> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let well_formed = text.len() <= 63
        && text.bytes().all(inner)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-');
    if well_formed { Ok(()) } else { Err(RegionError(text.to_owned())) }
}

/// Returns the origin of an API of a region. Regions of the European sovereign cloud have a domain of their own.
///
/// # Errors
/// The text is not a region.
///
/// ```
/// let origin = model::region::origin("iam", "eu-west-101")?;
/// assert_eq!(origin.to_string(), "https://iam.eu-west-101.myhuaweicloud.eu");
/// # Ok::<(), model::region::RegionError>(())
/// ```
pub fn origin(service: &str, region: &str) -> Result<Origin, RegionError> {
    check(region)?;
    let cloud = if region.starts_with("eu-west-1") { "eu" } else { "com" };
    let host = format!("{service}.{region}.myhuaweicloud.{cloud}");
    Origin::from_parts("https", &host).map_err(|_| RegionError(region.to_owned()))
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&refusal(&self.0, "a region", "write one such as cn-north-4"))
    }
}

impl std::error::Error for RegionError {}
