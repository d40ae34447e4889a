//! The three lines that tell people of a failure: what happened, why as far as it is known, and what to do next.

use crate::encoding;
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

/// Most say the same each time: a template, and apart from it what fills it, where it is filled.
fn what(kind: &ErrorKind) -> String {
    let template = match kind {
        ErrorKind::InvalidArgument { .. } => "the argument `{}` is not valid",
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
        ErrorKind::ClockSkew { .. } => "the local clock is {} s {} the service's, so the signature is out of date",
        ErrorKind::Forbidden { .. } => "the credentials lack the permission {}",
        ErrorKind::NotFound => "the service does not know what was asked for",
        ErrorKind::Throttled { retry_after_ms: Some(_) } => "too many requests; the service asks to wait {} ms",
        ErrorKind::Throttled { retry_after_ms: None } => "too many requests",
        ErrorKind::Rejected => "the service refused the request",
        ErrorKind::Unavailable => "the service is not available",
        ErrorKind::Redirected { location: Some(_) } => "the answer is a redirect to {}, which is not followed",
        ErrorKind::Redirected { location: None } => "the answer is a redirect, which is not followed",
        ErrorKind::TooLarge { limit_bytes: Some(_) } => "the response is larger than {} bytes",
        ErrorKind::TooLarge { limit_bytes: None } => "the response is larger than allowed",
        ErrorKind::CutShort => "the answer is not complete",
        ErrorKind::Undecodable { .. } => "the answer cannot be decoded: at {}, expected {}",
        ErrorKind::Other(_) => "{}",
    };
    let counted = match kind {
        ErrorKind::ClockSkew { signed_at, server_time } => signed_at.abs_diff(*server_time) / 1000,
        ErrorKind::Throttled { retry_after_ms: Some(counted) } | ErrorKind::TooLarge { limit_bytes: Some(counted) } => {
            *counted
        }
        _ => 0,
    };
    let counted = number(counted);
    let parts: [&str; 2] = match kind {
        ErrorKind::InvalidArgument { argument: part, .. }
        | ErrorKind::Forbidden { permission: part, .. }
        | ErrorKind::Redirected { location: Some(part) }
        | ErrorKind::Other(part) => [part, ""],
        ErrorKind::Undecodable { path, expected } => [path, expected],
        ErrorKind::ClockSkew { signed_at, server_time } if signed_at < server_time => [&counted, "behind"],
        _ => [&counted, "ahead of"],
    };
    fill(template, &parts)
}

/// The service's own words, what else is known, and the request: all that a support case needs.
fn why(failure: &Failure, place: Place<'_>) -> String {
    let response = &failure.response;
    let mut why = match &failure.kind {
        ErrorKind::InvalidArgument { argument, reason } => fill("`{}`: {}.", &[argument, reason]),
        _ => String::new(),
    };
    let mut vendor = String::new();
    for text in [&response.code, &response.message] {
        add(&mut vendor, ": ", text.as_deref().unwrap_or_default());
    }
    if !matches!(vendor.chars().next_back(), None | Some('.' | '!' | '?' | '…')) {
        vendor.push('.');
    }
    add(&mut why, " ", &vendor);
    add(&mut why, " ", failure.detail.as_deref().unwrap_or_default());

    let mut facts = place.request.to_owned();
    if let Some(status) = response.status {
        add(&mut facts, ", ", &fill("HTTP {}", &[&number(status.into())]));
    }
    if let Some(id) = &response.request_id {
        add(&mut facts, ", ", &fill("request id {}", &[id]));
    }
    match place.attempts {
        0 => add(&mut facts, ", ", "nothing was sent"),
        1 => {}
        attempts => add(&mut facts, ", ", &fill("{} attempts", &[&number(attempts.into())])),
    }
    add(&mut why, " ", &fill("({})", &[&facts]));
    why
}

/// Adds a part, if there is one, with this between it and what is there.
fn add(text: &mut String, between: &str, part: &str) {
    if !text.is_empty() && !part.is_empty() {
        text.push_str(between);
    }
    text.push_str(part);
}

fn next(failure: &Failure, operation: Operation) -> String {
    let host = match operation {
        Operation::ListPipelines => "`endpoint`",
        Operation::FindProject => "`iam-endpoint`",
    };
    let template = match &failure.kind {
        ErrorKind::InvalidArgument { .. } => "Correct `{}`, then call again.",
        ErrorKind::Denied => "Have the host's policy grant the component this method, host and path.",
        ErrorKind::Dns => "Check `region` and {}, and that this machine can resolve names.",
        ErrorKind::Refused => "Check {} and that the network lets you reach it, then try again.",
        ErrorKind::Tls => "Check that {} speaks https and that its certificate is trusted here.",
        ErrorKind::Reset | ErrorKind::CutShort => "Try again; if it happens every time, check the proxies in between.",
        ErrorKind::Timeout(Timeout::Connect) => "Check {} and the network, or allow more with `connect-timeout-ms`.",
        ErrorKind::Timeout(Timeout::FirstByte) => "Try again, or allow more with `first-byte-timeout-ms`.",
        ErrorKind::Timeout(Timeout::BetweenBytes) => "Try again, or allow more with `between-bytes-timeout-ms`.",
        ErrorKind::Timeout(Timeout::Call) => "Try again, or allow more with `call-timeout-ms`.",
        ErrorKind::Unauthenticated => {
            "Check the credentials and that they belong to this region before another call: five failures lock an access \
             key for five minutes."
        }
        ErrorKind::ClockSkew { .. } => "Set the local clock, for instance by NTP, and call again.",
        ErrorKind::Forbidden { .. } => "Have {} granted, or check `region` and `project-id`.",
        ErrorKind::NotFound => "Check `region`, `project-id` and {}.",
        ErrorKind::Throttled { .. } => "Wait, then call again; list less often or from fewer places at once.",
        ErrorKind::Rejected => "The service's message says what it refuses; quote the request id to its support.",
        ErrorKind::Unavailable => "Try again later; if it lasts, quote the request id to the service's support.",
        ErrorKind::Redirected { .. } => "Set {} to the API itself; a portal or a proxy may be answering.",
        ErrorKind::TooLarge { limit_bytes: Some(_) } => "Raise `max-response-bytes`.",
        ErrorKind::TooLarge { limit_bytes: None } => "Ask for less, or raise the limit of the host.",
        ErrorKind::Undecodable { expected, .. } if expected == encoding::ASKED => {
            "Check that {} is the API itself, and the proxies in between."
        }
        ErrorKind::Undecodable { .. } => "Check that {} is the API itself; if it is, report this message.",
        ErrorKind::Other(_) => "Report this message.",
    };
    let permissions = match &failure.kind {
        ErrorKind::Forbidden { permission, depends_on } if depends_on.is_empty() => permission.clone(),
        ErrorKind::Forbidden { permission, depends_on } => fill("{} and {}", &[permission, &join(depends_on, ", ")]),
        _ => String::new(),
    };
    let part = match &failure.kind {
        ErrorKind::InvalidArgument { argument, .. } => argument,
        ErrorKind::Forbidden { .. } => permissions.as_str(),
        _ => host,
    };
    fill(template, &[part])
}
