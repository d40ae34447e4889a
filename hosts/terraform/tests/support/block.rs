//! Fixtures as configurations of Terraform.

use std::fmt::Write as _;

use host_test::case::{Answer, Case, Fault};
use serde_json::{Value, json};
use servicestage::types::{Credentials, Term};

use crate::secured::{certificate, secured};
use crate::support::fixture;

/// A fixture in Terraform's words, and the server that answers with it.
pub struct Block {
    pub text: String,
    pub server: String,
}

/// The beginning of a configuration.
pub const HEAD: &str =
    "terraform {\n  required_providers {\n    servicestage = { source = \"huaweicloud/servicestage\" }\n  }\n}\n";

/// A provider and a data source that ask a case.
pub fn block(case: &Case) -> Block {
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
    // Without either the fixture shows what is missing.
    let served = connection.region.as_ref().or(connection.endpoint.as_ref()).map(|_| &server);
    let nothing_sent = case.expected["error"]["attempts"] == 0;
    let own = |endpoint: &Option<String>| json!(endpoint.as_ref().filter(|_| nothing_sent).or(served));
    let mut arguments = vec![
        ("alias", json!(case.name)),
        ("region", json!(connection.region)),
        ("project_id", json!(connection.project_id)),
        ("endpoint", own(&connection.endpoint)),
        ("iam_endpoint", own(&connection.iam_endpoint)),
        ("max_attempts", json!(connection.max_attempts)),
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
    match name.as_str() {
        "created" | "updated" | "last_run" => {
            let ends = value.as_object().unwrap().iter().filter(|(_, time)| !time.is_null());
            ends.map(|(end, time)| (format!("{}_{end}", name.replace("run", "trigger")), json!(moment(time)))).collect()
        }
        "status" => {
            let statuses = value.as_array().unwrap().iter();
            vec![("statuses".to_owned(), statuses.map(bare).collect())]
        }
        "order_by" => {
            let key = match value["key"].as_str().unwrap() {
                "creation" => "created_at",
                "update" => "updated_at",
                "last_run" => "last_trigger_at",
                other => other,
            };
            vec![("order_by".to_owned(), json!(key)), ("order".to_owned(), value["direction"].clone())]
        }
        _ => vec![(name, bare(&value))],
    }
}

/// A word or number that is not documented, without the name of its case.
pub fn bare(value: &Value) -> Value {
    value.get("other").unwrap_or(value).clone()
}

/// A time by RFC 3339, with milliseconds where there are any.
pub fn moment(milliseconds: &Value) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(milliseconds.as_i64()?).unwrap();
    Some(if time.subsec_millisecond() == 0 { time.to_string() } else { format!("{time:.3}") })
}
