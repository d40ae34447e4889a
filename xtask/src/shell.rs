//! Commands that are printed before they run, and named with what to do when they fail.

use std::ffi::OsStr;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result, anyhow};

/// The variables that cargo sets for a program that it runs. Passed on, they would make build scripts run again,
/// and again when cargo is next called by hand.
const SET_BY_CARGO: [&str; 4] = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];

/// The folder of the workspace.
pub fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// The folder that cargo builds into. It is always the workspace's own, because build scripts and other hosts look for
/// the component there.
pub fn target() -> PathBuf {
    root().join("target")
}

/// The path of a program that `cargo build` put into this folder of [`target`].
pub fn program(profile: &str, name: &str) -> PathBuf {
    target().join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// A path as a reader wants it: from the workspace's folder on.
pub fn relative(path: &Path) -> impl Display {
    path.strip_prefix(root()).unwrap_or(path).display()
}

/// Reads a text file of the workspace.
pub fn read(path: &str) -> Result<String> {
    std::fs::read_to_string(root().join(path)).with_context(|| format!("{path} cannot be read"))
}

/// Returns the files of the workspace that end in one of these extensions, as git has them, by their paths from its
/// folder on.
pub fn files(extensions: &[&str]) -> Result<Vec<String>> {
    let mut list = command("git", &["ls-files", "--cached", "--others", "--exclude-standard"]);
    let list = output(&mut list, "Is this a checkout of git?")?;
    let kept = list.lines().filter(|path| {
        let extension = Path::new(path).extension().and_then(OsStr::to_str);
        extension.is_some_and(|extension| extensions.contains(&extension)) && root().join(path).exists()
    });
    Ok(kept.map(str::to_owned).collect())
}

/// A command in the folder of the workspace.
pub fn command(program: impl AsRef<OsStr>, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(root());
    command
}

/// A cargo command whose environment is that of a cargo called by hand.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = command("cargo", arguments);
    as_by_hand(&mut command);
    command
}

/// Sets the environment of a command that is or calls cargo to that of one called by hand.
pub fn as_by_hand(command: &mut Command) {
    command.env_remove("CARGO").env("CARGO_TARGET_DIR", target());
    for (name, _) in std::env::vars_os() {
        if SET_BY_CARGO.iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
}

/// Announces a step: one line.
pub fn announce(step: impl Display) {
    println!("==> {step}");
}

/// Announces a command, runs it with this process's streams, and fails if it does.
pub fn run(what: &str, command: &mut Command, remedy: &str) -> Result<()> {
    announce(format_args!("{what}: {}", words(command)));
    let status = command.status().with_context(|| not_started(command, remedy))?;
    if status.success() { Ok(()) } else { Err(failed(command, status, remedy)) }
}

/// Runs a command without a word and returns what it printed.
pub fn output(command: &mut Command, remedy: &str) -> Result<String> {
    let Output { status, stdout, .. } =
        command.stderr(Stdio::inherit()).output().with_context(|| not_started(command, remedy))?;
    if !status.success() {
        return Err(failed(command, status, remedy));
    }
    String::from_utf8(stdout).with_context(|| format!("`{}` did not print UTF-8", words(command)))
}

/// The error of a command that ran and failed.
pub fn failed(command: &Command, how: impl Display, remedy: &str) -> anyhow::Error {
    anyhow!("`{}` failed ({how}). {remedy}", words(command))
}

/// The error of a command that could not be started.
pub fn not_started(command: &Command, remedy: &str) -> String {
    format!("`{}` could not be started. {remedy}", words(command))
}

/// The command as one would type it in the folder of the workspace.
pub fn words(command: &Command) -> String {
    let program = relative(Path::new(command.get_program())).to_string();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(program).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_reads_as_one_would_type_it() {
        let command = command(program("debug", "host-test"), &["serve", "tests/fixtures/vendor_example"]);
        let expected =
            format!("target/debug/host-test{} serve tests/fixtures/vendor_example", std::env::consts::EXE_SUFFIX);
        assert_eq!(words(&command), expected);
    }

    #[test]
    fn a_failure_names_the_command_and_what_to_do() {
        let error = output(&mut command("a-program-that-nobody-has", &["--now"]), "Install it.").unwrap_err();
        assert_eq!(error.to_string(), "`a-program-that-nobody-has --now` could not be started. Install it.");
    }
}
