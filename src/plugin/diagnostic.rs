//! What people are told, in the terms in which they wrote.

use super::contract::{Diagnostic, Severity, Step};

/// An error. Its path is an outermost attribute.
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

/// What is wrong with the provider's configuration, told to somebody who reads a source: its attributes are not there.
#[must_use]
pub(super) fn of_provider(fault: Diagnostic) -> Diagnostic {
    let detail = format!("{} It is part of the provider's configuration.", fault.detail);
    Diagnostic { detail, path: None, ..fault }
}

/// Returns what could be read. What is wrong with it joins the faults.
pub fn take<T>(read: Result<Option<T>, Diagnostic>, faults: &mut Vec<Diagnostic>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}
