//! Times, as people write them.

use serde_json::Value;
use servicestage_component::data_source::time;

#[test]
fn times_are_read_with_any_offset_and_written_in_utc() {
    for (text, milliseconds) in [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01 00:00:00Z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1970-01-01T00:30:00.001+00:30", 1),
        ("2025-02-18T07:55:12.582Z", 1_739_865_312_582),
        ("2025-02-18T15:55:12.5829999+08:00", 1_739_865_312_582),
        ("2024-02-29T00:00:00.5Z", 1_709_164_800_500),
        ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ] {
        assert_eq!(time::parse(text), Some(milliseconds), "{text}");
        assert_eq!(time::parse(&time::format(milliseconds)), Some(milliseconds), "{text}");
    }
    assert_eq!(time::format(1_739_865_312_000), "2025-02-18T07:55:12Z");
    assert_eq!(time::format(1_739_865_312_007), "2025-02-18T07:55:12.007Z");
}

#[test]
fn a_time_of_rfc_3339_is_read_as_everywhere() {
    let times: Vec<Value> = serde_json::from_str(include_str!("../vectors/times.json")).unwrap();
    for row in &times {
        let text = row["text"].as_str().unwrap();
        assert_eq!(time::parse(text), row["milliseconds"].as_u64(), "{text}");
    }
}

#[test]
fn a_text_that_is_not_a_time_is_refused() {
    for text in [
        "",
        "2025-02-18",
        "2025-02-18T07:55:12",
        "2025-02-18T07:55:12.Z",
        "2025-02-18T07:55:12.5",
        "2025-02-30T07:55:12Z",
        "2025-02-18T25:55:12Z",
        "2025-02-18T07:55:12+08",
        "2025-02-18T07:55:12+8:00",
        "2025-02-18T07:55:12+24:00",
        "2025-02-18T07:55:12+08:60",
        "2025-02-18T07:55:12ZZ",
        "1969-12-31T23:59:59Z",
        "1739865312582",
        "2025_02_18T07:55:12Z",
        "2025-02-18T07:55:1éZ",
        "1970-01-01T00:00:00+00:01",
    ] {
        assert_eq!(time::parse(text), None, "{text}");
    }
}
