//! Writes a recording as the files of a fixture.

use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use huaweicloud_sign::date;
use serde::Serialize;
use serde_json::{Value, json};
use servicestage::types::{AccessKey, Credentials, Term};

use super::names;
use super::scrub::{Scrub, kept_headers};
use super::tape::{RecordedAnswer, RecordedExchange, RecordedResponse, Recording};
use crate::case::{self, Case, Fault, Operation};
use crate::raw::Response;

/// People say what a new fixture shows.
const SHOWS: &str = "Recorded from a live exchange; say here what it shows.";

/// The files of a fixture, without its result, and the facts that people should know.
pub struct Files {
    /// Names and contents.
    pub files: Vec<(String, String)>,
    /// The names of those that hold sentences of the server.
    pub free: Vec<String>,
    /// How many headers of answers were left out.
    pub left_out: usize,
}

/// `case.toml`, as it is written; [`Case`] reads it.
#[derive(Serialize)]
struct WrittenCase<'a> {
    shows: &'a str,
    clock: String,
    vary: &'a [&'a str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    query: Vec<Term>,
    connection: WrittenConnection<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    exchange: Vec<WrittenExchange>,
}

#[derive(Serialize)]
struct WrittenConnection<'a> {
    region: Option<&'a str>,
    project_id: Option<String>,
    endpoint: Option<String>,
    iam_endpoint: Option<String>,
    call_timeout_ms: Option<u32>,
    max_attempts: Option<u32>,
    credentials: Value,
}

#[derive(Serialize)]
struct WrittenExchange {
    fault: Option<Fault>,
}

/// The files of a recording, scrubbed.
///
/// # Errors
/// An answer is not text, or the time is not valid.
pub fn files(recording: &Recording, scrub: &Scrub<'_>) -> Result<Files> {
    let mut files = Files { files: Vec::new(), free: Vec::new(), left_out: 0 };
    files.files.push(("case.toml".to_owned(), case_toml(recording, scrub)?));
    for (exchange, number) in recording.exchanges.iter().zip(1..) {
        files.files.push((format!("request-{number}.http"), scrub.request(&exchange.sent).to_string()));
        match &exchange.answer {
            RecordedAnswer::Fault(_) => {}
            RecordedAnswer::Response(answer) => {
                let name = format!("response-{number}.http");
                let (body, free) = scrub.body(std::str::from_utf8(&answer.body)?);
                if free {
                    files.free.push(name.clone());
                }
                let headers = scrub.headers(answer);
                files.left_out += answer.headers.len() - headers.len();
                files.files.push((name, response(answer, &headers, &body)));
            }
        }
    }
    Ok(files)
}

/// The same recording as it was, to compare what comes of it; its requests are of no account. Never written.
pub fn original(recording: &Recording) -> Result<Case> {
    let mut connection = recording.made.connection.clone();
    connection.credentials = credentials(recording);
    let exchange = |exchange: &RecordedExchange| {
        let answer = match &exchange.answer {
            RecordedAnswer::Fault(fault) => case::Answer::Fault(*fault),
            RecordedAnswer::Response(answer) => {
                let text = response(answer, &kept_headers(answer), std::str::from_utf8(&answer.body)?);
                case::Answer::of(Response::parse(text.as_bytes())?)
            }
        };
        Ok(case::Exchange { request: exchange.sent.clone(), answer })
    };
    Ok(Case {
        name: "the recording".to_owned(),
        shows: SHOWS.to_owned(),
        operation: Operation::ListPipelines,
        connection,
        query: recording.made.query.clone(),
        clock: UNIX_EPOCH + Duration::from_secs(began(recording)),
        vary: Vec::new(),
        exchanges: recording.exchanges.iter().map(exchange).collect::<Result<_>>()?,
        expected: serde_json::Value::Null,
    })
}

fn case_toml(recording: &Recording, scrub: &Scrub<'_>) -> Result<String> {
    let given = &recording.made.connection;
    let faulty = recording.exchanges.iter().any(|exchange| matches!(exchange.answer, RecordedAnswer::Fault(_)));
    let file = WrittenCase {
        shows: SHOWS,
        clock: jiff::Timestamp::from_second(began(recording).try_into()?)?.to_string(),
        // In the replay no time passes between requests.
        vary: if recording.exchanges.len() > 1 { &["user-agent", "x-sdk-date"] } else { &["user-agent"] },
        query: recording.made.query.iter().map(|term| scrub.term(term)).collect(),
        connection: WrittenConnection {
            region: given.region.as_deref(),
            project_id: given.project_id.as_deref().map(|id| scrub.project_id(id)),
            endpoint: given.endpoint.as_deref().map(|endpoint| scrub.endpoint(endpoint)),
            iam_endpoint: given.iam_endpoint.as_deref().map(|endpoint| scrub.endpoint(endpoint)),
            call_timeout_ms: given.call_timeout_ms,
            max_attempts: given.max_attempts,
            credentials: written(&credentials(recording)),
        },
        exchange: if faulty { recording.exchanges.iter().map(manner).collect() } else { Vec::new() },
    };
    toml::to_string(&file).context("case.toml")
}

/// The credentials of fixtures are not secret. Still, no type that holds credentials writes itself.
fn written(credentials: &Credentials) -> Value {
    match credentials {
        Credentials::Ambient => json!("ambient"),
        Credentials::Token(token) => json!({ "token": token }),
        Credentials::AccessKey(AccessKey { access_key_id, secret_access_key, security_token }) => {
            let mut key = json!({ "access_key_id": access_key_id, "secret_access_key": secret_access_key });
            if let Some(token) = security_token {
                key["security_token"] = json!(token);
            }
            json!({ "access_key": key })
        }
    }
}

/// The credentials of fixtures, of the kind that the requests were made with. A token is one, whether it was given or
/// obtained: how it was obtained the component never sees.
fn credentials(recording: &Recording) -> Credentials {
    let has = |name| recording.exchanges.iter().any(|exchange| exchange.sent.header(name).is_some());
    if has("authorization") {
        Credentials::AccessKey(AccessKey {
            access_key_id: names::ACCESS_KEY_ID.to_owned(),
            secret_access_key: names::SECRET_ACCESS_KEY.to_owned(),
            security_token: has("x-security-token").then(|| names::SECURITY_TOKEN.to_owned()),
        })
    } else if has("x-auth-token") {
        Credentials::Token(names::TOKEN.to_owned())
    } else {
        Credentials::Ambient
    }
}

fn manner(exchange: &RecordedExchange) -> WrittenExchange {
    match exchange.answer {
        RecordedAnswer::Fault(fault) => WrittenExchange { fault: Some(fault) },
        RecordedAnswer::Response(_) => WrittenExchange { fault: None },
    }
}

/// When the call began, in seconds since the epoch: as the first signature says, or the clock.
fn began(recording: &Recording) -> u64 {
    let signed = recording.exchanges.first().and_then(|exchange| date::parse(exchange.sent.header("x-sdk-date")?));
    signed.unwrap_or_else(|| recording.made.began.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

/// An answer in one piece. One that was cut short announces more than it brings.
fn response(answer: &RecordedResponse, headers: &[(String, String)], body: &str) -> String {
    let status = answer.status;
    let reason = status.canonical_reason().unwrap_or("Unknown");
    let length = body.len() + usize::from(answer.cut_short);
    let mut text = format!("HTTP/1.1 {} {reason}\n", status.as_u16());
    headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\n")));
    if !matches!(status.as_u16(), 204 | 304) {
        text.push_str(&format!("content-length: {length}\n"));
    }
    text + "\n" + body
}
