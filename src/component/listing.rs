//! `list-pipelines`, whose result leaves the component as it lies there.
//!
//! What wit-bindgen generates hands over only what it owns, text by text. A listing borrows its texts from the body that
//! arrived, and is handed over with it. Arguments and errors are those of `list-pipelines-json`, and what is generated for
//! them serves both.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use json_text::Texts;
use self_cell::self_cell;

use super::Component;
use super::bindings::exports::huaweicloud::servicestage::pipelines as wit;
use crate::layout::Maybe;
use crate::pipeline::Listing;

/// The call that is under way leaves here what it lists. There is one at a time.
static LISTED: AtomicPtr<Outcome> = AtomicPtr::new(ptr::null_mut());

self_cell!(
    /// A listing, and what it borrows from.
    struct Kept {
        owner: Texts,
        #[covariant]
        dependent: Listing,
    }
);

/// The result of a listing that succeeds, as the canonical ABI lays it out, and what it points into.
#[repr(C)]
struct Outcome {
    /// The first case of `result`: there is no error.
    failed: bool,
    listing: Lowered,
    kept: Kept,
}

/// The record `listing`. The other case of the result begins where this does, at a multiple of eight.
#[repr(C, align(8))]
struct Lowered {
    pipelines: List,
    total: u32,
    matched: u32,
    truncated: bool,
    request_id: Maybe<List>,
    attempts: u32,
}

/// A list or a string.
#[derive(Clone, Copy)]
#[repr(C)]
struct List {
    start: *const u8,
    length: usize,
}

impl Outcome {
    fn of(kept: Kept) -> Self {
        let listing = kept.borrow_dependent();
        let bytes = |text: &String| List { start: text.as_ptr(), length: text.len() };
        let lowered = Lowered {
            pipelines: List { start: listing.pipelines.as_ptr().cast(), length: listing.pipelines.len() },
            total: listing.total,
            matched: listing.matched,
            truncated: listing.truncated,
            request_id: listing.request_id.as_ref().map(bytes).into(),
            attempts: listing.attempts,
        };
        Self { failed: false, listing: lowered, kept }
    }
}

/// Lists as text, for what is generated: the text is empty, and the listing is left behind.
struct Typed;

impl wit::Guest for Typed {
    fn list_pipelines_json(connection: wit::Connection, query: Vec<wit::Term>) -> Result<String, wit::Error> {
        let kept = Kept::try_new(Texts::default(), |texts| super::list(connection, query, texts));
        let outcome = Box::new(Outcome::of(kept.map_err(|error| wit::Error::from(*error))?));
        LISTED.store(Box::into_raw(outcome), Ordering::Relaxed);
        Ok(String::new())
    }

    fn find_project(connection: wit::Connection) -> Result<String, wit::Error> {
        Component::find_project(connection)
    }
}

// SAFETY: the name and the signature are those of the canonical ABI, and no other function has them.
#[unsafe(export_name = "huaweicloud:servicestage/pipelines@0.1.0#list-pipelines")]
unsafe extern "C" fn list_pipelines(arguments: *mut u8) -> *const u8 {
    // SAFETY: these are the arguments of `list-pipelines-json` as well.
    let result = unsafe { wit::_export_list_pipelines_json_cabi::<Typed>(arguments) };
    let listed = LISTED.swap(ptr::null_mut(), Ordering::Relaxed);
    if listed.is_null() { result } else { listed.cast() }
}

// SAFETY: as above.
#[unsafe(export_name = "cabi_post_huaweicloud:servicestage/pipelines@0.1.0#list-pipelines")]
unsafe extern "C" fn after_list_pipelines(result: *mut u8) {
    // SAFETY: this is what `list_pipelines` returned. Either case begins with a byte that tells which it is.
    unsafe {
        if result.cast::<bool>().read() {
            wit::__post_return_list_pipelines_json::<Typed>(result);
        } else {
            drop(Box::from_raw(result.cast::<Outcome>()));
        }
    }
}
