//! Text that others wrote, made safe to print. It could hold escape sequences that rewrite the screen, retitle the
//! window or type commands. It could also hold characters that change the direction of text.

use std::fmt::Write as _;

/// The longest excerpt of a text, in bytes.
const LONGEST_EXCERPT: usize = 200;

/// The replacement for characters that must not reach a terminal.
const REPLACEMENT: char = '\u{FFFD}';

/// Returns the text as one line: line breaks and tabs become spaces.
#[must_use]
pub fn line(text: &str) -> String {
    text.chars().map(visible).collect()
}

/// Returns the text with its lines and tabs. A carriage return, which could write over a line, becomes a space.
#[must_use]
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\n' | '\t') { c } else { visible(c) }).collect()
}

/// Returns the beginning of a text, with everything but printable ASCII escaped, and `...` in place of the rest.
pub(crate) fn excerpt(text: &str) -> String {
    let mut excerpt = String::new();
    for c in text.chars() {
        if excerpt.len() >= LONGEST_EXCERPT {
            excerpt.push_str("...");
            break;
        }
        excerpt.extend(c.escape_default());
    }
    excerpt
}

/// Returns JSON text with the same meaning, in which the characters that must not reach a terminal are escaped. In JSON
/// they can only occur in strings.
#[must_use]
pub fn json(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '\n' || !is_unsafe(c) {
            safe.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a string does not fail.
            let _ = write!(safe, "\\u{unit:04x}");
        }
    }
    safe
}

/// Returns the text as one line. Characters that cannot be seen or that control a terminal are escaped as in Rust.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) { escaped.extend(c.escape_debug()) } else { escaped.push(c) }
    }
    escaped
}

fn visible(c: char) -> char {
    match c {
        '\n' | '\r' | '\t' => ' ',
        c if is_unsafe(c) => REPLACEMENT,
        c => c,
    }
}

/// Returns whether a character controls a terminal or the direction of text, separates lines, is invisible, or is not a
/// character. In terms of Unicode: `Cc`, `Zl`, `Zp`, noncharacters, interlinear annotations, and what is ignorable by
/// default. Joiners and variation selectors are safe: writing and emoji need them. In the supplementary plane, selectors
/// are unsafe too, because whole texts can be hidden in them.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}')
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}')
        || matches!(c, '\u{3164}' | '\u{FDD0}'..='\u{FDEF}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}')
        || matches!(c, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    /// The table that the tests of every host read.
    fn vectors() -> Value {
        serde_json::from_str(include_str!("../../../tests/vectors/printable.json")).unwrap()
    }

    #[test]
    fn the_characters_of_the_table_are_replaced_and_no_others() {
        let mut expected = BTreeSet::from(['\t', '\n', '\r']);
        for range in vectors()["replaced"].as_array().unwrap() {
            let number = |name: &str| u32::from_str_radix(range[name].as_str().unwrap(), 16).unwrap();
            expected.extend((number("first")..=number("last")).map(|code| char::from_u32(code).unwrap()));
        }
        let unsafe_ones: BTreeSet<char> = ('\0'..=char::MAX).filter(|c| is_unsafe(*c)).collect();
        assert_eq!(unsafe_ones, expected);
    }

    #[test]
    fn the_texts_of_the_table_become_harmless_lines() {
        for text in vectors()["texts"].as_array().unwrap() {
            let [given, one, several] = ["text", "line", "lines"].map(|name| text[name].as_str().unwrap());
            assert_eq!(line(given), one, "{}", text["what"]);
            assert_eq!(lines(given), several, "{}", text["what"]);
        }
    }

    #[test]
    fn invisible_characters_are_escaped() {
        assert_eq!(escaped("a\n\u{1b}[1m\u{202e}é'"), "a\\n\\u{1b}[1m\\u{202e}é'");
    }

    #[test]
    fn json_keeps_its_meaning() {
        for text in vectors()["texts"].as_array().unwrap() {
            let safe = json(&text["text"].to_string());
            assert!(!safe.chars().any(is_unsafe), "{safe}");
            assert_eq!(serde_json::from_str::<Value>(&safe).unwrap(), text["text"]);
        }
    }
}
