//! Times as people write and read them, by RFC 3339. Inside they are milliseconds since the Unix epoch.

use std::time::{Duration, UNIX_EPOCH};

use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::{invalid, take};
use model::text::quoted;

use model::term::TimeRange;

/// Writes a time in UTC, with milliseconds where there are any.
#[must_use]
pub fn format(milliseconds: u64) -> String {
    let time = UNIX_EPOCH + Duration::from_millis(milliseconds);
    if milliseconds.is_multiple_of(1000) {
        humantime::format_rfc3339_seconds(time).to_string()
    } else {
        humantime::format_rfc3339_millis(time).to_string()
    }
}

/// Reads a time with any offset. What is finer than a millisecond is cut off.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    // humantime reads UTC alone.
    let (local, ahead) = match text.strip_suffix(['Z', 'z']) {
        Some(local) => (local, 0),
        None => text
            .len()
            .checked_sub(6)
            .and_then(|at| text.split_at_checked(at))
            .and_then(|(local, zone)| Some((local, offset(zone)?)))?,
    };
    let (date_and_time, fraction) = local.split_at_checked(19)?;
    let digits = fraction.strip_prefix('.').unwrap_or("0");
    if (!fraction.is_empty() && !fraction.starts_with('.'))
        || digits.is_empty()
        || !digits.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    let utc = format!("{}Z", date_and_time.to_ascii_uppercase());
    let seconds = humantime::parse_rfc3339_weak(&utc).ok()?.duration_since(UNIX_EPOCH).ok()?.as_secs();
    let milliseconds = format!("{digits:0<3}").get(..3)?.parse::<u64>().ok()?;
    Some(seconds.checked_add_signed(-ahead)? * 1000 + milliseconds)
}

/// An argument that is a time: its name, and what people wrote.
pub(super) type TimeArgument<'a> = (&'static str, &'a Option<String>);

/// A range of times, from one argument to the other, unless neither can be read.
pub(super) fn range(from: TimeArgument<'_>, to: TimeArgument<'_>, faults: &mut Vec<Diagnostic>) -> Option<TimeRange> {
    let range = TimeRange { from: take(moment(from), faults), to: take(moment(to), faults) };
    let written = |(_, text): TimeArgument<'_>| text.as_deref().map(quoted).unwrap_or_default();
    match (range.from, range.to) {
        (None, None) => None,
        (None, Some(0)) => {
            let reason = format!("{} is the earliest time there is, so that nothing is before it", written(to));
            faults.push(invalid(to.0, &reason));
            None
        }
        (Some(begin), Some(end)) if begin >= end => {
            let reason = format!("{} is not before `{}`, which is {}", written(from), to.0, written(to));
            faults.push(invalid(from.0, &reason));
            None
        }
        _ => Some(range),
    }
}

fn moment((name, text): TimeArgument<'_>) -> Result<Option<u64>, Diagnostic> {
    let Some(text) = text else { return Ok(None) };
    parse(text).map(Some).ok_or_else(|| {
        let reason = "is not a time by RFC 3339 since 1970, such as 2025-02-18T08:00:00Z";
        invalid(name, &format!("{} {reason}", quoted(text)))
    })
}

/// Returns how many seconds local time is ahead of UTC, of `+08:00`.
fn offset(zone: &str) -> Option<i64> {
    let (hours, minutes) = zone.split_once(':')?;
    let (sign, hours) = match hours.split_at_checked(1)? {
        ("+", hours) => (1, hours),
        ("-", hours) => (-1, hours),
        _ => return None,
    };
    let number = |text: &str, below: i64| {
        let digits = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<i64>().ok().filter(|number| digits && *number < below)
    };
    Some(sign * (number(hours, 24)? * 3600 + number(minutes, 60)? * 60))
}
