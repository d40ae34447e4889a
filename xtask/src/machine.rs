//! The machine that builds. Shipped files do not reveal it.

use std::path::{MAIN_SEPARATOR_STR, Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell;

/// The folders of the machine that builds. No shipped file may contain their paths.
pub struct Machine {
    root: PathBuf,
    home: Option<PathBuf>,
    cargo_home: Option<PathBuf>,
    sysroot: PathBuf,
    commit: String,
}

impl Machine {
    /// Finds the toolchain.
    pub fn look() -> Result<Self> {
        let ask = |arguments: &[&str]| {
            shell::output(&mut shell::command("rustc", arguments), "Is the Rust toolchain installed?")
        };
        let home = std::env::home_dir();
        let cargo_home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
        let version = ask(&["-vV"])?;
        let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: ")).unwrap_or("unknown");
        Ok(Self {
            root: shell::root().to_owned(),
            cargo_home: cargo_home.or_else(|| home.as_ref().map(|home| home.join(".cargo"))),
            sysroot: ask(&["--print", "sysroot"])?.trim_end().into(),
            commit: commit.to_owned(),
            home,
        })
    }

    /// Returns the same machine, with the workspace in another folder.
    pub fn building_in(self, root: PathBuf) -> Self {
        Self { root, ..self }
    }

    /// Returns the folder of the workspace.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Installs the standard library of a target. A `rust-toolchain.toml` that names the target does this only if
    /// rustup installs on its own.
    pub fn install_target(&self, target: &str) -> Result<()> {
        let library = self.sysroot.join("lib/rustlib").join(target).join("lib");
        if library.is_dir() {
            return Ok(());
        }
        println!("The target {target} is not installed yet: rustup installs it.");
        shell::run(
            "Install the target",
            &mut shell::command("rustup", &["target", "add", target]),
            "Without rustup, install the standard library of that target the way the toolchain was installed.",
        )
    }

    /// Makes cargo build with these compiler flags, and with those that replace the folders of this machine. Flags of
    /// the user are ignored, so they cannot change what ships.
    pub fn set_flags(&self, build: &mut Command, mut flags: Vec<String>) {
        flags.extend(self.remapping());
        build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    }

    /// Returns compiler flags that replace each folder of this machine by a name that is the same everywhere. The last
    /// match counts, so a folder that may lie in another one comes later.
    fn remapping(&self) -> Vec<String> {
        let mut names = vec![(self.root.clone(), "/servicestage".to_owned())];
        names.extend(self.cargo_home.clone().map(|folder| (folder, "/cargo".to_owned())));
        names.push((self.sysroot.clone(), "/rust".to_owned()));
        // If the sources of the standard library are installed, the compiler names them by their path. Otherwise it
        // names them like this.
        names.push((self.sysroot.join("lib/rustlib/src/rust"), format!("/rustc/{}", self.commit)));
        names.into_iter().map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).collect()
    }

    /// Fails if a path of this machine is in a file that ships.
    pub fn check(&self, bytes: &[u8]) -> Result<()> {
        let folders = [Some(&self.root), Some(&self.sysroot), self.cargo_home.as_ref(), self.home.as_ref()];
        folders.into_iter().flatten().try_for_each(|folder| check_path(bytes, folder))
    }
}

fn check_path(bytes: &[u8], folder: &Path) -> Result<()> {
    // A home folder that is the root of the file system reveals nothing, and is in every path.
    if folder.parent().is_none() {
        return Ok(());
    }
    let needle = [folder.as_os_str().as_encoded_bytes(), MAIN_SEPARATOR_STR.as_bytes()].concat();
    if let Some(at) = memchr::memmem::find(bytes, &needle) {
        let rest = bytes[at..].iter().take_while(|byte| byte.is_ascii_graphic()).copied().take(200).collect();
        let path = String::from_utf8(rest).context("what follows is ASCII")?;
        bail!("it contains a path of this machine: {path}. Remap it in xtask/src/machine.rs.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_the_machine_is_shown_whole() {
        let folder = Path::new("/home/somebody");
        check_path(b"\0/home/somebodyelse/src/lib.rs\0", folder).unwrap();
        check_path(b"\0/home/somebody/src/lib.rs\0", Path::new("/")).unwrap();
        let error = check_path(b"\0/home/somebody/src/lib.rs\0", folder).unwrap_err();
        assert!(error.to_string().contains(": /home/somebody/src/lib.rs."), "{error}");
    }
}
