//! A body in any chunks is the same listing, or the same error; and what is no JSON is never a listing.
//!
//! An item that lies within one chunk takes the short way if it is plain, and byte by byte none does: so this also shows
//! that both ways agree.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use proptest::prelude::*;
use serde::de::IgnoredAny;
use servicestage_component::error::Failure;
use servicestage_component::query::Query;
use support::{Decoded, comparable, listing};

fn all() -> Query {
    Query::new(vec![]).unwrap()
}

fn in_chunks<'a>(chunks: impl Iterator<Item = &'a [u8]>) -> Result<Decoded, Box<Failure>> {
    support::in_chunks(chunks, &all()).map_err(comparable)
}

fn whole(body: &[u8]) -> Result<Decoded, Box<Failure>> {
    listing(body, &all()).map_err(comparable)
}

#[test]
fn where_a_chunk_ends_changes_nothing() {
    for body in [
        "",
        " null ",
        "nul",
        "[]",
        "[ ] x",
        "{}",
        "{\"count\" : 1 , \"x\": [1,{\"pipelines\":2}], \"pipelines\" :[ {\"id\":\"a\"} ] } ",
        r#"{"p\u0069pelines":[{"\u0069d":"a\u00e9\\\"b","name":"é发","status":7}],"a":"]\\"}"#,
        r#"[{"id":1,"version":-0,"status":"2","extend_info":{"a":[1.5e3,true,"\u12ab"]}},{"id":"b"}]"#,
        r#"[{"id":"a"},{"id":"a"}"#,
        r#"[{"id":"a"} {"id":"a"}]"#,
        r#"[{"id":"a"},]"#,
        r#"[{"id":"a",}]"#,
        r#"[{"id":"a"}}]"#,
        r#"[{"id":"a","version":01}]"#,
        r#"[{"id":"a","version":1x}]"#,
        r#"[{"id":"a","x":tru}]"#,
        r#"[tru,{"id":"a"}]"#,
        r#"[1"a",2]"#,
        "[{\"id\":\"a\tb\"}]",
        "[\u{c}{\"id\":\"a\"}]",
        r#"{"pipelines":[],"pipelines":[]}"#,
        r#"{"x":nonsense,"pipelines":[]}"#,
    ] {
        let body = body.as_bytes();
        let expected = whole(body);
        assert_eq!(in_chunks(body.chunks(1)), expected, "{}", String::from_utf8_lossy(body));
        for at in 0..=body.len() {
            let (before, after) = body.split_at(at);
            assert_eq!(in_chunks([before, after].into_iter()), expected, "{at}: {}", String::from_utf8_lossy(body));
        }
    }
}

/// Release tasks, most of them plain, with a slip here and there.
fn almost_a_listing() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec![
        "id",
        "name",
        "description",
        "create_time",
        "update_time",
        "version",
        "config_mode",
        "creator",
        "model_version",
        "status",
        "last_trigger_at",
        "enterprise_project_id",
        "enterprise_project",
        "extend_info",
        "x",
    ]);
    let value = prop_oneof![
        4 => r#""[ -!#-\[\]-~é发]{0,9}""#,
        4 => "(0|[1-9][0-9]{0,19})",
        1 => r#"-?[0-9]{1,3}(\.[0-9]{1,2})?([eE][+-]?[0-9]{1,2})?"#,
        1 => r#""(\\u00e9|\\n|\\ud83d|\\x|-?[0-9]{1,3})""#,
        1 => prop::sample::select(vec!["null", "true", "false", "nul", "{}", "[]", "[1, {\"a\":[]}]", "{\"a\" :\"b\"}"])
            .prop_map(str::to_owned),
    ];
    let space = prop::sample::select(vec!["", "", "", " ", "\n\t", "\u{c}"]);
    let member = (name, space.clone(), value).prop_map(|(name, space, value)| format!("\"{name}\":{space}{value}"));
    let item = prop::collection::vec(member, 0..6)
        .prop_map(|members| format!("{{\"id\":\"a\"{}}}", members.iter().map(|m| format!(",{m}")).collect::<String>()));
    let list = (prop::collection::vec(item, 0..5), space)
        .prop_map(|(items, space)| format!("[{}]", items.join(&format!(",{space}"))));
    let body = (list, any::<bool>()).prop_map(|(list, bare)| match bare {
        true => list,
        false => format!("{{\"count\": null, \"pipelines\": {list}}}"),
    });
    let slip = (any::<prop::sample::Index>(), prop::option::weighted(0.5, any::<u8>()), any::<bool>());
    (body, prop::option::of(slip)).prop_map(|(body, slip)| {
        let mut body = body.into_bytes();
        if let Some((at, byte, replace)) = slip {
            let at = at.index(body.len());
            body.splice(at..at + usize::from(replace), byte);
        }
        body
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn every_split_is_the_same_listing(body in almost_a_listing(), size in 1_usize..40) {
        let expected = whole(&body);
        prop_assert_eq!(&in_chunks(body.chunks(1)), &expected);
        prop_assert_eq!(&in_chunks(body.chunks(size)), &expected);
        prop_assert!(expected.is_err() || serde_json::from_slice::<IgnoredAny>(&body).is_ok());
    }
}
