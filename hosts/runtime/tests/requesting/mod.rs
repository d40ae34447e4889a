//! A component that makes requests, and a last layer that answers them.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use component_runtime::http::{Decision, HttpError, Request, Timeouts, Verdict, full};
use component_runtime::{Call, CallError, Layer, Plugin, Stack};

/// The results of the component for a request that ended in an error code, by the order of `wasi:http`.
pub const FAILED: u32 = 1_000_000;
pub const REQUEST_DENIED: u32 = FAILED + 15;
pub const RESPONSE_HEADERS_TOO_LARGE: u32 = FAILED + 26;
pub const RESPONSE_BODY_TOO_LARGE: u32 = FAILED + 28;
pub const INTERNAL_ERROR: u32 = FAILED + 38;

/// The component of `requesting.wat`.
pub fn component() -> Vec<u8> {
    wat::parse_str(include_str!("requesting.wat")).unwrap_or_else(|error| panic!("{error}"))
}

/// Has the component make requests: the size of the last response, or from [`FAILED`] on the case of its error.
pub async fn ask(plugin: &Plugin, last: &Arc<dyn Layer>, requests: u32, header_bytes: u32) -> Result<u32, CallError> {
    ask_through(plugin, vec![Arc::clone(last)], requests, header_bytes).await
}

pub async fn ask_through(
    plugin: &Plugin,
    layers: Vec<Arc<dyn Layer>>,
    requests: u32,
    header_bytes: u32,
) -> Result<u32, CallError> {
    let call =
        Call { interface: "test:requests/probe", function: "run", http: Stack::new(layers), began: SystemTime::now() };
    plugin.call::<_, (u32,)>(call, (requests, header_bytes)).await.map(|(outcome,)| outcome)
}

/// Answers every request with such a response, and counts.
#[derive(Default)]
pub struct FixedResponse {
    pub headers: Vec<(&'static str, String)>,
    pub body_bytes: usize,
    pub requests: AtomicU32,
}

impl FixedResponse {
    pub fn with_body(body_bytes: usize) -> Arc<Self> {
        Arc::new(Self { body_bytes, ..Self::default() })
    }

    pub fn with_header(name: &'static str, value: &str) -> Arc<Self> {
        Arc::new(Self { headers: vec![(name, value.to_owned())], ..Self::default() })
    }

    pub fn count(&self) -> u32 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Layer for FixedResponse {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut response = http::Response::builder();
        for (name, value) in &self.headers {
            response = response.header(*name, value);
        }
        let body = full(vec![0; self.body_bytes]);
        let response = response.body(body).map_err(|error| HttpError::InternalError(Some(error.to_string())));
        Box::pin(std::future::ready(Verdict::Complete(response)))
    }
}
