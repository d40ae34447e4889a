//! Every fixture by the tool, over real HTTP, with the answer of every other host.

mod support;

use std::process::Command;

use host_test::case::{Answer, Case, Fault, Operation, folders};
use host_test::conformance::{Verdict, expected_of, not_served, report};
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::{Value, json};
use servicestage::types::{Connection, Credentials};
use support::{Server, tool};

/// Fixtures that the flags cannot ask, and why.
const NOT_APPLICABLE: [(&str, &str); 6] = [
    ("ambient", "the tool always authenticates"),
    ("bad_range_open", "no flags express a range without ends"),
    ("bad_security_token_empty", EMPTY),
    ("bad_status_empty", "no flag expresses a list without items"),
    ("bad_term_twice", "the command line takes such a flag once"),
    ("bad_token_empty", EMPTY),
];

/// Fixtures to which the tool has another answer, and why.
const DIFFERING: [(&str, &str); 5] = [
    ("bad_access_key", OWN_CREDENTIALS),
    ("bad_access_key_empty", OWN_CREDENTIALS),
    ("bad_secret_key_padded", OWN_CREDENTIALS),
    ("bad_token_smuggles", OWN_CREDENTIALS),
    ("token_echoed", "the tool masks the token before the component sees it, with other characters"),
];

const EMPTY: &str = "an empty variable counts as unset";
const OWN_CREDENTIALS: &str = "the tool checks the credentials itself, and says which variable they come from";

fn main() {
    let mut arguments = Arguments::from_args();
    // They wait more than they compute.
    arguments.test_threads.get_or_insert(8);
    let cases = folders().unwrap().iter().map(|folder| Case::read(folder).unwrap()).collect::<Vec<_>>();
    let known = |name: &str| cases.iter().any(|case| case.name == name);
    assert!(NOT_APPLICABLE.iter().chain(&DIFFERING).all(|(name, _)| known(name)), "a name is of no fixture");
    let mut tests = Vec::new();
    for case in cases {
        match not_applicable(&case) {
            Some(why) => report("servicestage", &case.name, Verdict::NotApplicable(why)).unwrap(),
            None => tests.push(Trial::test(case.name.clone(), move || check(&case))),
        }
    }
    libtest_mimic::run(&arguments, tests).exit();
}

fn not_applicable(case: &Case) -> Option<&'static str> {
    let Connection { connect_timeout_ms, first_byte_timeout_ms, between_bytes_timeout_ms, max_response_bytes, .. } =
        &case.connection;
    let flagless = [connect_timeout_ms, first_byte_timeout_ms, between_bytes_timeout_ms, max_response_bytes];
    if case.operation == Operation::FindProject {
        return Some("the tool has no command for it");
    }
    if flagless.iter().any(|value| value.is_some()) {
        return Some("the tool has no flag for it");
    }
    let found = NOT_APPLICABLE.iter().find(|(name, _)| *name == case.name);
    found.map(|(_, why)| *why).or_else(|| not_served(case))
}

fn check(case: &Case) -> Result<(), Failed> {
    let server = match case.exchanges.first().map(|exchange| &exchange.answer) {
        // The port of "tcpmux", at which nobody listens.
        Some(Answer::Fault(Fault::ConnectionRefused)) => "http://127.0.0.1:1".to_owned(),
        _ => Server::of(&case.name).url,
    };
    let output = asking(case, &server).output()?;
    let answer = if output.status.success() {
        json!({ "listing": serde_json::from_slice::<Value>(&output.stdout)? })
    } else {
        json!({ "error": serde_json::from_slice::<Value>(&output.stderr)? })
    };
    let expected = in_flags(expected_of(case, &server));
    let verdict = match DIFFERING.iter().find(|(name, _)| *name == case.name) {
        None if answer == expected => Verdict::Passed,
        Some((_, why)) if answer != expected => Verdict::Differs(why),
        Some(_) => return Err("it does not differ any more".into()),
        None => return Err(format!("{answer:#}\nis not\n{expected:#}").into()),
    };
    Ok(report("servicestage", &case.name, verdict)?)
}

/// An answer in which an error names flags, as the tool does.
fn in_flags(mut answer: Value) -> Value {
    let flag = |name: &str| match name {
        "call-timeout-ms" => "--timeout".to_owned(),
        name if name.starts_with("credentials") => name.to_owned(),
        // A range that is empty as a whole.
        "created" | "updated" | "last-run" => format!("--{name}-from"),
        name => format!("--{}", name.replace('.', "-")),
    };
    let argument = answer.pointer("/error/kind/invalid_argument/argument").and_then(Value::as_str).unwrap_or_default();
    let argument = argument.to_owned();
    let named = |value: &Value| {
        let names = [argument.as_str(), "region", "endpoint", "iam-endpoint", "project-id", "call-timeout-ms"];
        let text = value.as_str().unwrap_or_default().to_owned();
        json!(names.iter().fold(text, |text, name| text.replace(&format!("`{name}`"), &format!("`{}`", flag(name)))))
    };
    if answer["error"].is_object() {
        answer["error"]["message"] = named(&answer["error"]["message"]);
    }
    if !argument.is_empty() {
        let reason = named(&answer["error"]["kind"]["invalid_argument"]["reason"]);
        answer["error"]["kind"]["invalid_argument"] = json!({ "argument": flag(&argument), "reason": reason });
    }
    answer
}

/// The tool with the connection and the query of a case as flags and variables, and this server for both services.
fn asking(case: &Case, server: &str) -> Command {
    let connection = &case.connection;
    // Without either the fixture shows what is missing.
    let served = connection.region.as_ref().or(connection.endpoint.as_ref()).map(|_| server.to_owned());
    let nothing_sent = case.expected["error"]["attempts"] == 0;
    let origin = |own: &Option<String>| own.clone().filter(|_| nothing_sent).or_else(|| served.clone());
    let seconds = connection.call_timeout_ms.map(|milliseconds| f64::from(milliseconds) / 1000.0);
    let mut flags = vec![
        ("region".to_owned(), json!(connection.region)),
        ("project-id".to_owned(), json!(connection.project_id)),
        ("endpoint".to_owned(), json!(origin(&connection.endpoint))),
        ("iam-endpoint".to_owned(), json!(origin(&connection.iam_endpoint))),
        ("timeout".to_owned(), json!(seconds)),
        ("max-attempts".to_owned(), json!(connection.max_attempts)),
    ];
    for term in &case.query {
        let Value::Object(term) = serde_json::to_value(term).unwrap() else { panic!("a term has one name") };
        flags.extend(term.into_iter().flat_map(|(name, value)| flags_of(&name.replace('_', "-"), value)));
    }

    let mut tool = tool();
    tool.args(["--output", "json"]);
    for (name, value) in flags.into_iter().filter(|(_, value)| !value.is_null()) {
        tool.arg(format!("--{name}={}", text(&value)));
    }
    match &connection.credentials {
        Credentials::Ambient => {}
        Credentials::Token(token) => drop(tool.env("HW_AUTH_TOKEN", token)),
        // The fixtures' keys have digits in common with the project's id, which would be redacted with them.
        Credentials::AccessKey(_) if !case.exchanges.is_empty() => {
            tool.env("HW_ACCESS_KEY", "EXAMPLEAK").env("HW_SECRET_KEY", "hush-hush-key");
        }
        Credentials::AccessKey(key) => {
            tool.env("HW_ACCESS_KEY", &key.access_key_id).env("HW_SECRET_KEY", &key.secret_access_key);
            tool.envs(key.security_token.as_ref().map(|token| ("HW_SECURITY_TOKEN", token)));
        }
    }
    tool
}

/// The flags that stand for a term.
fn flags_of(name: &str, value: Value) -> Vec<(String, Value)> {
    match (name, value) {
        ("status", Value::Array(statuses)) => {
            statuses.into_iter().map(|status| ("status".to_owned(), status)).collect()
        }
        ("created" | "updated" | "last-run", Value::Object(ends)) => {
            ends.into_iter().map(|(end, time)| (format!("{name}-{end}"), json!(typed(&time)))).collect()
        }
        ("order-by", order) => {
            let word = |member: &str| text(&order[member]).replace('_', "-").replace("ending", "");
            vec![("order-by".to_owned(), json!(word("key"))), ("order".to_owned(), json!(word("direction")))]
        }
        (_, value) => vec![(name.to_owned(), value)],
    }
}

/// A time as it is typed: milliseconds have 12 or 13 digits.
fn typed(milliseconds: &Value) -> Option<String> {
    let milliseconds = milliseconds.as_u64()?;
    let short = i64::try_from(milliseconds).ok().filter(|_| milliseconds < 100_000_000_000);
    let instant = short.map(|short| jiff::Timestamp::from_millisecond(short).unwrap().to_string());
    Some(instant.unwrap_or_else(|| milliseconds.to_string()))
}

/// A value as it is typed: text bare, and a word or number that is not documented without the name of its case.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(other) => other.get("other").map(text).unwrap_or_default(),
        other => other.to_string(),
    }
}
