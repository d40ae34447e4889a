//! The fixture server speaks HTTP as it is: the real client lists through it.

use std::sync::Arc;
use std::time::Duration;

use component_runtime::client::Client as HttpClient;
use component_runtime::{Network, Stack};
use host_test::case::Case;
use host_test::run::load;
use host_test::serve::{serve, serve_pages};
use serde_json::{Value, json};
use servicestage::Exports;
use servicestage::types::{Connection, Credentials};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Lists through a server that answers with this fixture.
async fn list(name: &str, change: impl FnOnce(&mut Connection)) -> (Value, Value) {
    let folder = format!("{}/../tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let case = Case::read(folder.as_ref()).unwrap();
    let expected = case.expected.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(listener, case));
    let mut connection = Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        iam_endpoint: Some(endpoint.clone()),
        endpoint: Some(endpoint),
        credentials: Credentials::Token("example-token".to_owned()),
        ..Connection::default()
    };
    change(&mut connection);
    let http = Stack::new(vec![Arc::new(HttpClient::new(Network::new().unwrap()))]);
    let result = match Exports::new(load().unwrap(), http).list_pipelines(connection, vec![]).await {
        Ok(listing) => json!({ "listing": listing }),
        Err(error) => json!({ "error": *error }),
    };
    (result, expected)
}

#[tokio::test]
async fn listings_come_as_they_are_expected() {
    for name in [
        "vendor_example",
        "object_form",
        "thousand_records",
        "transfer_chunked",
        "length_unknown",
        "one_byte_at_a_time",
        "non_ascii",
    ] {
        let (result, expected) = list(name, |_| {}).await;
        assert_eq!(result, expected, "{name}");
    }
}

#[tokio::test]
async fn several_exchanges_come_in_order() {
    let (result, expected) = list("project_looked_up", |connection| connection.project_id = None).await;
    assert_eq!(result, expected);
}

#[tokio::test]
async fn retries_wait_in_real_time() {
    let (result, expected) = list("project_lookup_retried", |connection| connection.project_id = None).await;
    assert_eq!(result, expected);
}

#[tokio::test]
async fn failures_keep_their_kind() {
    for name in [
        "forbidden",
        "gateway_clock_skew",
        "html_with_script",
        "not_found",
        "json_cut_short",
        "redirected",
        "length_too_long",
    ] {
        let (mut result, mut expected) = list(name, |connection| connection.max_attempts = Some(1)).await;
        // It names the URL, whose port is another one each time.
        for error in [&mut result, &mut expected] {
            error["error"]["message"] = Value::Null;
        }
        assert_eq!(result, expected, "{name}");
    }
}

#[tokio::test]
async fn requests_outside_the_fixture_are_not_found() {
    let (result, _) = list("vendor_example", |connection| connection.project_id = Some("f".repeat(32))).await;
    assert_eq!(result["error"]["vendor_code"], "HOSTTEST.404");
}

#[tokio::test]
async fn a_page_may_ask_and_read_the_answer_where_it_is_wanted() {
    let folder = format!("{}/../tests/fixtures/vendor_example", env!("CARGO_MANIFEST_DIR"));
    let target = "/v3/0123456789abcdef0123456789abcdef/pipeline/pipelines";
    for (pages, method, status) in [(true, "OPTIONS", "204"), (true, "GET", "200"), (false, "OPTIONS", "404")] {
        let case = Case::read(folder.as_ref()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        if pages {
            tokio::spawn(serve_pages(listener, case));
        } else {
            tokio::spawn(serve(listener, case));
        }
        stream.write_all(format!("{method} {target} HTTP/1.1\r\nhost: x\r\n\r\n").as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        assert_eq!(answer.contains("access-control-allow-origin: *\r\n"), pages, "{answer}");
    }
}

#[tokio::test]
async fn the_host_s_own_timeouts_hold_in_real_time() {
    let (result, _) = list("first_byte_timeout", |connection| {
        connection.first_byte_timeout_ms = Some(u32::try_from(Duration::from_millis(50).as_millis()).unwrap());
    })
    .await;
    assert_eq!(result["error"]["kind"], json!({"timeout": "first_byte"}));
}
