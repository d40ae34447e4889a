//! The component behind plain HTTP: `GET /pipelines?status=failed` answers with the listing as JSON.
//!
//! Engines that serve components (`wasmtime serve`, wasmCloud and others) run it composed with the component, or link
//! the two when they start. It does not relay requests. The deployment sets the service. A caller may set the
//! parameters of a fixed list. The facade refuses every other parameter by name.
//!
//! # Layout
//! - [`ask`]: reads a request into a question for the component; [`query`] reads its parameters
//! - [`deployment`]: which service is asked, from the environment
//! - [`error`]: a request that is not passed on, and the status of each error
//! - [`answer`]: the response, with the status that fits
//! - `component` (component only): `wasi:http` and the listing, and nothing that decides

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod answer;
pub mod ask;
#[cfg(target_family = "wasm")]
mod component;
pub mod deployment;
pub mod error;
pub mod query;
