//! Diagnostics for people, in the terms of their configuration.

use crate::contract::{Diagnostic, Severity, Step};

/// Returns an error about an outermost attribute, or about no attribute. The last of several lines of the detail says
/// what to do next. A host that knows more replaces it by its own advice.
///
/// ```
/// use declarative_plugin::diagnostic::{error, invalid};
///
/// let failed = error("The rates could not be read", "The service is busy.\nTry again in a minute.", None);
/// assert_eq!(failed.path, None);
/// assert_eq!(invalid("base", "it is empty").detail, "`base`: it is empty.");
/// ```
#[must_use]
pub fn error(summary: impl Into<String>, detail: impl Into<String>, attribute: Option<&str>) -> Diagnostic {
    Diagnostic {
        severity: Severity::Error,
        summary: summary.into(),
        detail: detail.into(),
        path: attribute.map(|name| vec![Step::Attribute(name.to_owned())]),
    }
}

/// Returns a warning about an outermost attribute, or about no attribute.
#[must_use]
pub fn warning(summary: impl Into<String>, detail: impl Into<String>, attribute: Option<&str>) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..error(summary, detail, attribute) }
}

/// Returns the error of an attribute that is not valid, for a reason such as "it is empty".
#[must_use]
pub fn invalid(name: &str, reason: &str) -> Diagnostic {
    error(format!("The argument `{name}` is not valid"), format!("`{name}`: {reason}."), Some(name))
}

/// Returns the value, or adds its fault to the others, so that people see all faults at once.
pub fn take<T>(read: Result<Option<T>, Diagnostic>, faults: &mut Vec<Diagnostic>) -> Option<T> {
    read.unwrap_or_else(|fault| {
        faults.push(fault);
        None
    })
}

/// Returns a fault of the provider's configuration for people who read a source, which does not have those attributes.
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
