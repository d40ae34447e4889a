//! The allocator of the component. An instance lives for one call, so memory is never given back to the host; what is
//! freed serves the next request of its size.
//!
//! It is a tenth of the size of the library's, and a few instructions for each of the ten thousand texts of a listing.

use std::alloc::{GlobalAlloc, Layout};
use std::cell::UnsafeCell;
use std::ops::Range;
use std::ptr;

/// Blocks are multiples of this, and begin at one.
const UNIT: usize = 8;

/// What is larger than the buffer of a read is cut up once it is free.
const LARGE: usize = 128 * 1024;

/// Four sizes of blocks for each power of two, so that a fifth of a block is unused at most; up to 2 GiB, which no request
/// exceeds.
const CLASSES: usize = 4 * 27;

/// Free blocks by size, and memory that was never used.
pub struct Pool {
    state: UnsafeCell<State>,
    grow: Grow,
}

/// Gets so many bytes more at least, and returns where they are: at a multiple of eight, if there are any. The first
/// number says where ends what it got before; it is 0 if that is nothing.
pub type Grow = fn(usize, usize) -> Option<Range<usize>>;

struct State {
    /// The first free block of each size; each holds the address of the next.
    free: [*mut u8; CLASSES],
    unused: Range<usize>,
}

// SAFETY: a component has one thread.
unsafe impl Sync for Pool {}

impl Pool {
    /// A pool without memory.
    #[must_use]
    pub const fn new(grow: Grow) -> Self {
        Self { state: UnsafeCell::new(State { free: [ptr::null_mut(); CLASSES], unused: 0..0 }), grow }
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
        let class = class(layout.size());
        // SAFETY: nothing else holds the state, as there is one thread and nothing below allocates.
        let state = unsafe { &mut *self.state.get() };
        match state.free.get_mut(class) {
            Some(first) if !first.is_null() => {
                let block = *first;
                // SAFETY: a free block holds the address of the next.
                *first = unsafe { block.cast::<*mut u8>().read() };
                block
            }
            Some(_) => state.unused(size_of(class), self.grow),
            None => ptr::null_mut(),
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let class = class(layout.size());
        // SAFETY: as above.
        let state = unsafe { &mut *self.state.get() };
        if let Some(first) = state.free.get_mut(class) {
            // SAFETY: the block is at least a `UNIT` large, and nobody uses it any more.
            unsafe { block.cast::<*mut u8>().write(*first) };
            *first = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if class(layout.size()) == class(size) {
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
    fn unused(&mut self, size: usize, grow: Grow) -> *mut u8 {
        if self.unused.len() < size && !self.reuse(size) {
            let Some(more) = grow(self.unused.end, size) else { return ptr::null_mut() };
            // Unless somebody else has grown the memory, it continues what is left.
            let from = if more.start == self.unused.end { self.unused.start } else { more.start };
            self.unused = from..more.end;
        }
        let block = self.unused.start;
        self.unused.start += size;
        ptr::with_exposed_provenance_mut(block)
    }

    /// Takes a large block that is free for unused memory, to be cut up: a list that grows leaves one each time.
    fn reuse(&mut self, size: usize) -> bool {
        let least = class(size.max(LARGE));
        let mut large = self.free.iter_mut().enumerate().skip(least);
        let Some((class, first)) = large.find(|(_, first)| !first.is_null()) else { return false };
        let block = *first;
        // SAFETY: a free block holds the address of the next.
        *first = unsafe { block.cast::<*mut u8>().read() };
        let from = block.expose_provenance();
        self.unused = from..from + size_of(class);
        true
    }
}

/// The class of blocks that hold so many bytes: the smallest that does.
#[inline(always)]
fn class(bytes: usize) -> usize {
    let last = bytes.div_ceil(UNIT).max(1) - 1;
    if last < 4 {
        return last;
    }
    // The highest bit, and the two that follow it.
    let power = last.ilog2() as usize;
    power * 4 + (last >> (power - 2)) - 8
}

/// How many bytes the blocks of a class hold.
#[inline(always)]
fn size_of(class: usize) -> usize {
    let units = if class < 4 { class + 1 } else { (class % 4 + 5) << (class / 4 - 1) };
    units * UNIT
}
