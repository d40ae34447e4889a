//! A part is found where the library finds it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use servicestage_component::find::{find, split};

proptest! {
    #[test]
    fn a_part_is_found_where_the_library_finds_it(text in "[aé发]{0,12}", part in "[aé发]{0,3}") {
        prop_assert_eq!(find(&text, &part), text.find(&part));
        prop_assert_eq!(split(&text, &part), text.split_once(&part));
    }
}
