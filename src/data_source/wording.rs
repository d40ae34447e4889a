//! Failures in the terms in which people wrote: attributes, where the rest of the component says arguments.

use declarative_plugin::Arguments;
use declarative_plugin::attribute::Attribute;
use declarative_plugin::contract::Diagnostic;
use declarative_plugin::diagnostic::{error, invalid};
use declarative_plugin::object::Object;
use model::error::{Error, ErrorKind, InvalidArgument};

use super::provider;

/// The way from an argument of the component's own interface to the attribute that it comes from.
pub(super) struct Wording<'a, A> {
    /// The attributes that people set.
    pub(super) arguments: &'a A,
    /// Arguments that come from an attribute of another name.
    pub(super) names: &'static [(&'static str, &'static str)],
}

impl<A: Arguments> Wording<'_, A> {
    /// Returns the error of an argument that is not valid.
    pub(super) fn invalid(&self, fault: &InvalidArgument) -> Diagnostic {
        let Some(name) = self.attribute(&fault.argument) else {
            return error("An argument is not valid", fault.reason.as_str(), None);
        };
        let own = self.own(name);
        let told = invalid(own.as_deref().unwrap_or(name), &self.named(&fault.reason));
        if own.is_some() { told } else { Diagnostic { path: None, ..told } }
    }

    /// Returns the error of a call that failed.
    pub(super) fn error(&self, failed: &Error) -> Diagnostic {
        let message = self.named(&failed.message);
        let (what, rest) = message.split_once('\n').unwrap_or((&message, ""));
        let what = what.trim_end_matches('.');
        // What would allow a request, the host says that denied it.
        let rest = match failed.kind {
            ErrorKind::Denied => rest.split('\n').next().unwrap_or_default(),
            _ => rest,
        };
        let summary = match what.split_once(" failed: ") {
            Some(("find-project", what)) => format!("The project could not be looked up: {what}"),
            Some((_, what)) => format!("The release tasks could not be listed: {what}"),
            None => what.to_owned(),
        };
        let attribute = match &failed.kind {
            ErrorKind::InvalidArgument(fault) => self.attribute(&fault.argument).and_then(|name| self.own(name)),
            _ => None,
        };
        error(summary, rest, attribute.as_deref())
    }

    /// The attribute that an argument of the component's own interface comes from.
    fn attribute(&self, argument: &str) -> Option<&'static str> {
        let renamed = self.names.iter().chain(provider::NAMES).find(|(own, _)| *own == argument);
        let name = renamed.map_or_else(|| argument.replace('-', "_"), |(_, name)| (*name).to_owned());
        let mut known = provider::Configuration::ATTRIBUTES.iter().chain(A::ATTRIBUTES).map(Attribute::name);
        known.find(|known| *known == name)
    }

    /// An attribute, if people set it; otherwise the fault is the provider's, or that it is missing. One end of a range
    /// stands for the range.
    fn own(&self, name: &str) -> Option<String> {
        [name.to_owned(), name.replace("_from", "_to")].into_iter().find(|name| self.arguments.has(name))
    }

    /// A text whose arguments, in quotation marks, are named as the attributes that they come from.
    fn named(&self, text: &str) -> String {
        let parts = text.split('`').enumerate();
        let named = parts.map(|(at, part)| if at % 2 == 1 { self.attribute(part).unwrap_or(part) } else { part });
        named.collect::<Vec<_>>().join("`")
    }
}
