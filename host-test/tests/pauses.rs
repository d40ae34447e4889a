//! The pauses before further attempts, as the log has them, in virtual time.

use std::sync::{Arc, Mutex};

use component_runtime::log::{Line, Lines, own_targets};
use host_test::case::{Case, folders};
use host_test::run;
use serde_json::{Value, json};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

/// Replays a fixture. Returns the fields of each pause.
fn pauses(name: &str) -> Vec<Value> {
    let folder = folders().unwrap().into_iter().find(|folder| folder.ends_with(name)).unwrap();
    let case = Case::read(&folder).unwrap();
    let (plugin, logged) = (run::load().unwrap(), Arc::<Mutex<Vec<Value>>>::default());
    let pauses = Arc::clone(&logged);
    let lines = Lines(move |line: &Line<'_>| {
        if !line.is_span && line.text == "pause" {
            pauses.lock().unwrap().push(line.fields.to_json().into());
        }
    });
    let lines = lines.with_filter(own_targets("component_runtime", LevelFilter::DEBUG));
    tracing::subscriber::with_default(tracing_subscriber::registry().with(lines), || {
        run::replay(&plugin, &case).unwrap();
    });
    logged.lock().unwrap().clone()
}

#[test]
fn a_pause_that_the_service_asked_for_has_its_length() {
    let pause = json!({ "attempt": 1, "status": 429, "milliseconds": 3000 });
    assert_eq!(pauses("throttled_then_success_seconds"), [pause]);
}

#[test]
fn a_pause_after_a_request_without_an_answer_has_the_error() {
    let [pause] = &pauses("refused")[..] else { panic!("there is one pause between two attempts") };
    assert_eq!((&pause["attempt"], &pause["error"]), (&json!(1), &json!("connection refused")));
    assert!((1000..2000).contains(&pause["milliseconds"].as_u64().unwrap()), "{pause}");
}

#[test]
fn where_nothing_is_tried_again_there_is_no_pause() {
    for name in ["unavailable", "vendor_example"] {
        assert_eq!(pauses(name), [] as [Value; 0], "{name}");
    }
}
