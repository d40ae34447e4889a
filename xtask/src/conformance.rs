//! The conformance suite: every fixture through every host, compared with its `expected.json` by the host's own tests.
//!
//! Tests add a line for each fixture to the file that the variable `CONFORMANCE` names:
//! `{"fixture": "refused", "host": "browser", "result": "not-applicable", "why": "..."}`, or `"differs"`, or `"passed"`
//! without a reason. Their reports become a matrix in the documentation.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::matrix::Matrix;
use crate::{component, demo, facade, js, python, shell};

const PAGE: &str = "docs/conformance.md";
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
    ask("the Rust host, the tool and the provider", reporting(&mut rust, "rust")?)?;
    ask("the Python package", python::tests()?.arg("tests/test_fixtures.py"))?;
    ask("wasmtime alone", facade::tests()?.args(["tests/test_invoke.py", "tests/test_wasmtime_py.py"]))?;
    js::build()?;
    ask("the npm package, and its page in a browser", reporting(&mut js::npm(&["run", "conformance"]), "js")?)?;

    let matrix = read_reports()?;
    print!("{}\n{}", matrix.table(), matrix.summary());
    std::fs::write(shell::root().join(PAGE), page(&matrix)).with_context(|| format!("{PAGE} cannot be written"))?;
    println!("{PAGE}");
    Ok(())
}

/// Fails if the written matrix differs from the reports of the tests that ran since.
pub fn check() -> Result<()> {
    shell::announce("Check that the conformance matrix is what the tests reported");
    let matrix = read_reports()?;
    ensure!(page(&matrix) == shell::read(PAGE)?, "{PAGE} differs. `cargo xtask conformance` writes it again.");
    Ok(())
}

/// Makes tests report the results of fixtures in a file of this name. Earlier reports are removed.
pub fn reporting<'a>(command: &'a mut Command, name: &str) -> Result<&'a mut Command> {
    Ok(command.env("CONFORMANCE", file(name)?))
}

/// The file of this name, empty, for tests to report in.
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
fn read_reports() -> Result<Matrix> {
    let mut matrix = Matrix::default();
    for path in entries(&folder())? {
        let lines = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        matrix.add(&lines).with_context(|| path.display().to_string())?;
    }
    for host in matrix.complete(Matrix::read(&shell::read(PAGE).unwrap_or_default()).context(PAGE)?) {
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

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}
