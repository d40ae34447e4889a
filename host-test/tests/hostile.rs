//! Answers that are made to hurt: the component tells them, and neither traps nor runs out of memory.

use std::sync::Arc;

use bytes::Bytes;
use component_runtime::http::{Decision, Request, Timeouts, Verdict, full};
use component_runtime::{Layer, Stack};
use host_test::run::load;
use serde_json::{Value, json};
use servicestage::Exports;
use servicestage::types::{Connection, Listing};

/// A layer that answers everything with this body.
struct FixedResponse(Bytes);

impl Layer for FixedResponse {
    fn decide<'a>(&'a self, _request: Request, _timeouts: &'a Timeouts) -> Decision<'a> {
        let body = full(self.0.clone());
        Box::pin(async { Verdict::Complete(Ok(http::Response::new(body))) })
    }
}

async fn list(body: String) -> Result<Listing, Value> {
    let client = Exports::new(load().unwrap(), Stack::new(vec![Arc::new(FixedResponse(body.into()))]));
    let connection = Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        ..Connection::default()
    };
    client.list_pipelines(connection, vec![]).await.map_err(|error| serde_json::to_value(error.kind).unwrap())
}

fn repeated(item: &str, count: usize) -> String {
    format!("[{}]", vec![item; count].join(","))
}

#[tokio::test]
async fn as_many_tasks_as_are_kept_fit_and_more_are_too_large() {
    let listing = list(repeated(r#"{"id":1}"#, 200_000)).await.unwrap();
    assert_eq!((listing.total, listing.pipelines.len()), (200_000, 200_000));
    let too_large = json!({"too_large": {"limit_bytes": null}});
    assert_eq!(list(repeated(r#"{"id":1}"#, 7_000_000)).await.unwrap_err(), too_large);
}

#[tokio::test]
async fn a_body_larger_than_the_limit_is_too_large() {
    let too_large = json!({"too_large": {"limit_bytes": 64 << 20}});
    assert_eq!(list(" ".repeat((64 << 20) + 1)).await.unwrap_err(), too_large);
}

#[tokio::test]
async fn text_of_many_megabytes_in_the_wrong_place_is_undecodable() {
    let text = "\u{7f}".repeat(60 << 20);
    for (body, path) in [
        (format!("\"{text}\""), "$"),
        (format!("[\"{text}\"]"), "$[0]"),
        (format!("[{{\"id\":1,\"version\":\"{text}\"}}]"), "$[0].version"),
        (format!("[{{\"id\":1,\"{text}\":1}},2]"), "$[1]"),
    ] {
        assert_eq!(list(body).await.unwrap_err()["undecodable"]["path"], path);
    }
}

#[tokio::test]
async fn nesting_of_many_megabytes_is_not_followed() {
    for open in ["[", r#"{"a":"#, r#"[{"id":1,"x":["#] {
        let kind = list(open.repeat(1 << 20)).await.unwrap_err();
        assert!(kind == "cut_short" || kind["undecodable"].is_object(), "{kind}");
    }
}
