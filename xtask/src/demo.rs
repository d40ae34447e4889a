//! Shows the whole way on loopback: recorded answers over real HTTP, the component, tables, an error.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::server::Server;
use crate::{component, shell};

/// The vendor's own example.
pub const EXAMPLE: &str = "tests/fixtures/vendor_example";

/// The fixtures that are shown, and the query of each. The README shows the first one.
const SHOWN: [(&str, &[&str]); 2] = [
    (
        "tests/fixtures/thousand_records",
        &["--status", "failed,rollback-failed", "--order-by", "last-run", "--limit", "8"],
    ),
    ("tests/fixtures/forbidden", &[]),
];

const BEFORE: &str = "\
This builds the component and the command-line tool, and lists recorded release tasks with it. Nothing leaves this machine.
The first time it takes about 8 minutes on two cores, and less than 3 GB in `target`. wasmtime takes most of both. Later it takes seconds.
";

const AFTER: &str = "
Both answers came over HTTP on loopback, through a component that reaches nothing but HTTP and clocks.
With your own credentials:

    export HW_REGION_NAME=cn-north-4 HW_ACCESS_KEY=... HW_SECRET_KEY=...
    target/debug/servicestage auth show
    target/debug/servicestage pipelines list

docs/getting-started.md says where these values come from.
";

/// Builds what it shows, and shows it.
pub fn demo() -> Result<()> {
    println!("{BEFORE}");
    let component = component::build()?;
    // Of the whole workspace, as every build: cargo chooses features by what it is asked for.
    let mut build = shell::cargo(&["build", "--workspace", "--bin", "servicestage", "--bin", "host-test"]);
    shell::run("Build the tool and the fixture server", &mut build, "The compiler says why above.")?;
    for (fixture, query) in SHOWN {
        println!();
        let (_server, mut command) = listing(&tool(), fixture, query)?;
        println!("$ {}", ["servicestage pipelines list"].iter().chain(query).copied().collect::<Vec<_>>().join(" "));
        command.status().with_context(|| shell::not_started(&command, ""))?;
    }
    println!("{AFTER}");
    println!("demo: {} bytes of component, which imports {}", component.size, component.imports.join(", "));
    Ok(())
}

/// The build that tests and tools share. Of the whole workspace always: cargo chooses features by what it is asked to
/// build, and would compile wasmtime once more for a single member.
pub fn build_workspace() -> Result<()> {
    let mut build = shell::cargo(&["build", "--workspace"]);
    shell::run("Build the hosts and tools", &mut build, "The compiler says why above.")
}

/// Lists a fixture, served over HTTP, with this command-line tool.
pub fn list(program: &Path, fixture: &str, query: &[&str]) -> Result<()> {
    let (_server, mut command) = listing(program, fixture, query)?;
    shell::run("With HW_AUTH_TOKEN=example-token", &mut command, "Its own words above say what to do.")
}

/// Returns a server for a fixture, and the command that lists it.
fn listing(program: &Path, fixture: &str, query: &[&str]) -> Result<(Server, Command)> {
    let server = Server::start(fixture)?;
    let mut command = shell::command(
        program,
        &["pipelines", "list", "--region", "cn-north-4", "--project-id", "0123456789abcdef0123456789abcdef"],
    );
    command.args(["--endpoint", &server.address]).args(query);
    for (name, _) in std::env::vars_os() {
        // Real credentials do not belong in a demo.
        if ["HW_", "HUAWEICLOUD_SDK_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.env("HW_AUTH_TOKEN", "example-token");
    Ok((server, command))
}

fn tool() -> PathBuf {
    shell::program("debug", "servicestage")
}
