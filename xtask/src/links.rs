//! Checks that each relative link of a document leads to a file and a heading, and that each path and task in it exists.

use std::path::{Component, Path, PathBuf};

use anyhow::{Result, ensure};
use clap::CommandFactory as _;

use crate::shell;

/// The folders in which a path of this repository, or of an example, begins.
const FOLDERS: [&str; 14] = [
    "bench",
    "docs",
    "examples",
    "facade",
    "fuzz",
    "host-test",
    "hosts",
    "model",
    "plugin",
    "sign",
    "src",
    "tests",
    "wit",
    "xtask",
];

/// The extensions of source files, which a document may name without their folder.
const SOURCES: [&str; 4] = [".js", ".py", ".rs", ".ts"];

/// Fails if a link of a document leads nowhere, or a path in it does not exist.
pub fn check() -> Result<()> {
    shell::announce("Check the links and paths in documents");
    let mut broken = Vec::new();
    let sources = shell::files(&["js", "py", "rs", "ts"])?;
    for page in shell::files(&["md"])? {
        let text = shell::read(&page)?;
        broken.extend(links(&text).filter(|link| !leads(&page, link)).map(|link| format!("{page}: {link}")));
        let missing = paths(&text).filter(|path| !exists(&page, path, &sources));
        broken.extend(missing.map(|path| format!("{page}: `{path}`")));
        let unknown = tasks(&text).filter(|task| crate::Task::command().find_subcommand(task).is_none());
        broken.extend(unknown.map(|task| format!("{page}: cargo xtask {task}")));
    }
    ensure!(broken.is_empty(), "links, paths and commands lead nowhere:\n{}", broken.join("\n"));
    Ok(())
}

/// Returns whether a link of the document at this path leads to a file, and its fragment to a heading.
fn leads(from: &str, link: &str) -> bool {
    let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
    let target = if file.is_empty() { PathBuf::from(from) } else { beside(from, file) };
    let Some(target) = target.to_str().filter(|target| shell::root().join(target).exists()) else { return false };
    anchor.is_empty() || shell::read(target).is_ok_and(|text| anchors(&text).any(|known| known == anchor))
}

/// Returns whether a path that the document names exists. It may begin in the repository's folder or in the document's.
/// A name alone may be that of a source file anywhere.
fn exists(from: &str, path: &str, sources: &[String]) -> bool {
    match path.contains('/') {
        true => [PathBuf::from(path), beside(from, path)].iter().any(|path| shell::root().join(path).exists()),
        false => sources.iter().any(|source| Path::new(source).file_name().is_some_and(|name| name == path)),
    }
}

/// Returns the path of a file that is named relative to a document.
fn beside(document: &str, file: &str) -> PathBuf {
    let mut path = Path::new(document).parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(file).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            part => path.push(part),
        }
    }
    path
}

/// Returns the relative targets of the links in a document.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let targets = prose(text).flat_map(|line| line.split("](").skip(1)).filter_map(|rest| rest.split_once(')'));
    targets.map(|(target, _)| target).filter(|target| !target.contains(':'))
}

/// Returns the paths of this repository, and the names of source files, that a document has in backticks.
fn paths(text: &str) -> impl Iterator<Item = &str> {
    let quoted = prose(text).flat_map(|line| line.split('`').skip(1).step_by(2));
    quoted.filter(|text| {
        let pattern =
            text.contains(|char: char| char.is_whitespace() || "*{<,:$(".contains(char)) || text.contains("...");
        let named = match text.split_once('/') {
            Some((folder, _)) => FOLDERS.contains(&folder),
            None => SOURCES.iter().any(|extension| text.len() > extension.len() && text.ends_with(extension)),
        };
        named && !pattern
    })
}

/// Returns the tasks of `cargo xtask` that a document names, blocks of code included.
fn tasks(text: &str) -> impl Iterator<Item = &str> {
    let rest = text.split("cargo xtask ").skip(1);
    rest.filter_map(|rest| rest.split(|char: char| !char.is_ascii_lowercase()).next()).filter(|task| !task.is_empty())
}

/// Returns the anchors of a document: those of its headings, as renderers derive them, and those that it names itself.
fn anchors(text: &str) -> impl Iterator<Item = String> {
    let named = text.split("<a id=\"").skip(1).filter_map(|rest| rest.split_once('"')).map(|(name, _)| name.to_owned());
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).chain(named)
}

/// Derives the anchor of a heading: lower case, hyphens for spaces, no punctuation.
fn anchor(heading: &str) -> String {
    let kept = heading.to_lowercase().replace(' ', "-");
    kept.chars().filter(|char| char.is_alphanumeric() || ['-', '_'].contains(char)).collect()
}

/// Returns the lines of a document that are not within a block of code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# A `title`, here\n\nSee [one](a.md#b) and [two](https://example.com).\n\n```md\n[no](code)\n# no\n```\n\
        <a id=\"own\"></a>\n";

    #[test]
    fn links_are_found_outside_of_code() {
        assert_eq!(links(PAGE).collect::<Vec<_>>(), ["a.md#b"]);
    }

    #[test]
    fn paths_are_found_and_patterns_are_not() {
        let text = "`xtask/src/links.rs`, `cargo xtask test`, `hosts/*/src`, `docs`, `/docs/x`, `docs/...`, `wit/plugin`, `a.rs`, \
             `.rs`, `a.toml`";
        assert_eq!(paths(text).collect::<Vec<_>>(), ["xtask/src/links.rs", "wit/plugin", "a.rs"]);
        let sources = ["xtask/src/links.rs".to_owned()];
        assert!(exists("README.md", "links.rs", &sources) && exists("docs/rust.md", "src/lib.rs", &sources));
        assert!(!exists("README.md", "lin.rs", &sources) && !exists("README.md", "docs/nothing.md", &sources));
    }

    #[test]
    fn tasks_are_found_wherever_they_stand() {
        let text = "```sh\ncargo xtask demo   # `cargo xtask test`\n```\ncargo xtask --help\n";
        assert_eq!(tasks(text).collect::<Vec<_>>(), ["demo", "test"]);
    }

    #[test]
    fn headings_and_named_anchors_count() {
        assert_eq!(anchors(PAGE).collect::<Vec<_>>(), ["a-title-here", "own"]);
        assert_eq!(anchor("入门 指南"), "入门-指南");
    }

    #[test]
    fn each_question_of_a_newcomer_is_answered_by_the_file_that_the_page_names() {
        let page = shell::read("docs/ARCHITECTURE.md").unwrap();
        let (_, table) = page.split_once("| question | file | name |\n").unwrap();
        let rows: Vec<Vec<&str>> = table.lines().skip(1).map(|row| row.split('`').collect()).collect();
        assert_eq!(rows.len(), 12);
        for row in rows {
            let [question, file, _, name, _] = row[..] else { panic!("{row:?}") };
            assert!(shell::read(file).unwrap().contains(name), "{question}: `{file}` lacks `{name}`");
        }
    }

    #[test]
    fn a_link_leads_to_a_file_and_a_heading() {
        assert!(leads("docs/DESIGN.md", "../README.md"));
        assert!(leads("docs/DESIGN.md", "#the-contract"));
        assert!(leads("README.md", "docs/DESIGN.md#the-contract"));
        assert!(!leads("docs/DESIGN.md", "nothing.md"));
        assert!(!leads("README.md", "docs/DESIGN.md#nothing"));
    }
}
