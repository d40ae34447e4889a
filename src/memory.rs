//! The allocator of the component. An instance lives for one call, so memory is never given back to the host; what is
//! freed serves the next request of its size.
//!
//! It is smaller and quicker than the library's: a few instructions for each of the ten thousand texts of a listing.

use core::arch::wasm32;
use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ptr;

/// What the system's pages have.
const PAGE: usize = 64 * 1024;

/// Blocks are multiples of this, and begin at one.
const UNIT: usize = 8;

/// Four sizes of blocks for each power of two, so that a fifth of a block is unused at most.
const CLASSES: usize = 4 * 29;

/// Free blocks by size, and memory that was never used.
pub(crate) struct Pool(UnsafeCell<State>);

struct State {
    /// The first free block of each size; each holds the address of the next.
    free: [*mut u8; CLASSES],
    /// The unused memory.
    from: usize,
    to: usize,
}

// SAFETY: a component has one thread.
unsafe impl Sync for Pool {}

impl Pool {
    pub(crate) const fn new() -> Self {
        Self(UnsafeCell::new(State { free: [ptr::null_mut(); CLASSES], from: 0, to: 0 }))
    }
}

// SAFETY: a block is handed out once until it is freed: it comes from unused memory, which shrinks by it, or from a list of
// free ones, which it leaves. Its size is that of its class, which is no less than what is asked for, and the same when
// it is freed. It begins at a multiple of `UNIT`, and no type here wants more.
unsafe impl GlobalAlloc for Pool {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.align() > UNIT {
            return ptr::null_mut();
        }
        let (class, size) = class(layout.size());
        // SAFETY: nothing else holds the state, as there is one thread and nothing below allocates.
        let state = unsafe { &mut *self.0.get() };
        match state.free.get_mut(class) {
            Some(first) if !first.is_null() => {
                let block = *first;
                // SAFETY: a free block holds the address of the next.
                *first = unsafe { block.cast::<*mut u8>().read() };
                block
            }
            Some(_) => state.unused(size),
            None => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let (class, _) = class(layout.size());
        // SAFETY: as above.
        let state = unsafe { &mut *self.0.get() };
        if let Some(first) = state.free.get_mut(class) {
            // SAFETY: the block is at least a `UNIT` large, and nobody uses it any more.
            unsafe { block.cast::<*mut u8>().write(*first) };
            *first = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let ((old, _), (new, _)) = (class(layout.size()), class(size));
        if old == new {
            return block;
        }
        // SAFETY: the caller promises that the size does not overflow.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        // SAFETY: the caller promises that the block was allocated here with this layout. What is copied fits both.
        unsafe {
            let new = self.alloc(wanted);
            if !new.is_null() {
                ptr::copy_nonoverlapping(block, new, layout.size().min(size));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

impl State {
    /// A block of memory that was never used.
    fn unused(&mut self, size: usize) -> *mut u8 {
        if self.to - self.from < size {
            // A sixteenth more at a time, since each time costs a call of the host.
            let pages = size.div_ceil(PAGE).max(wasm32::memory_size(0) / 16);
            let before = wasm32::memory_grow(0, pages);
            if before == usize::MAX {
                return ptr::null_mut();
            }
            // Unless somebody else has grown it, this continues what is left.
            if before * PAGE != self.to {
                self.from = before * PAGE;
            }
            self.to = (before + pages) * PAGE;
        }
        let block = self.from;
        self.from += size;
        ptr::with_exposed_provenance_mut(block)
    }
}

/// The class of blocks that hold so many bytes, and how many they hold.
fn class(bytes: usize) -> (usize, usize) {
    let units = bytes.div_ceil(UNIT).max(1);
    if units <= 4 {
        return (units - 1, units * UNIT);
    }
    // The highest bit of what comes before, and the two that follow it.
    let power = (units - 1).ilog2() as usize;
    let quarter = 1 << (power - 2);
    let quarters = (units - 1) / quarter;
    (power * 4 + quarters - 8, (quarters + 1) * quarter * UNIT)
}
