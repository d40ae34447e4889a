//! Any body: decoding it does not panic, and agrees with serde_json. Filtering while decoding equals filtering
//! afterwards.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use servicestage_component::decode::{Body, Records};
use servicestage_component::query::Query;
use servicestage_component::task::{Project, Task};
use model::status::Status;
use model::term::Term;

fuzz_target!(|bytes: &[u8]| {
    let body = Body::new(bytes.to_vec());
    let _ = body.records(|_: &Project<'_>| true);
    let failed = Query::new(vec![Term::Status(vec![Status::Failed])]).expect("the term is right");
    match (body.records(|_: &Task<'_>| true), body.records(|task| failed.matches(task))) {
        (Ok(whole), Ok(filtered)) => {
            agrees_with_serde(&whole, bytes);
            assert_eq!(whole.total, filtered.total);
            let matching: Vec<_> = whole.wanted.into_iter().filter(|task| failed.matches(task)).collect();
            assert_eq!(matching, filtered.wanted);
        }
        (Err(whole), Err(filtered)) => assert_eq!(whole, filtered),
        // Only what is kept counts against memory, and no input here is that large.
        (whole, filtered) => panic!("{whole:?} is not {filtered:?}"),
    }
});

fn agrees_with_serde(listing: &Records<Task<'_>>, bytes: &[u8]) {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return assert_eq!(listing.total, 0);
    }
    serde_json::from_slice::<IgnoredAny>(bytes).expect("the listing is JSON");
    // A value has numbers and a depth that not all JSON has, and no half of a surrogate pair.
    let Ok(value) = serde_json::from_slice::<Value>(bytes) else { return };
    let items = value.as_array().or_else(|| value["pipelines"].as_array());
    let ids: Vec<&Value> = items.into_iter().flatten().map(|item| &item["id"]).collect();
    assert_eq!(ids.len(), listing.total as usize);
    for (id, task) in ids.into_iter().zip(&listing.wanted) {
        assert!(id.as_str().is_none_or(|id| id == task.id()), "{id} is not {}", task.id());
    }
}
