//! Builds the component: the one artefact that every host loads. Other guests are built in the same way.

use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::{ComponentSection as _, ComponentSectionId, RawSection};
use wasmparser::{Parser, Payload};

use crate::contract::{self, Surface};
use crate::machine::Machine;
use crate::needs::Needs;
use crate::shell;

const TARGET: &str = "wasm32-unknown-unknown";

const COMPONENT: &str = "servicestage-component";

/// A component that was built and keeps to its contract.
pub struct Component {
    pub path: PathBuf,
    pub size: usize,
    pub imports: Vec<String>,
}

/// Builds the component, checks it and says what it is.
pub fn build() -> Result<Component> {
    let mut bytes = compile(COMPONENT)?;
    let needs = Needs::checked()?;
    needs.append(&mut bytes).context("the component that was built")?;

    shell::announce("Check the component's imports, exports and needs");
    let surface = Surface::read(&bytes)?;
    surface.check(&contract::COMPONENT)?;
    needs.check(&bytes)?;

    let path = shell::target().join("component/servicestage.wasm");
    // Machine code keeps no custom sections: hosts that embed it embed this too.
    write(&path.with_extension("needs.json"), needs.json.as_bytes())?;
    write(&path, &bytes)?;
    println!("{}: {} bytes", shell::relative(&path), bytes.len());
    Ok(Component { path, size: bytes.len(), imports: surface.imports })
}

/// Builds the components that the tests of the Terraform provider use, one of them the data source in `examples`.
pub fn build_examples() -> Result<()> {
    for package in ["example-plugin", "hostile-plugin", "needs-plugin", "panicking-plugin"] {
        let name = package.trim_end_matches("-plugin");
        write(&shell::target().join(format!("component/{name}.wasm")), &compile(package)?)?;
    }
    write(&shell::target().join("component/rates.wasm"), &compile("demo-rates")?)
}

/// Builds a guest, and checks that nothing in it names this machine.
pub fn compile(package: &str) -> Result<Vec<u8>> {
    compile_in(&Machine::look()?, package, &shell::target())
}

/// Builds the component from a copy of the sources in another folder, and fails unless it is the same, byte by byte.
/// Call [`build`] first.
pub fn check_identity() -> Result<()> {
    let elsewhere = shell::target().join("elsewhere");
    let (sources, target) = (elsewhere.join("sources"), elsewhere.join("target"));
    if sources.exists() {
        std::fs::remove_dir_all(&sources).with_context(|| sources.display().to_string())?;
    }
    copy(shell::root(), &sources)?;
    let machine = Machine::look()?.building_in(sources);
    let mut bytes = compile_in(&machine, COMPONENT, &target)?;
    Needs::checked()?.append(&mut bytes)?;
    let path = shell::target().join("component/servicestage.wasm");
    let built = std::fs::read(&path).with_context(|| path.display().to_string())?;
    ensure!(bytes == built, "the component from {} differs from {}", machine.root().display(), shell::relative(&path));
    println!("{}: the same from two folders, {} bytes", shell::relative(&path), built.len());
    Ok(())
}

/// Copies a folder of sources, without build output and installed packages.
fn copy(from: &Path, to: &Path) -> Result<()> {
    const LEFT_OUT: [&str; 4] = [".git", "dist", "node_modules", "target"];
    std::fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_file() {
            std::fs::copy(&from, &to).with_context(|| from.display().to_string())?;
        } else if entry.file_type()?.is_dir() && !LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            copy(&from, &to)?;
        }
    }
    Ok(())
}

fn compile_in(machine: &Machine, package: &str, target: &Path) -> Result<Vec<u8>> {
    machine.install_target(TARGET)?;
    // With the crate type that the manifest may name beside it, cargo would drop the link-time optimisation.
    let what = ["rustc", "--lib", "-p", package, "--crate-type", "cdylib"];
    let mut build = shell::cargo(&[&what[..], &["--profile", "component", "--target", TARGET]].concat());
    build.current_dir(machine.root()).env("CARGO_TARGET_DIR", target);
    // They leave the linker in `.cargo/config.toml` alone.
    machine.set_flags(&mut build, settings());
    shell::run(&format!("Build {package}"), &mut build, "The compiler says why above.")?;

    let built = target.join(TARGET).join("component").join(format!("{}.wasm", package.replace('-', "_")));
    let bytes = std::fs::read(&built).with_context(|| format!("{} cannot be read", built.display()))?;
    let bytes = without_custom_sections(&bytes).with_context(|| built.display().to_string())?;
    machine.check(&bytes).with_context(|| built.display().to_string())?;
    Ok(bytes)
}

/// Returns the component and its parts without custom sections. The compiler's `strip` leaves names, tools and target
/// features in them: 6.6 KB that no engine reads.
fn without_custom_sections(wasm: &[u8]) -> Result<Vec<u8>> {
    let bytes = |range: Range<u64>| -> Result<&[u8]> {
        let range = usize::try_from(range.start)?..usize::try_from(range.end)?;
        wasm.get(range).context("it breaks off")
    };
    // The component, and within it what has begun and not ended.
    let mut open: Vec<Vec<u8>> = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let payload = payload?;
        match &payload {
            Payload::Version { range, .. } => open.push(bytes(range.clone())?.to_vec()),
            // Modules and components follow, each with its own beginning and end.
            Payload::CustomSection(_) | Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {}
            Payload::End(_) => {
                let ended = open.pop().context("it ends twice")?;
                let Some(around) = open.last_mut() else { return Ok(ended) };
                let component = Parser::is_component(&ended);
                let id = if component { ComponentSectionId::Component } else { ComponentSectionId::CoreModule };
                RawSection { id: id.into(), data: &ended }.append_to_component(around);
            }
            _ => {
                if let Some((id, range)) = payload.as_section() {
                    let within = open.last_mut().context("it does not begin")?;
                    RawSection { id, data: bytes(range)? }.append_to_component(within);
                }
            }
        }
    }
    bail!("it does not end")
}

/// Writes the file unless it is the same already: whoever embeds it is built anew when its time changes.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, bytes));
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// Returns the settings that make a component small and quick.
fn settings() -> Vec<String> {
    vec![
        // Texts are scanned sixteen bytes at a time; every engine that runs components has these instructions.
        "-Ctarget-feature=+simd128".to_owned(),
        // SHA-256 as a loop: unrolled it takes 6 KB more, with the instructions above 1 KB, and a request is signed once.
        "--cfg=sha2_256_backend=\"soft\"".to_owned(),
        "--cfg=sha2_backend_soft=\"compact\"".to_owned(),
        // The linker leaves five bytes for each address and each function that it fills in; most need two or three.
        "-Clink-arg=--compress-relocations".to_owned(),
        // Each instance has a stack. Nothing recurses but the reading of errors, 128 levels deep at most.
        "-Clink-arg=-zstack-size=262144".to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, Component, CustomSection, Function, FunctionSection, Module, ModuleSection,
        NestedComponentSection, TypeSection,
    };

    use super::*;

    #[test]
    fn custom_sections_are_left_out_and_nothing_else() {
        let build = |custom: bool| {
            let note = CustomSection { name: "note".into(), data: (&[7; 300]).into() };
            let (mut types, mut functions, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
            types.ty().function([], []);
            functions.function(0);
            let mut body = Function::new([]);
            body.raw([0x01; 300]).instructions().end();
            code.function(&body);
            let (mut module, mut inner, mut outer) = (Module::new(), Component::new(), Component::new());
            module.section(&types).section(&functions).section(&code);
            if custom {
                module.section(&note);
                inner.section(&note);
                outer.section(&note);
            }
            inner.section(&ModuleSection(&module));
            outer.section(&ModuleSection(&module)).section(&NestedComponentSection(&inner));
            if custom {
                outer.section(&note);
            }
            outer.finish()
        };
        let (with, without) = (build(true), build(false));
        assert!(with.len() > without.len() + 5 * 300);
        assert_eq!(without_custom_sections(&with).unwrap(), without);
        assert_eq!(without_custom_sections(&without).unwrap(), without);
        assert!(without_custom_sections(&with[..with.len() - 1]).is_err());
    }
}
