//! Builds the data sources of `examples/data-sources` by the commands in their own guides: target/languages/*.wasm.
//!
//! A guide is a `README.md` whose blocks of `sh` are typed in its folder, from the first to the last. So a command
//! that no longer works fails the build.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{component, shell};

/// The folders of the examples.
const FOLDER: &str = "examples/data-sources";

/// The data sources, by the names of their folders, and of the file that each guide leaves.
const EXAMPLES: [(&str, &str); 5] = [
    ("c", "rates.wasm"),
    ("go", "rates.wasm"),
    ("javascript", "rates.wasm"),
    ("projects", "projects.wasm"),
    ("python", "rates.wasm"),
];

/// The files that an author copies unchanged from another folder.
const COPIED: [(&str, &str); 2] =
    [("projects", "javascript/declarative-plugin.js"), ("projects", "javascript/package-lock.json")];

const REMEDY: &str = "The guide names the command that failed above; its tools come from crates.io, PyPI and npm.";

/// Builds those whose sources changed.
pub fn build() -> Result<()> {
    EXAMPLES.iter().try_for_each(|(name, file)| build_one(name, file))
}

fn build_one(name: &str, file: &str) -> Result<()> {
    let sources = sources(name)?;
    let languages = shell::target().join("languages");
    let (folder, built) = (languages.join("build").join(name), languages.join(format!("{name}.wasm")));
    let (key, all) = (languages.join("build").join(format!("{name}.sources")), text(&sources));
    if built.exists() && std::fs::read_to_string(&key).is_ok_and(|before| before == all) {
        return Ok(());
    }
    for (path, bytes) in &sources {
        component::write(&folder.join(path), bytes)?;
    }
    let guide = std::fs::read_to_string(folder.join("README.md"))?;
    let tools = shell::target().join("tools");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(std::iter::once(tools.join("bin")).chain(std::env::split_paths(&path)))?;
    let mut commands = shell::command("sh", &["-e", "-x", "-c", &commands(&guide)]);
    shell::as_by_hand(&mut commands);
    // Tools are installed once for all, and compiled quickly: each runs for a second.
    commands.current_dir(&folder).env("PATH", path).env("CARGO_INSTALL_ROOT", &tools);
    commands.env("CARGO_TARGET_DIR", tools.join("target")).env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0");
    shell::announce(format_args!("Build {FOLDER}/{name} by its guide"));
    let status = commands.status().with_context(|| shell::not_started(&commands, REMEDY))?;
    ensure!(status.success(), "{FOLDER}/{name}/README.md failed ({status}). {REMEDY}");
    std::fs::copy(folder.join(file), &built).with_context(|| format!("{name} left no {file}"))?;
    // Last, so that what failed is built again.
    component::write(&key, all.as_bytes())
}

/// Returns the files of an example as an author has them, by their paths: its folder, and the contract in `wit`.
fn sources(name: &str) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let root = shell::root();
    let mut sources = BTreeMap::new();
    add(&root.join(FOLDER).join(name), Path::new(""), &mut sources)?;
    for (_, file) in COPIED.iter().filter(|(to, _)| *to == name) {
        let file = root.join(FOLDER).join(file);
        sources.insert(file.file_name().unwrap_or_default().into(), std::fs::read(&file)?);
    }
    add(&root.join(FOLDER).join("wit"), Path::new("wit"), &mut sources)?;
    add(&root.join("wit/plugin/0.1.1"), Path::new("wit/deps"), &mut sources)?;
    add(&root.join("wit/servicestage/deps"), Path::new("wit/deps"), &mut sources)?;
    Ok(sources)
}

fn add(folder: &Path, place: &Path, sources: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let (path, place) = (entry.path(), place.join(entry.file_name()));
        match entry.file_type()?.is_dir() {
            true => add(&path, &place, sources)?,
            false => drop(sources.insert(place, std::fs::read(&path).with_context(|| path.display().to_string())?)),
        }
    }
    Ok(())
}

/// Returns everything that the result depends on, to compare it.
fn text(sources: &BTreeMap<PathBuf, Vec<u8>>) -> String {
    sources.iter().fold(String::new(), |mut all, (path, bytes)| {
        let _ = writeln!(all, "{}\n{}", path.display(), String::from_utf8_lossy(bytes));
        all
    })
}

/// Returns the commands of a guide: what stands in its blocks of `sh`.
fn commands(guide: &str) -> String {
    let mut commands = String::new();
    let mut within = false;
    for line in guide.lines() {
        match line {
            "```sh" => within = true,
            "```" => within = false,
            _ if within => commands.extend([line, "\n"]),
            _ => {}
        }
    }
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commands_of_a_guide_are_its_blocks_of_sh_and_no_others() {
        let guide = "# C\n```sh\nmake\nmake install\n```\nthen\n```c\nint x;\n```\n\n```sh\nls\n```\n";
        assert_eq!(commands(guide), "make\nmake install\nls\n");
    }

    /// The pages hold the authors' files whole, and the commands that the build types.
    #[test]
    fn the_guide_shows_the_files_and_commands_that_are_built() {
        let read = |path: &str| std::fs::read_to_string(shell::root().join(path)).unwrap();
        let pages = [
            ("c", "c/rates.c", "examples/data-sources/c/README.md"),
            ("go", "go/rates.go", "examples/data-sources/go/README.md"),
            ("javascript", "javascript/rates.js", "examples/data-sources/javascript/README.md"),
            ("python", "python/data_source.py", "examples/data-sources/python/README.md"),
            ("rust", "rust/src/lib.rs", "hosts/plugin/templates/rust/README.md"),
        ];
        for (name, file, guide) in pages {
            let page = read(&format!("docs/plugins/{name}.md"));
            assert!(page.contains(read(&format!("{FOLDER}/{file}")).trim_end()), "{name}: {file}");
            assert_eq!(commands(&page), commands(&read(guide)), "{name}");
        }
    }

    #[test]
    fn every_example_has_a_guide_with_commands_and_the_contract_beside_it() {
        for (name, file) in EXAMPLES {
            let sources = sources(name).unwrap();
            let guide = std::str::from_utf8(&sources[Path::new("README.md")]).unwrap();
            assert!(commands(guide).lines().count() > 1, "{name}");
            assert!(guide.contains(file), "{name}");
            assert!(sources.contains_key(Path::new("wit/deps/data-source.wit")), "{name}");
        }
    }
}
