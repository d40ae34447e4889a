//! The three lines that tell people of a failure: what happened, why as far as it is known, and what to do next.

use crate::error::{ErrorKind, Failure, Operation, Place, Timeout};
use crate::text::{fill, join, number};

/// The longest text of a server that is passed on, in characters.
pub const LONGEST: usize = 512;

/// The three lines.
#[must_use]
pub fn compose(failure: &Failure, place: Place<'_>) -> String {
    let (what, why, next) = (what(&failure.kind), why(failure, place), next(failure, place.operation));
    fill("{} failed: {}.\n{}\n{}", &[place.operation.name(), &what, &why, &next])
}

/// Text from outside as one short line: control characters and runs of white space become one space.
#[must_use]
pub fn shorten(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let (mut left, mut gap) = (longest, false);
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = !line.is_empty();
            continue;
        }
        if gap && left > 0 {
            line.push(' ');
            left -= 1;
        }
        if left == 0 {
            line.push('…');
            break;
        }
        line.push(character);
        (left, gap) = (left - 1, false);
    }
    line
}

/// Templates and what fills them, so that they are filled in one place.
fn what(kind: &ErrorKind) -> String {
    let counted = match kind {
        ErrorKind::ClockSkew { signed_at, server_time } => number(signed_at.abs_diff(*server_time) / 1000),
        ErrorKind::Throttled { retry_after_ms: Some(counted) } | ErrorKind::TooLarge { limit_bytes: Some(counted) } => {
            number(*counted)
        }
        _ => String::new(),
    };
    let (template, parts): (&str, [&str; 2]) = match kind {
        ErrorKind::InvalidArgument { argument, .. } => ("the argument `{}` is not valid", [argument, ""]),
        ErrorKind::Denied => ("the host does not allow this request", [""; 2]),
        ErrorKind::Dns => ("the name of the host could not be resolved", [""; 2]),
        ErrorKind::Refused => ("no connection could be made", [""; 2]),
        ErrorKind::Tls => ("the TLS handshake failed", [""; 2]),
        ErrorKind::Reset => ("the connection broke before the response was complete", [""; 2]),
        ErrorKind::Timeout(Timeout::Connect) => ("no connection was made within the time allowed", [""; 2]),
        ErrorKind::Timeout(Timeout::FirstByte) => ("the response did not begin within the time allowed", [""; 2]),
        ErrorKind::Timeout(Timeout::BetweenBytes) => ("the response stopped for longer than allowed", [""; 2]),
        ErrorKind::Timeout(Timeout::Call) => ("the call took longer than allowed", [""; 2]),
        ErrorKind::Unauthenticated => ("the service does not accept the credentials", [""; 2]),
        ErrorKind::ClockSkew { signed_at, server_time } => {
            let direction = if signed_at < server_time { "behind" } else { "ahead of" };
            let template = "the local clock is {} s {} the service's, so the signature is out of date";
            (template, [&counted, direction])
        }
        ErrorKind::Forbidden { permission, .. } => ("the credentials lack the permission {}", [permission, ""]),
        ErrorKind::NotFound => ("the service does not know what was asked for", [""; 2]),
        ErrorKind::Throttled { retry_after_ms: Some(_) } => {
            ("too many requests; the service asks to wait {} ms", [&counted, ""])
        }
        ErrorKind::Throttled { retry_after_ms: None } => ("too many requests", [""; 2]),
        ErrorKind::Rejected => ("the service refused the request", [""; 2]),
        ErrorKind::Unavailable => ("the service is not available", [""; 2]),
        ErrorKind::Redirected { location: Some(location) } => {
            ("the answer is a redirect to {}, which is not followed", [location, ""])
        }
        ErrorKind::Redirected { location: None } => ("the answer is a redirect, which is not followed", [""; 2]),
        ErrorKind::TooLarge { limit_bytes: Some(_) } => ("the response is larger than {} bytes", [&counted, ""]),
        ErrorKind::TooLarge { limit_bytes: None } => ("the response is larger than allowed", [""; 2]),
        ErrorKind::CutShort => ("the answer is not complete", [""; 2]),
        ErrorKind::Undecodable { path, expected } => {
            ("the answer cannot be decoded: at {}, expected {}", [path, expected])
        }
        ErrorKind::Other(text) => ("{}", [text, ""]),
    };
    fill(template, &parts)
}

/// The service's own words, what else is known, and the request: all that a support case needs.
fn why(failure: &Failure, place: Place<'_>) -> String {
    let response = &failure.response;
    let mut why = Vec::new();
    if let ErrorKind::InvalidArgument { argument, reason } = &failure.kind {
        why.push(fill("`{}`: {}.", &[argument, reason]));
    }
    let vendor: Vec<&String> = [&response.code, &response.message].into_iter().flatten().collect();
    if !vendor.is_empty() {
        let mut vendor = join(&vendor, ": ");
        if ![".", "!", "?", "…"].iter().any(|end| vendor.ends_with(end)) {
            vendor.push('.');
        }
        why.push(vendor);
    }
    why.extend(failure.detail.clone());

    let mut facts = Vec::new();
    if !place.request.is_empty() {
        facts.push(place.request.to_owned());
    }
    if let Some(status) = response.status {
        facts.push(fill("HTTP {}", &[&number(status.into())]));
    }
    if let Some(id) = &response.request_id {
        facts.push(fill("request id {}", &[id]));
    }
    match place.attempts {
        0 => facts.push("nothing was sent".to_owned()),
        1 => {}
        attempts => facts.push(fill("{} attempts", &[&number(attempts.into())])),
    }
    why.push(fill("({})", &[&join(&facts, ", ")]));
    join(&why, " ")
}

fn next(failure: &Failure, operation: Operation) -> String {
    let host = match operation {
        Operation::ListPipelines => "`endpoint`",
        Operation::FindProject => "`iam-endpoint`",
    };
    let depends_on = match &failure.kind {
        ErrorKind::Forbidden { depends_on, .. } => join(depends_on, ", "),
        _ => String::new(),
    };
    let (template, part): (&str, &str) = match &failure.kind {
        ErrorKind::InvalidArgument { argument, .. } => ("Correct `{}`, then call again.", argument),
        ErrorKind::Denied => ("Have the host's policy grant the component this method, host and path.", ""),
        ErrorKind::Dns => ("Check `region` and {}, and that this machine can resolve names.", host),
        ErrorKind::Refused => ("Check {} and that the network lets you reach it, then try again.", host),
        ErrorKind::Tls => ("Check that {} speaks https and that its certificate is trusted here.", host),
        ErrorKind::Reset | ErrorKind::CutShort => {
            ("Try again; if it happens every time, check the proxies in between.", "")
        }
        ErrorKind::Timeout(Timeout::Connect) => {
            ("Check {} and the network, or allow more with `connect-timeout-ms`.", host)
        }
        ErrorKind::Timeout(Timeout::FirstByte) => ("Try again, or allow more with `first-byte-timeout-ms`.", ""),
        ErrorKind::Timeout(Timeout::BetweenBytes) => ("Try again, or allow more with `between-bytes-timeout-ms`.", ""),
        ErrorKind::Timeout(Timeout::Call) => ("Try again, or allow more with `call-timeout-ms`.", ""),
        ErrorKind::Unauthenticated => (
            "Check the credentials and that they belong to this region before another call: five failures lock an access \
             key for five minutes.",
            "",
        ),
        ErrorKind::ClockSkew { .. } => ("Set the local clock, for instance by NTP, and call again.", ""),
        ErrorKind::Forbidden { permission, .. } if depends_on.is_empty() => {
            ("Have {} granted, or check `region` and `project-id`.", permission)
        }
        ErrorKind::Forbidden { permission, .. } => {
            return fill("Have {} and {} granted, or check `region` and `project-id`.", &[permission, &depends_on]);
        }
        ErrorKind::NotFound => ("Check `region`, `project-id` and {}.", host),
        ErrorKind::Throttled { .. } => ("Wait, then call again; list less often or from fewer places at once.", ""),
        ErrorKind::Rejected => ("The service's message says what it refuses; quote the request id to its support.", ""),
        ErrorKind::Unavailable => ("Try again later; if it lasts, quote the request id to the service's support.", ""),
        ErrorKind::Redirected { .. } => ("Set {} to the API itself; a portal or a proxy may be answering.", host),
        ErrorKind::TooLarge { limit_bytes: Some(_) } => ("Raise `max-response-bytes`.", ""),
        ErrorKind::TooLarge { limit_bytes: None } => ("Ask for less, or raise the limit of the host.", ""),
        ErrorKind::Undecodable { .. } => ("Check that {} is the API itself; if it is, report this message.", host),
        ErrorKind::Other(_) => ("Report this message.", ""),
    };
    fill(template, &[part])
}
