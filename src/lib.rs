//! The component that lists the release tasks ("pipelines") of Huawei Cloud ServiceStage.
//!
//! One idea holds it together: plan, then effect. Everything that decides (what to send, how to sign it, what the
//! bytes mean, whether to try again) is plain Rust that takes values and returns values, and is tested natively. The
//! two modules that exist in the component only perform what was decided. No generated type travels beyond them.
//!
//! # Layout
//! - [`list`]: the use case, from a connection and a query to a listing, over one small [`list::Transport`]
//! - [`connection`]: the caller's connection, checked, with defaults filled in
//! - [`query`]: the caller's terms, checked; what matches, and in which order
//! - [`request`]: the two requests that are ever sent, and their authentication; [`response`]: what comes back
//! - [`decode`]: a response body to release tasks or a project; [`answer`] knows the shapes and says where one is wrong,
//!   `split` cuts them into items while they arrive, [`item`] reads one and converts what the service is sloppy about
//! - [`pipeline`]: what a listing is made of, in the [`layout`] in which it leaves the component
//! - [`rejection`]: a response that is no success, and what it means; [`encoding`]: one in a form that was not asked for
//! - [`retry`]: whether to try again, and after how long
//! - [`error`]: every failure, and [`message`], the three lines that tell people of it; [`secrets`] keeps the
//!   caller's secrets out of them
//! - [`data_source`]: the declarative face, from attributes that people set to the same use case
//! - [`find`], `text`, `sort`, [`memory`]: a search, texts made of parts, a sort and an allocator that are small
//! - `component`, `transport` (component only): the exports, and `wasi:http` with clocks; `abi`: how values lie in memory

#[cfg(target_family = "wasm")]
mod abi;
pub mod answer;
#[cfg(target_family = "wasm")]
mod component;
pub mod connection;
pub mod data_source;
pub mod decode;
pub mod encoding;
pub mod error;
pub mod find;
pub mod item;
pub mod layout;
pub mod list;
pub mod memory;
pub mod message;
pub mod pipeline;
pub mod query;
pub mod rejection;
pub mod request;
pub mod response;
pub mod retry;
pub mod secrets;
mod sort;
mod split;
mod text;
#[cfg(target_family = "wasm")]
mod transport;
