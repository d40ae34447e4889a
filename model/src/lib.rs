//! Rules and types that the guest and every host share. Pure: values in, values out.
//!
//! Each rule is here once for Rust. A table under `tests/vectors/` says the same for every other language, and the
//! tests of this crate read those tables too.
//!
//! - [`origin`]: the one grammar of origins, `tests/vectors/origins.json`
//! - [`request`]: which request a declaration covers, `tests/vectors/requests.json`
//! - [`no_proxy`]: which origin is reached without a proxy, `tests/vectors/no_proxy.json`
//! - [`region`]: what a region looks like, and where its APIs are
//! - [`credentials`]: credentials that no `Debug` shows
//! - [`status`]: the words for the vendor's status numbers and configuration modes
//! - [`text`]: a refused value, as an error shows it

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
#![forbid(unsafe_code)]

pub mod credentials;
pub mod no_proxy;
pub mod origin;
pub mod region;
pub mod request;
pub mod status;
pub mod text;
