//! The requests that the component declares, appended to it as a custom section.
//!
//! The guest's list of endpoints names them; its function `needs` returns them too. `wit/servicestage/needs.json` is that list for people and for hosts
//! that read no custom section. Hosts intersect it with what their user grants; a component without it reaches nothing.

use anyhow::{Context, Result, bail, ensure};
use declarative_plugin::component;
use servicestage_component::data_source::ServiceStage;
use wasm_encoder::{ComponentSection as _, CustomSection};
use wasmparser::{Parser, Payload};

use crate::shell;

/// The name of the section, by which hosts find it. `hosts/runtime/src/policy/declaration.rs` has it too.
const SECTION: &str = "network-needs";

const FILE: &str = "wit/servicestage/needs.json";

/// The declaration.
pub struct Needs {
    pub json: String,
}

/// Writes the file.
pub fn write() -> Result<()> {
    let path = shell::root().join(FILE);
    std::fs::write(&path, Needs::of_guest()?.json).with_context(|| format!("{FILE} cannot be written"))
}

impl Needs {
    /// Returns what the guest declares, and fails unless the file says the same.
    pub fn checked() -> Result<Self> {
        let needs = Self::of_guest()?;
        let file = std::fs::read_to_string(shell::root().join(FILE)).unwrap_or_default();
        ensure!(file == needs.json, "{FILE} is not what the guest declares: `cargo xtask needs` writes it");
        Ok(needs)
    }

    fn of_guest() -> Result<Self> {
        let declared = !component::needs::<ServiceStage>().is_empty();
        ensure!(declared, "the guest declares no request, so that every one would be denied");
        Ok(Self { json: component::network_needs::<ServiceStage>() })
    }

    /// Appends the declaration to a component that has none.
    pub fn append(&self, wasm: &mut Vec<u8>) -> Result<()> {
        ensure!(sections(wasm)?.is_empty(), "the component that was built has a section {SECTION} already");
        CustomSection { name: SECTION.into(), data: self.json.as_bytes().into() }.append_to_component(wasm);
        Ok(())
    }

    /// Fails unless the component declares this, once, and nothing else.
    pub fn check(&self, wasm: &[u8]) -> Result<()> {
        match sections(wasm)?.as_slice() {
            [only] if *only == self.json.as_bytes() => Ok(()),
            [_] => bail!("the component's section {SECTION} is not {FILE}. Build it again."),
            found => bail!("the component has {} sections {SECTION}, and must have one. Build it again.", found.len()),
        }
    }
}

/// The contents of the outermost sections of that name.
fn sections(wasm: &[u8]) -> Result<Vec<&[u8]>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("not a WebAssembly component")? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => found.push(section.data()),
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

    fn needs(length: usize) -> Needs {
        Needs { json: "x".repeat(length) }
    }

    #[test]
    fn an_appended_section_is_found_once() {
        for length in [0, 30, 300, 20_000] {
            let (needs, mut wasm) = (needs(length), EMPTY.to_vec());
            assert!(needs.check(&wasm).unwrap_err().to_string().contains("has 0 sections"));
            needs.append(&mut wasm).unwrap();
            needs.check(&wasm).unwrap();
            assert!(needs.append(&mut wasm).unwrap_err().to_string().contains("already"));
        }
        let mut wasm = EMPTY.to_vec();
        needs(0).append(&mut wasm).unwrap();
        assert!(needs(1).check(&wasm).unwrap_err().to_string().contains("is not wit/"));
    }

    #[test]
    fn the_file_is_what_the_guest_declares() {
        Needs::checked().unwrap();
    }
}
