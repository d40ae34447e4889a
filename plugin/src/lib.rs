//! Data sources of a WebAssembly component, for hosts that know no service: tables and functions on this side, the
//! contract `declarative:plugin/data-source` on the other. It names no vendor.
//!
//! A component that exports the contract becomes a Terraform provider without code of its own for Terraform. To write
//! one takes a table of arguments, a struct of results, a function that reads, and a [`Plugin`] that lists the sources.
//!
//! ```
//! use declarative_plugin::attribute::{Attribute, number};
//! use declarative_plugin::contract::{Diagnostic, Reading};
//! use declarative_plugin::diagnostic::invalid;
//! use declarative_plugin::fields::Fields;
//! use declarative_plugin::{Call, DataSources, Plugin, Provider, Source};
//! use serde::Serialize;
//!
//! const ARGUMENTS: &[Attribute] = &[number("sides", "How many sides the die has, at least 1. Default: 6.")];
//!
//! declarative_plugin::object! {
//!     #[derive(Serialize)]
//!     struct Die {
//!         /// The numbers on it, the lowest first.
//!         numbers: Vec<u32>,
//!     }
//! }
//!
//! fn check(arguments: &Fields) -> Vec<Diagnostic> {
//!     match arguments.whole("sides") {
//!         Ok(Some(0)) => vec![invalid("sides", "it is 0; a die has at least one")],
//!         Ok(_) => vec![],
//!         Err(fault) => vec![fault],
//!     }
//! }
//!
//! fn read(_: &mut Call<'_, ()>, _: &Fields, arguments: &Fields) -> Result<Reading, Vec<Diagnostic>> {
//!     let sides = arguments.whole("sides")?.unwrap_or(6);
//!     Reading::new(&Die { numbers: (1..=sides).collect() }, vec![])
//! }
//!
//! const PLUGIN: Plugin<()> = Plugin {
//!     name: "Toys",
//!     description: "Reads toys.",
//!     provider: Provider { attributes: &[], check: |_| vec![], authentication: &[], endpoints: &[] },
//!     sources: &[Source {
//!         name: "die",
//!         description: "Reads a die.",
//!         deprecated: None,
//!         arguments: ARGUMENTS,
//!         results: Die::ATTRIBUTES,
//!         check,
//!         read,
//!     }],
//! };
//!
//! struct Toys;
//!
//! impl DataSources for Toys {
//!     type Context = ();
//!     const PLUGIN: Plugin<()> = PLUGIN;
//!
//!     fn context() -> Box<()> {
//!         Box::new(())
//!     }
//! }
//!
//! declarative_plugin::export!(Toys);
//!
//! # use declarative_plugin::contract::Values;
//! let given = |json: &str| Values { json: json.to_owned(), unknown: vec![] };
//! let reading = PLUGIN.read(&mut (), "die", &given("{}"), &given(r#"{"sides": 3}"#), None).unwrap();
//! assert_eq!(reading.json, r#"{"numbers":[1,2,3]}"#);
//! ```
//!
//! That is a whole component when it is compiled for `wasm32-unknown-unknown` as a `cdylib` and linked by
//! `wasm-component-ld`. It may export and import more: bindings of other worlds are merged with those of this crate.
//!
//! # Layout
//! - this file: the offer of a component, and the functions of the contract over it
//! - [`attribute`]: tables of arguments; [`mod@object`]: structs of results
//! - [`network`]: where requests go, which they are, and their authentication
//! - [`fields`]: the JSON in which a host hands over attributes
//! - [`diagnostic`]: errors and warnings for people
//! - [`contract`]: the types of the contract, which `wit/plugin` documents

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod attribute;
#[doc(hidden)]
pub mod bindings;
pub mod diagnostic;
mod export;
pub mod fields;
pub mod network;
pub mod object;
mod origins;

pub use bindings::exports::declarative::plugin::data_source as contract;
pub use export::DataSources;

use serde::Serialize;

use attribute::Attribute;
use contract::{Description, Diagnostic, Need, Reading, Resolved, Values};
use fields::Fields;
use network::{Authentication, Endpoint};

/// The offer of a component. `C` is what reading a source needs of the world, such as a client for HTTP.
pub struct Plugin<C: ?Sized + 'static> {
    /// The component's name for people.
    pub name: &'static str,
    /// The purpose of the provider, in Markdown; the first sentence stands alone.
    pub description: &'static str,
    /// The provider.
    pub provider: Provider,
    /// The data sources.
    pub sources: &'static [Source<C>],
}

/// The part that all sources share.
pub struct Provider {
    /// The attributes of its configuration.
    pub attributes: &'static [Attribute],
    /// Returns what is wrong with a configuration as far as it is known. Nothing is missing yet.
    pub check: fn(&Fields) -> Vec<Diagnostic>,
    /// How requests can be authenticated; the first way that is complete is used.
    pub authentication: &'static [Authentication],
    /// Where requests go, and which they are.
    pub endpoints: &'static [Endpoint],
}

/// A data source.
pub struct Source<C: ?Sized + 'static> {
    /// Its name.
    pub name: &'static str,
    /// The values that it reads, in Markdown; the first sentence stands alone.
    pub description: &'static str,
    /// The source to use instead, such as "Use `dice`." None: it is not deprecated.
    pub deprecated: Option<&'static str>,
    /// Its arguments.
    pub arguments: &'static [Attribute],
    /// The attributes that it computes. People set an argument that is here too, or else it is computed.
    pub results: &'static [Attribute],
    /// Returns what is wrong with arguments as far as they are known. Nothing is missing yet.
    pub check: fn(&Fields) -> Vec<Diagnostic>,
    /// Reads the source. The provider's configuration and the arguments were checked before.
    pub read: fn(&mut Call<'_, C>, &Fields, &Fields) -> Result<Reading, Vec<Diagnostic>>,
}

/// A reading that is under way.
pub struct Call<'a, C: ?Sized + 'static> {
    /// The part of the world that it needs.
    pub context: &'a mut C,
    endpoints: &'a [Resolved],
}

impl<C: ?Sized> Call<'_, C> {
    /// Returns the origin of an endpoint, such as `https://rates.example.com`: the first where there are several.
    ///
    /// # Errors
    /// There is none for these values.
    pub fn origin(&self, role: &str) -> Result<&str, Diagnostic> {
        origins::first(self.endpoints, role)
    }
}

impl<C: ?Sized> Plugin<C> {
    /// Describes the offer of the component.
    #[must_use]
    pub fn describe(&self) -> Description {
        let mut objects = Vec::new();
        let provider = attribute::describe(self.provider.attributes, &[], &mut objects);
        let sources = self.sources.iter().map(|source| contract::Source {
            name: source.name.to_owned(),
            description: source.description.to_owned(),
            object: attribute::describe(source.arguments, source.results, &mut objects),
            deprecated: source.deprecated.map(str::to_owned),
        });
        let sources = sources.collect();
        Description {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            objects,
            provider,
            sources,
            authentication: self.provider.authentication.iter().map(Into::into).collect(),
            endpoints: self.provider.endpoints.iter().map(Into::into).collect(),
        }
    }

    /// Returns the requests that the component makes.
    #[must_use]
    pub fn needs(&self) -> Vec<Need> {
        network::needs(self.provider.endpoints)
    }

    /// Returns the same requests for the component's custom section `network-needs`: JSON.
    #[must_use]
    pub fn network_needs(&self) -> String {
        network::section(&self.needs())
    }

    /// Checks the provider's configuration as far as it is known.
    #[must_use]
    pub fn validate_provider(&self, configuration: &Values) -> Vec<Diagnostic> {
        match Fields::read(configuration, self.provider.attributes, &[]) {
            Ok(configuration) => (self.provider.check)(&configuration),
            Err(fault) => vec![fault],
        }
    }

    /// Checks the arguments of a source as far as they are known.
    #[must_use]
    pub fn validate_arguments(&self, source: &str, arguments: &Values) -> Vec<Diagnostic> {
        let check = || {
            let source = self.source(source)?;
            Ok((source.check)(&Fields::read(arguments, source.arguments, source.results)?))
        };
        check().unwrap_or_else(|fault: Diagnostic| vec![fault])
    }

    /// Reads a source. A host that knows `read-at` resolved the origins of the endpoints; otherwise they are completed
    /// here.
    ///
    /// # Errors
    /// All faults that were found, in the terms of the arguments.
    pub fn read(
        &self,
        context: &mut C,
        source: &str,
        provider: &Values,
        arguments: &Values,
        endpoints: Option<Vec<Resolved>>,
    ) -> Result<Reading, Vec<Diagnostic>> {
        let source = self.source(source)?;
        let provider = Fields::read(provider, self.provider.attributes, &[])?;
        let arguments = Fields::read(arguments, source.arguments, source.results)?;
        let of_provider = (self.provider.check)(&provider).into_iter().map(diagnostic::of_provider);
        let faults: Vec<Diagnostic> = of_provider.chain((source.check)(&arguments)).collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        let resolve = || origins::resolve(self.provider.endpoints, &provider, &arguments);
        let endpoints = endpoints.unwrap_or_else(resolve);
        (source.read)(&mut Call { context, endpoints: &endpoints }, &provider, &arguments)
    }

    fn source(&self, name: &str) -> Result<&Source<C>, Diagnostic> {
        self.sources.iter().find(|source| source.name == name).ok_or_else(|| {
            let names: Vec<String> = self.sources.iter().map(|source| format!("`{}`", source.name)).collect();
            let detail = format!("This component has the data source {}.", names.join(", "));
            diagnostic::error("There is no such data source", detail, None)
        })
    }
}

impl Reading {
    /// Returns the reading of these results, with warnings about them.
    ///
    /// # Errors
    /// The results have no form in JSON, such as a map whose keys are not text.
    pub fn new(results: &impl Serialize, diagnostics: Vec<Diagnostic>) -> Result<Self, Vec<Diagnostic>> {
        match serde_json::to_string(results) {
            Ok(json) => Ok(Self { json, diagnostics }),
            Err(error) => {
                let detail = format!("{error}.\nReport it to those who made the component.");
                Err(vec![diagnostic::error("What was read cannot be written as JSON", detail, None)])
            }
        }
    }
}
