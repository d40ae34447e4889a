//! Times as people write and read them.

use std::collections::BTreeSet;
use std::path::Path;

use component_runtime::files;
use jiff::civil::DateTime;
use jiff::fmt::friendly::SpanParser;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use model::text::quoted;
use servicestage::error::InvalidArgument;
use servicestage::types::TimeRange;

use crate::report::invalid;
use crate::settings::process_variable;

const FORMS: &str = "write 2025-02-18T15:55:12Z, 2025-02-18 or 2025-02-18T15:55 in local time, yesterday, 24h for 24 hours \
                     ago, or milliseconds since the epoch with 12 or 13 digits";

/// The time of a call, and the zone that its user lives in.
pub struct Clock {
    /// The zone of times that name none.
    pub zone: TimeZone,
    /// The time that others are counted back from.
    pub now: Timestamp,
}

impl Clock {
    /// Returns the clock of the process.
    ///
    /// # Errors
    /// `TZ` names a time zone that is not known.
    pub fn of_process() -> Result<Self, InvalidArgument> {
        Ok(Self { zone: zone()?, now: Timestamp::now() })
    }
}

/// Returns the time zone of the process. Without `TZ`, it is that of the system, or UTC if the system names none.
///
/// # Errors
/// `TZ` names a time zone that is not known.
pub fn zone() -> Result<TimeZone, InvalidArgument> {
    let Some(name) = process_variable("TZ").filter(|name| !name.is_empty()) else { return Ok(TimeZone::system()) };
    let unknown = || invalid("TZ", format!("{name:?} is not a time zone; write a name such as Asia/Shanghai, or UTC"));
    // The library also takes the name of a file. It would wait for a pipe, and read a device without end.
    let file = Path::new(name.strip_prefix(':').unwrap_or(&name));
    if file.exists() && !file.is_dir() && files::read_small(file, files::LARGEST_TEXT).is_err() {
        return Err(unknown());
    }
    TimeZone::try_system().map_err(|_| unknown())
}

/// Reads a range: `T` and `T..` begin then, `..T` ends before then, `T..T` does both.
pub fn range(text: &str, clock: &Clock) -> Result<TimeRange, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, ""));
    let end = |end: &str| (!end.is_empty()).then(|| parse(end, clock)).transpose();
    if from.is_empty() && to.is_empty() {
        return Err(format!("{} is not a range of times; write T, T.., ..T or T..T", quoted(text)));
    }
    Ok(TimeRange { from: end(from)?, to: end(to)? })
}

/// Reads RFC 3339, a date or a date and time of this zone, a word, a time ago, or milliseconds since the epoch.
pub fn parse(text: &str, clock: &Clock) -> Result<u64, String> {
    let unknown = || format!("{} is not a time; {FORMS}", quoted(text));
    // Before the rest: digits alone are a date to ISO 8601, too.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() != 8 {
        return if matches!(text.len(), 12 | 13) { text.parse().map_err(|_| unknown()) } else { Err(unknown()) };
    }
    let midnight =
        |days: i64| clock.now.to_zoned_datetime(clock.zone.clone()).date().checked_sub(days.days()).map(DateTime::from);
    let local = match text {
        "now" => return milliseconds(clock.now, text),
        "today" => midnight(0).ok(),
        "yesterday" => midnight(1).ok(),
        _ => text.parse::<DateTime>().ok(),
    };
    let instant = if let Ok(instant) = text.parse::<Timestamp>() {
        instant
    } else if let Some(local) = local {
        let outside = |_| format!("{} is not a time of this time zone; {FORMS}", quoted(text));
        clock.zone.to_timestamp(local).map_err(outside)?
    } else {
        let ago = SpanParser::new().parse_span(text).map_err(|_| unknown())?.abs();
        clock.now.to_zoned_datetime(clock.zone.clone()).checked_sub(ago).map_err(|_| unknown())?.timestamp()
    };
    milliseconds(instant, text)
}

fn milliseconds(instant: Timestamp, text: &str) -> Result<u64, String> {
    u64::try_from(instant.as_millisecond()).map_err(|_| format!("{} is before 1970", quoted(text)))
}

/// Returns the day of a time in this zone. Within the last days of the year 9999 it is the time as a number.
pub fn day(milliseconds: u64, zone: &TimeZone) -> String {
    format(milliseconds, zone).split(' ').next().unwrap_or_default().to_owned()
}

/// Returns the offset of a zone at a time, in seconds east of UTC.
pub fn offset(milliseconds: u64, zone: &TimeZone) -> Option<i32> {
    let instant = Timestamp::from_millisecond(i64::try_from(milliseconds).ok()?).ok()?;
    Some(zone.to_offset(instant).seconds())
}

/// Returns how times of these offsets are named, such as `UTC` or `UTC+8`. Without offsets it is the zone's of today.
pub fn zone_title(offsets: &BTreeSet<i32>, zone: &TimeZone) -> String {
    let name = |seconds: &i32| {
        let (sign, minutes) = (if *seconds < 0 { '-' } else { '+' }, seconds.unsigned_abs() / 60);
        match (minutes / 60, minutes % 60) {
            (0, 0) => "UTC".to_owned(),
            (hours, 0) => format!("UTC{sign}{hours}"),
            (hours, minutes) => format!("UTC{sign}{hours}:{minutes:02}"),
        }
    };
    if offsets.is_empty() {
        return name(&zone.to_offset(Timestamp::now()).seconds());
    }
    offsets.iter().map(name).collect::<Vec<_>>().join("/")
}

/// A time of this zone, to the minute. The last days of the year 9999 stay a number.
pub fn format(milliseconds: u64, zone: &TimeZone) -> String {
    let instant = i64::try_from(milliseconds).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    match instant {
        Some(instant) => instant.to_zoned_datetime(zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
        None => milliseconds.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shanghai, five minutes before eight in the morning of the 18th of February 2025 in UTC.
    fn clock() -> Clock {
        let now = "2025-02-18T07:55:12.582Z".parse().unwrap();
        Clock { zone: TimeZone::get("Asia/Shanghai").unwrap(), now }
    }

    #[test]
    fn times_are_those_of_the_table_that_every_host_reads() {
        let times: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../tests/vectors/times.json")).unwrap();
        for time in &times {
            let text = time["text"].as_str().unwrap();
            // The tool reads more than RFC 3339.
            let expected = time.get("tool").unwrap_or(&time["milliseconds"]).as_u64();
            assert_eq!(parse(text, &clock()).ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_day_ago_is_the_same_time_of_day_even_if_the_clock_was_changed() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let clock = Clock { zone, now: "2025-03-30T12:00:00Z".parse().unwrap() };
        let at = |text: &str| u64::try_from(text.parse::<Timestamp>().unwrap().as_millisecond()).unwrap();
        assert_eq!(parse("1d", &clock), Ok(at("2025-03-29T13:00:00Z")));
        assert_eq!(parse("24h", &clock), Ok(at("2025-03-29T12:00:00Z")));
        assert_eq!(parse("yesterday", &clock), Ok(at("2025-03-28T23:00:00Z")));
        assert_eq!(parse("today", &clock), Ok(at("2025-03-29T23:00:00Z")));
    }

    #[test]
    fn a_range_has_one_end_or_two() {
        let (early, late) = (1_739_865_312_000, 1_739_865_313_000);
        for (text, from, to) in [
            ("2025-02-18T07:55:12Z", Some(early), None),
            ("2025-02-18T07:55:12Z..", Some(early), None),
            ("..2025-02-18T07:55:12Z", None, Some(early)),
            ("2025-02-18T07:55:12Z..1739865313000", Some(early), Some(late)),
            ("1d..now", Some(1_739_778_912_582), Some(1_739_865_312_582)),
        ] {
            assert_eq!(range(text, &clock()), Ok(TimeRange { from, to }), "{text}");
        }
        for text in ["", "..", "...", "1d..soon", "1d..2d..3d"] {
            assert!(range(text, &clock()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_shown_in_its_zone() {
        let shanghai = clock().zone;
        assert_eq!(format(1_739_865_312_582, &TimeZone::UTC), "2025-02-18 07:55");
        assert_eq!(format(1_739_865_312_582, &shanghai), "2025-02-18 15:55");
        assert_eq!(format(253_402_300_799_999, &TimeZone::UTC), "253402300799999");
        assert_eq!(format(u64::MAX, &TimeZone::UTC), u64::MAX.to_string());
        let title = |seconds: &[i32]| zone_title(&seconds.iter().copied().collect(), &TimeZone::UTC);
        assert_eq!([title(&[]), title(&[0]), title(&[28_800])], ["UTC", "UTC", "UTC+8"]);
        assert_eq!([title(&[-12_600]), title(&[7200, 3600])], ["UTC-3:30", "UTC+1/UTC+2"]);
    }
}
