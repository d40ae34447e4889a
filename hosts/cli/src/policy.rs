//! `servicestage policy check`, and the policy of a call: what the user grants, by flags and by a file.

use std::fmt::Write as _;
use std::path::PathBuf;

use component_runtime::policy::{Denial, Entry};
use component_runtime::{Grant, Limits, Runtime, files};
use servicestage::error::{Error, ErrorKind, InvalidArgument};
use servicestage::origin::{self, Origins};
use servicestage::types::Connection;

use crate::args::{Check, Granted};
use crate::output::Printer;
use crate::report::{self, invalid};
use crate::settings::process_variable;
use crate::{component, text};

/// Names the policy file where no flag does. There is no default: a file that lies around grants nothing.
const VARIABLE: &str = "SERVICESTAGE_POLICY";

/// Returns what the policy file allows, or nothing if no file is named.
pub fn of_file(arguments: &Granted) -> Result<Grant, InvalidArgument> {
    let Some(file) = file(arguments) else { return Ok(Grant::default()) };
    let unusable = |error: &dyn std::fmt::Display| invalid("policy", format!("{file:?} cannot be used: {error}"));
    let json = files::read_text(&file).map_err(|error| unusable(&error))?;
    Grant::from_json(&json).map_err(|error| unusable(&error))
}

/// Adds to the grant of the policy file: the origins that the connection implies, and the addresses that flags name.
pub fn grant(mut grant: Grant, arguments: &Granted, connection: &Connection) -> Result<Grant, InvalidArgument> {
    let Origins { service, iam } = Origins::of(connection);
    for (role, origin) in [("service", service), ("iam", iam)] {
        // What the runtime does not take for an origin is not granted; the component refuses it with more words.
        let _ = origin.map(|origin| grant.allow_origin(role, &origin.to_string()));
    }
    for range in &arguments.allow_address {
        grant.allow_address(range).map_err(|error| invalid("allow-address", error.to_string()))?;
    }
    Ok(grant)
}

fn file(arguments: &Granted) -> Option<PathBuf> {
    let variable = || process_variable(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from);
    arguments.policy.clone().or_else(variable)
}

/// Adds to a denied call's error what exactly was denied, and the flags and the policy file that would allow it. Only
/// the host knows these.
pub fn explain(error: &mut Error, denial: Option<Denial>, of_file: &Grant) {
    let (ErrorKind::Denied, Some(denial)) = (&error.kind, denial) else { return };
    let what = error.message.lines().next().unwrap_or_default();
    let next = match denial.policy(of_file) {
        None => denial.advice().to_owned(),
        Some(policy) => {
            let flags: Option<Vec<String>> = denial.missing().iter().map(Entry::flag).collect();
            let flags = flags.map(|flags| format!("pass `{}`, or ", flags.join(" "))).unwrap_or_default();
            format!("To allow it, {flags}name this policy file with `--policy` or {VARIABLE}:\n{policy}")
        }
    };
    error.message = format!("{what}\n{}: {}.\n{next}", denial.asked(), denial.reason());
}

/// Prints what the component imports, what it declares and what it is granted.
pub fn check(arguments: &Check) -> Result<(), Box<Error>> {
    let region = || process_variable("HW_REGION_NAME").filter(|region| !region.is_empty());
    let connection = Connection {
        region: arguments.place.region.clone().or_else(region),
        endpoint: arguments.place.endpoint.clone(),
        iam_endpoint: arguments.place.iam_endpoint.clone(),
        ..Connection::default()
    };
    origin::check(&connection).map_err(report::invalid_argument)?;
    let grant = of_file(&arguments.granted).and_then(|file| grant(file, &arguments.granted, &connection));
    let grant = grant.map_err(report::invalid_argument)?;
    let component = component::read(arguments.chosen.file()).map_err(report::invalid_argument)?;
    let runtime = Runtime::new(Limits::default());
    let runtime = runtime.map_err(|error| report::unloadable(&error, "Report this message."))?;
    let imports = component.load(&runtime)?.imports();

    let mut lines = String::new();
    let mut part = |title: &str, entries: Vec<String>| {
        // Writing to text does not fail.
        let _ = writeln!(lines, "{title}:");
        for entry in if entries.is_empty() { vec!["nothing".to_owned()] } else { entries } {
            let _ = writeln!(lines, "  {}", text::line(&entry));
        }
    };
    part("imports", imports);
    part("declares", component.declaration()?.needs().iter().map(ToString::to_string).collect());
    part("is granted", grant.entries().iter().map(ToString::to_string).collect());
    let printer = Printer::new(jiff::tz::TimeZone::UTC);
    printer.print(report::OPERATION, &lines)
}
