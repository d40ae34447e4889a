//! The hashes are those of the crates that compute them for everybody.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hmac::{Hmac, KeyInit, Mac};
use huaweicloud_sign::hash::{hmac, sha256};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..300)
}

proptest! {
    #[test]
    fn a_hash_is_that_of_sha2(first in bytes(), second in bytes()) {
        let expected: [u8; 32] = Sha256::digest([&first[..], &second[..]].concat()).into();
        prop_assert_eq!(sha256([&first, &second]), expected);
    }

    #[test]
    fn a_code_is_that_of_hmac(key in bytes(), text in bytes()) {
        let mut expected = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        expected.update(&text);
        prop_assert_eq!(hmac(&key, &text), <[u8; 32]>::from(expected.finalize().into_bytes()));
    }
}
