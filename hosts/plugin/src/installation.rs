//! How Terraform finds a provider without a registry: the place in a mirror, and the lines that point to the mirror.

use std::path::Path;

use anyhow::{Context, Result, bail};

/// The lines of the provider's guide, whose tests use them.
const GUIDE: &str = include_str!("../../../docs/terraform/examples/mirror.tfrc");

/// The placeholder for the mirror's folder.
const FOLDER: &str = "\"/path/to/mirror\"";

/// The placeholder for the provider's address.
const ADDRESS: &str = "registry.terraform.io/huaweicloud/servicestage";

/// Returns the lines for the provider of this address in the mirror of this folder.
///
/// # Errors
/// The folder's path is not UTF-8, so no configuration can name it.
pub fn lines(mirror: &Path, address: &str) -> Result<String> {
    let folder = mirror.to_str().with_context(|| {
        format!("{mirror:?} is not valid UTF-8, so Terraform's configuration cannot name it: choose another folder")
    })?;
    Ok(GUIDE.replace(ADDRESS, address).replace(FOLDER, &quoted(folder)))
}

/// Returns a text as a string of HCL. Both versions of HCL read it: Terraform reads its CLI configuration with the first.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' ' | '!'..='~' => quoted.push(c),
            _ if c.is_alphanumeric() => quoted.push(c),
            _ => quoted.push_str(&format!("\\U{:08x}", u32::from(c))),
        }
    }
    // Otherwise an expression would begin there.
    quoted.replace("${", "\\u0024{").replace("%{", "\\u0025{") + "\""
}

/// Returns Terraform's name for this machine.
pub fn platform() -> Result<String> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        system => system,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => bail!("Terraform has no known name for the processor {other}"),
    };
    Ok(format!("{system}_{processor}"))
}
