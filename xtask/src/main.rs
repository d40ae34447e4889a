//! Everything that needs more than plain cargo.
//!
//! # Layout
//! - [`component`] builds the artefact, [`contract`] says what it may import and export, [`needs`] what it declares;
//! - [`shipped`] searches shipped files for paths of the [`machine`] that built them;
//! - [`build`] makes what ships, [`terraform`] the provider, whose documentation [`docs`] writes, with a [`diagram`];
//!   [`demo`] shows it, [`mod@test`] tries everything, [`conformance`] collects in a [`matrix`] which host passes which
//!   fixture, [`mod@bench`] measures it;
//! - [`tree`] checks who depends on whom, [`words`] the wording and spelling, [`links`] the links of documents, [`sources`]
//!   keeps files short;
//! - [`facade`] composes the component with the HTTP facade, and checks both under other engines;
//! - [`languages`] builds the data sources in other languages, by their own guides;
//! - [`python`] builds and checks the Python package, [`js`] the npm package, [`web`] shows its page in a browser;
//! - [`server`] is a fixture served over HTTP, [`shell`] runs commands and says which one failed.

mod bench;
mod build;
mod component;
mod conformance;
mod contract;
mod demo;
mod diagram;
mod docs;
mod facade;
// The author's tool lays out mirrors too.
#[path = "../../hosts/plugin/src/installation.rs"]
mod installation;
mod js;
mod languages;
mod links;
mod machine;
mod matrix;
mod needs;
mod python;
mod server;
mod shell;
mod shipped;
mod sources;
mod terraform;
mod test;
mod tree;
mod web;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;

/// Everything that needs more than plain cargo.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
enum Task {
    /// Builds the component, declares its needs in it and checks its imports: target/component/servicestage.wasm.
    Component,
    /// Writes the requests that the guest declares: wit/servicestage/needs.json.
    Needs,
    /// Builds what ships: the component, and the command-line tool target/release/servicestage.
    Build,
    /// Builds the command-line tool and lists recorded release tasks with it, over HTTP on loopback.
    Demo,
    /// Builds the data sources of examples/data-sources in other languages, by their own guides: target/languages/*.wasm.
    Languages,
    /// Builds the HTTP facade, alone and composed with the component: target/facade/servicestage-facade.wasm.
    Facade,
    /// Builds the Python package, with the component inside as machine code: target/python/*.whl.
    Python {
        /// Links it with zig, for systems with glibc 2.17 or newer.
        #[arg(long)]
        portable: bool,
    },
    /// Builds the Terraform provider into a mirror of the registry: target/terraform.
    Terraform {
        /// Builds the provider that loads any component instead: target/terraform-any/terraform-provider-any.
        #[arg(long)]
        any: bool,
    },
    /// Writes the generated documents: the pages of the Terraform provider, and the picture of the architecture.
    Docs,
    /// Checks the wording, the spelling and the links of what people read.
    Prose,
    /// Runs every test and gate.
    Test,
    /// Runs every fixture in every host, and writes which hosts return the expected result: docs/conformance.md.
    Conformance,
    /// Makes 100,000 calls in one process, 64 at once, with faults mixed in: none may be lost, and memory may not grow.
    Soak {
        /// How many calls instead.
        calls: Option<u32>,
    },
    /// Measures how near the sandbox comes to being free: one table, and target/bench.json.
    Bench {
        /// Fewer rounds: under 3 minutes once built.
        #[arg(long)]
        quick: bool,
        /// Keeps the result, so that later runs are compared with it.
        #[arg(long)]
        save: bool,
        /// A mirror of the registry with a Go provider (hashicorp/aws), where Terraform's configuration names none.
        #[arg(long, value_name = "DIR")]
        mirror: Option<PathBuf>,
    },
    /// Builds, tries and packs the npm package: target/js/servicestage-pipelines-*.tgz.
    Js,
    /// Serves the page that lists in a browser, with a fixture on loopback.
    Web {
        /// The origin to list from instead; it must let pages in (CORS).
        endpoint: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(&Task::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<ExitCode> {
    match task {
        Task::Component => {
            component::build()?;
            component::build_examples()?;
        }
        Task::Needs => needs::write()?,
        Task::Build => build::build()?,
        Task::Demo => demo::demo()?,
        Task::Languages => languages::build()?,
        Task::Facade => facade::build().map(drop)?,
        Task::Python { portable } => python::build(*portable)?,
        Task::Docs => {
            component::build()?;
            demo::build_workspace()?;
            docs::write()?;
        }
        Task::Prose => {
            words::check()?;
            words::check_spelling()?;
            links::check()?;
        }
        Task::Terraform { any: true } => terraform::any()?,
        Task::Terraform { any: false } => terraform::terraform()?,
        Task::Test => return Ok(test::test()),
        Task::Conformance => conformance::conformance()?,
        Task::Soak { calls } => soak(*calls)?,
        Task::Bench { quick, save, mirror } => {
            bench::bench(&bench::Options { quick: *quick, save: *save, mirror: mirror.clone() })?;
        }
        Task::Js => js::package()?,
        Task::Web { endpoint } => web::web(endpoint.as_deref())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the component and the harness, and makes this many calls, or the harness's default.
fn soak(calls: Option<u32>) -> Result<()> {
    component::build()?;
    demo::build_workspace()?;
    let mut command = shell::command(shell::program("debug", "host-test"), &["soak"]);
    command.args(calls.map(|calls| calls.to_string()));
    shell::run("Soak the component", &mut command, "It says above which call went wrong, or how memory grew.")
}
