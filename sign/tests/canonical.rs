//! The canonical form is one form, however a request was written.

use huaweicloud_sign::canonical::{headers, path, percent_decode, percent_encode, query};
use huaweicloud_sign::{Request, sign};
use proptest::prelude::*;

fn borrowed(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    prop::collection::vec((".{0,4}", ".{0,6}"), 0..6)
}

proptest! {
    #[test]
    fn every_byte_comes_back_from_its_encoding(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let encoded = percent_encode(&bytes);
        prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)), "{encoded}");
        prop_assert_eq!(percent_decode(&encoded), bytes);
    }

    #[test]
    fn a_path_is_the_same_plain_and_encoded(text in "[/a-zA-Z0-9 .~_é%&?-]{0,40}") {
        let once = path(&text);
        prop_assert!(once.ends_with('/') && once.is_ascii(), "{once}");
        prop_assert_eq!(path(&once), once.clone());
        let mut decoded = percent_decode(&text);
        if !decoded.ends_with(b"/") {
            decoded.push(b'/');
        }
        prop_assert_eq!(percent_decode(&once), decoded);
    }

    #[test]
    fn a_query_is_the_same_in_any_order(pairs in pairs(), turn in 0_usize..6) {
        let mut turned = pairs.clone();
        turned.reverse();
        turned.rotate_left(turn.min(pairs.len()));
        prop_assert_eq!(query(&borrowed(&pairs)), query(&borrowed(&turned)));
        prop_assert_eq!(query(&borrowed(&pairs)).split('&').filter(|pair| !pair.is_empty()).count(), pairs.len());
    }

    #[test]
    fn headers_are_the_same_in_any_order_and_case(names in prop::collection::vec("[A-Za-z-]{1,8}", 0..6), value in "[ -~]{0,12}") {
        let as_written: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), value.as_str())).collect();
        let upper: Vec<String> = names.iter().rev().map(|name| name.to_ascii_uppercase()).collect();
        let padded = format!(" {value}  ");
        let otherwise: Vec<(&str, &str)> = upper.iter().map(|name| (name.as_str(), padded.as_str())).collect();
        prop_assert_eq!(headers(&as_written), headers(&otherwise));
    }

    #[test]
    fn a_signature_tells_requests_apart(query in pairs(), other in pairs(), body in prop::collection::vec(any::<u8>(), 0..20)) {
        let signature = |query: &[(String, String)], body: &[u8]| {
            let query = borrowed(query);
            let request = Request { method: "GET", path: "/v3/x", query: &query, headers: &[("host", "a.example")], body };
            sign(&request, "AK", "SK", "20250101T083000Z").signature
        };
        let sorted = |pairs: &[(String, String)]| {
            let mut pairs = pairs.to_vec();
            pairs.sort();
            pairs
        };
        prop_assert_eq!(signature(&query, &body) == signature(&other, &body), sorted(&query) == sorted(&other));
        prop_assert_ne!(signature(&query, &body), signature(&query, &[&body[..], b"x"].concat()));
    }
}
