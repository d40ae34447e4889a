//! The canonical form of a request's parts: what both sides hash, however the request was written.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str};

/// All but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The same without what separates the segments of a path.
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// The path, decoded and encoded again segment by segment, with a slash at its end. The slash is part of the
/// signature only: the request is sent without it.
#[must_use]
pub fn path(path: &str) -> String {
    let mut canonical = percent_encoding::percent_encode(&percent_decode(path), RESERVED_IN_PATH).to_string();
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

/// The query, sorted by decoded name and then by value. It is also the form in which a query is sent.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.to_vec();
    sorted.sort_unstable();
    let encoded = |(name, value): &(&str, &str)| {
        format!("{}={}", percent_encode(name.as_bytes()), percent_encode(value.as_bytes()))
    };
    sorted.iter().map(encoded).collect::<Vec<_>>().join("&")
}

/// The headers to sign: names in lower case, values without white space around them, sorted by name. A name with an
/// underscore is never signed, since gateways drop such headers; nor is `Authorization`, which holds the signature.
#[must_use]
pub fn headers(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut signed: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim_ascii().to_owned()))
        .filter(|(name, _)| !name.contains('_') && name != "authorization")
        .collect();
    signed.sort_unstable();
    signed
}

/// Encodes all but the unreserved characters of RFC 3986, a space as `%20`.
#[must_use]
pub fn percent_encode(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, RESERVED).to_string()
}

/// Decodes `%XX`; what only looks like an escape stays as it is.
#[must_use]
pub fn percent_decode(text: &str) -> Vec<u8> {
    percent_decode_str(text).collect()
}
