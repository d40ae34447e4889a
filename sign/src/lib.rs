//! Signs HTTP requests to Huawei Cloud with SDK-HMAC-SHA256.
//!
//! [`sign`] takes values and returns values: it neither reads a clock nor touches a request. Every stage of the
//! computation is part of its result, so that a signature that differs can be traced to the stage that differs.
//!
//! Source: "API Request Signing Guide" of Huawei Cloud, and its official Python SDK.
//!
//! # Layout
//! - this file: the stages, from the request to the `Authorization` header
//! - [`canonical`]: the text form of a request that both sides hash
//! - [`date`]: `X-Sdk-Date` and its way back
//! - [`header`]: what can travel in a header
//! - [`secrets`]: keeps secrets out of errors and logs

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
#![forbid(unsafe_code)]

pub mod canonical;
pub mod date;
pub mod header;
pub mod secrets;

pub use secrets::Secrets;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// The algorithm's name, as it stands in the `Authorization` header.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// A request to be signed.
///
/// ```
/// use huaweicloud_sign::{Request, sign};
///
/// let request = Request {
///     method: "GET",
///     path: "/v3/projects",
///     query: &[("name", "cn-north-4")],
///     headers: &[("host", "iam.cn-north-4.myhuaweicloud.com"), ("x-sdk-date", "20250218T075512Z")],
///     body: b"",
/// };
/// let signed = sign(&request, "EXAMPLE", "hush", "20250218T075512Z");
/// assert_eq!(signed.signed_headers, "host;x-sdk-date");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path as it is sent, percent-encoded or not.
    pub path: &'a str,
    /// The query as decoded pairs, in any order.
    pub query: &'a [(&'a str, &'a str)],
    /// The headers to sign, `Host` and `X-Sdk-Date` among them. Leave out what a proxy or a runtime may change.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body.
    pub body: &'a [u8],
}

/// Every stage of a signature.
///
/// ```
/// use huaweicloud_sign::{Request, sign};
///
/// let request = Request {
///     method: "GET",
///     path: "/v3/projects",
///     query: &[("name", "cn-north-4")],
///     headers: &[("host", "iam.cn-north-4.myhuaweicloud.com"), ("x-sdk-date", "20250218T075512Z")],
///     body: b"",
/// };
/// let signed = sign(&request, "EXAMPLE", "hush", "20250218T075512Z");
/// assert!(signed.string_to_sign.starts_with("SDK-HMAC-SHA256\n20250218T075512Z\n"));
/// assert!(signed.authorization.ends_with(&format!("Signature={}", signed.signature)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The canonical request. It contains the values of all signed headers, a security token among them.
    pub canonical_request: String,
    /// The text that the secret key signs.
    pub string_to_sign: String,
    /// The names of the signed headers, joined by `;`.
    pub signed_headers: String,
    /// The signature in hexadecimal.
    pub signature: String,
    /// The value of the `Authorization` header.
    pub authorization: String,
}

/// Signs a request. `date` is the value of its `X-Sdk-Date` header.
#[must_use]
pub fn sign(request: &Request<'_>, access_key_id: &str, secret_access_key: &str, date: &str) -> Signed {
    let headers = canonical::headers(request.headers);
    let signed_headers = headers.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let canonical_request = format!(
        "{}\n{}\n{}\n{}\n{signed_headers}\n{}",
        request.method,
        canonical::path(request.path),
        canonical::query(request.query),
        headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect::<String>(),
        hex(&Sha256::digest(request.body)),
    );
    let string_to_sign = format!("{ALGORITHM}\n{date}\n{}", hex(&Sha256::digest(&canonical_request)));
    let signature = hex(&hmac(secret_access_key, &string_to_sign));
    let authorization =
        format!("{ALGORITHM} Access={access_key_id}, SignedHeaders={signed_headers}, Signature={signature}");
    Signed { canonical_request, string_to_sign, signed_headers, signature, authorization }
}

#[expect(clippy::expect_used, reason = "a key of HMAC has any length")]
fn hmac(key: &str, text: &str) -> impl AsRef<[u8]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("a key of HMAC has any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes()
}

fn hex(bytes: &impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
