//! A Terraform provider of whatever a component offers that exports `declarative:plugin/data-source`.
//!
//! It knows the contract and no vendor: schemas, checks and reads are the component's. The host's are Terraform's
//! protocol, defaults from the environment, credentials, the policy and the limits.
//!
//! # Layout
//! - [`serve`], over `socket` and `tls`: the process that Terraform starts, until its `termination`; `grpc` and `proto`: its
//!   calls; [`log`]
//! - [`Provider`]: what each call does, in Terraform's encoding; [`DataSources`]: the same of plain values
//! - `configuration`: the provider's, with `environment`; `read`: one data source
//! - `contract`: the component's side; `caller`: calls of it; `schema`: what it describes, checked; `advertise`: the same for Terraform
//! - `value`: values, as JSON and as MessagePack (`msgpack`), and as people write them (`written`); `visit`: the attributes within them; `diagnostics`: messages for people
//! - `endpoints`, `authentication`, `scheme`: the way of a request; `lint`: what would be denied on it
//! - `component`: where the component comes from; `file_name`: what the names of its file and of the executable mean

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
// They panic where the reader is gone.
#![deny(clippy::print_stderr, clippy::print_stdout)]

mod advertise;
mod authentication;
// For the benchmark: the same provider with native code in the component's place.
#[cfg_attr(feature = "native", path = "../../../bench/native/caller.rs")]
mod caller;
#[cfg(not(feature = "native"))]
mod component;
#[cfg(all(test, feature = "embed"))]
mod component_memory;
mod configuration;
mod contract;
mod diagnostics;
mod endpoints;
mod environment;
mod file_name;
mod grpc;
mod lint;
pub mod log;
mod msgpack;
mod proto;
mod provider;
mod read;
mod schema;
mod scheme;
pub mod serve;
mod socket;
mod sources;
mod termination;
mod tls;
mod value;
#[cfg(test)]
mod versions;
mod visit;
mod written;

pub use configuration::Configuration;
pub use file_name::{is_address_part, is_provider_name, provider_name};
pub use proto::Diagnostic;
pub use provider::Provider;
pub use schema::{Attribute, Object, Schema, Source, Type};
pub use sources::DataSources;
pub use value::{TypeMismatch, Value};
