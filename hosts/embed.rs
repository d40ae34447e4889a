//! Finds the component that a program embeds; a part of the build scripts of those that do.

use std::path::Path;

/// Tells the compiler where the component is: as WebAssembly where the program compiles it, otherwise as the machine code
/// that `command` makes, with what it declares.
pub fn component(who: &str, command: &str) {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=../embed.rs");
    if std::env::var_os("CARGO_FEATURE_COMPILE").is_some() {
        file(who, "SERVICESTAGE_COMPONENT", "servicestage.wasm", "cargo xtask component");
    } else {
        file(who, "SERVICESTAGE_COMPONENT", "servicestage.cwasm", command);
        file(who, "SERVICESTAGE_NEEDS", "servicestage.needs.json", command);
    }
}

fn file(who: &str, variable: &str, name: &str, command: &str) {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let file = Path::new(&folder).join("../../target/component").join(name);
    println!("cargo::rerun-if-changed={}", file.display());
    if file.exists() {
        println!("cargo::rustc-env={variable}={}", file.display());
    } else {
        println!("cargo::error=target/component/{name} is missing, which {who} embeds: `{command}` makes it");
    }
}
