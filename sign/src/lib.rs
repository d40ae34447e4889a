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
//! - [`hash`]: SHA-256 and HMAC
//! - [`header`]: what can travel in a header
//! - [`secrets`]: keeps secrets out of what is told

pub mod canonical;
pub mod date;
pub mod hash;
pub mod header;
pub mod secrets;

pub use secrets::Secrets;

use hash::{hmac, sha256};

/// The algorithm's name, as it stands in the `Authorization` header.
pub const ALGORITHM: &str = "SDK-HMAC-SHA256";

/// What a request to be signed looks like.
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
    let mut signed_headers = String::new();
    let (path, query) = (canonical::path(request.path), canonical::query(request.query));
    let mut canonical_request = concat(&[request.method, "\n", &path, "\n", &query, "\n"]);
    for (name, value) in &headers {
        let separator = if signed_headers.is_empty() { "" } else { ";" };
        signed_headers.push_str(separator);
        signed_headers.push_str(name);
        canonical_request.push_str(&concat(&[name, ":", value, "\n"]));
    }
    let hash = hex(&sha256([request.body, b""]));
    canonical_request.push_str(&concat(&["\n", &signed_headers, "\n", &hash]));
    let hash = hex(&sha256([canonical_request.as_bytes(), b""]));
    let string_to_sign = concat(&[ALGORITHM, "\n", date, "\n", &hash]);
    let signature = hex(&hmac(secret_access_key.as_bytes(), string_to_sign.as_bytes()));
    let access =
        [ALGORITHM, " Access=", access_key_id, ", SignedHeaders=", &signed_headers, ", Signature=", &signature];
    let authorization = concat(&access);
    Signed { canonical_request, string_to_sign, signed_headers, signature, authorization }
}

/// One after the other. The library's own way has a size and a panic for each kind of parts.
fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    parts.iter().for_each(|part| text.push_str(part));
    text
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        for value in [byte >> 4, byte & 15] {
            text.push(char::from(value + if value < 10 { b'0' } else { b'a' - 10 }));
        }
    }
    text
}
