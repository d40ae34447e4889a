//! A way in for whoever records what a listing sends, as the harness does to make fixtures.

use std::sync::Arc;

use component_runtime::Layer;
use servicestage::credentials::Identity;
use servicestage::types::{Connection, Term};

/// The arguments of a listing.
#[derive(Clone, Copy)]
pub struct ListingArguments<'a> {
    /// Where it goes.
    pub connection: &'a Connection,
    /// The query.
    pub query: &'a [Term],
    /// In whose name, with the secrets that a recording must not hold.
    pub identity: &'a Identity,
}

/// Records what a listing sends.
pub trait Recorder: Send + Sync {
    /// The layer that takes the place of `last`, which sends: what comes there is allowed and authenticated. The tool's
    /// own requests, for a token or a key, go another way.
    fn around(&self, call: ListingArguments<'_>, last: Arc<dyn Layer>) -> Arc<dyn Layer>;
}
