//! The calendar, checked against a calendar library.

use huaweicloud_sign::date;
use jiff::{Timestamp, tz::TimeZone};
use proptest::prelude::*;

proptest! {
    #[test]
    fn every_second_until_year_9999_is_formatted_as_a_calendar_library_does(seconds in 0..=253_402_214_400_u64) {
        let time = Timestamp::from_second(seconds.try_into().unwrap()).unwrap().to_zoned_datetime(TimeZone::UTC);
        prop_assert_eq!(date::format(seconds), time.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    #[test]
    fn formatted_times_parse_back(seconds in 0..=253_402_300_799_u64) {
        prop_assert_eq!(date::parse(&date::format(seconds)), Some(seconds));
    }

    #[test]
    fn no_text_panics(text in ".*") {
        let _ = date::parse(&text);
    }
}

#[test]
fn the_last_second_is_the_limit() {
    assert_eq!(date::format(253_402_300_799), "99991231T235959Z");
    assert_eq!(date::format(u64::MAX), "99991231T235959Z");
}

#[test]
fn a_text_that_is_not_a_date_is_refused() {
    for text in [
        "",
        "Z",
        "T",
        "20250101T083000",
        "20250631T000000Z",
        "20250101T250000Z",
        "20250101T0830+0Z",
        "19691231T235959Z",
        "2025é101T083000Z",
    ] {
        assert_eq!(date::parse(text), None, "{text}");
    }
}
