//! Any body: no panic, and filtering while decoding is filtering afterwards.
#![no_main]

use libfuzzer_sys::fuzz_target;
use servicestage_component::decode::{listing, projects};
use servicestage_component::pipeline::Status;
use servicestage_component::query::{Query, Term};

fuzz_target!(|body: &[u8]| {
    let _ = projects(body);
    let all = Query::new(vec![]).expect("no term is wrong");
    let failed = Query::new(vec![Term::Status(vec![Status::Failed])]).expect("the term is right");
    match (listing(body, &all), listing(body, &failed)) {
        (Ok(mut whole), Ok(filtered)) => {
            assert_eq!(whole.total, filtered.total);
            whole.matching.retain(|task| failed.matches(task));
            assert_eq!(whole.matching, filtered.matching);
        }
        (Err(whole), Err(filtered)) => assert_eq!(whole, filtered),
        // Only what is kept counts against memory, and no input here is that large.
        (whole, filtered) => panic!("{whole:?} is not {filtered:?}"),
    }
});
