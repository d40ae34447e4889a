//! Rules and types that the guest and every host share. Pure: values in, values out.
//!
//! Each rule is here once for Rust. A table under `tests/vectors/` says the same for every other language, and the
//! tests of this crate read those tables too. With the feature `wasmtime` a host passes the types of the WIT to a component
//! as they are.
//!
//! - [`origin`]: the one grammar of origins, `tests/vectors/origins.json`
//! - [`request`]: which request a declaration covers, `tests/vectors/requests.json`
//! - [`no_proxy`]: which origin is reached without a proxy, `tests/vectors/no_proxy.json`
//! - [`region`]: what a region looks like, and where its APIs are
//! - [`connection`], [`credentials`], [`term`], [`listing`], [`status`], [`error`]: the types of the WIT, with the JSON form
//!   that the whole project uses: names in snake_case, a case without payload as a string, one with payload as an object
//! - [`text`]: a refused value, as an error shows it

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
#![forbid(unsafe_code)]

pub mod connection;
pub mod credentials;
pub mod error;
pub mod listing;
pub mod no_proxy;
pub mod origin;
pub mod region;
pub mod request;
pub mod status;
pub mod term;
pub mod text;
