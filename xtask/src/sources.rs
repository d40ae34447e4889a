//! How long source files may be.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::shell;

/// The most lines of a source file, so that a reader keeps it in mind. Tests count.
const MOST_LINES: usize = 350;

/// The extensions of source files.
const LANGUAGES: [&str; 8] = ["c", "go", "js", "mjs", "py", "pyi", "rs", "ts"];

/// Folders that hold what tools make, beside those whose names begin with a dot.
const MADE: [&str; 4] = ["__pycache__", "dist", "node_modules", "target"];

/// Fails if a source file of the repository is too long.
pub fn check() -> Result<()> {
    shell::announce(format_args!("Check that no source file has more than {MOST_LINES} lines"));
    let mut files = Vec::new();
    list(shell::root(), &mut files)?;
    let mut long = Vec::new();
    for file in &files {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let lines = text.lines().count();
        if lines > MOST_LINES {
            long.push(format!("{} ({lines})", shell::relative(file)));
        }
    }
    ensure!(!files.is_empty(), "{} holds no source file", shell::root().display());
    ensure!(
        long.is_empty(),
        "these source files have more than {MOST_LINES} lines: {}. Split them by what they are about.",
        long.join(", ")
    );
    Ok(())
}

/// Lists the source files in a folder and in the folders within it.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let kind = entry.file_type()?;
        if kind.is_dir() && !name.starts_with('.') && !MADE.contains(&name.as_str()) {
            list(&path, files)?;
        } else if kind.is_file() && LANGUAGES.iter().any(|language| path.extension().is_some_and(|e| e == *language)) {
            files.push(path);
        }
    }
    Ok(())
}
