//! The words of a host: how errors name its arguments, and how they say to allow what was denied.
//!
//! The component and this crate name an argument as the WIT does, such as `project-id`, between backticks.

use component_runtime::Denial;
use component_runtime::policy::Entry;
use model::text::rename;

use crate::error::{Error, ErrorKind};

/// The arguments that an error may name.
const ARGUMENTS: [&str; 50] = [
    "region",
    "project-id",
    "endpoint",
    "iam-endpoint",
    "profile",
    "metadata",
    "credentials",
    "credentials.token",
    "credentials.access-key-id",
    "credentials.secret-access-key",
    "credentials.security-token",
    "credentials.user-name",
    "credentials.password",
    "credentials.domain-name",
    "connect-timeout-ms",
    "first-byte-timeout-ms",
    "between-bytes-timeout-ms",
    "call-timeout-ms",
    "max-attempts",
    "max-response-bytes",
    "ca-file",
    "client-cert",
    "client-key",
    "allow-address",
    "component",
    "name",
    "name-contains",
    "status",
    "config-mode",
    "creator",
    "enterprise-project-id",
    "created",
    "created.from",
    "created.to",
    "updated",
    "updated.from",
    "updated.to",
    "last-run",
    "last-run.from",
    "last-run.to",
    "order-by",
    "limit",
    "task",
    "id",
    "for-status",
    "fail-on",
    "started-after",
    "wait-for-task",
    "interval",
    "timeout",
];

/// The words of a host.
///
/// ```
/// use servicestage::wording::{Wording, Rust};
///
/// assert_eq!(Rust.argument("project-id"), "project_id");
/// assert_eq!(Rust.argument("call-timeout-ms"), "timeout");
/// ```
pub trait Wording: Send + Sync {
    /// Returns the name that the host's user knows an argument by.
    fn argument(&self, name: &str) -> String;

    /// Returns how the host's user can allow the denied request, as sentences.
    fn allow(&self, denial: &Denial) -> String;

    /// Returns the host's name for making a client. An error names it as the operation that failed.
    fn build_operation(&self) -> &str;
}

/// The words of Rust: an argument is a method of the builder or of a query.
///
/// ```
/// use servicestage::wording::{Wording, Rust};
///
/// assert_eq!(Rust.argument("created.from"), "created_from");
/// assert_eq!(Rust.build_operation(), "build");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Rust;

impl Wording for Rust {
    fn argument(&self, name: &str) -> String {
        match name {
            "call-timeout-ms" => "timeout".to_owned(),
            "client-cert" | "client-key" => "client_certificate".to_owned(),
            // An empty range is set by two methods.
            "created" | "updated" | "last-run" => format!("{}_from", name.replace('-', "_")),
            name if name.starts_with("credentials.") => name.replace('-', "_"),
            name => name.trim_end_matches("-ms").replace(['-', '.'], "_"),
        }
    }

    fn allow(&self, denial: &Denial) -> String {
        let Some(policy) = denial.policy(&component_runtime::Grant::default()) else {
            return denial.advice().to_owned();
        };
        let call = |entry: &Entry| match entry {
            Entry::Address(range) => Some(format!("`allow_address(\"{range}\")`")),
            Entry::Origin { .. } | Entry::Variable(_) => None,
        };
        match denial.missing().iter().map(call).collect::<Option<Vec<_>>>() {
            Some(calls) => format!("To allow it, call {} of the builder.", calls.join(" and ")),
            None => {
                format!("To allow it, pass this policy to `grant` of the builder, by `Grant::from_json`:\n{policy}")
            }
        }
    }

    fn build_operation(&self) -> &str {
        "build"
    }
}

/// Makes an error name its arguments in the words of a host.
pub fn translate(wording: &dyn Wording, error: &mut Error) {
    let name = |argument: &str| match ARGUMENTS.contains(&argument) {
        true => wording.argument(argument),
        false => argument.to_owned(),
    };
    if let ErrorKind::InvalidArgument(invalid) = &mut error.kind {
        invalid.argument = name(&invalid.argument);
        invalid.reason = rename(&invalid.reason, name);
    }
    error.message = rename(&error.message, name);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::InvalidArgument;

    #[test]
    fn an_error_names_arguments_as_the_builder_and_the_query_do() {
        for (name, expected) in [
            ("project-id", "project_id"),
            ("call-timeout-ms", "timeout"),
            ("between-bytes-timeout-ms", "between_bytes_timeout"),
            ("created.from", "created_from"),
            ("credentials.access-key-id", "credentials.access_key_id"),
            ("HTTPS_PROXY", "HTTPS_PROXY"),
        ] {
            let mut error = Error::invalid_argument("build", InvalidArgument::new(name, "see `project-id`, `failed`"));
            translate(&Rust, &mut error);
            let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
            assert_eq!((invalid.argument.as_str(), invalid.reason.as_str()), (expected, "see `project_id`, `failed`"));
            assert!(error.message.contains(&format!("the argument `{expected}` is not valid")), "{}", error.message);
        }
    }
}
