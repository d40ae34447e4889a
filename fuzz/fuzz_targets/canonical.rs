//! Any request: no panic, and the canonical form of a canonical path is itself.
#![no_main]

use huaweicloud_sign::{Request, canonical, date, sign};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (String, Vec<(String, String)>, Vec<(String, String)>, Vec<u8>)| {
    let (path, query, headers, body) = &input;
    let once = canonical::path(path);
    assert!(once.ends_with('/') && once.is_ascii(), "{once}");
    let pairs = |pairs: &'_ [(String, String)]| pairs.iter().map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>();
    let (query, headers) = (pairs(query), pairs(headers));
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut backwards = query.clone();
    backwards.reverse();
    assert_eq!(canonical::query(&query), canonical::query(&backwards));
    let request = Request { method: "GET", path, query: &query, headers: &headers, body };
    let signed = sign(&request, "AK", "SK", "20250101T083000Z");
    assert_eq!(signed.signature.len(), 64);
    if let Some(seconds) = date::parse(path) {
        assert_eq!(&date::format(seconds), path);
    }
});
