//! Builds the component: the one artefact that every host loads. Other guests are built in the same way.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use wasmparser::BinaryReader;

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

/// Builds the components that the tests of the Terraform provider use: an example, and one that asks for every secret.
pub fn build_examples() -> Result<()> {
    for name in ["example", "hostile"] {
        write(&shell::target().join(format!("component/{name}.wasm")), &compile(&format!("{name}-plugin"))?)?;
    }
    Ok(())
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

/// The component, and the modules within it, without custom sections: the names of parts, the tools that made them, and
/// what they may use, which the compiler's `strip` leaves. 6.6 KB that no engine reads.
fn without_custom_sections(wasm: &[u8]) -> Result<Vec<u8>> {
    const CUSTOM: u8 = 0;
    const MODULE: u8 = 1;
    let mut reader = BinaryReader::new(wasm, 0);
    let head = reader.read_bytes(8)?;
    // What tells a component from a module; a module's section of that id are its types.
    let component = head[6] == 1;
    let mut kept = head.to_vec();
    while !reader.eof() {
        let from = usize::try_from(reader.original_position())?;
        let (id, length) = (reader.read_u8()?, reader.read_var_u32()?);
        let content = reader.read_bytes(length as usize)?;
        if component && id == MODULE {
            let module = without_custom_sections(content)?;
            kept.push(id);
            write_length(module.len(), &mut kept);
            kept.extend(module);
        } else if id != CUSTOM {
            kept.extend_from_slice(&wasm[from..usize::try_from(reader.original_position())?]);
        }
    }
    Ok(kept)
}

/// Writes a length as the format has it: seven bits a byte, the lowest first.
fn write_length(mut length: usize, to: &mut Vec<u8>) {
    while length > 0x7F {
        to.push(length as u8 | 0x80);
        length >>= 7;
    }
    to.push(length as u8);
}

/// Writes the file unless it is the same already: whoever embeds it is built anew when its time changes.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(());
    }
    let written = path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, bytes));
    written.with_context(|| format!("{} cannot be written", path.display()))
}

/// What makes a component small, and quick.
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
    use super::*;

    #[test]
    fn custom_sections_are_left_out_and_nothing_else() {
        let section = |id: u8, content: &[u8]| {
            let mut section = vec![id];
            write_length(content.len(), &mut section);
            [&section, content].concat()
        };
        let custom = section(0, b"\x05other");
        let (head, module_head) = (b"\0asm\x0d\0\x01\0".to_vec(), b"\0asm\x01\0\0\0".to_vec());
        let (types, code) = (section(1, b"types"), section(10, &[7; 300]));
        let module = [module_head.clone(), types.clone(), custom.clone(), code.clone()].concat();
        let wasm = [head.clone(), custom.clone(), section(1, &module), section(7, b"x"), custom].concat();
        let expected = [head, section(1, &[module_head, types, code].concat()), section(7, b"x")].concat();
        assert_eq!(without_custom_sections(&wasm).unwrap(), expected);
        assert!(without_custom_sections(&wasm[..wasm.len() - 1]).is_err());
    }
}
