//! The component behind plain HTTP: `GET /pipelines?status=failed` answers with the listing as JSON.
//!
//! Engines that serve components (`wasmtime serve`, wasmCloud and others) run it composed with the component, or link
//! the two when they start. It does not relay requests: the deployment sets the service, and what a caller may
//! give is a list that refuses the rest by name.
//!
//! # Layout
//! - [`ask`]: from a request to what is asked for; [`query`] reads its parameters
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
