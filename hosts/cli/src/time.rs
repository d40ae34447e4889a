//! Times as people write and read them.

use std::path::Path;

use component_runtime::files;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use model::text::quoted;
use servicestage::error::InvalidArgument;

use crate::report::invalid;
use crate::settings::process_variable;

const FORMS: &str =
    "write 2025-02-18T15:55:12Z, 2025-02-18 or 2025-02-18T15:55 in local time, or milliseconds since the epoch";

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

/// Reads RFC 3339, a date or a date and time of this zone, or milliseconds since the epoch.
pub fn parse(text: &str, zone: &TimeZone) -> Result<u64, String> {
    // Before the rest: eight digits are a date to ISO 8601.
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| format!("{} is too large for a time in milliseconds", quoted(text)));
    }
    let instant = match text.parse::<Timestamp>() {
        Ok(instant) => instant,
        Err(_) => {
            let local = text.parse::<DateTime>().map_err(|_| format!("{} is not a time; {FORMS}", quoted(text)))?;
            zone.to_timestamp(local)
                .map_err(|_| format!("{} is not a time of this time zone; {FORMS}", quoted(text)))?
        }
    };
    u64::try_from(instant.as_millisecond()).map_err(|_| format!("{} is before 1970", quoted(text)))
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

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").unwrap()
    }

    #[test]
    fn every_form_of_a_time_is_read() {
        let cases = [
            ("2025-02-18T07:55:12.582Z", 1_739_865_312_582),
            ("2025-02-18T15:55:12.582+08:00", 1_739_865_312_582),
            ("2025-02-18T15:55:12.582", 1_739_865_312_582),
            ("2025-02-18 15:55", 1_739_865_300_000),
            ("2025-02-18", 1_739_808_000_000),
            ("1739865312582", 1_739_865_312_582),
            ("0", 0),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text, &shanghai()), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_time_of_rfc_3339_is_read_as_everywhere() {
        let times: Vec<serde_json::Value> =
            serde_json::from_str(include_str!("../../../tests/vectors/times.json")).unwrap();
        for time in &times {
            let (text, expected) = (time["text"].as_str().unwrap(), time["milliseconds"].as_u64());
            assert_eq!(parse(text, &TimeZone::UTC).ok(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "yesterday", "1969-12-31T23:59:59Z", "2025-02-30", "-5", "99999999999999999999"] {
            assert!(parse(text, &TimeZone::UTC).is_err(), "{text}");
        }
    }

    #[test]
    fn a_time_is_shown_in_its_zone() {
        assert_eq!(format(1_739_865_312_582, &TimeZone::UTC), "2025-02-18 07:55");
        assert_eq!(format(1_739_865_312_582, &shanghai()), "2025-02-18 15:55");
        assert_eq!(format(253_402_300_799_999, &TimeZone::UTC), "253402300799999");
        assert_eq!(format(u64::MAX, &TimeZone::UTC), u64::MAX.to_string());
    }
}
