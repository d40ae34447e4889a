//! The log of `-v`, as text and as JSON, and what is never in it.

mod support;

#[path = "../../servicestage/tests/support/mod.rs"]
mod recording;

use std::process::Command;

use serde_json::{Value, json};
use support::{PROJECT, Server, TOKEN, run, tool};

const ID: &str = "7b1a3c5d9e2f4a6b8c0d1e2f3a4b5c6d";

/// The stderr of a run.
fn told(tool: &mut Command, arguments: &[&str]) -> String {
    // Without the line that says how much of everything a table is.
    String::from_utf8(run(tool.args(["--output", "json"]), arguments).stderr).unwrap()
}

/// The objects that a run says on stderr, without times, which are checked.
#[track_caller]
fn objects(tool: &mut Command, arguments: &[&str]) -> Vec<Value> {
    let said = told(tool.args(["--log-format", "json"]), arguments);
    let objects = said.lines().map(|line| {
        let mut object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let time = object.as_object_mut().unwrap().remove("time").unwrap();
        assert!(time.as_str().unwrap().ends_with('Z'), "{line}");
        if let Some(milliseconds) = object.as_object_mut().unwrap().remove("milliseconds") {
            assert!(milliseconds.is_u64(), "{line}");
        }
        object
    });
    objects.collect()
}

/// A line as far as its milliseconds, of which it has some.
#[track_caller]
fn until_milliseconds(line: &str) -> &str {
    let (before, milliseconds) = line.rsplit_once(" milliseconds=").unwrap_or_else(|| panic!("{line}"));
    milliseconds.parse::<u64>().unwrap_or_else(|error| panic!("{error}: {line}"));
    before
}

#[test]
fn verbose_says_where_settings_came_from_and_how_calls_and_requests_went() {
    let server = Server::of("vendor_example");
    let host = server.url.strip_prefix("http://").unwrap();
    let sources =
        ["region: not given", "project id: HW_PROJECT_ID", "endpoint: --endpoint", "credentials: HW_AUTH_TOKEN"];
    let call = "call component=embedded operation=list-pipelines outcome=returned";

    let once = told(&mut server.tool(), &["-v"]);
    let lines: Vec<&str> = once.lines().collect();
    assert_eq!(lines[..4], sources);
    assert_eq!(until_milliseconds(lines[4]), call);
    assert_eq!(lines.len(), 5, "{once}");

    let twice = told(&mut server.tool(), &["-vv"]);
    let lines: Vec<&str> = twice.lines().collect();
    assert_eq!(lines[..4], sources);
    let request = until_milliseconds(lines[4]);
    let begin = format!(
        "request method=GET scheme=http host={host} path=/v3/{PROJECT}/pipeline/pipelines attempt=1 verdict=\"allowed \
         as service\" status=200 request_id={ID} bytes="
    );
    assert!(request.starts_with(&begin), "{request}\n{begin}");
    assert_eq!(until_milliseconds(lines[5]), call);
    assert_eq!(lines.len(), 6, "{twice}");
}

#[test]
fn json_says_the_same_in_an_object_a_line() {
    let server = Server::of("vendor_example");
    let objects = objects(&mut server.tool(), &["-vv"]);
    assert_eq!(objects[0], json!({ "level": "info", "message": "region: not given" }));
    let request = &objects[4];
    assert_eq!(request["span"], "request");
    assert_eq!(request["level"], "debug");
    assert_eq!(request["status"], 200);
    assert_eq!(request["attempt"], 1);
    assert!(request["bytes"].is_u64(), "{request}");
    let call = json!({ "level": "info", "span": "call", "component": "embedded", "operation": "list-pipelines",
        "outcome": "returned" });
    assert_eq!(objects[5], call);
    assert_eq!(objects.len(), 6);
}

#[test]
fn without_v_nothing_is_reported() {
    let server = Server::of("vendor_example");
    assert_eq!(told(&mut server.tool(), &[]), "");
    assert_eq!(told(&mut server.tool(), &["--log-format", "json"]), "");
}

#[test]
fn every_attempt_is_a_request_of_its_own() {
    let server = Server::answering("HTTP/1.1 503 Service Unavailable\nretry-after: 0\n\n{}");
    let said = told(&mut server.tool(), &["-vv", "--max-attempts", "3"]);
    let attempts: Vec<&str> = said.lines().filter(|line| line.starts_with("request ")).collect();
    assert_eq!(attempts.len(), 3, "{said}");
    for (attempt, n) in attempts.iter().zip(1..) {
        assert!(attempt.contains(&format!(" attempt={n} ")) && attempt.contains(" status=503 "), "{said}");
    }
}

#[test]
fn the_project_is_looked_up_where_iam_is_and_the_query_has_no_values() {
    let server = Server::of("vendor_example");
    let mut tool = server.tool();
    tool.env_remove("HW_PROJECT_ID").env("HW_REGION_NAME", "cn-north-4");
    let said = support::said(&mut tool, &["--iam-endpoint", &server.url, "-vv"], 5);
    let request = said.lines().find(|line| line.starts_with("request ")).unwrap();
    assert!(request.contains(" path=/v3/projects query=name attempt=1 "), "{said}");
    assert!(request.contains(" status=404 ") && !request.contains("cn-north-4"), "{said}");
}

#[test]
fn a_denial_is_reported_with_its_reason() {
    let mut tool = tool();
    tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT);
    let said = told(&mut tool, &["-vv", "--endpoint", "https://10.0.0.1", "--max-attempts", "1"]);
    assert!(said.contains(" verdict=\"denied: it leads to 10.0.0.1 "), "{said}");
}

/// A hostile service: the answer's request id and everything else repeat secrets.
fn echoing(request: &str) -> String {
    let value = |name| recording::header(request, name);
    let secret = value("x-auth-token").or_else(|| value("x-security-token")).unwrap_or_default();
    let said = serde_json::to_string(request).unwrap();
    let headers = format!("X-Request-Id: {secret}\r\nX-Secret: {secret}\r\n");
    recording::json("400 Bad Request", &headers, &format!(r#"{{"error_code":"{secret}","error_msg":{said}}}"#))
}

#[test]
fn no_secret_no_header_and_no_value_of_a_query_is_reported_at_the_most_verbose() {
    let server = recording::Server::start(|_, request| match request.starts_with("POST ") {
        true => recording::token("hushPT0123456789abcdef", "2099-01-01T00:00:00.000000Z"),
        false => echoing(request),
    });
    let kinds: [&[(&str, &str)]; 3] = [
        &[("HW_AUTH_TOKEN", "hush-hush-token")],
        &[("HW_ACCESS_KEY", "HUSHKEYID"), ("HW_SECRET_KEY", "hushSK01234567"), ("HW_SECURITY_TOKEN", "hushST0123456")],
        &[("HW_USER_NAME", "hush-ann"), ("HW_USER_PASSWORD", "hush-Xq9!vT"), ("HW_DOMAIN_NAME", "hush-account")],
    ];
    for credentials in kinds {
        for format in ["text", "json"] {
            for output in ["table", "json", "csv"] {
                let mut tool = tool();
                tool.envs(credentials.iter().copied());
                tool.args(["--endpoint", &server.url, "--iam-endpoint", &server.url, "--region", "hush-region-1"]);
                let end = run(&mut tool, &["-vvv", "--log-format", format, "--output", output]);
                let all = String::from_utf8([end.stdout, end.stderr].concat()).unwrap();
                assert!(all.contains("request") && all.contains("/v3/projects"), "{all}");
                for secret in ["hush-hush", "hushSK", "hushST", "hushPT", "hush-ann", "hush-Xq9", "hush-account"] {
                    assert!(!all.contains(secret), "{secret}: {all}");
                }
                let logged: String =
                    all.lines().filter(|line| line.contains("request method") || line.contains(r#""span""#)).collect();
                assert!(!logged.contains("hush"), "{logged}");
            }
        }
    }
}

#[test]
fn text_of_the_service_within_a_log_controls_no_terminal() {
    let hostile = "7b1a\u{9b}2J\u{202e}\u{1b}]0;t\u{7}";
    let answer = format!("HTTP/1.1 400 Bad Request\nx-request-id: {hostile}\n\n{{}}");
    for server in [Server::answering(&answer), Server::of("vendor_example")] {
        for format in ["text", "json"] {
            let mut tool = server.tool();
            let said = told(&mut tool, &["-vv", "--log-format", format, "--region", "a\u{1b}[2J\u{9b}\u{202e}"]);
            let controls = said.chars().filter(|c| c.is_control() || *c == '\u{202e}').filter(|c| *c != '\n').count();
            assert_eq!(controls, 0, "{said:?}");
        }
    }
}

#[test]
fn verbose_warns_of_a_text_in_which_a_character_is_lost() {
    let warning = "a release task has a text in which a character is lost; U+FFFD stands where it was";
    for (fixture, warned) in [("half_surrogate_high", true), ("non_ascii", false)] {
        let server = Server::of(fixture);
        for output in ["table", "json"] {
            let said = String::from_utf8(run(&mut server.tool(), &["-v", "--output", output]).stderr).unwrap();
            assert_eq!(said.contains(warning), warned, "{fixture}, {output}: {said}");
        }
    }
}

#[test]
fn a_project_that_is_looked_up_is_no_attempt_of_the_listing() {
    let server = Server::looking_up("HTTP/1.1 503 Service Unavailable\nretry-after: 0\n\n{}");
    let mut tool = server.tool();
    tool.env_remove("HW_PROJECT_ID").env("HW_REGION_NAME", "cn-north-4");
    let said = told(&mut tool, &["--iam-endpoint", &server.url, "-v", "--max-attempts", "2"]);
    let attempts: Vec<&str> = said.lines().filter(|line| line.starts_with("attempt ")).collect();
    assert_eq!(attempts, ["attempt 1 of 2: HTTP 503, next in 0 s", "attempt 2 of 2: HTTP 503"], "{said}");
}

#[test]
fn verbose_says_how_an_attempt_failed_and_when_the_next_one_follows() {
    let server = Server::answering("HTTP/1.1 503 Service Unavailable\nretry-after: 0\n\n{}");
    let said = told(&mut server.tool(), &["-v", "--max-attempts", "3"]);
    let attempts: Vec<&str> = said.lines().filter(|line| line.starts_with("attempt ")).collect();
    let expected =
        ["attempt 1 of 3: HTTP 503, next in 0 s", "attempt 2 of 3: HTTP 503, next in 0 s", "attempt 3 of 3: HTTP 503"];
    assert_eq!(attempts, expected);
    let mut json = server.tool();
    let said = told(json.args(["-v", "--max-attempts", "2", "--log-format", "json"]), &[]);
    for message in ["attempt 1 of 2: HTTP 503, next in 0 s", "attempt 2 of 2: HTTP 503"] {
        assert!(said.contains(&format!("\"message\":\"{message}\"")), "{said}");
    }
    let refused = told(&mut support::towards("http://127.0.0.1:1"), &["-v", "--max-attempts", "2"]);
    assert!(refused.contains("attempt 1 of 2: connection refused, next in "), "{refused}");
}
