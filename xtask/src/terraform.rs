//! Builds the Terraform provider and lays it out where Terraform looks for it, without a registry. Also builds the one
//! that loads any component.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::{build, component, demo, installation, shell, shipped};

const NAME: &str = "terraform-provider-servicestage";

/// Where the provider would be on a registry.
const ADDRESS: &str = "registry.terraform.io/huaweicloud/servicestage";

/// The provider is downloaded for every machine that runs Terraform, and started several times by each command.
const LARGEST: u64 = 10_000_000;

/// Builds the provider alone, with the component in it as machine code, into a mirror of the registry.
pub fn terraform() -> Result<()> {
    let component = component::build()?;
    demo::build_workspace()?;
    build::precompile(&component.path, &component.path.with_extension("cwasm"))?;

    build::release(NAME, &["--features", "embed"])?;
    let program = shell::program("release", NAME);
    // Machine code is loaded only by the settings that it was made with, which nothing but loading it shows.
    let mut describe = shell::command(&program, &["--describe"]);
    shell::output(&mut describe, "It was built just now: run it under a debugger.")?;

    let mirror = shell::target().join("terraform");
    let version = env!("CARGO_PKG_VERSION");
    let folder = mirror.join(ADDRESS).join(version).join(installation::platform()?);
    let place = folder.join(format!("{NAME}_v{version}{}", std::env::consts::EXE_SUFFIX));
    let size = copy(&program, &folder, &place)?;
    ensure!(size < LARGEST, "the provider has {size} bytes, and should have less than {LARGEST}: what has grown?");
    shipped::check()?;
    println!("To use it, write this into ~/.terraformrc, or into the file that TF_CLI_CONFIG_FILE names:\n");
    println!("{}", installation::lines(&mirror, ADDRESS)?);
    println!(
        "Then `terraform init` finds `source = \"huaweicloud/servicestage\"` there. docs/terraform says the rest."
    );
    Ok(())
}

/// Builds the provider that loads any component from a file, with the compiler in it and no component. Its features are
/// those of no other build, so it has a folder of its own.
pub fn any() -> Result<()> {
    component::build_examples()?;
    let target = shell::target().join("any");
    build::release(NAME, &["--features", "compile", "--target-dir", &target.display().to_string()])?;

    let folder = shell::target().join("terraform-any");
    let place = folder.join(format!("terraform-provider-any{}", std::env::consts::EXE_SUFFIX));
    copy(&target.join("release").join(NAME).with_extension(std::env::consts::EXE_EXTENSION), &folder, &place)?;
    let mut describe = shell::command(&place, &["--describe"]);
    describe.env("ANY_COMPONENT", shell::target().join("component/example.wasm"));
    shell::output(&mut describe, "It was built just now: run it under a debugger.")?;
    shipped::check()?;
    println!(
        "A copy of it named terraform-provider-NAME serves the component terraform-provider-NAME.wasm beside it as the \
         provider NAME."
    );
    Ok(())
}

/// Copies a program into a folder, and returns its size.
fn copy(program: &Path, folder: &Path, place: &Path) -> Result<u64> {
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    // A copy over a program that is running fails, and this one may be.
    drop(fs::remove_file(place));
    let size = fs::copy(program, place).with_context(|| format!("{} cannot be written", place.display()))?;
    println!("{}: {size} bytes", shell::relative(place));
    Ok(size)
}
