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
    text.chars().map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { visible(c) }).collect()
}

/// Returns the text with its lines kept apart.
#[must_use]
pub fn lines(text: &str) -> String {
    text.chars().map(|c| if c == '\n' { c } else { visible(c) }).collect()
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
    if is_unsafe(c) { REPLACEMENT } else { c }
}

/// Returns whether a character controls a terminal or the direction of text, or is invisible or a line separator.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_controls_a_terminal_is_left() {
        let hostile = "a\u{1b}[31mb\u{7}\u{9b}2J\u{7f}\u{202e}c\r\nd";
        assert_eq!(line(hostile), "a\u{fffd}[31mb\u{fffd}\u{fffd}2J\u{fffd}\u{fffd}c  d");
        assert_eq!(lines("a\nb\u{1b}c"), "a\nb\u{fffd}c");
        assert_eq!(line("发布-é 🚀"), "发布-é 🚀");
    }

    #[test]
    fn what_could_not_be_seen_is_escaped() {
        assert_eq!(escaped("a\n\u{1b}[1m\u{202e}é'"), "a\\n\\u{1b}[1m\\u{202e}é'");
    }

    #[test]
    fn json_keeps_its_meaning() {
        let value = serde_json::json!({ "name": "a\u{1b}\u{9b}\u{7f}\u{202e}\u{e0041}é\n" });
        let safe = json(&value.to_string());
        assert!(!safe.chars().any(is_unsafe), "{safe}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&safe).unwrap(), value);
    }
}
