//! What a server sends and nobody asks for takes no memory.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use json_text::Texts;
use servicestage_component::answer::List;
use servicestage_component::decode::pipelines;
use servicestage_component::query::Query;

/// The system's allocator, and how many bytes are in use and were at most.
struct Counting;

static USED: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: everything is handed to the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let used = USED.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        MOST.fetch_max(used, Ordering::Relaxed);
        // SAFETY: the caller's promise is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        USED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) };
    }
}

#[global_allocator]
static MEMORY: Counting = Counting;

#[test]
fn names_of_members_that_nobody_asked_for_are_not_kept() {
    let members = r#""\n":1,"#.repeat(200_000);
    let body = format!("{{{members}\"pipelines\":[]}}").into_bytes();
    let (query, texts, size) = (Query::new(vec![]).unwrap(), Texts::default(), body.len());
    let mut list = List::of(pipelines(&query), &texts);
    let before = USED.load(Ordering::Relaxed);
    MOST.store(before, Ordering::Relaxed);
    list.push(body).unwrap();
    list.finish().unwrap();
    let more = MOST.load(Ordering::Relaxed) - before;
    assert!(more < 128 * 1024, "{size} bytes took {more} bytes more than the body itself");
}
