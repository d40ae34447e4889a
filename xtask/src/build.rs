//! Builds what ships.

use std::fs::File;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};

use crate::machine::Machine;
use crate::{component, demo, shell, shipped};

/// The largest tool, in bytes: it is downloaded into images and runners.
const LARGEST: u64 = 10_000_000;

/// Builds the component, its machine code, and the command-line tool that embeds that.
pub fn build() -> Result<()> {
    let component = component::build()?;
    demo::build_workspace()?;

    let machine_code = component.path.with_extension("cwasm");
    precompile(&component.path, &machine_code)?;

    release("servicestage-cli", &[])?;
    let program = shell::program("release", "servicestage");
    let size = std::fs::metadata(&program).with_context(|| format!("{} is missing", program.display()))?.len();
    let mut version = shell::command(&program, &["--version"]);
    shell::run("Try it", &mut version, "It was built just now: run it under a debugger.")?;
    // Machine code is loaded only by the settings that it was made with, which nothing but loading it shows.
    demo::list(&program, demo::EXAMPLE, &[])?;

    println!("{}: {} bytes", shell::relative(&component.path), component.size);
    println!("{}: {size} bytes", shell::relative(&program));
    ensure!(size < LARGEST, "the tool has {size} bytes, and should have less than {LARGEST}: what has grown?");
    shipped::check()
}

/// Builds a package as it ships. It is built alone, because other members' features would put a compiler into it.
pub fn release(package: &str, more: &[&str]) -> Result<()> {
    let mut build = shell::cargo(&["build", "--release", "-p", package, "--no-default-features"]);
    build.args(more);
    // All packages have the same flags. Otherwise cargo would compile everything again.
    Machine::look()?.set_flags(&mut build, Vec::new());
    shell::run(&format!("Build {package}"), &mut build, "The compiler says why above.")
}

/// Makes machine code of the component. Where that comes out as it was, the file keeps its time too, or the tool that
/// embeds it would be linked anew.
pub fn precompile(component: &Path, machine_code: &Path) -> Result<()> {
    let before = std::fs::read(machine_code).and_then(|bytes| Ok((bytes, modified(machine_code)?))).ok();
    let mut command = shell::command(shell::program("debug", "host-test"), &["precompile"]);
    command.args([component, machine_code].map(|path| shell::relative(path).to_string()));
    shell::run("Precompile the component", &mut command, "Is the harness of this same build?")?;
    if let Some((bytes, time)) = before
        && std::fs::read(machine_code)? == bytes
    {
        File::options().append(true).open(machine_code)?.set_modified(time)?;
    }
    Ok(())
}

fn modified(path: &Path) -> std::io::Result<SystemTime> {
    std::fs::metadata(path)?.modified()
}
