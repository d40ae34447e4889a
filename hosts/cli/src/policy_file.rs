//! `servicestage policy init`: a policy file to begin with.

use jiff::tz::TimeZone;
use servicestage::error::Error;

use crate::output::Printer;

/// The file, with its comments. Its format is that of `docs/policy.schema.json`.
const TEMPLATE: &str = include_str!("policy_template.json");

/// Prints it.
pub fn init() -> Result<u8, Box<Error>> {
    Printer::plain(TimeZone::UTC).print("policy-init", TEMPLATE)?;
    Ok(0)
}
