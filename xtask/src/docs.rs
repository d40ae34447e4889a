//! The generated documents: the pages of the Terraform provider, and the picture of the architecture. The author's tool
//! makes the pages from the component's description, in the layout of Terraform's registry.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{component, diagram, shell};

const FOLDER: &str = "docs/terraform";
const PICTURE: (&str, &str) = ("docs/architecture.txt", "docs/architecture.svg");

/// The folder of the pages that belong to a data source.
const SOURCES: &str = "data-sources";

/// The folder of the examples, which the provider's tests run.
const EXAMPLES: &str = "examples";

/// Writes the documents. Needs the development build of the tool, and the component.
pub fn write() -> Result<()> {
    for (path, text) in documents()? {
        component::write(&path, text.as_bytes())?;
        println!("{}", shell::relative(&path));
    }
    Ok(())
}

/// Fails if a generated document is out of date.
pub fn check() -> Result<()> {
    shell::announce("Check that the generated documents are up to date");
    for (path, text) in documents()? {
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        ensure!(written == text, "{} is out of date. `cargo xtask docs` writes it again.", shell::relative(&path));
    }
    Ok(())
}

fn documents() -> Result<Vec<(PathBuf, String)>> {
    let (folder, fresh) = (shell::root().join(FOLDER), shell::target().join("docs"));
    if fresh.exists() {
        std::fs::remove_dir_all(&fresh).with_context(|| fresh.display().to_string())?;
    }
    for (path, text) in files(&folder.join(EXAMPLES))? {
        component::write(&fresh.join(EXAMPLES).join(path), text.as_bytes())?;
    }
    let component = shell::target().join("component/servicestage.wasm");
    let mut docs = shell::command(shell::program("debug", "data-source"), &["docs"]);
    docs.arg(component).arg("--into").arg(&fresh);
    shell::output(&mut docs, "`cargo xtask demo` builds it.")?;

    let (source, picture) = PICTURE;
    let mut documents = vec![(shell::root().join(picture), diagram::draw(&shell::read(source)?)?)];
    documents.push((folder.join("index.md"), text(&fresh.join("index.md"))?));
    let sources = files(&fresh.join(SOURCES))?;
    documents.extend(sources.into_iter().map(|(path, text)| (folder.join(SOURCES).join(path), text)));
    Ok(documents)
}

/// The files in a folder, by their names.
fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries
        .map(|entry| entry.map_err(Into::into).and_then(|entry| Ok((entry.file_name().into(), text(&entry.path())?))))
        .collect()
}

fn text(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| file.display().to_string())
}
