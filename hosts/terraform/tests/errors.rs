//! Every error that a fixture shows, as people meet it in Terraform: a file that a person has read, and found to help.

#[path = "../../cli/tests/support/secured.rs"]
mod secured;
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use host_test::case::{self, Answer, Case, Fault};
use secured::{certificate, secured};
use serde_json::{Value, json};
use servicestage::types::{Credentials, Term};
use support::{Terraform, assert_snapshot, fixture};

/// What people cannot do with the provider, or this machine alone cannot show.
const LEFT_OUT: [(&str, &str); 9] = [
    ("bad_max_response_bytes_zero", "the provider has no such argument"),
    ("bad_range_open", "a range without ends is none"),
    ("bad_security_token_empty", "an empty value counts as none"),
    ("bad_status_many", "a set holds a value once"),
    ("bad_term_twice", "Terraform takes an argument once"),
    ("connect_timeout", "loopback swallows no packet"),
    ("dns_unknown_name", "it would ask a name service"),
    ("find_project_given", "the project is not looked up"),
    ("too_large", "the provider has no such argument"),
];

/// A fixture in Terraform's words, and the server that answers with it.
struct Block {
    text: String,
    server: String,
}

#[test]
fn every_error_of_a_fixture_says_what_happened_and_what_to_do() {
    let (mut blocks, mut told) = (BTreeMap::new(), BTreeMap::new());
    for folder in case::folders().unwrap() {
        let case = Case::read(&folder).unwrap();
        if case.expected.get("error").is_none() {
            continue;
        }
        match LEFT_OUT.iter().find(|(name, _)| *name == case.name) {
            Some((_, why)) => drop(told.insert(case.name, format!("Left out: {why}.\n"))),
            None => drop(blocks.insert(case.name.clone(), block(&case))),
        }
    }
    // What Terraform finds first keeps it from finding the rest, so that is taken away and Terraform asked again.
    while !blocks.is_empty() {
        let found = plan(&blocks);
        assert!(!found.is_empty(), "nothing is told of {:?}", blocks.keys());
        blocks.retain(|name, _| !found.contains_key(name));
        told.extend(found);
    }
    let text: String = told.iter().map(|(name, text)| format!("# {name}\n{text}\n")).collect();
    assert_snapshot("errors.txt", &text);
}

/// What Terraform says of each block, as far as it comes.
fn plan(blocks: &BTreeMap<String, Block>) -> BTreeMap<String, String> {
    let mut configuration = "terraform {\n  required_providers {\n    servicestage = { source = \
                             \"huaweicloud/servicestage\" }\n  }\n}\n"
        .to_owned();
    let mut starts = Vec::new();
    for (name, block) in blocks {
        starts.push((configuration.lines().count() + 1, name, block));
        configuration.push_str(&block.text);
    }
    let output = Terraform::new(&configuration).run(&["plan", "-json"]);
    let mut told = BTreeMap::<_, String>::new();
    for line in support::text(&output.stdout).lines() {
        let Ok(line) = serde_json::from_str::<Value>(line) else { continue };
        let diagnostic = &line["diagnostic"];
        let Some(at) = diagnostic["range"]["start"]["line"].as_u64() else { continue };
        let (_, name, block) = starts.iter().rev().find(|(start, ..)| *start as u64 <= at).unwrap();
        let text = |name: &str| diagnostic[name].as_str().unwrap_or_default().replace(&block.server, "http://SERVER");
        let told = told.entry((*name).clone()).or_default();
        let _ = writeln!(told, "{}", text("summary"));
        for line in text("detail").lines().filter(|line| !line.is_empty()) {
            let _ = writeln!(told, "  {line}");
        }
    }
    told
}

fn block(case: &Case) -> Block {
    let connection = &case.connection;
    let server = server(case);
    let timeouts = [
        connection.connect_timeout_ms,
        connection.first_byte_timeout_ms,
        connection.between_bytes_timeout_ms,
        connection.call_timeout_ms,
    ];
    // A fixture waits in virtual time, and this does not: two seconds, after which none has its answer, unless none is due.
    let timeout = timeouts.into_iter().flatten().min().map(|milliseconds| milliseconds.min(1) * 2);
    // Without a region the fixture shows what is missing, and an endpoint would take its place.
    let served = connection.region.as_ref().map(|_| &server);
    let own = |endpoint: &Option<String>| json!(endpoint.as_ref().or(served));
    let mut arguments = vec![
        ("alias", json!(case.name)),
        ("region", json!(connection.region)),
        ("project_id", json!(connection.project_id)),
        ("endpoint", own(&connection.endpoint)),
        ("iam_endpoint", own(&connection.iam_endpoint)),
        ("max_attempts", json!(connection.max_attempts.unwrap_or(1))),
        ("timeout", json!(timeout)),
    ];
    match &connection.credentials {
        Credentials::Ambient => arguments.push(("token", json!("example-token"))),
        Credentials::Token(token) => arguments.push(("token", json!(token))),
        // The fixtures' keys have digits in common with the project's id, which would be redacted with them.
        Credentials::AccessKey(_) if !case.exchanges.is_empty() => {
            arguments.extend([("access_key", json!("EXAMPLEAK")), ("secret_key", json!("hush-hush-key"))]);
        }
        Credentials::AccessKey(key) => arguments.extend([
            ("access_key", json!(key.access_key_id)),
            ("secret_key", json!(key.secret_access_key)),
            ("security_token", json!(key.security_token)),
        ]),
    }
    let mut text = format!("provider \"servicestage\" {{\n{}}}\n", lines(arguments));
    let query = case.query.iter().flat_map(argument);
    let query = lines(query.collect::<Vec<_>>().iter().map(|(name, value)| (name.as_str(), value.clone())));
    let _ = write!(
        text,
        "data \"servicestage_pipelines\" \"{0}\" {{\n  provider = servicestage.{0}\n{query}}}\n",
        case.name
    );
    Block { text, server }
}

fn lines<'a>(arguments: impl IntoIterator<Item = (&'a str, Value)>) -> String {
    // Of JSON's strings Terraform takes all but those with the beginning of an expression, which no fixture has.
    arguments.into_iter().map(|(name, value)| format!("  {name} = {value}\n")).collect()
}

/// Where this fixture is answered.
fn server(case: &Case) -> String {
    match case.exchanges.first().map(|exchange| &exchange.answer) {
        Some(Answer::Fault(Fault::ConnectionRefused)) => "http://127.0.0.1:1".to_owned(),
        Some(Answer::Fault(Fault::HttpRequestDenied)) => "https://10.0.0.1:1".to_owned(),
        Some(Answer::Fault(Fault::TlsCertificateError)) => {
            format!("https://{}", secured("http://127.0.0.1:1", &certificate("127.0.0.1"), None))
        }
        _ => fixture(&case.name),
    }
}

/// The arguments that stand for a condition.
fn argument(term: &Term) -> Vec<(String, Value)> {
    let Value::Object(term) = serde_json::to_value(term).unwrap() else { panic!("a term has one name") };
    let (name, value) = term.into_iter().next().unwrap();
    let time = |end: &str| {
        let time = jiff::Timestamp::from_millisecond(value[end].as_i64().unwrap()).unwrap();
        (format!("{name}_{end}"), json!(time.to_string()))
    };
    match name.as_str() {
        "created" => vec![time("from"), time("to")],
        "status" => vec![("statuses".to_owned(), value)],
        _ => vec![(name, value)],
    }
}
