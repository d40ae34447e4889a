//! A listing on its way out of the component.

use component_runtime::Prefetched;
use wasmtime::component::{ComponentType, Lift};

use crate::types::{Listing, Pipeline};

/// A [`Listing`] as it is lifted: the texts of its release tasks lie in the order in which they arrived, and are fetched
/// ahead.
#[derive(ComponentType, Lift)]
#[component(record)]
pub struct Lifted {
    pipelines: Vec<Prefetched<Pipeline>>,
    total: u32,
    matched: u32,
    truncated: bool,
    #[component(name = "request-id")]
    request_id: Option<String>,
    attempts: u32,
}

impl From<Lifted> for Listing {
    fn from(lifted: Lifted) -> Self {
        let Lifted { pipelines, total, matched, truncated, request_id, attempts } = lifted;
        // The same memory: a release task within its wrapper is laid out as without.
        let pipelines = pipelines.into_iter().map(|Prefetched(pipeline)| pipeline).collect();
        Self { pipelines, total, matched, truncated, request_id, attempts }
    }
}
