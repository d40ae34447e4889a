//! The data sources of the component, over [`list`](crate::list).
//!
//! A host that knows no service asks for their description, and passes the values that people wrote. The crate
//! `declarative-plugin` implements the contract. A new source is a file with its structs and its `read`, and an entry in
//! the list of [`ServiceStage`].
//!
//! - `provider`: the configuration that all sources share, and the requests that the component makes
//! - `pipelines`: the source of release tasks
//! - `warnings`: warnings about what the vendor does not document
//! - `diagnostics`: errors in the terms of attributes; [`time`]: times as people write them

mod diagnostics;
mod pipelines;
mod provider;
pub mod time;
mod warnings;

pub use provider::ServiceStage;
