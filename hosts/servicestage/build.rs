//! Finds the component that the crate embeds. If it is missing, the build succeeds, and making a client fails with the
//! reason.

use std::env;
use std::path::{Path, PathBuf};

/// Names the file of the component.
const VARIABLE: &str = "SERVICESTAGE_COMPONENT";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rustc-check-cfg=cfg(embedded)");
    if env::var_os("CARGO_FEATURE_EMBED").is_none() {
        return;
    }
    // Machine code has no place for what the component declares, so that lies beside.
    let (file, declaration) = if env::var_os("CARGO_FEATURE_COMPILE").is_some() {
        (component("wasm"), None)
    } else {
        let file = component("cwasm");
        let declaration = file.with_extension("needs.json");
        (file, Some(declaration))
    };
    let files = [Some(&file), declaration.as_ref()];
    files.iter().flatten().for_each(|file| println!("cargo::rerun-if-changed={}", file.display()));
    if files.iter().flatten().all(|file| file.is_file()) {
        println!("cargo::rustc-cfg=embedded");
        println!("cargo::rustc-env=EMBEDDED_COMPONENT={}", file.display());
        declaration.iter().for_each(|file| println!("cargo::rustc-env=EMBEDDED_DECLARATION={}", file.display()));
        return;
    }
    // Looks again in each build, because this file never exists. A component that comes later may be older than this.
    println!("cargo::rerun-if-changed={}", folder("OUT_DIR").join("absent").display());
    if env::var_os(VARIABLE).is_some() {
        println!("cargo::error={VARIABLE} names {}, which is missing", file.display());
    }
}

/// Returns the file that the variable names, or the one that the workspace's own build writes.
fn component(extension: &str) -> PathBuf {
    let usual = || Path::new("../../target/component/servicestage").with_extension(extension);
    folder("CARGO_MANIFEST_DIR").join(env::var_os(VARIABLE).map_or_else(usual, PathBuf::from))
}

/// Returns the folder that this variable names.
fn folder(variable: &str) -> PathBuf {
    PathBuf::from(env::var_os(variable).unwrap_or_default())
}
