//! Any text for a request or a response of a fixture: reading it does not panic. One that is read, written and read
//! again stays the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use raw::{Request, Response};

// By its path, because the harness itself would bring wasmtime into every build with a sanitizer.
#[path = "../../host-test/src/raw.rs"]
mod raw;

fuzz_target!(|input: (&[u8], &str)| {
    let (bytes, value) = input;
    if let Ok(response) = Response::parse(bytes) {
        assert!(response.head.ends_with("\r\n") && response.body.len() <= bytes.len());
        assert_eq!(Response::parse(&response.bytes()).ok().as_ref(), Some(&response));
        if !value.contains('\n') {
            let more = response.with_header("x-new", value);
            assert_eq!(more.body, response.body);
            assert_eq!(Response::parse(&more.bytes()).expect("one more header keeps the form").body, response.body);
        }
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(request) = Request::parse(text) {
        assert_eq!(Request::parse(&request.to_string()).ok().as_ref(), Some(&request));
        assert!(request.headers.iter().all(|(name, _)| request.header(name).is_some()), "{request}");
    }
});
