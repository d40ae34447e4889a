//! The Python package: its wheel, and the checks that Python's own tools make. Other tests in Python are checked alike.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::machine::Machine;
use crate::{build, component, conformance, demo, shell, shipped};

/// The package's folder.
pub const PACKAGE: &str = "hosts/python";

/// The sources that programs import if the package is not installed.
const SOURCES: &str = "hosts/python/python";

/// The name of the extension module in the package.
const MODULE: &str = if cfg!(windows) { "_native.pyd" } else { "_native.abi3.so" };

/// Further files of the wheel, by their names in the package's folder.
const LICENSES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// The largest wheel, in bytes: it is downloaded into every environment and image.
const LARGEST: u64 = 6_000_000;

const REMEDY: &str = "Its own words above say why.";

/// Builds the wheel, with the component inside as machine code: `target/python/*.whl`. A portable one runs on systems
/// with an older libc; zig links it, for which wasmtime is built once more.
pub fn wheel(portable: bool) -> Result<PathBuf> {
    let component = component::build()?;
    demo::build_workspace()?;
    build::precompile(&component.path, &component.path.with_extension("cwasm"))?;
    let python = environment(PACKAGE)?;
    for name in LICENSES {
        let copied = std::fs::copy(shell::root().join(name), shell::root().join(PACKAGE).join(name));
        copied.with_context(|| format!("{name} cannot be copied"))?;
    }
    // One of a build for tests would be packed in place of the new one.
    drop(std::fs::remove_file(extension()));
    let folder = shell::target().join("python");
    for old in wheels(&folder)? {
        std::fs::remove_file(&old).with_context(|| format!("{} cannot be removed", old.display()))?;
    }
    let linked: &[&str] = match portable {
        true => &["--zig", "--compatibility", "manylinux_2_17"],
        false if cfg!(target_os = "linux") => &["--compatibility", "manylinux_2_34"],
        false => &[],
    };
    let mut maturin = module_of_cargo(&python, &["maturin", "build", "--release", "--locked"]);
    maturin.args(["--manifest-path", &format!("{PACKAGE}/Cargo.toml"), "--out"]).arg(&folder).args(linked);
    if portable {
        install(&python, "requirements-portable.txt", "Install zig")?;
        // Otherwise zig would be looked for in the system's Python.
        maturin.env("CARGO_ZIGBUILD_PYTHON_PATH", &python);
    }
    // As all that ships. Otherwise cargo would compile everything again.
    Machine::look()?.set_flags(&mut maturin, Vec::new());
    shell::run("Build the wheel", &mut maturin, REMEDY)?;
    let wheel = wheels(&folder)?.pop().context("maturin built no wheel")?;
    let size = std::fs::metadata(&wheel)?.len();
    println!("{}: {size} bytes", shell::relative(&wheel));
    ensure!(size < LARGEST, "the wheel has {size} bytes, and should have less than {LARGEST}: what has grown?");
    Ok(wheel)
}

/// Builds the wheel, installs it without a network, and lists a fixture with the tool in it.
pub fn build(portable: bool) -> Result<()> {
    let python = installed(portable)?;
    let tool = python.with_file_name(format!("servicestage{}", std::env::consts::EXE_SUFFIX));
    // Machine code is loaded only by the settings that it was made with, which nothing but loading it shows.
    demo::list(&tool, demo::EXAMPLE, &[])?;
    shipped::check()
}

/// Checks form and types, and returns the command that runs the tests, which end in a line such as those of cargo. They
/// try the extension that the workspace's build made.
pub fn tests() -> Result<Command> {
    let python = environment(PACKAGE)?;
    let built = format!("{}servicestage_python{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    let place = extension();
    // A new file: one that is written over would end the programs that run it.
    drop(std::fs::remove_file(&place));
    std::fs::copy(shell::target().join("debug").join(&built), place)
        .with_context(|| format!("{built} is not built"))?;
    let mut tests = checked(&python, PACKAGE)?;
    let mut pyright = module(&python, &["pyright", "--pythonpath"]);
    shell::run("Check the types once more", pyright.arg(&python).current_dir(shell::root().join(PACKAGE)), REMEDY)?;
    tests.env("PYTHONPATH", shell::root().join(SOURCES));
    Ok(tests)
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
    let report = format!("--conformance={}", conformance::file(&name)?.display());
    let mut pytest = module(python, &["pytest", "--quiet", &report]);
    pytest.current_dir(shell::root().join(folder));
    Ok(pytest)
}

/// Builds the wheel, installs it with what it is compared with, and returns the command that measures.
pub fn benchmark() -> Result<Command> {
    let python = installed(false)?;
    install(&python, "requirements-bench.txt", "Install what it is compared with")?;
    let mut command = shell::command(&python, &[]);
    command.arg(Path::new(PACKAGE).join("tests/bench.py")).arg("--json");
    Ok(command)
}

/// The interpreter of an environment in which the wheel, built just now, is installed.
fn installed(portable: bool) -> Result<PathBuf> {
    let wheel = wheel(portable)?;
    let python = environment(PACKAGE)?;
    let mut install = module(&python, &["pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]);
    install.args(["--no-deps", "--force-reinstall"]).arg(wheel);
    shell::run("Install the wheel", &mut install, REMEDY)?;
    Ok(python)
}

/// Installs what a file of the package's folder lists.
fn install(python: &Path, list: &str, what: &str) -> Result<()> {
    let mut install = module(python, &["pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    install.arg(Path::new(PACKAGE).join(list));
    shell::run(what, &mut install, REMEDY)
}

/// Where the extension is for programs that import the package from its sources.
fn extension() -> PathBuf {
    shell::root().join(SOURCES).join("servicestage_pipelines").join(MODULE)
}

/// A module of Python that calls cargo, in an environment that is that of a cargo called by hand.
fn module_of_cargo(python: &Path, arguments: &[&str]) -> Command {
    let mut command = module(python, arguments);
    shell::as_by_hand(&mut command);
    command
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
