//! A listing, as `pipelines` returns it: where it lies, with the texts that it borrows from the body that arrived.

use json_text::Texts;
use self_cell::self_cell;

use crate::abi::Text;
use crate::layout::Maybe;
use crate::pipeline;

#[repr(C)]
pub(super) struct Listing {
    pipelines: Lent,
    total: u32,
    matched: u32,
    truncated: bool,
    request_id: Maybe<Text>,
    attempts: u32,
    /// Behind what a host reads: what the rest points into.
    kept: Kept,
}

/// A list of release tasks, which are laid out as the ABI has them.
#[repr(C)]
struct Lent {
    first: *const pipeline::Pipeline<'static>,
    length: usize,
}

self_cell!(
    /// A listing, and what it borrows from.
    pub(super) struct Kept {
        owner: Texts,
        #[covariant]
        dependent: PlainListing,
    }
);

type PlainListing<'t> = pipeline::Listing<'t>;

impl From<Kept> for Listing {
    fn from(kept: Kept) -> Self {
        let listing = kept.borrow_dependent();
        Self {
            pipelines: Lent { first: listing.pipelines.as_ptr().cast(), length: listing.pipelines.len() },
            total: listing.total,
            matched: listing.matched,
            truncated: listing.truncated,
            request_id: Maybe::of(listing.request_id.clone()),
            attempts: listing.attempts,
            kept,
        }
    }
}
