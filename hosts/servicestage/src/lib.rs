//! A Rust client that lists the release tasks of a Huawei Cloud ServiceStage project.
//!
//! The types are those of the WIT, which documents every field and case. Their JSON is the same in every host.
//! Names are in snake_case. A case without payload is a string, and one with payload is an object.
//!
//! ```no_run
//! let client = servicestage::BlockingClient::new(servicestage::Client::builder().region("cn-north-4"))?;
//! let failed = servicestage::Query::new().status([servicestage::Status::Failed]);
//! for pipeline in client.list_pipelines(failed)?.pipelines {
//!     println!("{} {:?}", pipeline.id, pipeline.name);
//! }
//! # Ok::<(), Box<servicestage::Error>>(())
//! ```
//!
//! The guide `docs/rust.md` has examples that run. [`Client`] is the same with async.
//!
//! # Layout
//! - [`builder`]: makes a client, and has the defaults; [`client`]: the client; [`blocking`]: the same without async
//! - [`query`]: conditions, order and limit; [`task`]: finds one release task; [`wait`]: waits until
//!   it reaches a status
//! - [`types`]: arguments and results; [`error`]: why a call failed
//! - [`settings`]: region, project and credentials, and where they came from; [`report`] shows them, masked;
//!   `environment`: the variables and files of the process
//! - [`component`]: a loaded component; [`embedded`]: the one within this crate; [`exports`]: its functions, typed
//! - [`network`]: the way to servers; [`wording`]: how a host names arguments and permissions
//! - [`session`]: calls in which the host authenticates
//! - [`credentials`]: the kinds, the sources, and what is obtained and renewed; [`secret`]: a text that is not seen
//! - [`authenticate`]: what signs the requests of a call or adds a token; `signature`: the headers that it adds;
//!   [`scheme`] is the scheme by itself
//! - [`origin`]: where requests of a call go
//! - [`atomic`]: replaces a file as a whole
//! - `credentials_error`: why the host has no credentials; `redact`: keeps secrets out of errors

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod atomic;
pub mod authenticate;
pub mod blocking;
pub mod builder;
pub mod client;
pub mod component;
pub mod credentials;
mod credentials_error;
#[cfg(feature = "embed")]
pub mod embedded;
mod environment;
pub mod error;
pub mod exports;
pub mod network;
pub mod origin;
pub mod query;
mod redact;
pub mod report;
pub mod scheme;
pub mod secret;
pub mod session;
pub mod settings;
mod signature;
pub mod task;
#[cfg(test)]
mod testing;
pub mod wait;
pub mod wording;

/// Arguments and results: types of the crate `model`.
pub mod types {
    pub use model::connection::Connection;
    pub use model::credentials::{AccessKey, Credentials};
    pub use model::listing::{Listing, Pipeline};
    pub use model::status::{ConfigMode, Status};
    pub use model::term::{Direction, Order, OrderKey, Term, TimeRange};
}

pub use authenticate::CallAuthentication;
pub use blocking::Client as BlockingClient;
pub use builder::Builder;
pub use client::Client;
pub use component::Component;
pub use component_runtime::{Grant, Layer, Limits};
pub use credentials::authenticator::Authenticator;
pub use credentials::{AccessKey, Identity, Metadata, Password};
pub use environment::Environment;
pub use error::{Error, ErrorKind};
pub use exports::{Exports, INTERFACE};
pub use query::Query;
pub use report::Report;
pub use secret::Secret;
pub use session::Session;
pub use task::TaskSelector;
pub use types::{ConfigMode, Direction, Listing, Order, OrderKey, Pipeline, Status, Term, TimeRange};
pub use wait::{Wait, Waited};

/// The guide, whose examples run as tests.
#[cfg(all(doctest, feature = "embed"))]
#[doc = include_str!("../../../docs/rust.md")]
struct RustGuide;

/// The first guide, whose example runs as a test.
#[cfg(all(doctest, feature = "embed"))]
#[doc = include_str!("../../../docs/getting-started.md")]
struct GettingStartedGuide;
