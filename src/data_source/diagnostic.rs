//! What people are told, in the terms in which they wrote: attributes, where the rest of the component says arguments.

use crate::data_source::schema;
use crate::data_source::values::Fields;
use crate::error::{Error, ErrorKind, Invalid};
use crate::find::{parts, split};
use crate::text::{fill, join};

/// Something that people should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it works all the same.
    pub severity: Severity,
    /// What it is, in one line.
    pub summary: String,
    /// More about it, and what to do next.
    pub detail: String,
    /// The attribute that it is about. Here it is always an outermost one.
    pub attribute: Option<&'static str>,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Severity {
    Error,
    Warning,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(summary: &str, detail: &str, attribute: Option<&'static str>) -> Box<Self> {
        let (summary, detail) = (summary.to_owned(), detail.to_owned());
        Box::new(Self { severity: Severity::Error, summary, detail, attribute })
    }

    /// A warning.
    #[must_use]
    pub fn warning(summary: String, detail: String) -> Self {
        Self { severity: Severity::Warning, summary, detail, attribute: Some("pipelines") }
    }

    /// An attribute that is not valid, for a reason such as "it is empty".
    #[must_use]
    pub fn of_attribute(name: &'static str, reason: &str) -> Box<Self> {
        let summary = fill("The argument `{}` is not valid", &[name]);
        Self::error(&summary, &fill("`{}`: {}.", &[name, reason]), Some(name))
    }

    /// An argument that is not valid: one of these, or the provider's.
    #[must_use]
    pub fn of_invalid(invalid: Invalid, arguments: Option<&Fields<'_>>) -> Box<Self> {
        let Some(name) = attribute(invalid.argument) else {
            return Self::error("An argument is not valid", &invalid.reason, None);
        };
        let own = arguments.map_or(Some(name), |fields| own(name, fields));
        let mut diagnostic = Self::of_attribute(own.unwrap_or(name), &named(&invalid.reason));
        diagnostic.attribute = own;
        diagnostic
    }

    /// Tells the same to somebody who reads a source, where the attributes of the provider's configuration are not.
    pub fn tell_of_provider(&mut self) {
        self.attribute = None;
        self.detail.push_str(" It is part of the provider's configuration.");
    }

    /// Nobody says which region is asked.
    #[must_use]
    pub fn no_region() -> Box<Self> {
        let detail = "Write the one that you use, such as `region = \"cn-north-4\"`, in the provider's configuration or \
                      here, or set the environment variable `HW_REGION_NAME`. Only with both an `endpoint` and a \
                      `project_id` none is needed.";
        Self::error("There is no region", detail, None)
    }

    /// A call that failed.
    #[must_use]
    pub fn of_error(error: &Error, arguments: &Fields<'_>) -> Box<Self> {
        let message = named(&error.message);
        let (mut what, rest) = split(&message, "\n").unwrap_or((&message, ""));
        // What would allow a request, the host says that denied it.
        let rest = match error.kind {
            ErrorKind::Denied => split(rest, "\n").map_or(rest, |(why, _)| why),
            _ => rest,
        };
        while let Some(shorter) = what.strip_suffix(".") {
            what = shorter;
        }
        let summary = match split(what, " failed: ") {
            Some(("find-project", what)) => fill("The project could not be looked up: {}", &[what]),
            Some((_, what)) => fill("The release tasks could not be listed: {}", &[what]),
            None => what.to_owned(),
        };
        let path = match &error.kind {
            ErrorKind::InvalidArgument { argument, .. } => attribute(argument).and_then(|name| own(name, arguments)),
            _ => None,
        };
        Self::error(&summary, rest, path)
    }
}

/// An attribute, if it is set among these arguments; otherwise the fault is the provider's, or that it is missing.
fn own(name: &'static str, arguments: &Fields<'_>) -> Option<&'static str> {
    // One end of a range stands for the range.
    let other_end = match name {
        "created_from" => "created_to",
        "updated_from" => "updated_to",
        "last_trigger_from" => "last_trigger_to",
        name => name,
    };
    [name, other_end].into_iter().find(|name| arguments.has(name))
}

/// A text whose arguments are named as the attributes that they come from.
fn named(text: &str) -> String {
    let mut parts = parts(text, "`");
    // Every other one is within quotation marks.
    for part in parts.iter_mut().skip(1).step_by(2) {
        *part = attribute(part).unwrap_or(part);
    }
    join(&parts, "`")
}

/// The attribute that an argument of the component's own interface comes from.
fn attribute(argument: &str) -> Option<&'static str> {
    const OTHERS: [(&str, &str); 12] = [
        ("status", "statuses"),
        ("created", "created_from"),
        ("updated", "updated_from"),
        ("last-run", "last_trigger_from"),
        ("credentials.access-key-id", "access_key"),
        ("credentials.secret-access-key", "secret_key"),
        ("credentials.security-token", "security_token"),
        ("credentials.token", "token"),
        ("connect-timeout-ms", "timeout"),
        ("first-byte-timeout-ms", "timeout"),
        ("between-bytes-timeout-ms", "timeout"),
        ("call-timeout-ms", "timeout"),
    ];
    let name = OTHERS.iter().find(|(own, _)| *own == argument).map_or(argument, |(_, name)| *name);
    let same = |known: &str| {
        let hyphens = known.bytes().map(|byte| if byte == b'_' { b'-' } else { byte });
        hyphens.eq(name.bytes().map(|byte| if byte == b'_' { b'-' } else { byte }))
    };
    schema::NAMES.iter().find_map(|names| names.iter().copied().find(|known| same(known)))
}
