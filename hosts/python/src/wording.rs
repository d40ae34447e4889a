//! The words of Python, in which errors name arguments.

use component_runtime::Denial;
use component_runtime::policy::Entry;
use servicestage::wording::Wording;

/// An argument is one of `Client` or of its methods.
pub struct Python;

impl Wording for Python {
    fn argument(&self, name: &str) -> String {
        let name = match name {
            "call-timeout-ms" => "timeout",
            "allow-address" => "allow_addresses",
            "credentials.access-key-id" => "access_key",
            "credentials.secret-access-key" => "secret_key",
            "order-by.direction" => "order",
            // An empty range has two arguments.
            "created" => "created_from",
            "updated" => "updated_from",
            "last-run" => "last_run_from",
            name => name.trim_start_matches("credentials.").trim_end_matches("-ms").trim_end_matches(".key"),
        };
        name.replace(['-', '.'], "_")
    }

    fn allow(&self, denial: &Denial) -> String {
        let ranges = denial.missing().iter().map(|entry| match entry {
            Entry::Address(range) => Some(format!("\"{range}\"")),
            Entry::Origin { .. } | Entry::Variable(_) => None,
        });
        match ranges.collect::<Option<Vec<_>>>().filter(|ranges| !ranges.is_empty()) {
            Some(ranges) => format!("To allow it, pass `allow_addresses=[{}]` to the client.", ranges.join(", ")),
            None => denial.advice().to_owned(),
        }
    }

    fn build_operation(&self) -> &str {
        crate::session::MAKING
    }
}
