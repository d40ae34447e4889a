//! The contract `declarative:plugin/data-source` over a list of data sources. It names no vendor.
//!
//! - this file: the functions of the contract
//! - [`attribute`]: tables of attributes, and what `describe` says of them
//! - [`fields`]: the JSON in which a host hands over attributes
//! - [`diagnostic`]: what people are told

pub mod attribute;
pub mod diagnostic;
pub mod fields;

pub use crate::bindings::exports::declarative::plugin::data_source as contract;

use attribute::Attribute;
use contract::{Authentication, Description, Diagnostic, Endpoint, Reading, Values};
use fields::Fields;

/// What a component offers. `C` is what reading a source needs of the world.
pub struct Plugin<C: ?Sized> {
    /// The component's name for people.
    pub name: &'static str,
    /// What the provider is for, in Markdown.
    pub description: &'static str,
    /// The provider.
    pub provider: Provider,
    /// The data sources.
    pub sources: Vec<Source<C>>,
}

/// What all sources have in common.
pub struct Provider {
    /// The attributes of its configuration.
    pub attributes: &'static [Attribute],
    /// Returns what is wrong with a configuration as far as it is known.
    pub check: fn(&Fields) -> Vec<Diagnostic>,
    /// How requests can be authenticated.
    pub authentication: Vec<Authentication>,
    /// Where requests go.
    pub endpoints: Vec<Endpoint>,
}

/// A data source.
pub struct Source<C: ?Sized> {
    /// Its name.
    pub name: &'static str,
    /// What it reads, in Markdown.
    pub description: &'static str,
    /// Its arguments and what it computes.
    pub attributes: &'static [Attribute],
    /// Returns what is wrong with arguments as far as they are known.
    pub check: fn(&Fields) -> Vec<Diagnostic>,
    /// Reads it: the provider's configuration and the arguments were checked.
    pub read: fn(&mut C, &Fields, &Fields) -> Result<Reading, Vec<Diagnostic>>,
}

impl<C: ?Sized> Plugin<C> {
    /// Says what the component offers.
    #[must_use]
    pub fn describe(&self) -> Description {
        let mut objects = Vec::new();
        let provider = attribute::describe(self.provider.attributes, &mut objects);
        let sources = self.sources.iter().map(|source| contract::Source {
            name: source.name.to_owned(),
            description: source.description.to_owned(),
            object: attribute::describe(source.attributes, &mut objects),
            deprecated: None,
        });
        let sources = sources.collect();
        Description {
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            objects,
            provider,
            sources,
            authentication: self.provider.authentication.clone(),
            endpoints: self.provider.endpoints.clone(),
        }
    }

    /// Checks the provider's configuration as far as it is known.
    #[must_use]
    pub fn validate_provider(&self, configuration: &Values) -> Vec<Diagnostic> {
        match Fields::read(configuration, self.provider.attributes) {
            Ok(configuration) => (self.provider.check)(&configuration),
            Err(fault) => vec![fault],
        }
    }

    /// Checks the arguments of a source as far as they are known.
    #[must_use]
    pub fn validate_arguments(&self, source: &str, arguments: &Values) -> Vec<Diagnostic> {
        let check = || {
            let source = self.source(source)?;
            Ok((source.check)(&Fields::read(arguments, source.attributes)?))
        };
        check().unwrap_or_else(|fault| vec![fault])
    }

    /// Reads a source.
    ///
    /// # Errors
    /// What went wrong, in the terms of the arguments.
    pub fn read(
        &self,
        context: &mut C,
        source: &str,
        provider: &Values,
        arguments: &Values,
    ) -> Result<Reading, Vec<Diagnostic>> {
        let one = |fault| vec![fault];
        let source = self.source(source).map_err(one)?;
        let provider = Fields::read(provider, self.provider.attributes).map_err(one)?;
        let arguments = Fields::read(arguments, source.attributes).map_err(one)?;
        let of_provider = (self.provider.check)(&provider).into_iter().map(diagnostic::of_provider);
        let faults: Vec<Diagnostic> = of_provider.chain((source.check)(&arguments)).collect();
        if faults.is_empty() { (source.read)(context, &provider, &arguments) } else { Err(faults) }
    }

    fn source(&self, name: &str) -> Result<&Source<C>, Diagnostic> {
        self.sources.iter().find(|source| source.name == name).ok_or_else(|| {
            let names: Vec<String> = self.sources.iter().map(|source| format!("`{}`", source.name)).collect();
            let detail = format!("This component has the data source {}.", names.join(", "));
            diagnostic::error("There is no such data source", detail, None)
        })
    }
}
