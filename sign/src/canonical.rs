//! The canonical form of a request's parts: what both sides hash, however the request was written.

/// The path, decoded and encoded again segment by segment, with a slash at its end. The slash is part of the
/// signature only: the request is sent without it.
#[must_use]
pub fn path(path: &str) -> String {
    let mut canonical = encode(&percent_decode(path), true);
    if !canonical.ends_with('/') {
        canonical.push('/');
    }
    canonical
}

/// The query, sorted by decoded name and then by value. It is also the form in which a query is sent.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut sorted = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<Vec<_>>();
    sort(&mut sorted);
    let mut query = String::new();
    for (name, value) in sorted {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&percent_encode(name.as_bytes()));
        query.push('=');
        query.push_str(&percent_encode(value.as_bytes()));
    }
    query
}

/// The headers to sign: names in lower case, values without white space around them, sorted by name. A name with an
/// underscore is never signed, since gateways drop such headers; nor is `Authorization`, which holds the signature.
#[must_use]
pub fn headers(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut signed = Vec::new();
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if name.bytes().all(|byte| byte != b'_') && name != "authorization" {
            signed.push((name, value.trim_ascii().to_owned()));
        }
    }
    sort(&mut signed);
    signed
}

/// Sorts by name and then by value, neighbour by neighbour: a request has a handful of pairs, and the library's sort would
/// take 3 KB of the component.
fn sort(pairs: &mut [(String, String)]) {
    let mut sorted = false;
    while !sorted {
        sorted = true;
        let mut rest = &mut *pairs;
        while let [one, others @ ..] = rest {
            if let Some(next) = others.first_mut().filter(|next| **next < *one) {
                std::mem::swap(one, next);
                sorted = false;
            }
            rest = others;
        }
    }
}

/// Encodes all but the unreserved characters of RFC 3986, a space as `%20`.
#[must_use]
pub fn percent_encode(bytes: &[u8]) -> String {
    encode(bytes, false)
}

/// Encodes what is no part of a path, or of a segment of one.
fn encode(bytes: &[u8], path: bool) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') || (path && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for value in [byte >> 4, byte & 15] {
                encoded.push(char::from(value + if value < 10 { b'0' } else { b'A' - 10 }));
            }
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
            [high, low, after @ ..] if byte == b'%' => match hexadecimal(&[*high, *low]) {
                Some(value) => {
                    decoded.push(value as u8);
                    rest = after;
                }
                None => {
                    decoded.push(byte);
                    rest = tail;
                }
            },
            _ => {
                decoded.push(byte);
                rest = tail;
            }
        }
    }
    decoded
}

/// What up to eight hexadecimal digits, and nothing else, amount to.
pub(crate) fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' | b'A'..=b'F' => (digit | b' ') - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u32::from(value))
    })
}
