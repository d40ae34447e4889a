//! The part that hosts' tests of the fixtures share: the result to expect of a server on loopback, and the conformance
//! matrix.

use std::fs::OpenOptions;
use std::io::Write;

use serde_json::{Value, json};

use crate::case::{Answer, Case, Fault};

/// Why a fault cannot be shown by a server on loopback.
const FAULT: &str = "the server can end a connection or be absent, and not fail in this way";

/// Fixtures in which a millisecond decides.
const MARGINS: [&str; 5] =
    ["between_bytes_timeout", "call_timeout", "call_timeout_in_body", "first_byte_timeout", "slow_but_in_time"];

/// How a fixture came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// The answer is the expected one.
    Passed,
    /// The host returns another answer, for this reason.
    Differs(&'a str),
    /// The host cannot be asked this, for this reason.
    NotApplicable(&'a str),
}

/// Adds a line of JSON to the file that `CONFORMANCE` names. Without that variable it does nothing.
///
/// # Errors
/// The file cannot be written.
pub fn report(host: &str, fixture: &str, verdict: Verdict<'_>) -> std::io::Result<()> {
    let Some(file) = std::env::var_os("CONFORMANCE") else { return Ok(()) };
    let line = match verdict {
        Verdict::Passed => json!({ "fixture": fixture, "host": host, "result": "passed" }),
        Verdict::Differs(why) => json!({ "fixture": fixture, "host": host, "result": "differs", "why": why }),
        Verdict::NotApplicable(why) => {
            json!({ "fixture": fixture, "host": host, "result": "not-applicable", "why": why })
        }
    };
    // In one write: cases run side by side.
    OpenOptions::new().append(true).create(true).open(file)?.write_all(format!("{line}\n").as_bytes())
}

/// Returns why a host cannot be asked a case with a real server on loopback and a real clock, if it cannot.
#[must_use]
pub fn not_served(case: &Case) -> Option<&'static str> {
    let fault = case.exchanges.iter().find_map(|exchange| match exchange.answer {
        Answer::Fault(fault) => Some(fault),
        Answer::Response { .. } => None,
    });
    match fault {
        None | Some(Fault::ConnectionTerminated | Fault::ConnectionRefused) => {}
        Some(_) => return Some(FAULT),
    }
    MARGINS.contains(&case.name.as_str()).then_some("it depends on a millisecond, which a real server cannot keep")
}

/// Returns the expected result as it reads where this server stands in place of the service.
#[must_use]
pub fn expected_of(case: &Case, server: &str) -> Value {
    let region = case.connection.region.as_deref().unwrap_or_default();
    let origins = ["servicestage", "iam"]
        .into_iter()
        .flat_map(|service| ["com", "eu"].map(|cloud| format!("https://{service}.{region}.myhuaweicloud.{cloud}/")));
    let text = origins.fold(case.expected.to_string(), |text, origin| text.replace(&origin, &format!("{server}/")));
    text.parse().unwrap_or_default()
}
