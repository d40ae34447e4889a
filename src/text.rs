//! Texts from outside, as they may be shown.

/// Returns a text as one short line: control characters and runs of white space become one space.
#[must_use]
pub fn shorten(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let (mut left, mut gap) = (longest, false);
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = !line.is_empty();
            continue;
        }
        if gap && left > 0 {
            line.push(' ');
            left -= 1;
        }
        if left == 0 {
            line.push('…');
            break;
        }
        line.push(character);
        (left, gap) = (left - 1, false);
    }
    line
}
