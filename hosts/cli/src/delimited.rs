//! CSV and TSV.

use servicestage::types::Pipeline;

use crate::fields::{Field, Value};

/// The separator of values.
#[derive(Clone, Copy)]
pub enum Delimiter {
    Comma,
    Tab,
}

/// Returns a header, if it is wanted, and a row for each release task. A missing value is empty.
pub fn records(pipelines: &[Pipeline], fields: &[&Field], delimiter: Delimiter, header: bool, iso: bool) -> String {
    let header = header.then(|| fields.iter().map(|field| field.name.to_owned()).collect());
    let rows =
        pipelines.iter().map(|pipeline| fields.iter().map(|field| value((field.value)(pipeline), iso)).collect());
    rows_of(header.into_iter().chain(rows), delimiter)
}

/// Returns rows of values.
pub fn rows_of(rows: impl Iterator<Item = Vec<String>>, delimiter: Delimiter) -> String {
    let delimiter = match delimiter {
        Delimiter::Comma => b',',
        Delimiter::Tab => b'\t',
    };
    let mut builder = csv::WriterBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter).terminator(csv::Terminator::CRLF);
    let mut writer = builder.from_writer(Vec::new());
    for row in rows {
        // Writing to memory does not fail.
        let _ = writer.write_record(row);
    }
    String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
}

/// Texts come from the service and are defused; numbers and the tool's own words are not.
fn value(value: Value<'_>, iso: bool) -> String {
    match value {
        Value::Text(text) => defused(text),
        Value::Mode(mode) => defused(mode.word()),
        value => value.to_text(iso),
    }
}

/// Returns a text that no spreadsheet reads as a formula. Some spreadsheets skip white space and quotation marks before
/// the sign. Some also read the full-width forms of the signs. Source: OWASP, "CSV Injection".
pub fn defused(text: &str) -> String {
    let unseen = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}');
    let begun = text.trim_start_matches(|c| unseen(c) || matches!(c, '"' | '\'' | '\u{FF02}' | '\u{FF07}'));
    let formula = begun.starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}']);
    if formula || text.starts_with(['\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use servicestage::types::{ConfigMode, Status};

    use super::*;
    use crate::fields::FIELDS;

    fn pipeline() -> Pipeline {
        Pipeline {
            id: "i".to_owned(),
            name: Some("a, \"b\"\nc".to_owned()),
            description: Some(String::new()),
            create_time: Some(1),
            update_time: Some(2),
            version: Some(-3),
            config_mode: Some(ConfigMode::Other("yaml".to_owned())),
            creator: Some("=1+1".to_owned()),
            model_version: None,
            status: Some(Status::RollingBack),
            last_trigger_at: None,
            enterprise_project_id: Some("0".to_owned()),
            enterprise_project: None,
            extend_info: Some("{\"a\":1}".to_owned()),
        }
    }

    #[test]
    fn csv_has_the_names_and_values_of_the_json_form() {
        let fields: Vec<&Field> = FIELDS.iter().collect();
        let text = records(&[pipeline()], &fields, Delimiter::Comma, true, false);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
        assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), names);
        let row = reader.records().next().unwrap().unwrap();
        let expected =
            ["i", "a, \"b\"\nc", "", "1", "2", "-3", "yaml", "'=1+1", "", "rolling_back", "", "0", "", "{\"a\":1}"];
        assert_eq!(row.iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn fields_and_header_are_those_that_were_asked_for() {
        let fields: Vec<&Field> = ["created", "id"].into_iter().filter_map(crate::fields::find).collect();
        assert_eq!(records(&[], &fields, Delimiter::Comma, true, false), "create_time,id\r\n");
        let rows = records(&[pipeline()], &fields, Delimiter::Tab, false, true);
        assert_eq!(rows, "1970-01-01T00:00:00.001Z\ti\r\n");
    }
}
