//! The three lines that tell people of a failure: what happened, why as far as it is known, and what to do next.

use crate::error::{ErrorKind, Failure, Operation, Place, Timeout};

/// The longest text of a server that is passed on, in characters.
pub const LONGEST: usize = 512;

/// The three lines.
#[must_use]
pub fn compose(failure: &Failure, place: Place<'_>) -> String {
    let what = what(failure);
    let why = why(failure, place);
    let next = next(failure, place.operation);
    format!("{} failed: {what}.\n{why}\n{next}", place.operation.name())
}

/// Text from outside as one short line: control characters and runs of white space become one space.
#[must_use]
pub fn shorten(text: &str, longest: usize) -> String {
    let line = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .scan(0, |length, word| {
            // Words beyond the limit are not even collected: the text may be long.
            let fits = *length <= longest + 1;
            *length += word.chars().count() + 1;
            fits.then_some(word)
        })
        .collect::<Vec<_>>()
        .join(" ");
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

fn what(failure: &Failure) -> String {
    match &failure.kind {
        ErrorKind::InvalidArgument { argument, .. } => format!("the argument `{argument}` is not valid"),
        ErrorKind::Denied => "the host does not allow this request".into(),
        ErrorKind::Dns => "the name of the host could not be resolved".into(),
        ErrorKind::Refused => "no connection could be made".into(),
        ErrorKind::Tls => "the TLS handshake failed".into(),
        ErrorKind::Reset => "the connection broke before the response was complete".into(),
        ErrorKind::Timeout(Timeout::Connect) => "no connection was made within the time allowed".into(),
        ErrorKind::Timeout(Timeout::FirstByte) => "the response did not begin within the time allowed".into(),
        ErrorKind::Timeout(Timeout::BetweenBytes) => "the response stopped for longer than allowed".into(),
        ErrorKind::Timeout(Timeout::Call) => "the call took longer than allowed".into(),
        ErrorKind::Unauthenticated => "the service does not accept the credentials".into(),
        ErrorKind::ClockSkew { signed_at, server_time } => {
            let apart = signed_at.abs_diff(*server_time) / 1000;
            let direction = if signed_at < server_time { "behind" } else { "ahead of" };
            format!("the local clock is {apart} s {direction} the service's, so the signature is out of date")
        }
        ErrorKind::Forbidden { permission, .. } => format!("the credentials lack the permission {permission}"),
        ErrorKind::NotFound => "the service does not know what was asked for".into(),
        ErrorKind::Throttled { retry_after_ms: Some(wait) } => {
            format!("too many requests; the service asks to wait {wait} ms")
        }
        ErrorKind::Throttled { retry_after_ms: None } => "too many requests".into(),
        ErrorKind::Rejected => "the service refused the request".into(),
        ErrorKind::Unavailable => "the service is not available".into(),
        ErrorKind::Redirected { location: Some(location) } => {
            format!("the answer is a redirect to {location}, which is not followed")
        }
        ErrorKind::Redirected { location: None } => "the answer is a redirect, which is not followed".into(),
        ErrorKind::TooLarge { limit_bytes: Some(limit) } => format!("the response is larger than {limit} bytes"),
        ErrorKind::TooLarge { limit_bytes: None } => "the response is larger than allowed".into(),
        ErrorKind::CutShort => "the answer is not complete".into(),
        ErrorKind::Undecodable { path, expected } => {
            format!("the answer cannot be decoded: at {path}, expected {expected}")
        }
        ErrorKind::Other(text) => text.clone(),
    }
}

/// The service's own words, what else is known, and the request: all that a support case needs.
fn why(failure: &Failure, place: Place<'_>) -> String {
    let response = &failure.response;
    let vendor = (match (&response.code, &response.message) {
        (Some(code), Some(message)) => Some(format!("{code}: {message}")),
        (Some(text), None) | (None, Some(text)) => Some(text.clone()),
        (None, None) => None,
    })
    .map(|text| if text.ends_with(['.', '!', '?', '…']) { text } else { text + "." });
    let mut facts = Vec::new();
    if !place.request.is_empty() {
        facts.push(place.request.to_owned());
    }
    facts.extend(response.status.map(|status| format!("HTTP {status}")));
    facts.extend(response.request_id.as_ref().map(|id| format!("request id {id}")));
    if place.attempts > 1 {
        facts.push(format!("{} attempts", place.attempts));
    }
    let reason = match &failure.kind {
        ErrorKind::InvalidArgument { argument, reason } => Some(format!("`{argument}`: {reason}.")),
        _ => None,
    };
    if place.attempts == 0 {
        facts.push("nothing was sent".to_owned());
    }
    let facts = Some(format!("({})", facts.join(", ")));
    [reason, vendor, failure.detail.clone(), facts].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn next(failure: &Failure, operation: Operation) -> String {
    let host = match operation {
        Operation::ListPipelines => "`endpoint`",
        Operation::FindProject => "`iam-endpoint`",
    };
    match &failure.kind {
        ErrorKind::InvalidArgument { argument, .. } => format!("Correct `{argument}`, then call again."),
        ErrorKind::Denied => "Have the host's policy grant the component this method, host and path.".into(),
        ErrorKind::Dns => format!("Check `region` and {host}, and that this machine can resolve names."),
        ErrorKind::Refused => format!("Check {host} and that the network lets you reach it, then try again."),
        ErrorKind::Tls => format!("Check that {host} speaks https and that its certificate is trusted here."),
        ErrorKind::Reset | ErrorKind::CutShort => {
            "Try again; if it happens every time, check the proxies in between.".into()
        }
        ErrorKind::Timeout(Timeout::Connect) => {
            format!("Check {host} and the network, or allow more with `connect-timeout-ms`.")
        }
        ErrorKind::Timeout(Timeout::FirstByte) => "Try again, or allow more with `first-byte-timeout-ms`.".into(),
        ErrorKind::Timeout(Timeout::BetweenBytes) => "Try again, or allow more with `between-bytes-timeout-ms`.".into(),
        ErrorKind::Timeout(Timeout::Call) => "Try again, or allow more with `call-timeout-ms`.".into(),
        ErrorKind::Unauthenticated => "Check the credentials and that they belong to this region before another call: \
             five failures lock an access key for five minutes."
            .into(),
        ErrorKind::ClockSkew { .. } => "Set the local clock, for instance by NTP, and call again.".into(),
        ErrorKind::Forbidden { permission, depends_on } if depends_on.is_empty() => {
            format!("Have {permission} granted, or check `region` and `project-id`.")
        }
        ErrorKind::Forbidden { permission, depends_on } => {
            format!("Have {permission} and {} granted, or check `region` and `project-id`.", depends_on.join(", "))
        }
        ErrorKind::NotFound => format!("Check `region`, `project-id` and {host}."),
        ErrorKind::Throttled { .. } => "Wait, then call again; list less often or from fewer places at once.".into(),
        ErrorKind::Rejected => {
            "The service's message says what it refuses; quote the request id to its support.".into()
        }
        ErrorKind::Unavailable => "Try again later; if it lasts, quote the request id to the service's support.".into(),
        ErrorKind::Redirected { .. } => format!("Set {host} to the API itself; a portal or a proxy may be answering."),
        ErrorKind::TooLarge { limit_bytes: Some(_) } => "Raise `max-response-bytes`.".into(),
        ErrorKind::TooLarge { limit_bytes: None } => "Ask for less, or raise the limit of the host.".into(),
        ErrorKind::Undecodable { .. } => {
            format!("Check that {host} is the API itself; if it is, report this message.")
        }
        ErrorKind::Other(_) => "Report this message.".into(),
    }
}
