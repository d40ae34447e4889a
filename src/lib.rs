//! The component that lists the release tasks ("pipelines") of Huawei Cloud ServiceStage.
//!
//! One idea holds it together: plan, then effect. Plain Rust decides what to send, how to sign it, what the bytes mean,
//! and whether to try again. It takes values, returns values, and is tested natively. The two modules that exist only
//! in the component perform what was decided.
//!
//! # Layout
//! - [`list`]: the use case, from a connection and a query to a listing, over one small [`list::Transport`]
//! - [`connection`]: the caller's connection, checked, with defaults filled in
//! - [`query`]: the caller's terms, checked; what matches, and in which order
//! - [`request`]: the two requests that are ever sent, and their authentication; [`response`]: what comes back
//! - [`decode`]: a body to its records, in every documented shape; [`task`]: those records
//! - [`rejection`]: a response that is not a success, and what it means; [`encoding`]: one in a form that was not asked for
//! - [`retry`]: whether to try again, and after how long
//! - [`failure`]: the facts where something fails; [`report`]: the caller's error of them, without secrets;
//!   [`message`]: the three lines for people
//! - [`data_source`]: the declarative face, over the crate `declarative-plugin`, which knows the contract and no vendor
//! - [`bindings`]: what wit-bindgen generates, over the types of the crate `model`; `component`, `transport` (component
//!   only): the exports, and `wasi:http` with clocks

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod bindings;
#[cfg(target_family = "wasm")]
mod component;
pub mod connection;
pub mod data_source;
pub mod decode;
pub mod encoding;
pub mod failure;
pub mod list;
pub mod message;
pub mod query;
pub mod rejection;
pub mod report;
pub mod request;
pub mod response;
pub mod retry;
pub mod task;
#[cfg(target_family = "wasm")]
mod transport;
