//! Finds the component that the tool embeds.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let compiles = std::env::var_os("CARGO_FEATURE_COMPILE").is_some();
    let (name, command) = if compiles {
        ("servicestage.wasm", "cargo xtask component")
    } else {
        ("servicestage.cwasm", "cargo xtask build")
    };
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let file = Path::new(&folder).join("../../target/component").join(name);
    println!("cargo::rerun-if-changed={}", file.display());
    if file.exists() {
        println!("cargo::rustc-env=SERVICESTAGE_COMPONENT={}", file.display());
    } else {
        println!("cargo::error=target/component/{name} is missing, which the tool embeds: `{command}` makes it");
    }
}
