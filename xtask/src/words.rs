//! Refuses phrases that are hard to read, by the list in `xtask/words.txt`.

use anyhow::{Context, Result, bail, ensure};
use regex_lite::{Regex, RegexBuilder};

use crate::{python, shell};

const LIST: &str = "xtask/words.txt";

/// Kinds of files in which people read.
const KINDS: [&str; 11] = ["js", "md", "mjs", "py", "pyi", "rs", "sh", "tf", "toml", "ts", "wit"];

/// Files that are the work of others, are frozen, or hold the phrases on purpose.
const SKIPPED: [&str; 4] = ["wit/plugin/0.1.0/", "wit/servicestage/deps/", "tests/fixtures/", "xtask/src/words.rs"];

/// A phrase that is refused.
struct Phrase {
    pattern: Regex,
    advice: String,
}

/// The phrases of the list.
struct List {
    allowed: Vec<Regex>,
    refused: Vec<Phrase>,
}

/// Fails if a file that people read holds a refused phrase.
pub fn check() -> Result<()> {
    shell::announce(format_args!("Check the wording by {LIST}"));
    let list = List::read(&shell::read(LIST)?)?;
    let mut found = Vec::new();
    for path in shell::files(&KINDS)? {
        if !SKIPPED.iter().any(|skipped| path.starts_with(skipped)) {
            found.extend(list.find(&shell::read(&path)?).map(|place| format!("{path}:{place}")));
        }
    }
    for place in &found {
        println!("{place}");
    }
    ensure!(found.is_empty(), "{} lines hold a phrase that {LIST} refuses; they are named above", found.len());
    Ok(())
}

/// Fails if a word of the workspace is misspelt. `typos.toml` has the words that are not English on purpose.
pub fn check_spelling() -> Result<()> {
    let environment = python::environment(python::PACKAGE)?;
    let typos = environment.with_file_name(format!("typos{}", std::env::consts::EXE_SUFFIX));
    shell::run("Check the spelling", &mut shell::command(typos, &[]), "It names the misspelt words above.")
}

impl List {
    fn read(text: &str) -> Result<Self> {
        let mut list = Self { allowed: Vec::new(), refused: Vec::new() };
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(phrase) = line.strip_prefix("allow ") {
                list.allowed.push(pattern(phrase)?);
            } else if let Some((phrase, advice)) = line.split_once(" -> ") {
                list.refused.push(Phrase { pattern: pattern(phrase)?, advice: advice.to_owned() });
            } else {
                bail!("{LIST} holds a line that is neither `PATTERN -> ADVICE` nor `allow PHRASE`: {line}");
            }
        }
        Ok(list)
    }

    /// Returns the lines that hold a refused phrase, each with its number and the advice.
    fn find(&self, text: &str) -> impl Iterator<Item = String> {
        text.lines().enumerate().filter_map(|(index, line)| {
            let rest = self.allowed.iter().fold(line.to_owned(), |line, phrase| phrase.replace_all(&line, "").into());
            let phrase = self.refused.iter().find(|phrase| phrase.pattern.is_match(&rest))?;
            Some(format!("{}: {}\n    {}", index + 1, line.trim(), phrase.advice))
        })
    }
}

fn pattern(text: &str) -> Result<Regex> {
    let pattern = RegexBuilder::new(text).case_insensitive(true).build();
    pattern.with_context(|| format!("{LIST} holds a pattern that cannot be read: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_phrase_is_found_with_its_line_unless_it_is_allowed() {
        let list = List::read("# A comment.\n\nallow there is no\n\\bis no [a-z] -> write `is not a`\n").unwrap();
        let found: Vec<_> = list.find("There is no time.\n\"1d\" Is no time.\n").collect();
        assert_eq!(found, ["2: \"1d\" Is no time.\n    write `is not a`"]);
    }

    #[test]
    fn a_line_of_the_list_that_says_nothing_is_refused() {
        assert!(List::read("a phrase without advice\n").is_err());
        assert!(List::read("( -> an open bracket\n").is_err());
    }

    #[test]
    fn the_list_refuses_what_it_is_for() {
        let list = List::read(&shell::read(LIST).unwrap()).unwrap();
        for line in [
            "error: \"1d\" is no time",
            "/// What a read gives.",
            "//! Which requests pass.",
            "    \"\"\"What a call returns.\"\"\"",
            "the caller is told",
            "None if there is none.",
            "what is told is true",
            "## Whose",
            "- **Over what:** HTTP",
            "it is seen to be complete",
        ] {
            assert_eq!(list.find(line).count(), 1, "{line}");
        }
        assert_eq!(list.find("/// There is no region, which is no longer an error.").count(), 0);
    }
}
