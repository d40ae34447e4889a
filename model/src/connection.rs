//! The servers to ask, the credentials to use, and the limits of a call.
#![expect(missing_docs, reason = "documented in the WIT")]

use serde::Deserialize;
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lower};

use crate::credentials::Credentials;

/// The servers to ask, the credentials to use, and the limits of a call. The WIT documents each field and its
/// default.
///
/// ```
/// use model::connection::Connection;
///
/// let connection = Connection { region: Some("cn-north-4".to_owned()), ..Connection::default() };
/// let read: Connection = serde_json::from_str(r#"{"region": "cn-north-4", "credentials": "ambient"}"#)?;
/// assert_eq!(read, connection);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lower), component(record))]
#[serde(deny_unknown_fields)]
pub struct Connection {
    pub region: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "project-id"))]
    pub project_id: Option<String>,
    pub endpoint: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "iam-endpoint"))]
    pub iam_endpoint: Option<String>,
    pub credentials: Credentials,
    #[cfg_attr(feature = "wasmtime", component(name = "connect-timeout-ms"))]
    pub connect_timeout_ms: Option<u32>,
    #[cfg_attr(feature = "wasmtime", component(name = "first-byte-timeout-ms"))]
    pub first_byte_timeout_ms: Option<u32>,
    #[cfg_attr(feature = "wasmtime", component(name = "between-bytes-timeout-ms"))]
    pub between_bytes_timeout_ms: Option<u32>,
    #[cfg_attr(feature = "wasmtime", component(name = "call-timeout-ms"))]
    pub call_timeout_ms: Option<u32>,
    #[cfg_attr(feature = "wasmtime", component(name = "max-attempts"))]
    pub max_attempts: Option<u32>,
    #[cfg_attr(feature = "wasmtime", component(name = "max-response-bytes"))]
    pub max_response_bytes: Option<u32>,
}

/// The longest timeout, in seconds.
pub const LONGEST_TIMEOUT: u32 = u32::MAX / 1000;

/// Returns seconds as the milliseconds of a timeout: the nearest whole number, but at least 1 for more than zero. Zero
/// stays zero, which a call refuses. Returns none for what is not a timeout, or is too long.
///
/// ```
/// use model::connection::timeout_ms;
///
/// assert_eq!(timeout_ms(2.5), Some(2500));
/// assert_eq!(timeout_ms(0.0001), Some(1));
/// assert_eq!(timeout_ms(-1.0), None);
/// ```
#[must_use]
pub fn timeout_ms(seconds: f64) -> Option<u32> {
    let rounded = (seconds * 1000.0).round();
    let in_range = seconds >= 0.0 && rounded <= f64::from(u32::MAX);
    let whole = in_range.then_some(rounded as u32)?;
    Some(if seconds > 0.0 { whole.max(1) } else { whole })
}
