//! The imports and exports that a component may have.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{Encoding, Parser, Payload};

/// The imports and exports of a component: these, and nothing else. Interfaces without a version are WASI's, at some
/// version 0.2.
pub struct Contract {
    imports: &'static [&'static str],
    exports: &'static [&'static str],
}

/// The component: each host grants these imports and nothing else.
pub const COMPONENT: Contract = Contract {
    imports: &[
        "wasi:clocks/monotonic-clock",
        "wasi:clocks/wall-clock",
        "wasi:http/outgoing-handler",
        "wasi:http/types",
        "wasi:io/error",
        "wasi:io/poll",
        "wasi:io/streams",
    ],
    exports: &["declarative:plugin/data-source@0.1.1", PIPELINES],
};

/// The facade, to be linked to the component by an engine.
pub const FACADE: Contract = Contract {
    imports: &[
        PIPELINES,
        "wasi:cli/environment",
        "wasi:http/types",
        "wasi:io/error",
        "wasi:io/poll",
        "wasi:io/streams",
    ],
    exports: &["wasi:http/incoming-handler"],
};

/// Both composed.
pub const COMPOSED: Contract = Contract {
    imports: &[
        "wasi:cli/environment",
        "wasi:clocks/monotonic-clock",
        "wasi:clocks/wall-clock",
        "wasi:http/outgoing-handler",
        "wasi:http/types",
        "wasi:io/error",
        "wasi:io/poll",
        "wasi:io/streams",
    ],
    exports: &["wasi:http/incoming-handler"],
};

const PIPELINES: &str = "huaweicloud:servicestage/pipelines@0.1.0";

/// The names at the outside of a component.
pub struct Surface {
    pub imports: Vec<String>,
    pub exports: Vec<String>,
}

impl Surface {
    /// Reads the outermost imports and exports; what the component holds inside is its own business.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        let mut surface = Self { imports: Vec::new(), exports: Vec::new() };
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.context("not a WebAssembly component")? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    bail!("a core module, not a component: is `wasm-component-ld` the linker?")
                }
                Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 0 => {
                    for import in section {
                        surface.imports.push(import?.name.full_name().into_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 0 => {
                    for export in section {
                        surface.exports.push(export?.name.full_name().into_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(surface)
    }

    /// Fails unless imports and exports are exactly those of the contract.
    pub fn check(&self, contract: &Contract) -> Result<()> {
        let names = |found: &[String]| found.iter().map(|name| without_wasi_version(name).to_owned()).collect();
        compare("import", &names(&self.imports), contract.imports)?;
        compare("export", &names(&self.exports), contract.exports)
    }
}

fn compare(direction: &str, found: &BTreeSet<String>, expected: &[&str]) -> Result<()> {
    let expected = expected.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    let list = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
    let (more, less) = (list(found - &expected), list(&expected - found));
    ensure!(
        more.is_empty(),
        "the component {direction}s {more}, which the contract does not allow. A call in the guest brings it in \
         (std::time, std::env, println! and random numbers are such), or xtask/src/contract.rs must change."
    );
    ensure!(
        less.is_empty(),
        "the component does not {direction} {less}, which the contract names. Does its world still \
         name it, and does the guest use it?"
    );
    Ok(())
}

/// The name without its version if that is some 0.2 of WASI; hosts accept each of those for each other.
fn without_wasi_version(name: &str) -> &str {
    match name.split_once("@0.2.") {
        Some((interface, patch)) if !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit()) => interface,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    fn surface(imports: &[&str]) -> Surface {
        let imports = imports.iter().map(|name| format!("{name}@0.2.6")).collect();
        Surface { imports, exports: COMPONENT.exports.iter().map(|name| (*name).to_owned()).collect() }
    }

    #[test]
    fn the_contract_itself_passes() {
        surface(COMPONENT.imports).check(&COMPONENT).unwrap();
    }

    #[test]
    fn one_import_more_is_refused_by_name() {
        let error = surface(&[COMPONENT.imports, &["wasi:random/random"]].concat()).check(&COMPONENT).unwrap_err();
        assert!(error.to_string().contains("imports wasi:random/random,"), "{error}");
    }

    #[test]
    fn an_import_of_another_version_is_refused() {
        let mut surface = surface(&COMPONENT.imports[1..]);
        surface.imports.push("wasi:clocks/monotonic-clock@0.3.0".into());
        let error = surface.check(&COMPONENT).unwrap_err();
        assert!(error.to_string().contains("imports wasi:clocks/monotonic-clock@0.3.0,"), "{error}");
    }

    #[test]
    fn a_missing_import_is_named() {
        let error = surface(&COMPONENT.imports[1..]).check(&COMPONENT).unwrap_err();
        assert!(error.to_string().contains("does not import wasi:clocks/monotonic-clock,"), "{error}");
    }

    #[test]
    fn another_export_is_refused() {
        let mut surface = surface(COMPONENT.imports);
        surface.exports.push("cabi_realloc".into());
        let error = surface.check(&COMPONENT).unwrap_err();
        assert!(error.to_string().contains("exports cabi_realloc,"), "{error}");
    }

    /// A released version of the contract never changes, not even its documentation.
    #[test]
    fn the_released_contract_is_as_it_was_released() {
        const RELEASED: &str = "e2ad65bce9c6cfc8c122203506eeab511f16c060f5b59b446881028b2e291bbe";
        let file = std::fs::read(crate::shell::root().join("wit/plugin/0.1.0/data-source.wit")).unwrap();
        let sum: String = Sha256::digest(file).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, RELEASED, "wit/plugin/0.1.0 is frozen: write what is new into a later version");
    }

    #[test]
    fn a_core_module_is_not_a_component() {
        let error = Surface::read(b"\0asm\x01\0\0\0").err().unwrap();
        assert!(error.to_string().contains("a core module"), "{error}");
    }
}
