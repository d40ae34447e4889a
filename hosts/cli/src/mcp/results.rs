//! Converts the client's records to the results of a tool: structured data, in which texts are short and harmless.
//! Pure.

use jiff::Timestamp;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Map, Value, json};
use servicestage::error::Error;
use servicestage::{Listing, Pipeline, Waited};

use super::tools::{LARGEST_LIMIT, TIMES};
use crate::text;

/// The longest text of a result, in characters. Users of the service write such texts, and a model reads them.
const LONGEST_TEXT: usize = 4096;

/// The result of a listing.
pub fn listing(listing: &Listing, extended: bool) -> CallToolResult {
    let Listing { pipelines, total, matched, truncated, request_id, attempts } = listing;
    let (tasks, cut) = cleaned(pipelines.iter().map(|pipeline| task(pipeline, extended)).collect());
    let left_out = (*matched as usize).saturating_sub(pipelines.len());
    let more = truncated.then(|| {
        format!(
            "{left_out} further release tasks match and are left out: narrow the query, or pass a `limit` of up to \
             {LARGEST_LIMIT}."
        )
    });
    CallToolResult::structured(json!({
        "total": total,
        "matched": matched,
        "truncated": truncated,
        "request_id": request_id.as_deref().map(text::line),
        "attempts": attempts,
        "release_tasks": tasks,
        "note": note([more, cut]),
    }))
}

/// The result of a search for one release task.
pub fn found(pipeline: &Pipeline, extended: bool) -> CallToolResult {
    let (task, cut) = cleaned(task(pipeline, extended));
    CallToolResult::structured(json!({ "release_task": task, "note": note([cut]) }))
}

/// The result of a wait. A status that was there at the first look may be that of an earlier run.
pub fn waited(waited: &Waited, at_once: bool) -> CallToolResult {
    let (task, cut) = cleaned(task(&waited.pipeline, false));
    let early = at_once.then(|| {
        "The status was there at the first look, and may be that of the run before; `last_trigger_at` says when that \
         began, and `started_after` waits for a later one."
            .to_owned()
    });
    CallToolResult::structured(json!({ "release_task": task, "reached": waited.reached, "note": note([early, cut]) }))
}

/// An error: its message for people, and every field of the record.
pub fn failed(error: &Error) -> CallToolResult {
    let (record, _) = cleaned(serde_json::to_value(error).unwrap_or_default());
    let mut result = CallToolResult::error(vec![ContentBlock::text(text::lines(&error.message))]);
    result.structured_content = Some(record);
    result
}

/// A release task, with its times in RFC 3339.
fn task(pipeline: &Pipeline, extended: bool) -> Value {
    let mut task = serde_json::to_value(pipeline).unwrap_or_default();
    if let Some(fields) = task.as_object_mut() {
        if !extended {
            fields.remove("extend_info");
        }
        for name in TIMES {
            if let Some(value) = fields.get_mut(name)
                && let Some(milliseconds) = value.as_i64()
            {
                // The last days of the year 9999 stay a number, as text.
                let time = Timestamp::from_millisecond(milliseconds).map(|time| time.to_string());
                *value = json!(time.unwrap_or_else(|_| milliseconds.to_string()));
            }
        }
    }
    task
}

/// Replaces invisible characters in every text, and cuts texts that are too long. Returns a note with the number cut.
fn cleaned(value: Value) -> (Value, Option<String>) {
    let mut cut = 0;
    let value = clean(value, &mut cut);
    let note = (cut > 0).then(|| format!("{cut} texts are cut after {LONGEST_TEXT} characters."));
    (value, note)
}

fn clean(value: Value, cut: &mut usize) -> Value {
    match value {
        Value::String(text) => {
            let mut text = text::lines(&text);
            if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
                text.truncate(end);
                text.push('…');
                *cut += 1;
            }
            Value::String(text)
        }
        Value::Array(items) => items.into_iter().map(|item| clean(item, cut)).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, value)| (name, clean(value, cut))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

fn note<const N: usize>(sentences: [Option<String>; N]) -> Option<String> {
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

#[cfg(test)]
mod tests {
    use servicestage::Status;

    use super::*;

    fn pipeline(name: &str) -> Pipeline {
        let json = json!({ "id": "1", "name": name, "create_time": 1_739_865_312_582_u64 });
        Pipeline {
            id: "1".to_owned(),
            name: json["name"].as_str().map(str::to_owned),
            create_time: json["create_time"].as_u64(),
            update_time: Some(253_402_300_799_999),
            status: Some(Status::Failed),
            extend_info: Some("{\"a\":1}".to_owned()),
            ..Pipeline::default()
        }
    }

    fn structured(result: CallToolResult) -> Value {
        result.structured_content.unwrap()
    }

    #[test]
    fn a_task_has_readable_times_and_extend_info_only_on_request() {
        let task = structured(found(&pipeline("shop"), false))["release_task"].clone();
        assert_eq!(task["create_time"], "2025-02-18T07:55:12.582Z");
        assert_eq!(task["update_time"], "253402300799999");
        assert_eq!(task["last_trigger_at"], Value::Null);
        assert_eq!(task["status"], "failed");
        assert_eq!(task.get("extend_info"), None);
        assert_eq!(structured(found(&pipeline("shop"), true))["release_task"]["extend_info"], "{\"a\":1}");
    }

    #[test]
    fn texts_of_the_service_are_freed_of_what_cannot_be_seen_and_cut() {
        let long = format!("a\u{1b}[2J\u{202e}b\nc{}", "d".repeat(LONGEST_TEXT));
        let result = structured(found(&pipeline(&long), false));
        let name = result["release_task"]["name"].as_str().unwrap();
        assert!(name.starts_with("a\u{fffd}[2J\u{fffd}b\ncddd") && name.ends_with("d…"), "{name}");
        assert_eq!(name.chars().count(), LONGEST_TEXT + 1);
        assert_eq!(result["note"], "1 texts are cut after 4096 characters.");
    }

    #[test]
    fn the_texts_of_the_table_of_all_hosts_are_harmless_in_a_result() {
        let vectors: Value = serde_json::from_str(include_str!("../../../../tests/vectors/printable.json")).unwrap();
        for text in vectors["texts"].as_array().unwrap() {
            let found = structured(found(&pipeline(text["text"].as_str().unwrap()), false));
            assert_eq!(found["release_task"]["name"], text["lines"], "{}", text["what"]);
        }
    }

    fn one_of_four() -> Listing {
        Listing {
            pipelines: vec![pipeline("a")],
            total: 9,
            matched: 4,
            truncated: true,
            request_id: Some("r".to_owned()),
            attempts: 3,
        }
    }

    #[test]
    fn a_listing_says_what_it_leaves_out() {
        let mut all = one_of_four();
        let result = structured(listing(&all, false));
        assert!(result["note"].as_str().unwrap().starts_with("3 further release tasks match"), "{result}");
        (all.matched, all.truncated) = (1, false);
        assert_eq!(structured(listing(&all, false))["note"], Value::Null);
    }

    #[test]
    fn a_listing_keeps_every_field_of_its_record() {
        let mut record = serde_json::to_value(one_of_four()).unwrap();
        let mut result = structured(listing(&one_of_four(), true));
        let (tasks, shown) = (record["pipelines"].take(), result["release_tasks"].take());
        assert_eq!(tasks[0].as_object().unwrap().len(), shown[0].as_object().unwrap().len());
        for (field, value) in record.as_object().unwrap().iter().filter(|(field, _)| *field != "pipelines") {
            assert_eq!(&result[field], value, "{field}");
        }
    }

    #[test]
    fn an_error_keeps_every_field_of_its_record() {
        let error = servicestage::error::of_host("list-pipelines", "no \u{202e}way", "Try again.");
        let result = failed(&error);
        assert_eq!(result.is_error, Some(true));
        let record = structured(result);
        assert_eq!(record.as_object().unwrap().len(), serde_json::to_value(&error).unwrap().as_object().unwrap().len());
        assert!(record["message"].as_str().unwrap().contains("no \u{fffd}way"), "{record}");
    }
}
