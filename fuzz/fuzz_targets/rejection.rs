//! Any status, headers and error body: no panic, and every text stays short and on one line.
#![no_main]

use std::time::Duration;

use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use servicestage_component::failure::Operation;
use servicestage_component::rejection::failure;
use servicestage_component::response::Headers;

fuzz_target!(|input: (u16, [Option<String>; 6], Vec<u8>)| {
    let (status, [request_id, retry_after, date, location, content_encoding, content_type], body) = input;
    let status = StatusCode::from_u16(status % 900 + 100).expect("100 to 999");
    let headers = Headers { request_id, retry_after, date, location, content_encoding, content_type };
    let failure = failure(Operation::ListPipelines, status, &headers, &body, Duration::ZERO);
    for text in [failure.response.code, failure.response.message, failure.response.request_id].into_iter().flatten() {
        assert!(!text.is_empty() && text.chars().count() <= 513 && !text.contains(char::is_control), "{text:?}");
    }
});
