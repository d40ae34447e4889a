//! How long source files may be.

use anyhow::{Result, ensure};

use crate::shell;

/// The most lines of a source file, tests included.
const MOST_LINES: usize = 350;

/// The extensions of source files.
const LANGUAGES: [&str; 8] = ["c", "go", "js", "mjs", "py", "pyi", "rs", "ts"];

/// Fails if a source file of the workspace is too long.
pub fn check() -> Result<()> {
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
