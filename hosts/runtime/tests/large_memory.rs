//! Memory in large pages is wiped between calls like any other.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]
#![cfg(feature = "compile")]

mod requesting;

use std::sync::Arc;

use component_runtime::{Layer, Limits, Runtime};
use requesting::Answering;

#[tokio::test]
async fn what_a_call_leaves_in_large_pages_the_next_one_in_its_place_does_not_see() {
    const BODY: usize = 200_000;
    // In what is kept of a place, where that ends, far behind it, and at the end of a page.
    let marks = [1_000_000, 2_097_152, 9_000_000, 20_971_516, 33_000_000];
    let look = marks.map(|at| format!("(if (i32.load (i32.const {at})) (then unreachable))")).concat();
    let leave = marks.map(|at| format!("(i32.store (i32.const {at}) (i32.const 1))")).concat();
    let replaced = |wat: String, (from, to): (&str, &str)| {
        assert!(wat.contains(from), "{from}");
        wat.replace(from, to)
    };
    // Reading a chunk is where the pages are asked for: so there is much memory before, which is written after.
    let wat = [
        ("[method]input-stream.blocking-read", "[method]input-stream.read"),
        (r#"(memory (export "memory") 8)"#, r#"(memory (export "memory") 512)"#),
        ("(memory.fill (i32.const 65536)", &format!("{look}(memory.fill (i32.const 65536)")),
        ("(br_if $again (local.get $requests)))", &format!("(br_if $again (local.get $requests))){leave}")),
    ]
    .into_iter()
    .fold(include_str!("requesting/requesting.wat").to_owned(), replaced);

    // One place for all calls.
    let runtime = Runtime::new(Limits { calls: 1, ..Limits::default() }).unwrap();
    let plugin = runtime.compile(&wat::parse_str(wat).unwrap()).unwrap();
    let last: Arc<dyn Layer> = Answering::with_body(BODY);
    for _ in 0..3 {
        assert_eq!(requesting::ask(&plugin, &last, 1, 0).await.unwrap() as usize, BODY);
    }
}
