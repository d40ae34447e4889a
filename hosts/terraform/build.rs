//! Finds the component that the provider embeds.

use std::path::Path;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_COMPILE").is_some() {
        embed("SERVICESTAGE_COMPONENT", "servicestage.wasm", "cargo xtask component");
    } else {
        embed("SERVICESTAGE_COMPONENT", "servicestage.cwasm", "cargo xtask terraform");
        embed("SERVICESTAGE_NEEDS", "servicestage.needs.json", "cargo xtask terraform");
    }
}

fn embed(variable: &str, name: &str, command: &str) {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let file = Path::new(&folder).join("../../target/component").join(name);
    println!("cargo::rerun-if-changed={}", file.display());
    if file.exists() {
        println!("cargo::rustc-env={variable}={}", file.display());
    } else {
        println!("cargo::error=target/component/{name} is missing, which the provider embeds: `{command}` makes it");
    }
}
