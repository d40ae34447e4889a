//! The npm package of `hosts/js`, by npm. The lock file says what is installed.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::{component, demo, shell, shipped};

const FOLDER: &str = "hosts/js";
const REMEDY: &str = "It needs Node 20 or newer with npm; npm says above what went wrong.";

/// Builds, tries and packs: target/js/servicestage-pipelines-*.tgz.
pub fn package() -> Result<()> {
    component::build()?;
    demo::build_workspace()?;
    build()?;
    shell::run("Try the JavaScript host", &mut tests(), "The failing tests are named above.")?;
    let target = shell::target().join("js");
    std::fs::create_dir_all(&target).with_context(|| target.display().to_string())?;
    let mut pack = npm(&["pack", "--silent", "--pack-destination"]);
    shell::run("Pack it", pack.arg(&target), REMEDY)?;
    shipped::check()
}

/// Builds the package from the component, which must be there.
pub fn build() -> Result<()> {
    shell::run("Install what builds and tries the JavaScript host", &mut npm(&["ci", "--no-fund"]), REMEDY)?;
    shell::run("Build the JavaScript host", &mut npm(&["run", "build"]), REMEDY)
}

/// Its tests. They need what [`build`] and the build of the workspace leave, and end in the line that cargo's tests end
/// in.
pub fn tests() -> Command {
    npm(&["test"])
}

/// An npm command in the package's folder.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = shell::command("npm", arguments);
    command.current_dir(folder());
    command
}

/// The package's folder.
pub fn folder() -> PathBuf {
    shell::root().join(FOLDER)
}
