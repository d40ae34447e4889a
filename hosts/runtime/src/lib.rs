//! Loads a WebAssembly component that speaks `wasi:http`, with the least authority and hard limits.
//!
//! This crate names no vendor and knows no interface: the caller names a function and brings its types. A component
//! gets outgoing HTTP, clocks and the interfaces that these use. A component that imports anything else does not load,
//! unless the caller chooses an empty WASI for it (`Runtime::with_empty_wasi`). Every call has its own instance, its
//! own limits, and a deadline that holds even while the component waits or computes.
//!
//! # Layout
//! - [`runtime`]: loading; `imports`: the imports that a component may have; `engine`: the engines and their one
//!   configuration; `ticker`: interrupts components that compute; `cache`: keeps compiled components
//! - [`plugin`]: loaded components, and their calls; [`limits`]: the limits of a call; `quota`: its memory and tables
//! - [`http`]: the one seam to the network, a stack of layers
//! - [`authentication`]: the layer that authenticates by a scheme; [`secret`]: a text that is never shown; [`mask`]:
//!   responses without secrets
//! - [`lookups`]: the layer that asks for stable answers once; [`keyed_cache`]: values that are found once for each key
//! - [`policy`]: the requests that a component may make, pure; [`enforce`]: applies the policy
//! - [`client`]: the last layer, which speaks HTTP; `timeout_body`: its bodies; `http_error`: its errors; `goaway`: how a
//!   server closes HTTP/2
//! - [`explanation`]: why a request failed, for people; [`machine`]: resources that the machine lacks
//! - [`connector`]: how the client gets connections; [`network`]: by names, TCP through [`socket`], [`tls`], and [`proxy`],
//!   whose URL `proxy_url` reads; [`direct`]: by plain TCP to one address
//! - `trust`: which certificates TLS trusts; `tls_error`: why a handshake failed
//! - [`printable`]: text that others wrote, made safe to print
//! - [`trace`]: the spans of calls and requests; `pauses`: the pauses between requests; [`log`]: the lines that hosts
//!   make of them
//! - [`files`]: reads small files that people name
//! - `state`: the world that an instance sees: the linker and the clocks; `stderr`: the stderr of a component

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod authentication;
#[cfg(all(feature = "compile", unix))]
mod cache;
pub mod client;
pub mod connector;
pub mod direct;
pub mod enforce;
mod engine;
pub mod explanation;
pub mod files;
mod goaway;
pub mod http;
mod http_error;
#[cfg(feature = "compile")]
mod imports;
pub mod keyed_cache;
pub mod limits;
pub mod log;
pub mod lookups;
pub mod machine;
pub mod mask;
pub mod network;
mod pauses;
pub mod plugin;
pub mod policy;
pub mod printable;
pub mod proxy;
mod proxy_url;
mod quota;
pub mod runtime;
pub mod secret;
pub mod socket;
mod state;
mod stderr;
mod ticker;
mod timeout_body;
pub mod tls;
mod tls_error;
pub mod trace;
mod trust;

pub use authentication::{Authentication, Scheme};
pub use client::Client;
pub use direct::Direct;
pub use enforce::Policy;
pub use explanation::Explanation;
pub use http::{Layer, Stack};
pub use limits::Limits;
pub use lookups::{LookupLayer, Lookups};
pub use mask::masked;
pub use network::Network;
pub use plugin::{Call, CallError, Plugin};
pub use policy::{Declaration, Denial, Grant};
pub use proxy::Proxy;
pub use runtime::{LoadError, Runtime};
pub use secret::Secret;
pub use tls::Certificates;
pub use trace::Traced;
