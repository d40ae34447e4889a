//! Checks this crate against the tables that the tests of every host read.

use model::connection::timeout_ms;
use model::no_proxy::NoProxy;
use model::origin::Origin;
use model::request::Need;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

#[derive(Deserialize)]
struct OriginCase {
    origin: String,
    normal: Option<String>,
}

#[derive(Deserialize)]
struct RequestCase {
    need: Value,
    request: Request,
    covered: bool,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    target: String,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum NoProxyCase {
    Read { no_proxy: String, origin: String, covered: bool },
    Refused { no_proxy: String, error: bool },
}

fn table<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let rows: Vec<T> = serde_json::from_str(text).unwrap();
    assert!(rows.len() > 15, "the table is cut short");
    rows
}

#[test]
fn every_origin_of_the_table_has_its_normal_form_or_is_refused() {
    for OriginCase { origin, normal } in table(include_str!("../../tests/vectors/origins.json")) {
        let read = origin.parse::<Origin>();
        assert_eq!(read.map(|origin| origin.to_string()).ok(), normal, "{origin:?}");
    }
}

#[test]
fn a_normal_form_is_its_own() {
    for normal in
        table(include_str!("../../tests/vectors/origins.json")).into_iter().filter_map(|case: OriginCase| case.normal)
    {
        let origin: Origin = normal.parse().unwrap();
        assert_eq!(origin.to_string(), normal);
        let (scheme, authority) = normal.split_once("://").unwrap();
        assert_eq!(Origin::from_parts(scheme, authority), Ok(origin.clone()));
        assert_eq!(origin.authority(), authority);
    }
}

#[test]
fn every_request_of_the_table_is_covered_or_not_as_it_says() {
    for RequestCase { mut need, request: Request { method, target }, covered } in
        table(include_str!("../../tests/vectors/requests.json"))
    {
        need.as_object_mut().unwrap().insert("role".to_owned(), "service".into());
        let need: Need = serde_json::from_value(need).unwrap();
        assert_eq!(need.covers(&method, &target), covered, "{need}, asked {method:?} {target:?}");
    }
}

#[test]
fn every_no_proxy_of_the_table_covers_the_origin_or_not_or_is_refused() {
    for case in table(include_str!("../../tests/vectors/no_proxy.json")) {
        match case {
            NoProxyCase::Read { no_proxy, origin, covered } => {
                let read: NoProxy = no_proxy.parse().unwrap_or_else(|error| panic!("{no_proxy:?}: {error}"));
                assert_eq!(read.covers(&origin.parse().unwrap()), covered, "{no_proxy:?} for {origin}");
            }
            NoProxyCase::Refused { no_proxy, error } => {
                assert_eq!(no_proxy.parse::<NoProxy>().is_err(), error, "{no_proxy:?}");
            }
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SecondsCase {
    seconds: f64,
    milliseconds: Option<u32>,
}

#[test]
fn seconds_are_the_milliseconds_of_a_timeout() {
    for SecondsCase { seconds, milliseconds } in table(include_str!("../../tests/vectors/seconds.json")) {
        assert_eq!(timeout_ms(seconds), milliseconds, "{seconds}");
    }
    assert_eq!((timeout_ms(f64::NAN), timeout_ms(f64::INFINITY)), (None, None));
}
