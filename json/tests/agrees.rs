//! What is read and written is what serde_json reads and writes.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use json_text::{Reader, Value, Writer, number};
use proptest::prelude::*;

/// The same value, as serde_json has it. The last of several members with one name counts for both.
fn same(value: &Value) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Bool(truth) => (*truth).into(),
        Value::Number(literal) => serde_json::from_str(literal).unwrap(),
        Value::String(text) => text.as_ref().into(),
        Value::Array(items) => items.iter().map(same).collect(),
        Value::Object(members) => members.iter().map(|(name, value)| (name.as_ref(), same(value))).collect(),
    }
}

/// Almost JSON: most of it well-formed, with a slip here and there.
fn almost_json() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        r#""[ -!#-\[\]-~é发]{0,20}""#,
        r#""(\\["\\/bfnrt]|\\u[0-9a-fA-F]{4}|\\ud83d\\ude00|\\ud83d|\\x|\\u12|[a-z\t]){0,4}""#,
        r"-?(0|[1-9][0-9]{0,19})(\.[0-9]{1,3})?([eE][+-]?[0-9]{1,2})?",
        prop::sample::select(vec!["null", "true", "false", "nul", "01", "-", "1.", " ", "\n", "\u{c}", "{}", "[]"])
            .prop_map(str::to_owned),
    ];
    let tree = piece.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            prop::collection::vec(inner, 0..4).prop_map(|values| {
                let members = values.iter().enumerate().map(|(at, value)| format!("\"{}\" : {value}", at % 2));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }),
        ]
    });
    let slip = (any::<prop::sample::Index>(), prop::sample::select(vec!["", ",", "}", "]", "\"", ":", "[", "\\"]));
    (tree, prop::option::weighted(0.3, slip)).prop_map(|(mut text, slip)| {
        if let Some((at, slip)) = slip {
            let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
            text.insert_str(*at.get(&places), slip);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4000) })]

    #[test]
    fn what_is_read_is_what_serde_reads(text in almost_json()) {
        match (Value::parse(&text), serde_json::from_str::<serde_json::Value>(&text)) {
            (Ok(value), Ok(expected)) => prop_assert_eq!(same(&value), expected),
            (Err(_), Err(_)) => {}
            (read, expected) => prop_assert!(false, "{text:?}: {read:?} is not {expected:?}"),
        }
    }

    #[test]
    fn what_is_passed_is_what_serde_passes(text in almost_json()) {
        let mut reader = Reader::new(&text);
        let raw = reader.raw().and_then(|raw| reader.end().map(|()| raw));
        let expected = serde_json::from_str::<&serde_json::value::RawValue>(&text);
        prop_assert_eq!(raw.ok(), expected.ok().map(serde_json::value::RawValue::get));
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Value::parse(&text);
    }

    #[test]
    fn a_text_is_written_as_serde_writes_it(text in any::<String>()) {
        let mut writer = Writer::default();
        writer.text(Some(&text));
        prop_assert_eq!(writer.finish(), serde_json::to_string(&text).unwrap());
    }

    #[test]
    fn a_number_is_whole_if_it_is_as_a_float(number in -9_000_000_000_000_000_i64..9_000_000_000_000_000, places in 0_u32..18) {
        let literal = format!("{number}e-{places}");
        let float: f64 = literal.parse().unwrap();
        // A float of this size may be whole by rounding alone.
        prop_assume!(number % 10_i64.pow(places) == 0 || float.fract() != 0.0);
        let expected = if float.fract() == 0.0 { Some(float as i64) } else { None };
        prop_assert_eq!(number::whole(&literal), expected);
    }
}

#[test]
fn a_number_that_only_a_float_holds_is_not_whole() {
    let least = "-9223372036854775808";
    assert_eq!(number::whole(least), Some(i64::MIN));
    for inexact in [".0", "e0", "e1"] {
        assert_eq!(number::whole(&format!("{least}{inexact}")), None, "{inexact}");
    }
    assert_eq!(number::whole("-9007199254740991.0"), Some(-9_007_199_254_740_991));
}

#[test]
fn thousandths_are_rounded_up() {
    let cases = [
        ("0", Some(0)),
        ("1.5", Some(1500)),
        ("0.0001", Some(1)),
        ("1e-400", Some(1)),
        ("-0.0001", Some(0)),
        ("-1e-400", Some(0)),
        ("2E+3", Some(2_000_000)),
        ("1e400", None),
        ("1e99999999999", None),
        ("9223372036854775807", None),
    ];
    for (literal, expected) in cases {
        assert_eq!(number::thousandths(literal), expected, "{literal}");
    }
}

#[test]
fn what_is_too_deep_is_passed_and_not_read() {
    let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(Value::parse(&nested(128)).is_ok());
    assert!(Value::parse(&nested(129)).is_err());
    assert!(Value::parse(&nested(1_000_000)).is_err());
    assert_eq!(Reader::new(&nested(1_000_000)).raw().map(str::len), Ok(2_000_000));
}

#[test]
fn commas_stand_between_what_is_written() {
    let mut writer = Writer::default();
    writer.open("{");
    writer.name("a");
    writer.open("[");
    writer.number(Some(-1));
    writer.text(None);
    writer.word("true");
    writer.close("]");
    writer.name("b");
    writer.number(None);
    writer.close("}");
    assert_eq!(writer.finish(), r#"{"a":[-1,null,true],"b":null}"#);
}
