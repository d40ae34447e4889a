//! Responses that are not read, not dropped, or too large.

use crate::ask::{begin, get, told};
use crate::bindings::wasi::http::types::IncomingBody;
use crate::bindings::wasi::io::poll::poll;
use crate::bindings::wasi::io::streams::InputStream;

/// How much memory a guest uses that leaves it behind, in bytes.
const USED: usize = 8 << 20;

/// How many responses it leaves open: some ten resources each, of which a call has a limited number.
const OPEN: usize = 10;

pub fn traps_while_a_response_streams(server: &str) -> Vec<String> {
    let (_body, stream) = endless(server);
    let first = stream.blocking_read(1);
    assert!(first.is_err(), "a trap, after the first byte");
    vec!["the response did not stream".to_owned()]
}

pub fn drops_a_response_half_read(server: &str) -> Vec<String> {
    let (body, stream) = endless(server);
    let read = stream.blocking_read(1).map_or(0, |bytes| bytes.len());
    drop(stream);
    drop(body);
    vec![format!("{read} read")]
}

pub fn keeps_all_of_a_response(server: &str) -> Vec<String> {
    let (_body, stream) = endless(server);
    let mut kept = Vec::new();
    while let Ok(bytes) = stream.blocking_read(1 << 16) {
        kept.push(bytes);
    }
    vec![format!("{} chunks kept", kept.len())]
}

pub fn keeps_everything_open_and_traps(server: &str) -> Vec<String> {
    let used = vec![1_u8; USED];
    let open: Vec<_> = (0..OPEN)
        .map(|_| {
            let (body, stream) = endless(server);
            let read = stream.blocking_read(1 << 16);
            (body, stream, read)
        })
        .collect();
    assert!(open.len() + used.len() == 0, "a trap, with everything open");
    vec!["nothing was open".to_owned()]
}

pub fn waits_for_what_never_comes(server: &str) -> Vec<String> {
    vec![told(get(server, "/never"))]
}

pub fn watches_one_thing_a_million_times(server: &str) -> Vec<String> {
    let Ok(pending) = begin(server, "/never") else { return vec!["not begun".to_owned()] };
    let ready = pending.subscribe();
    vec![format!("{} ready", poll(&vec![&ready; 1_000_000]).len())]
}

/// A response whose body never ends.
fn endless(server: &str) -> (IncomingBody, InputStream) {
    let response = get(server, "/endless").unwrap_or_else(|why| panic!("{why}"));
    let body = response.consume().expect("a body that nobody took");
    let stream = body.stream().expect("a stream that nobody took");
    (body, stream)
}
