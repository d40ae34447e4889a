//! The headers that belong to the host: the table that every host's tests read.

use component_runtime::http::is_forbidden_header;
use http::HeaderName;
use serde::Deserialize;

#[derive(Deserialize)]
struct Table {
    forbidden: Vec<String>,
    allowed: Vec<String>,
    invalid: Vec<String>,
}

#[test]
fn each_name_of_the_table_is_forbidden_allowed_or_no_name_at_all() {
    let table: Table = serde_json::from_str(include_str!("../../../tests/vectors/headers.json")).unwrap();
    let name = |text: &String| text.parse::<HeaderName>().unwrap_or_else(|error| panic!("{text:?}: {error}"));
    for text in &table.forbidden {
        assert!(is_forbidden_header(&name(text)), "{text:?}");
    }
    for text in &table.allowed {
        assert!(!is_forbidden_header(&name(text)), "{text:?}");
    }
    for text in &table.invalid {
        assert!(text.parse::<HeaderName>().is_err(), "{text:?}");
    }
}
