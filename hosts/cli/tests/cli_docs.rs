//! The page about the tool names the commands and flags that the tool has.

mod support;

use std::collections::BTreeSet;

use support::command;

const PAGE: &str = include_str!("../../../docs/cli.md");

/// The part of the page about the tool; the rest is about another program.
fn page() -> &'static str {
    let (_, tool) = PAGE.split_once("\n## The tool\n").unwrap();
    tool.split_once("\n## ").map_or(tool, |(tool, _)| tool)
}

fn help(words: &[&str]) -> String {
    let output = command(words).arg("--help").output().unwrap();
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The commands that a help text lists.
fn commands(help: &str) -> Vec<&str> {
    let Some((_, list)) = help.split_once("\nCommands:\n") else { return vec![] };
    let names = list.lines().take_while(|line| line.starts_with("  ")).filter(|line| !line.starts_with("   "));
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

/// The long flags in a text.
fn flags(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'));
    words.map(|word| word.trim_end_matches('-')).filter(|word| word.starts_with("--")).collect()
}

/// The help texts of all commands, by their words.
fn helps() -> Vec<(String, String)> {
    let top = help(&[]);
    let mut all = Vec::new();
    for command in commands(&top) {
        let text = help(&[command]);
        for below in commands(&text) {
            all.push((format!("{command} {below}"), help(&[command, below])));
        }
        if commands(&text).is_empty() {
            all.push((command.to_owned(), text));
        }
    }
    all
}

#[test]
fn every_flag_on_the_page_is_one_of_the_tool() {
    let helps = helps();
    let known: BTreeSet<&str> = helps.iter().flat_map(|(_, help)| flags(help)).collect();
    let unknown: Vec<&str> = flags(page()).into_iter().filter(|flag| !known.contains(flag)).collect();
    assert!(known.contains("--status") && unknown.is_empty(), "the tool has no {unknown:?}");
}

#[test]
fn every_command_is_on_the_page() {
    let table: Vec<&str> = page().lines().filter(|line| line.starts_with("| `")).collect();
    for (command, _) in helps() {
        let (group, name) = command.split_once(' ').unwrap_or((&command, ""));
        let there = |line: &&&str| line.contains(&format!("`{group}")) && line.contains(name);
        assert!(table.iter().any(|line| there(&line)), "`{command}` is missing in docs/cli.md");
    }
}
