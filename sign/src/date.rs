//! The date of a signature, `YYYYMMDDTHHMMSSZ` in UTC: RFC 3339 without the signs between the numbers.

use std::time::{Duration, UNIX_EPOCH};

/// The last second that the format can express, 9999-12-31T23:59:59Z.
const LAST: u64 = 253_402_300_799;

/// Formats seconds since the Unix epoch for the `X-Sdk-Date` header. A later time than year 9999 becomes its last
/// second: a clock so wrong fails at the service, not here.
#[must_use]
pub fn format(unix_seconds: u64) -> String {
    let time = UNIX_EPOCH + Duration::from_secs(unix_seconds.min(LAST));
    humantime::format_rfc3339_seconds(time).to_string().replace(['-', ':'], "")
}

/// Reads what [`format()`] writes, back to seconds since the Unix epoch.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let part = |from: usize, to: usize| text.get(from..to);
    // YYYY MM DDTHH MM SSZ
    let (date, time) = ([part(0, 4)?, part(4, 6)?, part(6, 11)?], [part(11, 13)?, text.get(13..)?]);
    let time = humantime::parse_rfc3339(&format!("{}:{}", date.join("-"), time.join(":"))).ok()?;
    let seconds = time.duration_since(UNIX_EPOCH).ok()?.as_secs();
    // Formatting again refuses what is written otherwise, such as a leap second.
    Some(seconds).filter(|seconds| format(*seconds) == text)
}
