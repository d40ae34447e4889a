//! The tool's errors and exit codes.

mod support;

use serde_json::{Value, json};
use support::{PROJECT, Server, TOKEN, said, tool};

/// An answer that is an error of the service.
fn refusal(status: &str, code: &str, message: &str) -> String {
    let body = json!({ "error_code": code, "error_msg": message });
    format!("HTTP/1.1 {status}\ncontent-type: application/json\n\n{body}")
}

/// The error of a run that fails with this code.
#[track_caller]
fn error(tool: &mut std::process::Command, arguments: &[&str], code: i32) -> Value {
    let text = said(tool.args(["--output", "json"]), arguments, code);
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

#[test]
fn each_kind_of_failure_has_its_exit_code() {
    let skew = "Incorrect IAM authentication information: verify aksk signature fail, signature expired, signature \
                time:20250101T000000Z, server time:20250101T002000Z";
    let cases = [
        (refusal("401 Unauthorized", "APIGW.0301", "Incorrect IAM authentication information"), "unauthenticated", 3),
        (refusal("401 Unauthorized", "APIGW.0301", skew), "clock_skew", 3),
        (refusal("403 Forbidden", "APIGW.0302", "no permission"), "forbidden", 4),
        (refusal("404 Not Found", "APIGW.0101", "no such API"), "not_found", 5),
        (refusal("401 Unauthorized", "SVCSTG.00100401", "no such project"), "not_found", 5),
        (refusal("429 Too Many Requests", "APIGW.0308", "slow down"), "throttled", 6),
        (refusal("503 Service Unavailable", "X", "later"), "unavailable", 6),
        (refusal("501 Not Implemented", "X", "never"), "unavailable", 1),
        (refusal("400 Bad Request", "SVCSTG.00100400", "bad"), "rejected", 1),
        ("HTTP/1.1 200 OK\n\n{\"a\":1}".to_owned(), "undecodable", 1),
        ("HTTP/1.1 302 Found\nlocation: https://example.com/x\n\n".to_owned(), "redirected", 1),
        ("HTTP/1.1 200 OK\ncontent-length: 99\n\n[".to_owned(), "cut_short", 6),
    ];
    for (response, kind, code) in cases {
        let server = Server::answering(&response);
        let error = error(&mut server.tool(), &["--max-attempts", "1"], code);
        let found = error["kind"].as_str().or_else(|| Some(error["kind"].as_object()?.keys().next()?)).unwrap();
        assert_eq!(found, kind, "{error}");
        assert_eq!(error["operation"], "list-pipelines");
        assert_eq!(error["attempts"], 1);
    }
}

#[test]
fn an_error_has_three_lines() {
    let server = Server::answering(&refusal("403 Forbidden", "APIGW.0302", "no permission"));
    let text = said(&mut server.tool(), &[], 4);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert_eq!(
        lines[0],
        "error: list-pipelines failed: the credentials lack the permission servicestage:pipeline:list."
    );
    assert!(lines[1].starts_with("APIGW.0302: no permission") && lines[1].contains("(GET "), "{text}");
    assert!(lines[2].contains("granted"), "{text}");
}

#[test]
fn text_of_the_service_within_an_error_controls_no_terminal() {
    let server = Server::answering(&refusal("400 Bad Request", "X\u{1b}[2J", "a\u{1b}]0;t\u{7}b\u{9b}c\u{202e}d"));
    for arguments in [&[][..], &["--output", "json"]] {
        let text = said(&mut server.tool(), arguments, 1);
        let controls = text.chars().filter(|c| c.is_control() || *c == '\u{202e}').filter(|c| *c != '\n').count();
        assert_eq!(controls, 0, "{text:?}");
    }
}

#[test]
fn where_nothing_listens_it_is_worth_retrying() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut tool = tool();
    tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT);
    let error = error(&mut tool, &["--endpoint", &url, "--max-attempts", "1"], 6);
    assert_eq!(error["kind"], "refused");
    assert_eq!(error["retryable"], true);
}

#[test]
fn the_timeout_is_that_of_the_whole_call() {
    let server = Server::answering_after(20_000, "HTTP/1.1 200 OK\n\n[]");
    let error = error(&mut server.tool(), &["--timeout", "0.5"], 6);
    assert_eq!(error["kind"], json!({ "timeout": "call" }));
}

#[test]
fn an_argument_that_is_not_valid_is_named() {
    let server = Server::of("vendor_example");
    let cases: &[(&[&str], &str)] = &[
        // What the component finds.
        (&["--limit", "0"], "--limit"),
        (&["--timeout", "0"], "--timeout"),
        (&["--max-attempts", "0"], "--max-attempts"),
        (&["--max-attempts", "11"], "--max-attempts"),
        (&["--region", ""], "--region"),
        (&["--region", "a b"], "--region"),
        (&["--project-id", ""], "--project-id"),
        (&["--project-id", "x"], "--project-id"),
        (&["--iam-endpoint", "iam.example.com"], "--iam-endpoint"),
        (&["--name", ""], "--name"),
        (&["--created-from", "1h", "--created-to", "1d"], "--created-from"),
        (&["--created", "1h..1d"], "--created"),
        (&["--since", "1h", "--last-run-to", "1d"], "--since"),
        // What the tool finds.
        (&["--timeout", "soon"], "--timeout"),
        (&["--timeout", "4294968"], "--timeout"),
        (&["--status", "done"], "--status"),
        (&["--created-from", "soon"], "--created-from"),
        (&["--updated-to", "2025-13-01"], "--updated-to"),
        (&["--last-run-from", "1969-12-31T00:00:00Z"], "--last-run-from"),
    ];
    for (arguments, argument) in cases {
        let error = error(&mut server.tool(), arguments, 2);
        assert_eq!(error["kind"]["invalid_argument"]["argument"], *argument, "{arguments:?}: {error}");
        assert_eq!(error["retryable"], false);
        assert_eq!(error["attempts"], 0);
        assert_eq!(error["operation"], "list-pipelines");
    }
    for endpoint in ["x", "http://example.com", "https://user:pass@example.com", "https://a/b", "https://a?b"] {
        let mut tool = tool();
        tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT);
        let error = error(&mut tool, &["--endpoint", endpoint], 2);
        assert_eq!(error["kind"]["invalid_argument"]["argument"], "--endpoint");
        assert!(!error.to_string().contains("pass@"), "{error}");
    }
}

#[test]
fn the_tool_words_its_own_errors_as_the_component_does() {
    let server = Server::of("vendor_example");
    let text = said(&mut server.tool(), &["--timeout", "soon"], 2);
    let expected = "\
error: list-pipelines failed: the argument `--timeout` is not valid.
`--timeout`: \"soon\" is not a number of seconds. (nothing was sent)
Correct `--timeout`, then call again.
";
    assert_eq!(text, expected);
    let text = said(&mut server.tool(), &["--timeout", "0"], 2);
    let own = expected.lines().collect::<Vec<_>>();
    let components = text.lines().collect::<Vec<_>>();
    assert_eq!((components[0], components[2], components.len()), (own[0], own[2], 3), "{text}");
    assert!(components[1].starts_with("`--timeout`: ") && components[1].ends_with(". (nothing was sent)"), "{text}");
}

#[test]
fn credentials_that_are_missing_or_do_not_go_together_are_refused() {
    let cases: &[(&[(&str, &str)], &str)] = &[
        (&[], "HW_ACCESS_KEY and HW_SECRET_KEY"),
        (&[("HW_AUTH_TOKEN", ""), ("HW_ACCESS_KEY", "")], "they are missing"),
        (&[("HW_ACCESS_KEY", "HUSH")], "HW_ACCESS_KEY is set, HW_SECRET_KEY is missing"),
        (&[("HW_ACCESS_KEY", "HUSH"), ("HW_SECRET_KEY", "")], "HW_SECRET_KEY is missing"),
        (&[("HUAWEICLOUD_SDK_SK", "HUSH")], "HUAWEICLOUD_SDK_AK is missing"),
        (&[("HW_SECURITY_TOKEN", "HUSH")], "HW_SECURITY_TOKEN is set, HW_ACCESS_KEY is missing"),
        (
            &[("HW_AUTH_TOKEN", "HUSH"), ("HW_ACCESS_KEY", "HUSH"), ("HW_SECRET_KEY", "HUSH")],
            "HW_AUTH_TOKEN is set together with HW_ACCESS_KEY, HW_SECRET_KEY",
        ),
    ];
    for (variables, part) in cases {
        let mut tool = tool();
        tool.env("HW_PROJECT_ID", PROJECT).envs(variables.iter().copied());
        let text = said(&mut tool, &["--region", "cn-north-4"], 2);
        assert!(text.contains(part), "{variables:?}: {text}");
        assert!(!text.contains("HUSH"), "{text}");
    }
}

#[test]
fn an_empty_variable_counts_as_unset() {
    let server = Server::of("vendor_example");
    let mut tool = server.tool();
    tool.envs([("HW_REGION_NAME", ""), ("HW_PROJECT_ID", ""), ("HUAWEICLOUD_SDK_PROJECT_ID", PROJECT)]);
    tool.envs([("HW_ACCESS_KEY", ""), ("HW_SECRET_KEY", ""), ("HW_SECURITY_TOKEN", "")]);
    assert!(support::printed(&mut tool, &[]).contains("release-gn7mre"));
}

#[test]
fn a_secret_that_no_header_can_hold_is_refused_unseen() {
    let server = Server::of("vendor_example");
    let text = said(server.tool().env("HW_AUTH_TOKEN", "hush\r\nx-evil: 1"), &[], 2);
    assert!(text.contains("credentials.token") && !text.contains("hush"), "{text}");
}

#[test]
fn arguments_that_cannot_be_parsed_exit_like_invalid_ones() {
    for arguments in [&["--no-such-flag"][..], &["--limit", "-1"], &["--output", "xml"], &["--secret-key", "x"]] {
        let text = said(&mut tool(), arguments, 2);
        assert!(text.contains("error: "), "{text}");
    }
}

/// Only a tool that compiles takes another component.
#[cfg(feature = "compile")]
mod another_component {
    use super::*;
    use crate::support::Folder;

    #[test]
    fn another_component_can_be_used_and_must_be_one() {
        let server = Server::of("vendor_example");
        let component = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/component/servicestage.wasm");
        assert!(support::printed(&mut server.tool(), &["--component", component]).contains("release-gn7mre"));

        let folder = Folder::new();
        let no_component = folder.write("no.wasm", "no component");
        let found = error(&mut server.tool(), &["--component", no_component.to_str().unwrap()], 1);
        assert!(found["kind"]["other"].as_str().unwrap().contains("does not load"), "{found}");

        let missing = folder.0.join("missing.wasm");
        let found = error(&mut server.tool(), &["--component", missing.to_str().unwrap()], 2);
        assert_eq!(found["kind"]["invalid_argument"]["argument"], "--component");
    }

    /// A component that exports functions of those names, and traps when it is instantiated.
    const TRAPPING: &str = r#"(component
        (core module $module (func $start unreachable) (start $start) (func (export "f")))
        (core instance $core (instantiate $module))
        (func $function (canon lift (core func $core "f")))
        (instance $pipelines
            (export "list-pipelines" (func $function)) (export "list-pipelines-json" (func $function)))
        (export "huaweicloud:servicestage/pipelines@0.1.0" (instance $pipelines)))"#;

    #[test]
    fn a_component_that_traps_is_reported_in_the_same_record() {
        let folder = Folder::new();
        let file = folder.0.join("trapping.wasm");
        std::fs::write(&file, wat::parse_str(TRAPPING).unwrap()).unwrap();
        let server = Server::of("vendor_example");
        let found = error(&mut server.tool(), &["--component", file.to_str().unwrap()], 1);
        let why = found["kind"]["other"].as_str().unwrap();
        assert!(why.starts_with("the component trapped") && why.contains("unreachable"), "{found}");
        assert_eq!(found["operation"], "list-pipelines");
        let text = said(&mut server.tool(), &["--component", file.to_str().unwrap()], 1);
        assert_eq!(text.lines().count(), 3, "{text}");
    }
}
