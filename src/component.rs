//! What makes a component of the crate: its contract, its memory, and its exports, `pipelines` and `declarative`. Those
//! turn what a host passes into plain types and back, and do nothing else.

mod declarative;
mod description;
mod error;
mod listing;
mod pipelines;

use core::arch::wasm32;
use std::ops::Range;

use crate::memory::Pool;

/// The contract, for the linker, and the functions of WASI. Of what is generated for exports nothing is used.
pub(crate) mod bindings {
    wit_bindgen::generate!({
        path: ["wit/plugin", "wit/servicestage"],
        world: "huaweicloud:servicestage/plugin",
        generate_all,
    });
}

#[global_allocator]
static MEMORY: Pool = Pool::new(grow);

unsafe extern "C" {
    /// Here ends what the linker has placed.
    safe static __heap_base: u8;
}

/// What an instance has from its beginning, and then an eighth more at a time, since each time costs a call of the host and
/// of its system. Beyond a large page of the system it ends where one does, which can be had as a whole only.
fn grow(before: usize, bytes: usize) -> Option<Range<usize>> {
    const PAGE: usize = 64 * 1024;
    const LARGE_PAGE: usize = 32;
    let pages = wasm32::memory_size(0);
    let end = pages * PAGE;
    let from = if before == 0 { (&raw const __heap_base).addr().next_multiple_of(8) } else { end };
    let missing = from.checked_add(bytes)?.saturating_sub(end).div_ceil(PAGE);
    let step = if pages < LARGE_PAGE { 4 } else { LARGE_PAGE };
    let more = if missing == 0 { 0 } else { (pages + missing.max(pages / 8)).next_multiple_of(step) - pages };
    if more > 0 && wasm32::memory_grow(0, more) == usize::MAX {
        return None;
    }
    Some(from..end + more * PAGE)
}
