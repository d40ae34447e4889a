//! Reads a response that is not a success, and says what it means.
//!
//! The gateway, ServiceStage and IAM each have error bodies of their own, and relatives of theirs still others; all
//! of them are read. Source: "ServiceStage Error Codes", and the API gateway's and IAM's pages on errors.

use std::str;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::StatusCode;
use huaweicloud_sign::date;
use model::error::{ClockSkew, ErrorKind, Forbidden, Redirected, Throttled};
use serde_json::Value;

use crate::encoding;
use crate::failure::{Failure, Operation, ResponseFacts};
use crate::response::Headers;
use model::text::shorten;

/// The longest message of a server that is passed on, in characters.
const LONGEST: usize = 512;

/// A larger body is not an error of the service, and is not parsed.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

/// How ServiceStage says "not found": with status 401.
const NOT_FOUND_AS_401: &str = "SVCSTG.00100401";

/// Returns the facts that a response holds without its body.
#[must_use]
pub fn facts(status: StatusCode, headers: &Headers) -> ResponseFacts {
    let request_id = headers.request_id.as_ref().and_then(|id| short(id, 128));
    ResponseFacts { status: Some(status.as_u16()), request_id, ..ResponseFacts::default() }
}

/// The failure that a response stands for. `now` is the time since the Unix epoch.
#[must_use]
pub fn failure(operation: Operation, status: StatusCode, headers: &Headers, body: &[u8], now: Duration) -> Failure {
    let (response, form) = read(facts(status, headers), headers, body);
    let retry_after = retry_after(headers, now);
    let kind = kind(operation, status, headers, &response, retry_after);
    let transient = matches!(kind, ErrorKind::Throttled(_)) || matches!(status.as_u16(), 502..=504);
    let detail = form.or_else(|| response.message.is_none().then(|| "The response says no more.".to_owned()));
    Failure { kind, transient, detail, retry_after, response }
}

/// Adds what a body says, or names the form that it is in where it cannot be read.
fn read(facts: ResponseFacts, headers: &Headers, body: &[u8]) -> (ResponseFacts, Option<String>) {
    // Text in UTF-16 may be well-formed UTF-8, with a zero after each character.
    let readable = str::from_utf8(body).is_ok_and(|text| !text.contains('\0'));
    match encoding::unasked(headers, body).filter(|_| !readable) {
        None => (with_body(facts, body), None),
        form => (facts, form),
    }
}

/// Adds the code, the message and the request id that a body holds.
#[must_use]
pub fn with_body(facts: ResponseFacts, body: &[u8]) -> ResponseFacts {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body).trim_ascii();
    if body.is_empty() {
        return facts;
    }
    let small = str::from_utf8(body).ok().filter(|body| body.len() <= LARGEST_BODY);
    let json = small.and_then(|body| serde_json::from_str::<Value>(body).ok());
    let known = json.as_ref().and_then(|json| code_and_message(json, true).or_else(|| code_and_message(json, false)));
    let (code, message) = known.unwrap_or_else(|| {
        let start = String::from_utf8_lossy(body.get(..LARGEST_BODY).unwrap_or(body));
        (None, Some(start.trim_start_matches('\u{feff}').to_owned()))
    });
    let id_in_body = match json.as_ref().and_then(|json| json.get("request_id")) {
        Some(Value::String(id)) => short(id, 128),
        _ => None,
    };
    ResponseFacts {
        code: code.and_then(|code| short(&code, 64)),
        message: message.and_then(|message| short(&without_signature(&message), LONGEST)),
        request_id: facts.request_id.or(id_in_body),
        ..facts
    }
}

/// A text as one short line, if anything is left of it.
fn short(text: &str, longest: usize) -> Option<String> {
    Some(shorten(text, longest)).filter(|text| !text.is_empty())
}

fn kind(
    operation: Operation,
    status: StatusCode,
    headers: &Headers,
    response: &ResponseFacts,
    retry_after: Option<Duration>,
) -> ErrorKind {
    let code = response.code.as_deref().unwrap_or_default();
    let throttled = || ErrorKind::Throttled(Throttled { retry_after_ms: retry_after.map(milliseconds) });
    match status.as_u16() {
        300..=399 => ErrorKind::Redirected(Redirected { location: location(headers) }),
        400.. if matches!(code, "APIGW.0308" | "APIG.0308") => throttled(),
        401 if code == NOT_FOUND_AS_401 => ErrorKind::NotFound,
        401 if !is_about_credentials(code) => ErrorKind::Rejected,
        401 => clock_skew(response.message.as_deref().unwrap_or_default()).unwrap_or(ErrorKind::Unauthenticated),
        403 => {
            let (permission, depends_on) = operation.permission();
            ErrorKind::Forbidden(Forbidden {
                permission: permission.to_owned(),
                depends_on: depends_on.iter().map(|&permission| permission.to_owned()).collect(),
            })
        }
        404 => ErrorKind::NotFound,
        429 => throttled(),
        400..=499 => ErrorKind::Rejected,
        500..=599 => ErrorKind::Unavailable,
        other => ErrorKind::Other(format!("the service answered with the unexpected status {other}")),
    }
}

/// Whether the gateway or IAM refuses. Any other service answers only when the gateway has accepted the credentials.
fn is_about_credentials(code: &str) -> bool {
    let of_keystone = code.bytes().all(|byte| byte.is_ascii_digit());
    of_keystone || ["APIG.", "APIGW.", "IAM."].iter().any(|family| code.starts_with(family))
}

/// Both times, from the gateway's message about a signature that is out of date.
fn clock_skew(message: &str) -> Option<ErrorKind> {
    let time = |label: &str| {
        let (_, rest) = message.split_once(label)?;
        date::parse(rest.get(..16)?).map(|seconds| seconds * 1000)
    };
    if !message.contains("signature expired") {
        return None;
    }
    let (signed_at, server_time) = (time("signature time:")?, time("server time:")?);
    Some(ErrorKind::ClockSkew(ClockSkew { signed_at, server_time }))
}

/// `Retry-After` as a wait: seconds, or a date. A date is compared with the server's own clock where it tells it.
fn retry_after(headers: &Headers, now: Duration) -> Option<Duration> {
    let value = headers.retry_after.as_deref()?.trim_ascii();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::from(u32::MAX))));
    }
    let since_epoch = |text| since_epoch(httpdate::parse_http_date(text).ok()?);
    let server = headers.date.as_deref().and_then(since_epoch).unwrap_or(now);
    Some(since_epoch(value)?.saturating_sub(server))
}

fn since_epoch(time: SystemTime) -> Option<Duration> {
    time.duration_since(UNIX_EPOCH).ok()
}

fn milliseconds(wait: Duration) -> u64 {
    u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)
}

/// The origin that a redirect points to: the rest of the URL could hold anything.
fn location(headers: &Headers) -> Option<String> {
    let location = headers.location.as_deref()?;
    let (scheme, rest) = location.split_once("//")?;
    if !["", "http:", "https:"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    Some(shorten(&format!("{scheme}//{host}"), 300))
}

/// The code and the message in any of the known forms, at the top or within. First an object that has both is looked
/// for, as the official SDK does; then one that has either.
fn code_and_message(json: &Value, both: bool) -> Option<(Option<String>, Option<String>)> {
    let find = |names: &[&str]| {
        names.iter().find_map(|name| match json.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        })
    };
    match json {
        Value::Object(members) => {
            let code = find(&["error_code", "errorCode", "code"]);
            let message = find(&["error_msg", "errorMsg", "errorMessage", "error_message", "message"]);
            let enough = if both { code.is_some() && message.is_some() } else { code.is_some() || message.is_some() };
            if enough {
                Some((code, message))
            } else {
                members.values().find_map(|value| code_and_message(value, both))
            }
        }
        Value::Array(items) => items.iter().find_map(|value| code_and_message(value, both)),
        _ => None,
    }
}

/// Leaves out an echoed canonical request or signature, with the text after it. Some gateways echo them. The one holds
/// the values of all signed headers, and the other is valid for another quarter of an hour.
fn without_signature(message: &str) -> String {
    const SIGNED: [&str; 5] =
        ["canonicalrequest", "canonical request", "canonical_request", "canonical-request", "signature="];
    // Letters beyond ASCII keep their length.
    let lower = message.to_ascii_lowercase();
    let signed = SIGNED.iter().filter_map(|word| lower.find(word)).min();
    match signed.and_then(|start| message.get(..start)) {
        Some(before) => format!("{before}[the signed request left out]"),
        None => message.to_owned(),
    }
}
