//! The canonical form of a request's parts: what both sides hash, however the request was written.

use std::fmt::Write;

/// The path, decoded and encoded again segment by segment, with a slash at its end. The slash is part of the
/// signature only: the request is sent without it.
#[must_use]
pub fn path(path: &str) -> String {
    let decoded = percent_decode(path);
    let mut canonical = decoded.split(|byte| *byte == b'/').map(percent_encode).collect::<Vec<_>>().join("/");
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

/// The query, sorted by decoded name and then by value. It is also the form in which a query is sent.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let encoded = |text: &str| percent_encode(text.as_bytes());
    let sorted = sorted(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    sorted.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
}

/// The headers to sign: names in lower case, values without white space around them, sorted by name. A name with an
/// underscore is never signed, since gateways drop such headers; nor is `Authorization`, which holds the signature.
#[must_use]
pub fn headers(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    sorted(
        headers
            .iter()
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .filter(|(name, _)| !name.contains('_') && name != "authorization"),
    )
}

/// Sorted by name and then by value, one after the other: a request has a handful of pairs, and the library's sort would
/// take 3 KB of the component.
fn sorted(pairs: impl Iterator<Item = (String, String)>) -> Vec<(String, String)> {
    let mut sorted = Vec::new();
    for pair in pairs {
        sorted.insert(sorted.partition_point(|other| *other <= pair), pair);
    }
    sorted
}

/// Encodes all but the unreserved characters of RFC 3986, a space as `%20`.
#[must_use]
pub fn percent_encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Decodes `%XX`; what only looks like an escape stays as it is.
#[must_use]
pub fn percent_decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        match tail {
            [high, low, after @ ..] if byte == b'%' && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                decoded.push(hex_digit(*high) * 16 + hex_digit(*low));
                rest = after;
            }
            _ => {
                decoded.push(byte);
                rest = tail;
            }
        }
    }
    decoded
}

fn hex_digit(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => digit.to_ascii_lowercase() - b'a' + 10,
    }
}
