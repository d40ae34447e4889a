//! What people read, in the terms in which they wrote.

use crate::contract::{Diagnostic, Severity, Step};

/// An error. Its path is an outermost attribute. The last of several lines of the detail says what to do next; a host
/// that knows better replaces it.
#[must_use]
pub fn error(summary: impl Into<String>, detail: impl Into<String>, attribute: Option<&str>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        summary: summary.into(),
        detail: detail.into(),
        path: attribute.map(|name| vec![Step::Attribute(name.to_owned())]),
    }
}

/// A warning. Its path is an outermost attribute.
#[must_use]
pub fn warning(summary: impl Into<String>, detail: impl Into<String>, attribute: Option<&str>) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..error(summary, detail, attribute) }
}

/// An attribute that is not valid, for a reason such as "it is empty".
#[must_use]
pub fn invalid(name: &str, reason: &str) -> Diagnostic {
    error(format!("The argument `{name}` is not valid"), format!("`{name}`: {reason}."), Some(name))
}

/// Returns what could be read. What is wrong with it joins the faults.
pub fn take<T>(read: Result<Option<T>, Diagnostic>, faults: &mut Vec<Diagnostic>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}

/// A fault of the provider's configuration, for somebody who reads a source: its attributes are not there.
pub(crate) fn of_provider(fault: Diagnostic) -> Diagnostic {
    let place = "It is part of the provider's configuration.";
    let detail = match fault.detail.rsplit_once('\n') {
        Some((what, advice)) => format!("{what} {place}\n{advice}"),
        None => format!("{} {place}", fault.detail),
    };
    Diagnostic { detail, path: None, ..fault }
}

/// So that `?` turns the first fault into all of them.
impl From<Diagnostic> for Vec<Diagnostic> {
    fn from(fault: Diagnostic) -> Self {
        vec![fault]
    }
}
