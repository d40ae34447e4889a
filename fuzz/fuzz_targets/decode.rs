//! Any body in any chunks: no panic, the same listing or the same error as in one piece, and the listing of what serde
//! reads in the same bytes; filtering while decoding is filtering afterwards.
#![no_main]

#[path = "../../tests/support/mod.rs"]
mod support;

use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;
use serde_json::Value;
use servicestage_component::pipeline::Status;
use servicestage_component::query::{Query, Term};
use support::{Decoded, comparable, in_chunks, listing, projects};

fuzz_target!(|input: (u8, u8, &[u8])| {
    let (first, size, body) = input;
    let _ = projects(body);
    let all = Query::new(vec![]).expect("no term is wrong");
    let failed = Query::new(vec![Term::Status(vec![Status::Failed])]).expect("the term is right");
    let whole = listing(body, &all);
    let (start, rest) = body.split_at(body.len().min(first.into()));
    let chunks = std::iter::once(start).chain(rest.chunks(usize::from(size).max(1)));
    let chunked = in_chunks(chunks, &all);
    match (&whole, chunked) {
        (Ok(whole), Ok(chunked)) => assert_eq!(whole, &chunked),
        (Err(whole), Err(chunked)) => assert_eq!(comparable(whole.clone()), comparable(chunked)),
        (whole, chunked) => panic!("{whole:?} is not {chunked:?}"),
    }
    match (whole, listing(body, &failed)) {
        (Ok(whole), Ok(filtered)) => {
            agrees_with_serde(&whole, body);
            assert_eq!(whole.total(), filtered.total());
            let matching: Vec<_> = whole.matching().iter().filter(|task| failed.matches(task)).copied().collect();
            assert_eq!(&matching, filtered.matching());
        }
        (Err(whole), Err(filtered)) => assert_eq!(whole, filtered),
        // Only what is kept counts against memory, and no input here is that large.
        (whole, filtered) => panic!("{whole:?} is not {filtered:?}"),
    }
});

fn agrees_with_serde(listing: &Decoded, body: &[u8]) {
    if body.trim_ascii().is_empty() {
        return assert_eq!(listing.total(), 0);
    }
    serde_json::from_slice::<IgnoredAny>(body).expect("what is listed is JSON");
    // A value has numbers and a depth that not all JSON has.
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    let items = value.as_array().or_else(|| value["pipelines"].as_array());
    let ids: Vec<&Value> = items.into_iter().flatten().map(|item| &item["id"]).collect();
    assert_eq!(ids.len(), listing.total() as usize);
    for (id, task) in ids.into_iter().zip(listing.matching()) {
        assert!(id.as_str().is_none_or(|id| id == &*task.id), "{id} is not {}", &*task.id);
    }
}
