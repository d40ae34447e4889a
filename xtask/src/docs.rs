//! The documentation of the Terraform provider, in the layout of Terraform's registry. The author's tool writes it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{component, shell};

const FOLDER: &str = "docs/terraform";

/// Where people write, and the tool does not.
const WRITTEN: [&str; 2] = ["examples", "guides"];

/// Writes the pages. Needs the development build of the tool, and the component.
pub fn write() -> Result<()> {
    write_into(&shell::root().join(FOLDER))
}

/// Fails if a page is not what the component says now.
pub fn check() -> Result<()> {
    shell::announce("Check that the provider's documentation is the component's own");
    let (folder, fresh) = (shell::root().join(FOLDER), shell::target().join("docs"));
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).with_context(|| fresh.display().to_string())?;
    }
    for (path, text) in files(&folder.join("examples"))? {
        component::write(&fresh.join("examples").join(path), text.as_bytes())?;
    }
    write_into(&fresh)?;
    let pages = |folder: &Path| -> Result<BTreeMap<PathBuf, String>> {
        Ok(files(folder)?.into_iter().filter(|(path, _)| !WRITTEN.iter().any(|part| path.starts_with(part))).collect())
    };
    let (written, now) = (pages(&folder)?, pages(&fresh)?);
    let differs = |path: &&PathBuf| written.get(*path) != now.get(*path);
    let differing: Vec<String> =
        written.keys().chain(now.keys()).filter(differs).map(|path| path.display().to_string()).collect();
    ensure!(
        differing.is_empty(),
        "{FOLDER}: {} is not what the component says now. `cargo xtask docs` writes it anew.",
        differing.join(", ")
    );
    Ok(())
}

fn write_into(folder: &Path) -> Result<()> {
    let component = shell::target().join("component/servicestage.wasm");
    let mut docs = shell::command(shell::program("debug", "data-source"), &["docs"]);
    docs.arg(component).arg("--into").arg(folder);
    print!("{}", shell::output(&mut docs, "`cargo xtask demo` builds it.")?);
    Ok(())
}

/// The files in a folder and within, by their paths there.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, String>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).with_context(|| next.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            files.insert(path.strip_prefix(folder)?.to_owned(), text);
        }
    }
    Ok(files)
}
