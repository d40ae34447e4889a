//! `servicestage policy check` and `policy init`, and the policy of a call: what the user grants, by flags and by a file.

use std::fmt::Write as _;
use std::path::PathBuf;

use component_runtime::policy::{Denial, Entry};
use component_runtime::{Grant, Limits, files};
use jiff::tz::TimeZone;
use servicestage::error::{Error, InvalidArgument};
use servicestage::settings::Settings;
use servicestage::types::Connection;
use servicestage::wording::Wording;
use servicestage::{Component, Environment, origin};

use crate::args::connection::{ComponentFlags, CredentialFlags, PolicyFlags};
use crate::args::filters::Filters;
use crate::args::local::Check;
use crate::output::Printer;
use crate::report::{self, invalid};
use crate::settings::{self, process_variable};
use crate::text;

/// The operation that an error names as failed.
const OPERATION: &str = "policy-check";

/// The file that `policy init` prints, with its comments. Its format is that of `docs/policy.schema.json`.
const TEMPLATE: &str = include_str!("policy_template.json");

/// Names the policy file where no flag does. There is no default: a file that lies around grants nothing.
const VARIABLE: &str = "SERVICESTAGE_POLICY";

/// Returns what the policy file allows, or nothing if no file is named.
pub fn of_file(arguments: &PolicyFlags) -> Result<Grant, InvalidArgument> {
    let Some((name, file)) = file(arguments) else { return Ok(Grant::default()) };
    let unusable = |error: &dyn std::fmt::Display| invalid(name, format!("{file:?} cannot be used: {error}"));
    let json = files::read_text(&file).map_err(|error| unusable(&error))?;
    Grant::from_json(&json).map_err(|error| unusable(&error))
}

/// Prints a policy file to begin with.
pub fn init() -> Result<u8, Box<Error>> {
    Printer::plain(TimeZone::UTC).print("policy-init", TEMPLATE)?;
    Ok(0)
}

/// The file, and the flag or the variable that names it.
fn file(arguments: &PolicyFlags) -> Option<(&'static str, PathBuf)> {
    let variable = || Some((VARIABLE, process_variable(VARIABLE).map(PathBuf::from)?));
    arguments.policy.clone().map(|file| ("--policy", file)).or_else(variable)
}

/// The words of the tool: arguments are flags, and permissions flags or a policy file.
#[derive(Clone)]
pub struct Flags {
    /// The grant of the policy file in use.
    pub of_file: Grant,
    /// The operation that an error names as failed.
    pub operation: &'static str,
    /// The filters that were typed.
    pub filters: Option<Filters>,
    /// Arguments whose values come from variables, and the names of these.
    pub variables: Vec<(&'static str, &'static str)>,
}

impl Wording for Flags {
    fn argument(&self, name: &str) -> String {
        if let Some(flag) = self.filters.as_ref().and_then(|filters| filters.flag(name)) {
            return flag.to_owned();
        }
        if let Some((_, variable)) = self.variables.iter().find(|(argument, _)| *argument == name) {
            return (*variable).to_owned();
        }
        match name {
            // They come from variables and profiles.
            name if name.starts_with("credentials") => name.to_owned(),
            "call-timeout-ms" => "--timeout".to_owned(),
            "for-status" => "--for".to_owned(),
            "task" => "ID|NAME".to_owned(),
            name => format!("--{}", name.replace('.', "-")),
        }
    }

    fn allow(&self, denial: &Denial) -> String {
        match denial.policy(&self.of_file) {
            None => denial.advice().to_owned(),
            Some(policy) => {
                let flags: Option<Vec<String>> = denial.missing().iter().map(Entry::flag).collect();
                let flags = flags.map(|flags| format!("pass `{}`, or ", flags.join(" "))).unwrap_or_default();
                format!("To allow it, {flags}name this policy file with `--policy` or {VARIABLE}:\n{policy}")
            }
        }
    }

    fn build_operation(&self) -> &str {
        self.operation
    }
}

/// Prints what the component imports, what it declares and what it is granted.
pub fn check(arguments: &Check) -> Result<u8, Box<Error>> {
    let identity = CredentialFlags { profile: arguments.profile.clone(), ..CredentialFlags::default() };
    let variables = settings::variables(&arguments.place, &identity);
    let words = Flags { of_file: Grant::default(), operation: OPERATION, filters: None, variables };
    let refuse = |invalid| report::refused(&words, invalid);
    let flags = settings::arguments(&arguments.place, &identity).map_err(refuse)?;
    let region = Settings::region(flags, &Environment::of_process()).map_err(refuse)?;
    let connection = Connection {
        region: region.value,
        endpoint: arguments.place.endpoint.clone(),
        iam_endpoint: arguments.place.iam_endpoint.clone(),
        ..Connection::default()
    };
    origin::check(&connection).map_err(refuse)?;
    let of_file = of_file(&arguments.granted).map_err(refuse)?;
    let granted = origin::grant(of_file, &connection, &arguments.granted.allow_address);
    let grant = granted.map_err(refuse)?;
    let component = component(&arguments.chosen)?;

    let mut lines = String::new();
    let mut part = |title: &str, entries: Vec<String>| {
        // Writing to text does not fail.
        let _ = writeln!(lines, "{title}:");
        for entry in if entries.is_empty() { vec!["nothing".to_owned()] } else { entries } {
            let _ = writeln!(lines, "  {}", text::line(&entry));
        }
    };
    part("imports", component.plugin().imports());
    part("declares", component.declaration().needs().iter().map(ToString::to_string).collect());
    part("is granted", grant.entries().iter().map(ToString::to_string).collect());
    let printer = Printer::plain(jiff::tz::TimeZone::UTC);
    printer.print(OPERATION, &lines)?;
    Ok(0)
}

fn component(chosen: &ComponentFlags) -> Result<Component, Box<Error>> {
    #[cfg(feature = "compile")]
    if let Some(file) = chosen.file() {
        return Component::from_file(file, Limits::default(), OPERATION);
    }
    let _ = chosen;
    Component::embedded(Limits::default(), OPERATION)
}
