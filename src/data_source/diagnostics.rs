//! Errors as diagnostics, in the terms in which people wrote: attributes, where the rest of the component says arguments.

use declarative_plugin::Arguments;
use declarative_plugin::attribute::Attribute;
use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::{error, invalid};
use declarative_plugin::object::Object;
use model::error::{Error, ErrorKind, InvalidArgument};
use model::text::rename;

use super::provider;

/// Makes diagnostics of errors. They name attributes where the component's own interface names arguments.
pub(super) struct Diagnostics {
    /// The attributes of the provider and of the source that is read.
    attributes: Vec<&'static str>,
    /// The attributes that people set.
    set: Vec<&'static str>,
    /// Arguments that come from an attribute of another name.
    renamed: &'static [(&'static str, &'static str)],
}

impl Diagnostics {
    /// Makes the diagnostics of a call with these arguments.
    pub(super) fn of<A: Arguments>(arguments: &A, renamed: &'static [(&'static str, &'static str)]) -> Self {
        let own = A::ATTRIBUTES.iter().map(Attribute::name);
        let attributes = provider::Configuration::ATTRIBUTES.iter().map(Attribute::name).chain(own.clone()).collect();
        Self { attributes, set: own.filter(|name| arguments.has(name)).collect(), renamed }
    }

    /// Returns the error of an argument that is not valid.
    pub(super) fn invalid(&self, fault: &InvalidArgument) -> Diagnostic {
        let Some(name) = self.attribute(&fault.argument) else {
            return error("An argument is not valid", fault.reason.as_str(), None);
        };
        let set = self.set(name);
        let diagnostic = invalid(set.unwrap_or(name), &self.named(&fault.reason));
        if set.is_some() { diagnostic } else { Diagnostic { path: None, ..diagnostic } }
    }

    /// Returns the error of a call that failed.
    pub(super) fn error(&self, failed: &Error) -> Diagnostic {
        let message = self.named(&failed.message);
        let (first, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let first = first.trim_end_matches('.');
        // The host that denied a request says what would allow it.
        let rest = match failed.kind {
            ErrorKind::Denied => rest.split('\n').next().unwrap_or_default(),
            _ => rest,
        };
        let summary = match first.split_once(" failed: ") {
            Some(("find-project", what)) => format!("The project could not be looked up: {what}"),
            Some((_, what)) => format!("The release tasks could not be listed: {what}"),
            None => first.to_owned(),
        };
        let attribute = match &failed.kind {
            ErrorKind::InvalidArgument(fault) => self.attribute(&fault.argument).and_then(|name| self.set(name)),
            _ => None,
        };
        error(summary, rest, attribute)
    }

    /// The attribute that an argument of the component's own interface comes from.
    fn attribute(&self, argument: &str) -> Option<&'static str> {
        let renamed = self.renamed.iter().chain(provider::RENAMED).find(|(own, _)| *own == argument);
        let name = renamed.map_or_else(|| argument.replace('-', "_"), |(_, name)| (*name).to_owned());
        self.attributes.iter().copied().find(|known| *known == name)
    }

    /// An attribute, if people set it; otherwise the fault is the provider's, or that it is missing. One end of a range
    /// stands for the range.
    fn set(&self, name: &str) -> Option<&'static str> {
        let names = [name.to_owned(), name.replace("_from", "_to")];
        names.iter().find_map(|name| self.set.iter().copied().find(|set| set == name))
    }

    /// A text whose arguments, in quotation marks, are named as the attributes that they come from.
    fn named(&self, text: &str) -> String {
        rename(text, |name| self.attribute(name).unwrap_or(name).to_owned())
    }
}
