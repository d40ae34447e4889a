//! Writes data sources as structs and functions, and exports them from a WebAssembly component by the contract
//! `declarative:plugin/data-source`, for hosts that know no service. The crate names no vendor.
//!
//! A component that exports the contract becomes a Terraform provider without any code for Terraform. A data source is
//! a struct of arguments, a struct of results, and a function that reads.
//!
//! ```
//! use declarative_plugin::contract::Diagnostic;
//! use declarative_plugin::diagnostic::invalid;
//! use declarative_plugin::{Call, Entry, Provider, Source};
//!
//! declarative_plugin::arguments! {
//!     struct Arguments {
//!         /// The number of sides of the die, at least 1. Default: 6.
//!         sides: Option<u32>,
//!     }
//! }
//!
//! declarative_plugin::object! {
//!     struct Results {
//!         /// The numbers on the die, the lowest first.
//!         numbers: Vec<u32>,
//!     }
//! }
//!
//! struct Die;
//!
//! impl Source for Die {
//!     type Provider = Toys;
//!     type Arguments = Arguments;
//!     type Results = Results;
//!     const NAME: &'static str = "die";
//!     const DESCRIPTION: &'static str = "Reads a die.";
//!
//!     fn check(arguments: &Arguments) -> Vec<Diagnostic> {
//!         match arguments.sides {
//!             Some(0) => vec![invalid("sides", "it is 0; a die has at least one")],
//!             _ => vec![],
//!         }
//!     }
//!
//!     fn read(_: &mut Call<Toys>, arguments: Arguments) -> Result<Results, Vec<Diagnostic>> {
//!         Ok(Results { numbers: (1..=arguments.sides.unwrap_or(6)).collect() })
//!     }
//! }
//!
//! struct Toys;
//!
//! impl Provider for Toys {
//!     type Configuration = ();
//!     type Context = ();
//!     const NAME: &'static str = "Toys";
//!     const DESCRIPTION: &'static str = "Reads toys.";
//!     const SOURCES: &'static [Entry<Self>] = &[Entry::of::<Die>()];
//! }
//!
//! declarative_plugin::export!(Toys);
//!
//! # use declarative_plugin::{component, contract::Values};
//! let given = |json: &str| Values { json: json.to_owned(), unknown: vec![] };
//! let reading = component::read::<Toys>(&mut (), "die", &given("{}"), &given(r#"{"sides": 3}"#), None).unwrap();
//! assert_eq!(reading.json, r#"{"numbers":[1,2,3]}"#);
//! ```
//!
//! This is a whole component when it is compiled for `wasm32-unknown-unknown` as a `cdylib` and linked by
//! `wasm-component-ld`. It may export and import more: bindings of other worlds are merged with those of this crate.
//! The data source in `examples/data-sources/rust` makes a request.
//!
//! # Layout
//! - [`Provider`], [`Source`], [`Call`]: the two traits to implement, and a read that is under way
//! - [`object!`](macro@object), [`arguments!`](macro@arguments): structs whose fields are attributes; [`attribute`]
//! - [`network`]: endpoints, their requests and their authentication; [`http`]: makes requests (feature `http`)
//! - [`diagnostic`]: errors and warnings for people
//! - [`component`]: the functions of the contract; [`export!`]: exports them
//! - [`contract`]: the types of the contract, which `wit/plugin` documents

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod arguments;
pub mod attribute;
#[doc(hidden)]
pub mod bindings;
pub mod component;
pub mod diagnostic;
#[doc(hidden)]
pub mod fields;
#[cfg(feature = "http")]
pub mod http;
pub mod network;
mod number;
pub mod object;
mod origins;
mod provider;

pub use arguments::Arguments;
pub use bindings::exports::declarative::plugin::data_source as contract;
pub use number::Number;
pub use provider::{Call, Entry, Provider, Source};
#[doc(hidden)]
pub use serde;
