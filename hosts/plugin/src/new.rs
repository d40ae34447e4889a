//! Makes a folder for a new data source from a language's template.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::args::invalid;
use crate::{print, templates};

/// The name in the templates, which the author's name replaces.
const TEMPLATE: &str = "rates";

/// The prefix of the names of variables in the templates.
const VARIABLES: &str = "DEMO";

/// The longest name.
const LONGEST: usize = 40;

/// A language that has a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// Rust.
    Rust,
    /// C.
    C,
    /// JavaScript.
    Javascript,
    /// Python.
    Python,
    /// Go.
    Go,
}

/// Makes the folder `name` in the current one.
pub fn new(language: Language, name: &str) -> Result<()> {
    check_name(name)?;
    let folder = Path::new(name);
    // Fails if anything is there, whatever it is.
    fs::create_dir(folder).with_context(|| format!("the folder {name} cannot be made: choose another name"))?;
    for (file, content) in templates::files(language) {
        let file = folder.join(renamed(file, name));
        let unwritten = || format!("{} cannot be written", file.display());
        file.parent().map_or(Ok(()), fs::create_dir_all).with_context(unwritten)?;
        fs::write(&file, renamed(content, name)).with_context(unwritten)?;
    }
    print::line(&format!(
        "{name}: README.md says how to build it. Then `data-source test {name}` replays its fixtures."
    ))
}

fn check_name(name: &str) -> Result<()> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if !name.starts_with(|first: char| first.is_ascii_lowercase()) || !name.bytes().all(inner) || name.len() > LONGEST {
        return Err(invalid(format!(
            "{name:?} is not a name: write a lower-case letter, then lower-case letters and digits, {LONGEST} at most"
        )));
    }
    if RESERVED.split(' ').any(|word| word == name) {
        return Err(invalid(format!(
            "{name:?} is a word of a language, of Terraform or of the template: choose another name"
        )));
    }
    Ok(())
}

/// Names that an author cannot choose: keywords of any of the languages, names within the templates, and arguments that
/// Terraform keeps for itself.
const RESERVED: &str = "\
abstract alignas alignof alloc and arguments as asm assert async auto await base become bool boolean box break \
byte case catch chan char class connection const constexpr continue core count crate data date debugger \
declarative def default defer del delete do double dyn elif else enum except export extern fallthrough false \
final finally float fn for from func function gen global go goto if impl implements import in inline \
instanceof int interface is lambda let lifecycle long loop macro main map match mod move mut native new none \
nonlocal not null nullptr or override package pass plugin priv private protected provider provisioner pub \
public raise range read ref register restrict return select self short signed sizeof static std struct super \
switch synchronized terraform test this thread throw throws trait transient true try type typedef typeof union \
unsafe unsigned unsized use var virtual void volatile where while wit with yield";

/// Returns the text with the author's name instead of the template's: as it is, with a capital, and in capitals. Longer
/// words stay.
fn renamed(text: &str, name: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    let text = replaced(text, TEMPLATE, name);
    let text = replaced(&text, &capital(TEMPLATE), &capital(name));
    // A component may read the variables that begin with the name of its provider.
    replaced(&text, VARIABLES, &name.to_ascii_uppercase())
}

/// Replaces a word, except where it is a part of a longer one.
fn replaced(text: &str, word: &str, by: &str) -> String {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphabetic());
    let (mut made, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, after)) = rest.split_once(word) {
        let whole = !is_letter(before.chars().next_back()) && !is_letter(after.chars().next());
        made.push_str(before);
        made.push_str(if whole { by } else { word });
        rest = after;
    }
    made + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_takes_the_place_of_the_template_s_in_each_case_and_only_as_a_word() {
        let text = "rates.wasm Rates DEMO_TOKEN /v1/rates/{} generates demo_rates";
        let expected = "cities.wasm Cities CITIES_TOKEN /v1/cities/{} generates demo_cities";
        assert_eq!(renamed(text, "cities"), expected);
    }

    #[test]
    fn a_name_that_a_language_would_refuse_is_refused() {
        for name in [
            "",
            "Rates",
            "1rates",
            "a-b",
            "a_b",
            "a b",
            "../a",
            "/a",
            ".",
            "é",
            "import",
            "match",
            "none",
            "base",
            "provider",
            &"a".repeat(41),
        ] {
            assert!(check_name(name).is_err(), "{name}");
        }
        check_name("cities2").unwrap();
    }
}
