//! Bodies as large as a caller accepts by default: each is a result or `too-large`, in bounded memory.

use bytes::Bytes;
use host_test::bare::{BareEngine, Metering};
use servicestage::INTERFACE;
use servicestage::error::{Error, ErrorKind, TooLarge};
use servicestage::types::{Connection, Listing, Term};
use wasmtime::component::{ComponentType, Lift, Lower};

/// The default of `max-response-bytes`.
const LIMIT: usize = 64 << 20;

/// The limit of memory for a call, in MiB.
const MOST: usize = 400;

const PROJECT: &str = "0123456789abcdef0123456789abcdef";

const DATA_SOURCE: &str = "declarative:plugin/data-source@0.1.1";

#[derive(ComponentType, Lower)]
#[component(record)]
struct Values {
    json: String,
    unknown: Vec<Vec<Step>>,
}

#[derive(ComponentType, Debug, Lift, Lower)]
#[component(variant)]
#[allow(dead_code, reason = "the contract's")]
enum Step {
    #[component(name = "attribute")]
    Attribute(String),
    #[component(name = "index")]
    Index(u32),
    #[component(name = "key")]
    Key(String),
}

#[derive(ComponentType, Lift)]
#[component(record)]
#[allow(dead_code, reason = "the contract's")]
struct Reading {
    json: String,
    diagnostics: Vec<Diagnostic>,
}

#[derive(ComponentType, Debug, Lift)]
#[component(record)]
#[allow(dead_code, reason = "the contract's")]
struct Diagnostic {
    severity: Severity,
    summary: String,
    detail: String,
    path: Option<Vec<Step>>,
}

#[derive(Clone, Copy, ComponentType, Debug, Lift)]
#[component(enum)]
#[repr(u8)]
#[allow(dead_code, reason = "the contract's")]
enum Severity {
    #[component(name = "error")]
    Error,
    #[component(name = "warning")]
    Warning,
}

/// The five bodies: what each is, its bytes, and whether its length is announced.
fn bodies() -> Vec<(&'static str, String, bool)> {
    let short = |count: usize| {
        let fill = " ".repeat(LIMIT.div_ceil(count) - 48);
        let records: Vec<String> = (0..count).map(|id| format!(r#"{{"id":"{id:06}","name":"a"}}{fill}"#)).collect();
        format!("[{}]", records.join(","))
    };
    let escapes = r#"\n\u00e9\t\"x"#.repeat(20);
    let escaped: Vec<String> = (0..LIMIT / 960)
        .map(|id| format!(r#"{{"id":"{id}","name":"{escapes}","description":"{escapes}","creator":"{escapes}"}}"#))
        .collect();
    let text = format!(r#"[{{"id":"a","description":"{}"}}]"#, "x".repeat(63 << 20));
    let depth = format!(r#"[{{"id":"a","extend_info":{}{}}}]"#, "[".repeat(31 << 20), "]".repeat(31 << 20));
    vec![
        ("200,000 short records", short(200_000), true),
        ("escapes in every text", format!("[{}]", escaped.join(",")), true),
        ("one text of 63 MiB", text.clone(), true),
        ("depth", depth, true),
        ("no Content-Length", text, false),
    ]
}

fn connection() -> Connection {
    Connection {
        endpoint: Some("http://127.0.0.1:9".to_owned()),
        project_id: Some(PROJECT.to_owned()),
        ..Connection::default()
    }
}

#[tokio::test]
async fn a_large_body_is_a_result_or_too_large_in_bounded_memory() {
    let bare = BareEngine::load(Metering::None).unwrap();
    let mut wrong = Vec::new();
    for (name, body, with_length) in bodies() {
        let body = Bytes::from(body);
        let parameters = || (connection(), Vec::<Term>::new());
        let values = |json: String| Values { json, unknown: vec![] };
        let provider = format!(r#"{{"endpoint":"http://127.0.0.1:9","project_id":"{PROJECT}"}}"#);
        let reading = ("pipelines".to_owned(), values(provider), values("{}".to_owned()));
        let listed = bare
            .call::<_, Result<Listing, Error>>(INTERFACE, "list-pipelines", parameters(), body.clone(), with_length)
            .await;
        let json = bare
            .call::<_, Result<String, Error>>(INTERFACE, "list-pipelines-json", parameters(), body.clone(), with_length)
            .await;
        let read =
            bare.call::<_, Result<Reading, Vec<Diagnostic>>>(DATA_SOURCE, "read", reading, body, with_length).await;
        let kind = |error: Error| error.kind == ErrorKind::TooLarge(TooLarge { limit_bytes: None });
        let outcomes = [
            ("list-pipelines", listed.map(|(result, used)| (result.map_or_else(kind, |_| true), used))),
            ("list-pipelines-json", json.map(|(result, used)| (result.map_or_else(kind, |_| true), used))),
            ("read", read.map(|(result, used)| (result.is_ok(), used))),
        ];
        for (function, outcome) in outcomes {
            match outcome {
                Ok((true, used)) if used.memory_bytes < MOST << 20 => {
                    println!("{name}, {function}: {} MiB", used.memory_bytes >> 20);
                }
                Ok((fine, used)) => wrong.push(format!("{name}, {function}: {fine}, {} MiB", used.memory_bytes >> 20)),
                Err(error) => wrong.push(format!("{name}, {function}: {error:#}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
