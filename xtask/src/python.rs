//! The Python package: its wheel, and the checks that Python's own tools make. Other tests in Python are checked alike.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::{component, conformance, shell};

/// The package's folder.
const PACKAGE: &str = "hosts/python";

/// What the wheel holds besides the sources, and where that is in the package.
const CARRIED: [(&str, &str); 4] = [
    ("target/component/servicestage.wasm", "src/servicestage_pipelines/servicestage.wasm"),
    ("target/component/servicestage.needs.json", "src/servicestage_pipelines/servicestage.needs.json"),
    ("LICENSE-APACHE", "LICENSE-APACHE"),
    ("LICENSE-MIT", "LICENSE-MIT"),
];

const REMEDY: &str = "Its own words above say why.";

/// Builds the component, and the wheel with the component inside: `target/python/*.whl`.
pub fn wheel() -> Result<PathBuf> {
    component::build()?;
    let python = environment(PACKAGE)?;
    for (from, to) in CARRIED {
        let (from, to) = (shell::root().join(from), shell::root().join(PACKAGE).join(to));
        std::fs::copy(&from, &to).with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    let folder = shell::target().join("python");
    for old in wheels(&folder)? {
        std::fs::remove_file(&old).with_context(|| format!("{} cannot be removed", old.display()))?;
    }
    let mut pip = shell::command(&python, &["-m", "pip", "wheel", PACKAGE, "--no-deps", "--no-build-isolation"]);
    pip.args(["--quiet", "--wheel-dir"]).arg(&folder);
    shell::run("Build the wheel", &mut pip, REMEDY)?;
    let wheel = wheels(&folder)?.pop().context("pip built no wheel")?;
    println!("{}", shell::relative(&wheel));
    Ok(wheel)
}

/// Builds the wheel, installs it where it is tested, and checks form and types. Returns the command that runs the tests,
/// which end in a line such as those of cargo.
pub fn tests() -> Result<Command> {
    checked(&installed()?, PACKAGE)
}

/// Checks form and types of what is in a folder. Returns the command that runs its tests.
pub fn checked(python: &Path, folder: &str) -> Result<Command> {
    let checks: [(&str, &[&str]); 3] = [
        ("Check the form", &["ruff", "format", "--check", "."]),
        ("Check the code", &["ruff", "check", "."]),
        ("Check the types", &["mypy"]),
    ];
    for (what, arguments) in checks {
        shell::run(what, module(python, arguments).current_dir(shell::root().join(folder)), REMEDY)?;
    }
    let name = Path::new(folder).file_name().context("a folder without a name")?.to_string_lossy().into_owned();
    // In one word: a path that stands alone is taken for a test's, and its folder for that of the settings.
    let telling = format!("--conformance={}", conformance::file(&name)?.display());
    let mut pytest = module(python, &["pytest", "--quiet", &telling]);
    pytest.current_dir(shell::root().join(folder));
    Ok(pytest)
}

/// Builds the wheel, installs it with what it is compared with, and returns the command that measures.
pub fn benchmark() -> Result<Command> {
    let python = installed()?;
    let mut install = module(&python, &["pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    install.arg(Path::new(PACKAGE).join("requirements-bench.txt"));
    shell::run("Install what it is compared with", &mut install, REMEDY)?;
    let mut command = shell::command(&python, &[]);
    command.arg(Path::new(PACKAGE).join("tests/bench.py")).arg("--json");
    Ok(command)
}

/// The interpreter of an environment in which the wheel, built just now, is installed.
fn installed() -> Result<PathBuf> {
    let wheel = wheel()?;
    let python = environment(PACKAGE)?;
    let mut install = shell::command(&python, &["-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall"]);
    shell::run("Install the wheel", install.arg(wheel), REMEDY)?;
    Ok(python)
}

pub fn module(python: &Path, arguments: &[&str]) -> Command {
    let mut command = shell::command(python, &["-m"]);
    command.args(arguments);
    command
}

/// Returns the interpreter of the system.
pub fn system() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

/// The interpreter of a virtual environment, with everything in the `requirements.txt` of this folder under `hosts`.
pub fn environment(sources: &str) -> Result<PathBuf> {
    let name = Path::new(sources).file_name().context("a folder without a name")?;
    let folder = shell::target().join(name).join("venv");
    let (binaries, own) = if cfg!(windows) { ("Scripts", "python.exe") } else { ("bin", "python") };
    let python = folder.join(binaries).join(own);
    if !python.exists() {
        let mut create = shell::command(system(), &["-m", "venv"]);
        shell::run("Make a virtual environment", create.arg(&folder), "Is Python 3.10 or newer installed, with venv?")?;
    }
    let mut install = module(&python, &["pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    install.arg(Path::new(sources).join("requirements.txt"));
    shell::run("Install what is needed", &mut install, REMEDY)?;
    Ok(python)
}

fn wheels(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "whl")).collect())
}
