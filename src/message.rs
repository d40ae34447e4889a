//! The three lines of an error's message: what happened, why as far as it is known, and what to do next.

use model::error::{ClockSkew, ErrorKind, Forbidden, Redirected, Throttled, Timeout, TooLarge, Undecodable};

use crate::encoding;
use crate::failure::{Failure, Operation, RequestSummary};

/// Composes the three lines.
#[must_use]
pub fn compose(failure: &Failure, request: &RequestSummary) -> String {
    let (summary, cause) = (summary(&failure.kind), cause(failure, request));
    model::error::message(request.operation.name(), &summary, &cause, &advice(failure, request.operation))
}

fn summary(kind: &ErrorKind) -> String {
    let summary = match kind {
        ErrorKind::InvalidArgument(invalid) => return invalid.summary(),
        ErrorKind::Denied => "the host does not allow this request",
        ErrorKind::Dns => "the name of the host could not be resolved",
        ErrorKind::Refused => "no connection could be made",
        ErrorKind::Tls => "the TLS handshake failed",
        ErrorKind::Reset => "the connection broke before the response was complete",
        ErrorKind::Timeout(Timeout::Connect) => "no connection was made within the time allowed",
        ErrorKind::Timeout(Timeout::FirstByte) => "the response did not begin within the time allowed",
        ErrorKind::Timeout(Timeout::BetweenBytes) => "the response stopped for longer than allowed",
        ErrorKind::Timeout(Timeout::Call) => "the call took longer than allowed",
        ErrorKind::Unauthenticated => "the service does not accept the credentials",
        ErrorKind::ClockSkew(ClockSkew { signed_at, server_time }) => {
            let side = if signed_at < server_time { "behind" } else { "ahead of" };
            let seconds = signed_at.abs_diff(*server_time) / 1000;
            return format!("the local clock is {seconds} s {side} the service's, so the signature is out of date");
        }
        ErrorKind::Forbidden(Forbidden { permission, .. }) => {
            return format!("the credentials lack the permission {permission}");
        }
        ErrorKind::NotFound => "the project or the API does not exist there",
        ErrorKind::Throttled(Throttled { retry_after_ms: Some(wait) }) => {
            return format!("too many requests; the service asks to wait {wait} ms");
        }
        ErrorKind::Throttled(Throttled { retry_after_ms: None }) => "too many requests",
        ErrorKind::Rejected => "the service refused the request",
        ErrorKind::Unavailable => "the service is not available",
        ErrorKind::Redirected(Redirected { location: Some(location) }) => {
            return format!("the answer is a redirect to {location}, which is not followed");
        }
        ErrorKind::Redirected(Redirected { location: None }) => "the answer is a redirect, which is not followed",
        ErrorKind::TooLarge(TooLarge { limit_bytes: Some(limit) }) => {
            return format!("the response is larger than {limit} bytes");
        }
        ErrorKind::TooLarge(TooLarge { limit_bytes: None }) => "the response is larger than allowed",
        ErrorKind::CutShort => "the answer is not complete",
        ErrorKind::Undecodable(Undecodable { path, expected }) => {
            return format!("the answer cannot be decoded: at {path}, expected {expected}");
        }
        ErrorKind::Other(text) => text,
    };
    summary.to_owned()
}

/// The service's own words, what else is known, and the request: all that a support case needs.
fn cause(failure: &Failure, request: &RequestSummary) -> String {
    let response = &failure.response;
    let argument = match &failure.kind {
        ErrorKind::InvalidArgument(invalid) => invalid.cause(),
        _ => String::new(),
    };
    let vendor = [&response.code, &response.message].map(|text| text.as_deref().unwrap_or_default());
    let mut vendor = join(&vendor, ": ");
    if !vendor.is_empty() && !vendor.ends_with(['.', '!', '?', '…']) {
        vendor.push('.');
    }
    let status = response.status.map(|status| format!("HTTP {status}")).unwrap_or_default();
    let id = response.request_id.as_ref().map(|id| format!("request id {id}")).unwrap_or_default();
    let attempts = match request.attempts {
        0 => "nothing was sent".to_owned(),
        1 => String::new(),
        attempts => format!("{attempts} attempts"),
    };
    let facts = format!("({})", join(&[&request.line, &status, &id, &attempts], ", "));
    join(&[&argument, &vendor, failure.detail.as_deref().unwrap_or_default(), &facts], " ")
}

/// Joins the parts that are not empty.
fn join(parts: &[&str], between: &str) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

fn advice(failure: &Failure, operation: Operation) -> String {
    let host = match operation {
        Operation::ListPipelines => "`endpoint`",
        Operation::FindProject => "`iam-endpoint`",
    };
    let advice = match &failure.kind {
        ErrorKind::InvalidArgument(invalid) => return invalid.advice(),
        ErrorKind::Denied => "Have the host's policy grant the component this method, host and path.",
        ErrorKind::Dns => return format!("Check `region` and {host}, and that this machine can resolve names."),
        ErrorKind::Refused => return format!("Check {host} and that the network lets you reach it, then try again."),
        ErrorKind::Tls => {
            return format!("Check that {host} speaks https and that its certificate is trusted here.");
        }
        ErrorKind::Reset | ErrorKind::CutShort => "Try again; if it happens every time, check the proxies in between.",
        ErrorKind::Timeout(Timeout::Connect) => {
            return format!("Check {host} and the network, or allow more with `connect-timeout-ms`.");
        }
        ErrorKind::Timeout(Timeout::FirstByte) => "Try again, or allow more with `first-byte-timeout-ms`.",
        ErrorKind::Timeout(Timeout::BetweenBytes) => "Try again, or allow more with `between-bytes-timeout-ms`.",
        ErrorKind::Timeout(Timeout::Call) => "Try again, or allow more with `call-timeout-ms`.",
        ErrorKind::Unauthenticated => {
            "Check the credentials and that they belong to this region before another call: five failures lock an access \
             key for five minutes."
        }
        ErrorKind::ClockSkew(_) => "Set the local clock, for instance by NTP, and call again.",
        ErrorKind::Forbidden(Forbidden { permission, depends_on }) => {
            let also = if depends_on.is_empty() { String::new() } else { format!(" and {}", depends_on.join(", ")) };
            return format!("Have {permission}{also} granted, or check `region` and `project-id`.");
        }
        ErrorKind::NotFound => return format!("Check `region`, `project-id` and {host}."),
        ErrorKind::Throttled(_) => "Wait, then call again; list less often or from fewer places at once.",
        ErrorKind::Rejected => "The service's message says what it refuses; quote the request id to its support.",
        ErrorKind::Unavailable => "Try again later; if it lasts, quote the request id to the service's support.",
        ErrorKind::Redirected(_) => {
            return format!("Set {host} to the API itself; a portal or a proxy may be answering.");
        }
        ErrorKind::TooLarge(TooLarge { limit_bytes: Some(_) }) => "Raise `max-response-bytes`.",
        ErrorKind::TooLarge(TooLarge { limit_bytes: None }) => "Ask for less, or raise the limit of the host.",
        ErrorKind::Undecodable(undecodable) if undecodable.expected == encoding::ASKED => return elsewhere(host),
        ErrorKind::Undecodable(_) => {
            return format!("Check that {host} is the API itself; if it is, report this message.");
        }
        // A status that the API does not use, such as 203 of a proxy that changes what it passes on.
        ErrorKind::Other(_) if failure.response.status.is_some() => return elsewhere(host),
        ErrorKind::Other(_) => "Report this message.",
    };
    advice.to_owned()
}

/// The advice where something else than the API seems to answer.
fn elsewhere(host: &str) -> String {
    format!("Check that {host} is the API itself, and the proxies in between.")
}
