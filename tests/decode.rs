//! Decoding takes every documented shape, and nothing that a server sends makes it panic.

use model::error::{ErrorKind, TooLarge, Undecodable};
use model::listing::Pipeline;
use model::status::Status;
use model::term::Term;
use proptest::prelude::*;
use serde_json::{Value, json};
use servicestage_component::decode::{Body, Records};
use servicestage_component::failure::Failure;
use servicestage_component::query::Query;
use servicestage_component::task::{Project, Task};

fn all() -> Query {
    Query::new(vec![]).unwrap()
}

/// The tasks that match, and how many there were in all.
fn listing(body: &[u8], query: &Query) -> Result<Records<Pipeline>, Failure> {
    let body = Body::new(body.to_vec());
    let Records { wanted, total } = body.records(|task: &Task<'_>| query.matches(task))?;
    Ok(Records { wanted: wanted.iter().map(Pipeline::from).collect(), total })
}

fn projects(body: &[u8]) -> Result<u32, Failure> {
    Body::new(body.to_vec()).records(|_: &Project<'_>| true).map(|projects| projects.total)
}

/// The failure without the excerpt and the length, which differ with white space.
fn comparable(mut failure: Failure) -> Failure {
    let detail = failure.detail.take().unwrap_or_default();
    failure.detail = detail.split([',', ' ']).next().map(str::to_owned);
    failure
}

/// The single release task `{"id": "a", FIELD: VALUE}`, or the path and what was expected there.
fn decode(field: &str, value: &str) -> Result<Value, (String, String)> {
    match listing(format!(r#"[{{"id":"a","{field}":{value}}}]"#).as_bytes(), &all()) {
        Ok(decoded) => Ok(serde_json::to_value(&decoded.wanted[0]).unwrap()[field].clone()),
        Err(failure) => match failure.kind {
            ErrorKind::Undecodable(Undecodable { path, expected }) => Err((path, expected)),
            other => panic!("{other:?}"),
        },
    }
}

#[test]
fn scalars_convert_exactly_or_not_at_all() {
    let converted = [
        ("version", r#""2""#, json!(2)),
        ("version", r#""-2""#, json!(-2)),
        ("version", "2.0", json!(2)),
        ("version", "2e3", json!(2000)),
        ("version", "9223372036854775807", json!(i64::MAX)),
        ("version", "null", Value::Null),
        ("status", r#""2""#, json!("succeeded")),
        ("status", "6", json!({"other": 6})),
        ("name", "17", json!("17")),
        ("name", "-17", json!("-17")),
        ("name", "18446744073709551615", json!("18446744073709551615")),
        ("name", "true", json!("true")),
        ("name", "null", Value::Null),
        ("name", r#""""#, json!("")),
        ("name", r#""\u00e9\ud83d\ude00""#, json!("é😀")),
        ("config_mode", "1", json!({"other": "1"})),
        ("create_time", "253402300799999", json!(253_402_300_799_999_u64)),
        ("create_time", "0", json!(0)),
        ("last_trigger_at", "0", Value::Null),
        ("last_trigger_at", r#""0""#, Value::Null),
        ("last_trigger_at", "1", json!(1)),
        ("extend_info", "null", Value::Null),
        ("extend_info", r#"{"a": 1.50, "b" : []}"#, json!(r#"{"a": 1.50, "b" : []}"#)),
        ("extend_info", "7", json!("7")),
    ];
    for (field, value, expected) in converted {
        assert_eq!(decode(field, value), Ok(expected), "{field}: {value}");
    }
    let refused = [
        ("version", r#""""#),
        ("version", r#""02""#),
        ("version", r#""+2""#),
        ("version", r#"" 2""#),
        ("version", "2.5"),
        ("version", "9007199254740993.0"),
        ("version", "9223372036854775808"),
        ("version", "1e400"),
        ("version", "true"),
        ("version", "[]"),
        ("name", "1.5"),
        ("name", "18446744073709551616"),
        ("name", "{}"),
        ("name", "[]"),
        ("create_time", "253402300800000"),
        ("create_time", "-1"),
        ("create_time", r#""2025-01-01""#),
    ];
    for (field, value) in refused {
        let (path, expected) = decode(field, value).expect_err(value);
        assert_eq!(path, format!("$[0].{field}"), "{value}");
        assert!(!expected.is_empty());
    }
}

#[test]
fn the_last_of_two_equal_fields_counts() {
    let decoded = listing(br#"[{"id":"a","id":"b","status":1,"status":2}]"#, &all()).unwrap();
    assert_eq!(decoded.wanted[0].id, "b");
    assert_eq!(decoded.wanted[0].status, Some(Status::Succeeded));
}

#[test]
fn a_count_of_a_neighbouring_type_counts() {
    assert!(listing(br#"{"count":"1","pipelines":[{"id":"a"}]}"#, &all()).is_ok());
    assert!(listing(br#"{"pipelines":[{"id":"a"}],"count":null}"#, &all()).is_ok());
    assert_eq!(listing(br#"{"count":1,"pipelines":null}"#, &all()).unwrap_err().kind, ErrorKind::CutShort);
    let ErrorKind::Undecodable(Undecodable { path, .. }) =
        listing(br#"{"count":{},"pipelines":[]}"#, &all()).unwrap_err().kind
    else {
        panic!("decoded")
    };
    assert_eq!(path, "$.count");
}

#[test]
fn records_that_do_not_match_are_counted_and_not_kept() {
    let query = Query::new(vec![Term::Name("b".to_owned())]).unwrap();
    let other = r#"{"id":"1","name":"a"},"#.repeat(10_000);
    let decoded = listing(format!(r#"[{other}{{"id":"2","name":"b"}}]"#).as_bytes(), &query).unwrap();
    assert_eq!((decoded.wanted.len(), decoded.total), (1, 10_001));
}

#[test]
fn more_than_memory_holds_is_too_large_and_no_less_is() {
    let tasks = |count: usize| format!("[{}]", vec![r#"{"id":1}"#; count].join(","));
    assert_eq!(listing(tasks(200_000).as_bytes(), &all()).unwrap().total, 200_000);
    let failure = listing(tasks(200_001).as_bytes(), &all()).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::TooLarge(TooLarge { limit_bytes: None }));
    // What does not match takes no memory.
    let none = Query::new(vec![Term::Name("a".to_owned())]).unwrap();
    assert_eq!(listing(tasks(200_001).as_bytes(), &none).unwrap().total, 200_001);
}

#[test]
fn a_long_text_in_the_wrong_place_is_not_repeated() {
    let text = "\u{7f}".repeat(1 << 20);
    for body in [
        format!("\"{text}\""),
        format!("[\"{text}\"]"),
        format!("{{\"pipelines\":\"{text}\"}}"),
        format!("[{{\"id\":1,\"status\":\"{text}\"}}]"),
    ] {
        let failure = listing(body.as_bytes(), &all()).unwrap_err();
        let detail = failure.detail.unwrap();
        assert!(!detail.contains('\u{7f}') && !detail.contains("\\u"), "{detail}");
    }
}

#[test]
fn a_long_name_of_a_field_is_shortened() {
    let name = "n".repeat(1 << 20);
    let failure = listing(format!("[{{\"id\":1,\"{name}\":x}}]").as_bytes(), &all()).unwrap_err();
    let ErrorKind::Undecodable(Undecodable { path, .. }) = failure.kind else { panic!("{:?}", failure.kind) };
    assert_eq!(path, format!("$[0].{}…", "n".repeat(64)));
}

#[test]
fn every_beginning_of_a_listing_is_cut_short_or_undecodable() {
    let whole = r#"{"count":1,"pipelines":[{"id":"é","status":3,"extend_info":{"a":[1,"x"]}}]}"#.as_bytes();
    assert!(listing(whole, &all()).is_ok());
    for end in 1..whole.len() {
        let failure = listing(&whole[..end], &all()).expect_err("a beginning was taken for the whole");
        assert!(matches!(failure.kind, ErrorKind::CutShort | ErrorKind::Undecodable(_)), "{end}: {:?}", failure.kind);
    }
}

/// Fields in the order in which the service sends them, and some that it does not, with values of every kind.
fn fields() -> impl Strategy<Value = Vec<(&'static str, &'static str)>> {
    const NAMES: &str = "id name description names create_time update_time version config_mode creator model_version \
         status last_trigger_at é enterprise_project_id enterprise_project extend_info id";
    const VALUES: &str = r#""a" "" "\u0061\n" "five-and-thirty-characters,-or-nearly" "5" "5" "5" "5" null null null 0 3 3 3 3 3 3 3 3 true -1 2.0 1e3 007
         1700000000000 253402300800000 9223372036854775807 {"a":[1,"]"]} []"#;
    let values: Vec<_> = VALUES.split_whitespace().collect();
    let each =
        NAMES.split(' ').map(|name| prop::option::weighted(0.8, (Just(name), prop::sample::select(values.clone()))));
    each.collect::<Vec<_>>().prop_map(|fields| fields.into_iter().flatten().collect())
}

proptest! {
    #[test]
    fn a_release_task_is_the_same_however_it_is_written(fields in fields()) {
        let read = |colon: &str, comma: &str| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\"{colon}{value}")).collect();
            listing(format!("[{{{}}}]", fields.join(comma)).as_bytes(), &all()).map_err(comparable)
        };
        let as_machines_write = read(":", ",");
        prop_assert_eq!(&as_machines_write, &read(" : ", ", "));
        prop_assert_eq!(&as_machines_write, &read(":", " ,\n"));
    }

    #[test]
    fn no_bytes_panic(body in prop::collection::vec(any::<u8>(), 0..500)) {
        let _ = (listing(&body, &all()), projects(&body));
    }

    #[test]
    fn no_text_that_is_almost_json_panics(body in r#"(\[|\{|\]|\}|,|:|"|id|pipelines|count|1|-|e|\.|null|\\u12|é| ){0,60}"#) {
        let _ = (listing(body.as_bytes(), &all()), projects(body.as_bytes()));
    }

    #[test]
    fn both_shapes_mean_the_same(ids in prop::collection::vec("[a-z0-9]{1,8}", 0..20)) {
        let tasks: Vec<Value> = ids.iter().map(|id| json!({"id": id, "unknown": [id]})).collect();
        let bare = listing(json!(tasks).to_string().as_bytes(), &all()).unwrap();
        let object = listing(json!({"pipelines": tasks, "count": tasks.len()}).to_string().as_bytes(), &all()).unwrap();
        prop_assert_eq!(&bare, &object);
        prop_assert!(bare.wanted.iter().map(|task| &task.id).eq(&ids));
    }
}
