//! A response that is no success, and what it means.
//!
//! The gateway, ServiceStage and IAM each have error bodies of their own, and relatives of theirs still others; all
//! of them are read. Source: "ServiceStage Error Codes", and the API gateway's and IAM's pages on errors.

use std::str;
use std::time::Duration;

use http::StatusCode;
use huaweicloud_sign::date;
use json_text::Value;
use json_text::number::natural;

use crate::encoding;
use crate::error::{ErrorKind, Failure, Operation, ResponseFacts};
use crate::find::{find, split};
use crate::message::{LONGEST, shorten};
use crate::response::Headers;
use crate::text::{fill, lossy, number};

/// An error body larger than this is no error body of the service, and is not parsed.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

/// How ServiceStage says "not found": with status 401.
const NOT_FOUND_AS_401: &str = "SVCSTG.00100401";

/// What a response without its body says about itself.
#[must_use]
pub fn facts(status: StatusCode, headers: &Headers) -> ResponseFacts {
    let request_id = headers.request_id.as_ref().and_then(|id| short(id, 128));
    ResponseFacts { status: Some(status.as_u16()), request_id, ..ResponseFacts::default() }
}

/// The failure that a response stands for. `now` is the time since the Unix epoch.
#[must_use]
pub fn failure(
    operation: Operation,
    status: StatusCode,
    headers: &Headers,
    body: &[u8],
    now: Duration,
) -> Box<Failure> {
    let (response, form) = read(facts(status, headers), headers, body);
    let retry_after = retry_after(headers, now);
    let kind = kind(operation, status, headers, &response, retry_after);
    let transient = matches!(kind, ErrorKind::Throttled { .. }) || matches!(status.as_u16(), 502..=504);
    let detail = form.or_else(|| response.message.is_none().then(|| "The response says no more.".to_owned()));
    Box::new(Failure { kind, transient, detail, retry_after, response })
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
    let json = small.and_then(|body| Value::parse(body).ok());
    let known = json.as_ref().and_then(|json| code_and_message(json, true).or_else(|| code_and_message(json, false)));
    let (code, message) = known.unwrap_or_else(|| {
        let start = lossy(body.get(..LARGEST_BODY).unwrap_or(body));
        (None, Some(visible_text(&start)))
    });
    let id_in_body = match json.as_ref().and_then(|json| json.member("request_id")) {
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
    let throttled = || ErrorKind::Throttled { retry_after_ms: retry_after.map(milliseconds) };
    match status.as_u16() {
        300..=399 => ErrorKind::Redirected { location: location(headers) },
        400.. if matches!(code, "APIGW.0308" | "APIG.0308") => throttled(),
        401 if code == NOT_FOUND_AS_401 => ErrorKind::NotFound,
        401 if !is_about_credentials(code) => ErrorKind::Rejected,
        401 => clock_skew(response.message.as_deref().unwrap_or_default()).unwrap_or(ErrorKind::Unauthenticated),
        403 => {
            let (permission, depends_on) = operation.permission();
            ErrorKind::Forbidden {
                permission: permission.to_owned(),
                depends_on: depends_on.iter().map(|&permission| permission.to_owned()).collect(),
            }
        }
        404 => ErrorKind::NotFound,
        429 => throttled(),
        400..=499 => ErrorKind::Rejected,
        500..=599 => ErrorKind::Unavailable,
        other => {
            let what = fill("the service answered with the unexpected status {}", &[&number(other.into())]);
            ErrorKind::Other(what)
        }
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
        let (_, rest) = split(message, label)?;
        date::parse(rest.get(..16)?).map(|seconds| seconds * 1000)
    };
    find(message, "signature expired")?;
    Some(ErrorKind::ClockSkew { signed_at: time("signature time:")?, server_time: time("server time:")? })
}

/// `Retry-After` as a wait: seconds, or a date. A date is compared with the server's own clock where it tells it.
fn retry_after(headers: &Headers, now: Duration) -> Option<Duration> {
    let value = headers.retry_after.as_deref()?.trim_ascii();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Duration::from_secs(natural(value).unwrap_or(u64::from(u32::MAX))));
    }
    // Dates end with the year 9999.
    let since_epoch = |text| date::parse_http(text).map(|seconds| seconds * 1_000_000);
    let server = headers.date.as_deref().and_then(since_epoch);
    let server = server.unwrap_or_else(|| now.as_secs() * 1_000_000 + u64::from(now.subsec_micros()));
    Some(Duration::from_micros(since_epoch(value)?.saturating_sub(server)))
}

fn milliseconds(wait: Duration) -> u64 {
    wait.as_secs()
        .checked_mul(1000)
        .and_then(|whole| whole.checked_add(wait.subsec_millis().into()))
        .unwrap_or(u64::MAX)
}

/// The origin that a redirect points to: the rest of the URL could hold anything.
fn location(headers: &Headers) -> Option<String> {
    let location = headers.location.as_deref()?;
    let (scheme, rest) = split(location, "//")?;
    if !["", "http:", "https:"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        return None;
    }
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let authority = rest.get(..end)?;
    let user = authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1);
    Some(shorten(&fill("{}//{}", &[scheme, authority.get(user..)?]), 300))
}

/// The code and the message in any of the known forms, at the top or within. First an object that has both is looked
/// for, as the official SDK does; then one that has either.
fn code_and_message(json: &Value<'_>, both: bool) -> Option<(Option<String>, Option<String>)> {
    let find = |names: &[&str]| {
        names.iter().find_map(|name| match json.member(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.to_string()),
            Some(Value::Number(literal)) => Some((*literal).to_owned()),
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
                members.iter().find_map(|(_, value)| code_and_message(value, both))
            }
        }
        Value::Array(items) => items.iter().find_map(|value| code_and_message(value, both)),
        _ => None,
    }
}

/// Some gateways echo the canonical request, and with it the values of all signed headers; or the signature, which is
/// good for another quarter of an hour.
fn without_signature(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    let mut start = message.len();
    for word in ["canonicalrequest", "canonical request", "canonical_request", "canonical-request", "signature="] {
        start = start.min(find(&lower, word).unwrap_or(start));
    }
    match message.split_at_checked(start) {
        Some((before, after)) if !after.is_empty() => fill("{}[the signed request left out]", &[before]),
        _ => message.to_owned(),
    }
}

/// What a person would see of a page: the text outside of tags, without comments, scripts and styles.
fn visible_text(page: &str) -> String {
    let mut page = page;
    while let Some(rest) = page.strip_prefix("\u{feff}") {
        page = rest;
    }
    let page = page.trim_start();
    if page.as_bytes().first() != Some(&b'<') {
        return page.to_owned();
    }
    // Names of tags in either case; letters beyond ASCII keep their length.
    let lower = page.to_ascii_lowercase();
    let (mut text, mut at) = (String::new(), 0);
    while let Some(tag) = find_from(&lower, "<", at) {
        text.push_str(page.get(at..tag).unwrap_or_default());
        text.push(' ');
        let rest = lower.get(tag + 1..).unwrap_or_default();
        let end = if rest.starts_with("!--") {
            find_from(&lower, "--", tag + 4)
        } else if is_tag(rest, "script") {
            find_from(&lower, "</script", tag)
        } else if is_tag(rest, "style") {
            find_from(&lower, "</style", tag)
        } else {
            Some(tag)
        };
        at = end.and_then(|end| find_from(&lower, ">", end)).map_or(page.len(), |end| end + 1);
    }
    text + page.get(at..).unwrap_or_default()
}

fn is_tag(text: &str, name: &str) -> bool {
    text.strip_prefix(name).is_some_and(|rest| !rest.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric))
}

fn find_from(text: &str, part: &str, from: usize) -> Option<usize> {
    find(text.get(from..)?, part).map(|at| from + at)
}
