//! Times as people write and read them, by RFC 3339. Inside they are milliseconds since the Unix epoch.

use std::time::{Duration, UNIX_EPOCH};

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
