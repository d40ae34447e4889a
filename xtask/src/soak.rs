//! Calls the component many times in one process.

use anyhow::Result;

use crate::{component, demo, shell};

/// Builds what is soaked, and soaks it with so many calls, or with as many as the harness deems enough.
pub fn soak(calls: Option<u32>) -> Result<()> {
    component::build()?;
    demo::build_workspace()?;
    let mut command = shell::command(shell::program("debug", "host-test"), &["soak"]);
    command.args(calls.map(|calls| calls.to_string()));
    shell::run("Soak the component", &mut command, "It says above which call went wrong, or how memory grew.")
}
