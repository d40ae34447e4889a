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
    format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

/// Reads what [`format()`] writes, back to seconds since the Unix epoch.
#[must_use]
pub fn parse(text: &str) -> Option<u64> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let year = number(date.get(..4)?)?;
    let month = number(date.get(4..6)?)?;
    let day = number(date.get(6..8)?)?;
    let seconds = number(time.get(..2)?)? * 3600 + number(time.get(2..4)?)? * 60 + number(time.get(4..6)?)?;
    let unix_seconds = days(year, month, day)? * DAY + seconds;
    // Formatting again refuses what is no date, such as a 31st of June or a 25th hour.
    (format(unix_seconds) == text).then_some(unix_seconds)
}

/// Reads a date of HTTP, in each of its three forms, to seconds since the Unix epoch. The day of the week is not looked at.
#[must_use]
pub fn parse_http(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let parts: Vec<&str> = text.split([' ', ',', '-']).filter(|part| !part.is_empty()).collect();
    let (day, month, year, time) = match *parts.as_slice() {
        [_, day, month, year, time, "GMT"] => (day, month, year, time),
        [_, month, day, time, year] => (day, month, year, time),
        _ => return None,
    };
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let century = match year.len() {
        4 => "",
        // There was no HTTP before 1970.
        2 => {
            if year < "70" {
                "20"
            } else {
                "19"
            }
        }
        _ => return None,
    };
    parse(&format!("{century}{year}{month:02}{day:0>2}T{}Z", time.replace(':', "")))
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
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
