//! The conformance suite: every fixture through every host, compared with its `expected.json` by the host's own tests.
//!
//! Tests add a line for each fixture to the file that the variable `CONFORMANCE` names:
//! `{"fixture": "refused", "host": "browser", "result": "not-applicable", "why": "..."}`, or `"differs"`, or `"passed"`
//! without a reason. Their reports become a matrix in the documentation, and its summary a table in the README.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::matrix::{Matrix, SUMMARY};
use crate::{component, demo, facade, js, python, shell};

const PAGE: &str = "docs/conformance.md";
const README: &str = "README.md";
const FIXTURES: &str = "tests/fixtures";

const HEAD: &str = "\
# Conformance

<!-- Written by `cargo xtask conformance`. -->

Every host is asked every fixture of `tests/fixtures`, and its own tests compare the answer, as JSON, with the fixture's
`expected.json`. A host differs where it returns another answer for a known reason, which its tests check too. A fixture is not
applicable to a host that cannot be asked it. A note in parentheses says why. Anything else fails the tests.

- Rust: `hosts/runtime` in virtual time, with the exchanges of the fixture. All others ask a server on loopback in real time.
- servicestage: the tool, by its flags; its output and the error that it prints as JSON.
- Terraform: the provider, in Terraform; every field of its data source, and the three lines of an error.
- wasmtime-py and wasmtime CLI: the component alone, without a host of this project.

";

/// Asks every host that can be run here, prints the matrix and writes it down.
pub fn conformance() -> Result<()> {
    component::build()?;
    demo::build_workspace()?;
    let mut rust = shell::cargo(&["test", "--workspace", "--test", "fixtures"]);
    ask("the Rust host, the tool and the provider", telling(&mut rust, "rust")?)?;
    ask("the Python package", python::tests()?.arg("tests/test_fixtures.py"))?;
    ask("wasmtime alone", facade::tests()?.args(["tests/test_invoke.py", "tests/test_wasmtime_py.py"]))?;
    js::build()?;
    ask("the npm package, and its page in a browser", telling(&mut js::npm(&["run", "conformance"]), "js")?)?;

    let matrix = told()?;
    print!("{}\n{}", matrix.table(), matrix.summary());
    std::fs::write(shell::root().join(PAGE), page(&matrix)).with_context(|| format!("{PAGE} cannot be written"))?;
    let readme = with_summary(&read(README)?, &matrix)?;
    std::fs::write(shell::root().join(README), readme).with_context(|| format!("{README} cannot be written"))?;
    println!("{PAGE}");
    Ok(())
}

/// Fails if what is written is not what the tests told that ran since.
pub fn check() -> Result<()> {
    shell::announce("Check that the conformance matrix is what the tests told");
    let matrix = told()?;
    let current = page(&matrix) == read(PAGE)? && with_summary(&read(README)?, &matrix)? == read(README)?;
    ensure!(current, "{PAGE} or its summary in {README} differs. `cargo xtask conformance` writes them anew.");
    Ok(())
}

/// Has tests tell how fixtures come out, in a file of this name. What was told before is forgotten.
pub fn telling<'a>(command: &'a mut Command, name: &str) -> Result<&'a mut Command> {
    Ok(command.env("CONFORMANCE", file(name)?))
}

/// The file of this name, empty, for tests to tell in.
pub fn file(name: &str) -> Result<PathBuf> {
    let folder = folder();
    let file = folder.join(format!("{name}.jsonl"));
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, ""))
        .with_context(|| file.display().to_string())?;
    Ok(file)
}

fn folder() -> PathBuf {
    shell::target().join("conformance")
}

fn ask(whom: &str, command: &mut Command) -> Result<()> {
    shell::run(&format!("Ask {whom}"), command, "The failing cases are named above.")
}

/// Returns the reports of the tests. A host that cannot be run here keeps the column that is written.
fn told() -> Result<Matrix> {
    let mut matrix = Matrix::default();
    for path in entries(&folder())? {
        let lines = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        matrix.add(&lines).with_context(|| path.display().to_string())?;
    }
    for host in matrix.complete(Matrix::read(&read(PAGE).unwrap_or_default()).context(PAGE)?) {
        println!("{host} was not asked: its column is taken as it stands in {PAGE}");
    }
    let folders = entries(&shell::root().join(FIXTURES))?;
    let names = folders.iter().filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned()));
    matrix.check(&names.collect::<BTreeSet<_>>())?;
    Ok(matrix)
}

fn page(matrix: &Matrix) -> String {
    format!("{HEAD}{}\n{}", matrix.summary(), matrix.table())
}

/// The text with this summary in the place of the one that it has.
fn with_summary(text: &str, matrix: &Matrix) -> Result<String> {
    let start = text.find(SUMMARY).with_context(|| format!("{README} has no table that begins `{SUMMARY}`"))?;
    let (before, rest) = text.split_at(start);
    let old = rest.split_inclusive('\n').take_while(|line| line.starts_with('|')).map(str::len).sum::<usize>();
    Ok(format!("{before}{}{}", matrix.summary(), &rest[old..]))
}

fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(shell::root().join(path)).with_context(|| format!("{path} cannot be read"))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_takes_the_place_of_the_one_that_is_there() {
        let mut matrix = Matrix::default();
        matrix.add(r#"{"fixture":"a","host":"rust","result":"passed"}"#).unwrap();
        let text = format!("Before.\n\n{SUMMARY}\n| --- | --- | --- | --- |\n| Rust | 5 | 5 | 5 |\n\nAfter.\n");
        let changed = with_summary(&text, &matrix).unwrap();
        assert_eq!(changed, format!("Before.\n\n{}\nAfter.\n", matrix.summary()));
        assert!(with_summary("No table.\n", &matrix).is_err());
    }
}
