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
    let pairs = sorted(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let encoded = |(name, value): &(String, String)| {
        format!("{}={}", percent_encode(name.as_bytes()), percent_encode(value.as_bytes()))
    };
    pairs.iter().map(encoded).collect::<Vec<_>>().join("&")
}

/// The headers to sign: names in lower case, values without white space around them, sorted by name. A name with an
/// underscore is never signed, since gateways drop such headers; nor is `Authorization`, which holds the signature.
#[must_use]
pub fn headers(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let headers = headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.trim_ascii().to_owned()));
    sorted(headers.filter(|(name, _)| !name.contains('_') && name != "authorization"))
}

/// Sorts pairs of one type, queries and headers alike: the standard library's sort is 4 KB of a component for each type.
fn sorted(pairs: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.collect();
    pairs.sort_unstable();
    pairs
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
