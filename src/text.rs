//! Texts that are made of parts. The library's formatting would take 5 KB of the component, most of it for numbers in
//! forms that nobody asks for.

use std::str;

use crate::find::split;

/// A template in which each `{}` stands for the next of these parts.
#[must_use]
pub fn fill(template: &str, parts: &[&str]) -> String {
    let mut text = String::with_capacity(template.len());
    let mut parts = parts.iter();
    let mut rest = template;
    while let Some((before, after)) = split(rest, "{}") {
        text.push_str(before);
        text.push_str(parts.next().copied().unwrap_or_default());
        rest = after;
    }
    text.push_str(rest);
    text
}

/// Parts one after the other, with this between them.
#[must_use]
pub fn join<T: AsRef<str>>(parts: &[T], between: &str) -> String {
    let (mut text, mut before) = (String::new(), "");
    for part in parts {
        text.push_str(before);
        text.push_str(part.as_ref());
        before = between;
    }
    text
}

/// A number in decimal.
#[must_use]
pub fn number(number: u64) -> String {
    let mut text = String::new();
    json_text::number::push(&mut text, number);
    text
}

/// Bytes as text, with `U+FFFD` in place of what is none.
#[must_use]
pub fn lossy(bytes: &[u8]) -> String {
    let (mut text, mut rest) = (String::new(), bytes);
    loop {
        let error = match str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => error,
        };
        let (valid, after) = rest.split_at_checked(error.valid_up_to()).unwrap_or_default();
        text.push_str(str::from_utf8(valid).unwrap_or_default());
        text.push('\u{fffd}');
        // Nothing follows a character that is cut off at the end.
        rest = error.error_len().and_then(|length| after.get(length..)).unwrap_or_default();
        if rest.is_empty() {
            return text;
        }
    }
}
