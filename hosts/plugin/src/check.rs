//! Checks a component: its parts, and the faults that a host would refuse.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;
use component_runtime::printable;
use terraform_provider_servicestage::{DataSources, provider_name};

use crate::args::invalid;
use crate::{open, print};

/// Prints a component's imports, exports and requests. Fails if a host would refuse the component or one of its
/// requests.
pub fn check(file: &Path) -> Result<ExitCode> {
    let provider = provider_name(file).map_err(invalid)?;
    let sources = open::block_on(open::open(file))?;
    let size = std::fs::metadata(file)?.len();
    let faults = sources.faults();
    print::line(&printable::lines(&report(&sources, &provider, size)))?;
    if faults.is_empty() {
        print::line("A host refuses nothing of it.")?;
        return Ok(ExitCode::SUCCESS);
    }
    for fault in &faults {
        print::message(&format!("error: {}", printable::line(fault)));
    }
    Ok(ExitCode::FAILURE)
}

fn report(sources: &DataSources, provider: &str, size: u64) -> String {
    let schema = sources.schema();
    let offered = schema
        .sources
        .iter()
        .map(|(name, source)| format!("{provider}_{name}: {}", print::first_sentence(&source.description)));
    let requests = sources.declaration().needs().iter().map(|need| {
        let query = if need.query.is_empty() {
            String::new()
        } else {
            format!("?{}", need.query.iter().map(ToString::to_string).collect::<Vec<_>>().join("&"))
        };
        format!("{} {}{query} to the role {}", need.method, need.path, need.role)
    });
    let endpoints = schema.roles();
    let endpoints = endpoints.iter().map(|(role, attribute)| format!("{role}, or what `{attribute}` names"));
    [
        format!("Size: {size} bytes"),
        list("Imports", sources.imports()),
        list("Exports", sources.exports()),
        list("Data sources", offered.collect()),
        list("Requests", requests.collect()),
        list("Endpoints", endpoints.collect()),
    ]
    .join("\n")
}

fn list(title: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return format!("{title}: none");
    }
    format!("{title}:\n  {}", lines.join("\n  "))
}
