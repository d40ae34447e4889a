//! What the allocator hands out is nobody else's, is where it should be, and comes back.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::cell::Cell;
use std::ops::Range;

use proptest::prelude::*;
use servicestage_component::memory::Pool;

/// All the memory of a test, of which each test has its own, as it has a thread of its own.
const MOST: usize = 64 << 20;

thread_local! {
    static MEMORY: Cell<Option<Range<usize>>> = const { Cell::new(None) };
    static TAKEN: Cell<usize> = const { Cell::new(0) };
}

/// Hands out pages one after the other, as the memory of a component grows.
fn grow(_: usize, bytes: usize) -> Option<Range<usize>> {
    let whole = MEMORY.take().unwrap_or_else(|| {
        let memory: &mut [u64] = Box::leak(vec![0; MOST / 8].into_boxed_slice());
        let from = memory.as_mut_ptr().expose_provenance();
        from..from + MOST
    });
    MEMORY.set(Some(whole.clone()));
    let from = whole.start + TAKEN.get();
    let to = from + bytes.next_multiple_of(64 * 1024);
    (to <= whole.end).then(|| {
        TAKEN.set(to - whole.start);
        from..to
    })
}

fn new() -> Pool {
    TAKEN.set(0);
    Pool::new(grow)
}

/// A block that is in use, and the byte that it is full of.
struct Block {
    at: *mut u8,
    layout: Layout,
    byte: u8,
}

impl Block {
    fn fill(at: *mut u8, layout: Layout, byte: u8) -> Self {
        assert!(!at.is_null() && at.addr().is_multiple_of(layout.align()));
        // SAFETY: the allocator says that so many bytes are there.
        unsafe { at.write_bytes(byte, layout.size()) };
        Self { at, layout, byte }
    }

    fn holds(&self, bytes: usize) -> bool {
        // SAFETY: it was filled, and the allocator says that it is still there.
        unsafe { std::slice::from_raw_parts(self.at, bytes) }.iter().all(|byte| *byte == self.byte)
    }
}

/// What is done next: a size to allocate, or a block to free or to give another size.
fn steps() -> impl Strategy<Value = Vec<(u8, usize, prop::sample::Index)>> {
    let size = prop_oneof![4 => 1..200_usize, 2 => 200..5000_usize, 1 => 60_000..400_000_usize];
    prop::collection::vec((any::<u8>(), size, any::<prop::sample::Index>()), 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn blocks_in_use_keep_what_is_in_them(steps in steps()) {
        let pool = new();
        let mut blocks: Vec<Block> = Vec::new();
        for (byte, size, which) in steps {
            let layout = Layout::from_size_align(size, 1 << (byte % 4)).unwrap();
            if byte % 3 == 0 || blocks.is_empty() {
                // SAFETY: the size is not zero.
                blocks.push(Block::fill(unsafe { pool.alloc(layout) }, layout, byte));
                continue;
            }
            let block = blocks.swap_remove(which.index(blocks.len()));
            prop_assert!(block.holds(block.layout.size()));
            if byte % 3 == 1 {
                // SAFETY: it was allocated there with this layout, and is used no more.
                unsafe { pool.dealloc(block.at, block.layout) };
            } else {
                let layout = Layout::from_size_align(size, block.layout.align()).unwrap();
                // SAFETY: likewise, and the size is not zero.
                let at = unsafe { pool.realloc(block.at, block.layout, size) };
                let (moved, both) = (Block { at, ..block }, size.min(block.layout.size()));
                prop_assert!(moved.holds(both));
                blocks.push(Block::fill(at, layout, byte));
            }
        }
        prop_assert!(blocks.iter().all(|block| block.holds(block.layout.size())));
    }
}

#[test]
fn what_is_freed_serves_again() {
    let pool = new();
    for round in 0..100_000_usize {
        let layout = Layout::from_size_align(1 + round % 100 * 1000, 8).unwrap();
        // SAFETY: the size is not zero, and the block is freed as it was allocated.
        unsafe { pool.dealloc(pool.alloc(layout), layout) };
    }
    assert!(TAKEN.get() < 4 << 20, "{}", TAKEN.get());
}

#[test]
fn what_a_growing_list_leaves_behind_is_cut_up() {
    let pool = new();
    let layout = |size| Layout::from_size_align(size, 8).unwrap();
    // SAFETY: sizes are not zero, and each block is allocated before it is freed or given another size.
    unsafe {
        let (mut list, mut size) = (pool.alloc(layout(1 << 20)), 1 << 20);
        while size < 16 << 20 {
            list = pool.realloc(list, layout(size), size * 2);
            size *= 2;
        }
        let taken = TAKEN.get();
        assert!((0..100_000).all(|_| !pool.alloc(layout(100)).is_null()));
        assert_eq!(TAKEN.get(), taken);
    }
}

#[test]
fn without_memory_there_is_no_block() {
    let pool = new();
    // SAFETY: the size is not zero.
    assert!(unsafe { pool.alloc(Layout::from_size_align(MOST + 1, 8).unwrap()) }.is_null());
    // SAFETY: likewise. Nothing in the component wants such an alignment.
    assert!(unsafe { pool.alloc(Layout::from_size_align(64, 64).unwrap()) }.is_null());
}
