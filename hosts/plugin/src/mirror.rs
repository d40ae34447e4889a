//! A component as a provider, where Terraform finds it without a registry: a mirror in a folder.

use std::fs;
use std::path::{self, Path, PathBuf};

use anyhow::{Context, Result, ensure};
use component_runtime::printable;
use terraform_provider_servicestage::{is_address_part, is_provider_name, provider_name};

use crate::args::invalid;
use crate::{installation, open, print};

/// The executable that serves any component.
const PROVIDER: &str = "terraform-provider-any";

/// The variable that names another executable.
const VARIABLE: &str = "DATA_SOURCE_PROVIDER";

/// The address of a provider in a registry.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    host: String,
    namespace: String,
    name: String,
}

/// Lays out the mirror, and prints the lines that Terraform needs.
pub fn lay_out(
    file: &Path,
    address: Option<&str>,
    version: &str,
    provider: Option<PathBuf>,
    mirror: &Path,
) -> Result<()> {
    let address = match address {
        Some(address) => Address::parse(address)?,
        None => Address::parse(&format!("example/{}", provider_name(file).map_err(invalid)?))?,
    };
    check_version(version)?;
    let provider = executable(provider)?;
    // What Terraform would find out later.
    open::block_on(open::open(file))?;
    let lines = lines(&address, version, &path::absolute(mirror)?)?;

    let Address { host, namespace, name } = &address;
    let folder = mirror.join(host).join(namespace).join(name).join(version).join(installation::platform()?);
    let executable = format!("terraform-provider-{name}_v{version}");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    copy(&provider, &folder.join(format!("{executable}{}", std::env::consts::EXE_SUFFIX)))?;
    // Terraform starts the first file that has the provider's name, so the component's must come after the executable's.
    copy(file, &folder.join(format!("{executable}.wasm")))?;
    print::line(&printable::lines(&lines))
}

/// Returns the lines for Terraform's CLI configuration and for the user's configuration.
fn lines(address: &Address, version: &str, mirror: &Path) -> Result<String> {
    let Address { host, namespace, name } = address;
    let source = if host == DEFAULT_HOST { format!("{namespace}/{name}") } else { address.to_string() };
    let configuration = installation::lines(mirror, &address.to_string())?;
    Ok(format!(
        "Write this into ~/.terraformrc, or into the file that TF_CLI_CONFIG_FILE names:\n\n{configuration}\n\
         Then write this into a configuration, and run `terraform init` and `terraform plan`:\n\n\
         terraform {{\n  required_providers {{\n    {name} = {{\n      source  = \"{source}\"\n      version = \"{version}\"\n    \
         }}\n  }}\n}}"
    ))
}

/// The host of an address that does not name a host.
const DEFAULT_HOST: &str = "registry.terraform.io";

impl Address {
    fn parse(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        let (host, namespace, name) = match parts.as_slice() {
            [namespace, name] => (DEFAULT_HOST, *namespace, *name),
            [host, namespace, name] => (*host, *namespace, *name),
            _ => {
                return Err(invalid(format!(
                    "{text:?} is not an address: write NAMESPACE/NAME, such as example/rates"
                )));
            }
        };
        if !host.split('.').all(is_address_part) || !is_address_part(namespace) || !is_provider_name(name) {
            return Err(invalid(format!(
                "{text:?} is not an address: each part has lower-case letters, digits and single hyphens, and the name \
                 begins with a letter and not with `terraform-`, such as example/rates"
            )));
        }
        Ok(Self { host: host.to_owned(), namespace: namespace.to_owned(), name: name.to_owned() })
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.host, self.namespace, self.name)
    }
}

/// A version that Terraform accepts: three numbers.
fn check_version(version: &str) -> Result<()> {
    let is_number = |part: &str| {
        let digits = !part.is_empty() && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits && (part.len() == 1 || !part.starts_with('0'))
    };
    let parts: Vec<&str> = version.split('.').collect();
    if parts.len() == 3 && parts.iter().all(|part| is_number(part)) {
        return Ok(());
    }
    Err(invalid(format!("{version:?} is not a version: write three numbers, such as 1.2.3")))
}

/// Returns the executable: the one that is named, or the one beside this program.
fn executable(named: Option<PathBuf>) -> Result<PathBuf> {
    let of_variable = || std::env::var_os(VARIABLE).filter(|file| !file.is_empty()).map(PathBuf::from);
    let beside =
        || Some(std::env::current_exe().ok()?.with_file_name(format!("{PROVIDER}{}", std::env::consts::EXE_SUFFIX)));
    let file = named.or_else(of_variable).or_else(beside).context("this program's own place is not known")?;
    ensure!(
        file.is_file(),
        "{} is not there: `cargo xtask terraform --any` builds a provider that serves any component; name it by --provider \
         or {VARIABLE}",
        file.display()
    );
    Ok(file)
}

/// Copies a file. The copy replaces an existing one, which may be running.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if fs::canonicalize(from).is_ok_and(|from| fs::canonicalize(to).is_ok_and(|to| from == to)) {
        return Ok(());
    }
    drop(fs::remove_file(to));
    fs::copy(from, to).with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_namespace_and_a_name_and_may_have_a_host() {
        assert_eq!(Address::parse("example/demo").unwrap().to_string(), "registry.terraform.io/example/demo");
        assert_eq!(Address::parse("registry.example.com/1a/b").unwrap().to_string(), "registry.example.com/1a/b");
        // Terraform 1.11 refuses each of these, except for capitals and names that begin with a digit.
        for text in [
            "",
            "demo",
            "a/b/c/d",
            "../demo",
            "a/..",
            "A/b",
            "a/b c",
            "a//b",
            "a/-b",
            "a/b-",
            "a/b--c",
            "a--b/c",
            "a/1b",
            "a.b/c",
            "example..com/a/b",
            "a/terraform-demo",
            "a/terraform-provider-demo",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_version_is_three_numbers() {
        for (version, valid) in [
            ("1.2.3", true),
            ("0.0.10", true),
            ("1.2", false),
            ("1.2.3-rc1", false),
            ("01.2.3", false),
            ("../1.2.3", false),
        ] {
            assert_eq!(check_version(version).is_ok(), valid, "{version}");
        }
    }
}
