//! Shows the whole way on loopback: recorded answers over real HTTP, the component, tables.

use std::path::Path;

use anyhow::Result;

use crate::server::Server;
use crate::{component, shell};

/// The vendor's own example.
pub const EXAMPLE: &str = "tests/fixtures/vendor_example";

/// What is shown: a fixture, and the query that its records are listed with.
const SHOWN: [(&str, &[&str]); 2] = [
    (EXAMPLE, &[]),
    ("tests/fixtures/thousand_records", &["--status", "failed", "--order-by", "last-run", "--limit", "10"]),
];

/// Builds everything and lists two fixtures.
pub fn demo() -> Result<()> {
    let component = component::build()?;
    build_workspace()?;
    for (fixture, query) in SHOWN {
        list(&shell::program("debug", "servicestage"), fixture, query)?;
    }

    println!();
    println!("component: {}", component.path.display());
    println!("size: {} bytes", component.size);
    println!("imports: {}", component.imports.join(", "));
    println!(
        "demo: {} recorded answers listed through a component of {} bytes that may reach HTTP, the clocks and nothing else",
        SHOWN.len(),
        component.size
    );
    Ok(())
}

/// The build that tests and tools share. Of the whole workspace always: cargo chooses features by what it is asked to
/// build, and would build wasmtime anew for a single member.
pub fn build_workspace() -> Result<()> {
    let mut build = shell::cargo(&["build", "--workspace"]);
    shell::run("Build the hosts and tools", &mut build, "The compiler says why above.")
}

/// Lists a fixture, served over HTTP, with this command-line tool.
pub fn list(program: &Path, fixture: &str, query: &[&str]) -> Result<()> {
    let server = Server::start(fixture)?;
    let mut command = shell::command(
        program,
        &["pipelines", "list", "--region", "cn-north-4", "--project-id", "0123456789abcdef0123456789abcdef"],
    );
    command.args(["--endpoint", &server.address]).args(query);
    for (name, _) in std::env::vars_os() {
        // Real credentials have no place in a demo.
        if ["HW_", "HUAWEICLOUD_SDK_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.env("HW_AUTH_TOKEN", "example-token");
    shell::run("With HW_AUTH_TOKEN=example-token", &mut command, "Its own words above say what to do.")
}
