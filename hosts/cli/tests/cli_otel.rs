//! Spans that reach an OpenTelemetry collector, which is a server on loopback.

#[path = "../../servicestage/tests/support/mod.rs"]
mod recording;
#[path = "support/secured.rs"]
mod secured;
#[path = "support/session.rs"]
mod session;
mod support;

use recording::Server as Recording;
use secured::{certificate, secured};
use serde_json::json;
use session::Session;
use support::{Folder, Server, TOKEN, run};

/// The protobuf form of what a collector was sent: texts stand in it as they are.
fn spans(collector: &Recording) -> String {
    let requests = collector.requests();
    assert!(requests.iter().all(|request| request.starts_with("POST /v1/traces HTTP/1.1\r\n")), "{requests:?}");
    requests.concat()
}

#[test]
fn a_call_and_its_requests_reach_the_collector_before_the_tool_ends() {
    let (server, collector) =
        (Server::of("vendor_example"), Recording::start(|_, _| recording::json("200 OK", "", "{}")));
    let mut tool = server.tool();
    tool.env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.url).env("OTEL_EXPORTER_OTLP_HEADERS", "x-key=hush-key");
    let end = run(&mut tool, &[]);
    assert_eq!(String::from_utf8(end.stderr).unwrap(), "1 of 1 release tasks\n");
    assert_eq!(end.status.code(), Some(0));

    let spans = spans(&collector);
    for text in
        ["servicestage", "list-pipelines", "returned", "/pipeline/pipelines", "allowed as service", "request_id"]
    {
        assert!(spans.contains(text), "{text}: {spans}");
    }
    assert_eq!(recording::header(&spans, "x-key").as_deref(), Some("hush-key"));
    assert!(!spans.contains(TOKEN), "{spans}");
}

#[test]
fn the_service_has_the_name_that_the_variable_gives_it() {
    let (server, collector) =
        (Server::of("vendor_example"), Recording::start(|_, _| recording::json("200 OK", "", "{}")));
    let mut tool = server.tool();
    tool.env("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", format!("{}/v1/traces", collector.url));
    tool.env("OTEL_SERVICE_NAME", "nightly-report");
    assert_eq!(run(&mut tool, &[]).status.code(), Some(0));
    assert!(spans(&collector).contains("nightly-report"));
}

#[test]
fn a_collector_that_is_not_there_or_not_granted_is_a_warning() {
    let server = Server::of("vendor_example");
    let refusing = Recording::start(|_, _| recording::json("400 Bad Request", "", "{}"));
    let cases =
        ["http://127.0.0.1:1", "https://10.0.0.1", "http://collector.example.com", "no endpoint", &refusing.url];
    for collector in cases {
        let mut tool = server.tool();
        tool.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector);
        let end = run(&mut tool, &["--output", "csv"]);
        let said = String::from_utf8(end.stderr).unwrap();
        assert!(said.starts_with("warning: the OpenTelemetry collector gets no spans: "), "{collector}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(end.status.code(), Some(0));
        assert!(!end.stdout.is_empty());
    }
}

#[test]
fn the_server_for_agents_reaches_the_collector_by_its_flags() {
    let (server, collector) =
        (Server::of("vendor_example"), Recording::start(|_, _| recording::json("200 OK", "", "{}")));
    let (folder, own) = (Folder::new(), certificate("127.0.0.1"));
    let authorities = folder.write("ca.pem", &own.cert.pem());
    let mut tool = server.command(&["mcp", "--ca-file", authorities.to_str().unwrap()]);
    tool.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("https://{}", secured(&collector.url, &own, None)));
    let mut session = Session::initialized(tool);
    session.call(1, "list_release_tasks", json!({}));
    assert_eq!(session.receive()["result"]["isError"], false);
    assert_eq!(session.end(), (Some(0), String::new()));
    assert!(spans(&collector).contains("list-pipelines"));
}

#[test]
fn where_no_collector_is_named_nothing_is_sent() {
    let server = Server::of("vendor_example");
    let mut tool = server.tool();
    tool.env("OTEL_EXPORTER_OTLP_ENDPOINT", "");
    let end = run(&mut tool, &["-v"]);
    let said = String::from_utf8(end.stderr).unwrap();
    assert!(said.contains("outcome=returned") && !said.contains("warning"), "{said}");
}
