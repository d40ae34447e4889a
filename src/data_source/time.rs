//! Times as people write and read them, by RFC 3339. Inside they are milliseconds since the Unix epoch.

use huaweicloud_sign::date;
use json_text::number::natural;

use crate::find::split;

/// Writes a time in UTC, with milliseconds where there are any.
#[must_use]
pub fn format(milliseconds: u64) -> String {
    let mut text = String::with_capacity(24);
    for (at, character) in date::format(milliseconds / 1000).chars().enumerate() {
        match (at, milliseconds % 1000) {
            (4 | 6, _) => text.push('-'),
            (11 | 13, _) => text.push(':'),
            (15, fraction @ 1..) => {
                text.push('.');
                date::push(&mut text, fraction, 3);
            }
            _ => {}
        }
        text.push(character);
    }
    text
}

/// Reads a time with any offset. What is finer than a millisecond is cut off.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let (date_and_time, rest) = text.split_at_checked(19)?;
    let mut compact = String::with_capacity(16);
    for (at, character) in date_and_time.chars().enumerate() {
        match (at, character) {
            (4 | 7, '-') | (13 | 16, ':') => {}
            (10, 'T' | 't' | ' ') => compact.push('T'),
            (_, '0'..='9') => compact.push(character),
            _ => return None,
        }
    }
    compact.push('Z');
    let seconds = i64::try_from(date::parse(&compact)?).ok()?;

    let (fraction, zone) = match rest.strip_prefix('.') {
        None => ("", rest),
        Some(rest) => rest.split_at_checked(rest.bytes().position(|byte| !byte.is_ascii_digit())?)?,
    };
    if fraction.is_empty() && zone.len() < rest.len() {
        return None;
    }
    let digit = |place| fraction.as_bytes().get(place).map_or(0, |digit| i64::from(digit - b'0'));
    let milliseconds = digit(0) * 100 + digit(1) * 10 + digit(2);
    u64::try_from((seconds - offset(zone)?) * 1000 + milliseconds).ok()
}

/// How many seconds local time is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = split(rest, ":")?;
    let number = |text: &str, below| natural(text).filter(|number| text.len() == 2 && *number < below);
    let seconds = number(hours, 24)? * 3600 + number(minutes, 60)? * 60;
    Some(sign * i64::try_from(seconds).ok()?)
}
