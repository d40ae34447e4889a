//! The names of files: `terraform-provider-NAME_vX.Y.Z` is the executable of the provider `NAME`, and its component has
//! the same name and ends in `.wasm`.

use std::path::{Path, PathBuf};

const PREFIX: &str = "terraform-provider-";

/// The ending of a component's file.
const COMPONENT: &str = ".wasm";

/// Returns the name of the provider that an executable serves, or that a component would have.
///
/// `terraform-provider-`, the version and the ending are not part of it. A file without that prefix may be named after a
/// crate, so its underscores become hyphens.
///
/// ```
/// use terraform_provider_servicestage::provider_name;
///
/// assert_eq!(provider_name("bin/terraform-provider-demo_v1.2.3_x5.exe".as_ref()).as_deref(), Ok("demo"));
/// assert_eq!(provider_name("city_names.wasm".as_ref()).as_deref(), Ok("city-names"));
/// assert!(provider_name("Demo.wasm".as_ref()).is_err());
/// ```
///
/// # Errors
/// Terraform cannot have a provider of that name. The text says how to rename the file.
pub fn provider_name(file: &Path) -> Result<String, String> {
    let file_name = file.file_name().unwrap_or_default().to_string_lossy();
    let name = without_version(&file_name);
    let name = if name.starts_with(PREFIX) { name.replacen(PREFIX, "", 1) } else { name.replace('_', "-") };
    if is_provider_name(&name) {
        return Ok(name);
    }
    Err(format!(
        "{file_name:?} does not name a provider. Between `terraform-provider-` and the version, its name needs a lower-case \
         letter, then lower-case letters, digits and single hyphens, and must not begin with `terraform-`"
    ))
}

/// Returns whether Terraform accepts a name for a provider, and a configuration can use it as it is.
///
/// ```
/// use terraform_provider_servicestage::is_provider_name;
///
/// assert!(is_provider_name("city-names") && !is_provider_name("terraform-cities"));
/// ```
#[must_use]
pub fn is_provider_name(name: &str) -> bool {
    is_address_part(name)
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && !name.starts_with("terraform-")
}

/// Returns whether Terraform accepts a text as the namespace in a provider's address.
///
/// ```
/// use terraform_provider_servicestage::is_address_part;
///
/// assert!(is_address_part("1password") && !is_address_part("two--hyphens"));
/// ```
#[must_use]
pub fn is_address_part(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty()
        && text.bytes().all(inner)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !text.contains("--")
}

/// Returns the files beside an executable that may hold its component: with the version in their name, and without.
#[cfg_attr(feature = "native", allow(dead_code, reason = "native code has no file"))]
pub fn components_beside(executable: &Path) -> Vec<PathBuf> {
    let file_name = executable.file_name().unwrap_or_default().to_string_lossy();
    let mut names = vec![without_ending(&file_name), without_version(&file_name)];
    names.dedup();
    names.into_iter().map(|name| executable.with_file_name(format!("{name}{COMPONENT}"))).collect()
}

/// Returns the name of a file up to its version. Terraform's own rule: a provider's name ends at an underscore or a dot.
fn without_version(file_name: &str) -> &str {
    let stem = without_ending(file_name);
    match stem.strip_prefix(PREFIX) {
        Some(name) => {
            let end = name.find(['_', '.']).unwrap_or(name.len());
            stem.get(..PREFIX.len() + end).unwrap_or(stem)
        }
        None => match stem.rsplit_once("_v") {
            Some((name, version)) if version.starts_with(|first: char| first.is_ascii_digit()) => name,
            _ => stem,
        },
    }
}

fn without_ending(file_name: &str) -> &str {
    [COMPONENT, ".exe"].iter().find_map(|ending| file_name.strip_suffix(ending)).unwrap_or(file_name)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Case {
        file: String,
        /// None: no provider can have the name.
        provider: Option<String>,
        /// The files that may hold the component.
        components: Vec<String>,
    }

    #[test]
    fn names_of_files_are_read_as_the_table_says() {
        let cases: Vec<Case> =
            serde_json::from_str(include_str!("../../../tests/vectors/provider_names.json")).unwrap();
        for Case { file, provider, components } in cases {
            assert_eq!(provider_name(Path::new(&file)).ok(), provider, "{file}");
            assert_eq!(components_beside(Path::new(&file)), components.iter().map(PathBuf::from).collect::<Vec<_>>());
        }
    }
}
