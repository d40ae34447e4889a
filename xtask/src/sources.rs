//! The limits of the tree: the length of source files, and the folders at its root.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use crate::shell;

/// The most lines of a source file, tests included.
const MOST_LINES: usize = 350;

/// The extensions of source files.
const LANGUAGES: [&str; 8] = ["c", "go", "js", "mjs", "py", "pyi", "rs", "ts"];

/// The most folders at the root, apart from hidden ones.
const MOST_FOLDERS: usize = 14;

/// The page that says what each folder is for.
const PAGE: &str = "docs/ARCHITECTURE.md";

/// Fails if a source file of the workspace is too long, or a folder at its root is one too many or not described.
pub fn check() -> Result<()> {
    check_lengths()?;
    check_folders()
}

fn check_folders() -> Result<()> {
    shell::announce(format_args!("Check that {PAGE} describes each folder at the root, of {MOST_FOLDERS} at most"));
    let mut list = shell::command("git", &["ls-files"]);
    let list = shell::output(&mut list, "Is this a checkout of git?")?;
    let folders: BTreeSet<&str> =
        list.lines().filter_map(|path| path.split_once('/')).map(|(folder, _)| folder).collect();
    let folders: Vec<&str> = folders.into_iter().filter(|folder| !folder.starts_with('.')).collect();
    let page = shell::read(PAGE)?;
    let unknown: Vec<&str> =
        folders.iter().copied().filter(|folder| !page.contains(&format!("| `{folder}/"))).collect();
    ensure!(unknown.is_empty(), "the table of {PAGE} lacks {}", unknown.join(", "));
    ensure!(folders.len() <= MOST_FOLDERS, "there are {} folders at the root: {}", folders.len(), folders.join(", "));
    Ok(())
}

fn check_lengths() -> Result<()> {
    shell::announce(format_args!("Check that no source file has more than {MOST_LINES} lines"));
    let mut long = Vec::new();
    for path in shell::files(&LANGUAGES)? {
        let lines = shell::read(&path)?.lines().count();
        if lines > MOST_LINES {
            long.push(format!("{path} ({lines})"));
        }
    }
    ensure!(
        long.is_empty(),
        "these source files have more than {MOST_LINES} lines: {}. Split them by what they are about.",
        long.join(", ")
    );
    Ok(())
}
