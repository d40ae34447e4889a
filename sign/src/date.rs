//! The date of a signature, `YYYYMMDDTHHMMSSZ` in UTC.

const DAY: u64 = 86_400;

/// The last second that the format can express, 9999-12-31T23:59:59Z.
const LAST: u64 = 253_402_300_799;

/// Formats seconds since the Unix epoch for the `X-Sdk-Date` header. A later time than year 9999 becomes its last
/// second: a clock so wrong fails at the service, not here.
#[must_use]
pub fn format(unix_seconds: u64) -> String {
    let seconds = unix_seconds.min(LAST);
    let (year, month, day) = civil(seconds / DAY);
    let time = seconds % DAY;
    let mut text = String::with_capacity(16);
    for (number, digits) in [(year, 4), (month, 2), (day, 2)] {
        push(&mut text, number, digits);
    }
    text.push('T');
    for number in [time / 3600, time / 60 % 60, time % 60] {
        push(&mut text, number, 2);
    }
    text.push('Z');
    text
}

/// Reads what [`format()`] writes, back to seconds since the Unix epoch.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let part = |from: usize, to: usize| number(text.as_bytes().get(from..to)?);
    let seconds = part(9, 11)? * 3600 + part(11, 13)? * 60 + part(13, 15)?;
    let unix_seconds = days(part(0, 4)?, part(4, 6)?, part(6, 8)?)? * DAY + seconds;
    // Formatting again refuses what is no date, such as a 31st of June or a 25th hour, and what stands between.
    (format(unix_seconds) == text).then_some(unix_seconds)
}

/// Reads a date of HTTP, in each of its three forms, to seconds since the Unix epoch. The day of the week is not looked at.
#[must_use]
pub fn parse_http(text: &str) -> Option<u64> {
    const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut parts = Vec::new();
    for part in text.as_bytes().split(|byte| matches!(byte, b' ' | b',' | b'-')) {
        if !part.is_empty() {
            parts.push(part);
        }
    }
    let (day, month, year, time) = match *parts.as_slice() {
        [_, day, month, year, time, b"GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let month = MONTHS.as_chunks::<3>().0.iter().position(|name| name == month)? + 1;
    let mut compact = String::with_capacity(16);
    match year {
        [_, _, _, _] => {}
        // There was no HTTP before 1970.
        [decade, _] => compact.push_str(if *decade < b'7' { "20" } else { "19" }),
        _ => return None,
    }
    // What is no character of ASCII is none of a date either.
    let mut add = |bytes: &[u8]| bytes.iter().for_each(|byte| compact.push(char::from(*byte)));
    add(year);
    add(&[b'0' + (month / 10) as u8, b'0' + (month % 10) as u8]);
    add(if day.len() < 2 { b"0" } else { b"" });
    add(day);
    add(b"T");
    time.split(|byte| *byte == b':').for_each(&mut add);
    add(b"Z");
    parse(&compact)
}

/// What a few digits amount to.
fn number(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0, |number, digit| {
        let value = digit.wrapping_sub(b'0');
        (value < 10).then_some(number * 10 + u64::from(value))
    })
}

/// Writes so many digits of a number, the last ones.
pub fn push(text: &mut String, number: u64, digits: u32) {
    if digits > 1 {
        push(text, number / 10, digits - 1);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

/// Year, month and day of a day since the Unix epoch, by the proleptic Gregorian calendar. The count starts on
/// 1 March of year 0, so that a leap day is the last day of its year.
fn civil(days_since_epoch: u64) -> (u64, u64, u64) {
    let days = days_since_epoch + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// The day since the Unix epoch of a date; none before the epoch.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year.checked_sub(u64::from(month <= 2))?;
    let march_month = if month > 2 { month - 3 } else { month + 9 };
    let year_of_era = year % 400;
    let day_of_year = (153 * march_month + 2) / 5 + day.checked_sub(1)?;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (year / 400 * 146_097 + day_of_era).checked_sub(719_468)
}
