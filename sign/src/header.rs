//! The rules for a credential that travels in a header, whoever puts it there.

/// The longest value, in bytes. No server reads a longer one, and redaction searches texts for all of it.
pub const LONGEST: usize = 128 << 10;

/// The reason for refusing a longer one.
pub const TOO_LONG: &str = "it is longer than 131,072 bytes, and no server accepts a header of that length";

/// Why a value cannot be sent as it is; nothing if it can. Never shows the value: it may be a secret.
#[must_use]
pub fn fault(value: &str) -> Option<&'static str> {
    if value.is_empty() {
        Some("it is empty")
    } else if value.len() > LONGEST {
        Some(TOO_LONG)
    } else if blank(value.chars().next()) || blank(value.chars().next_back()) {
        Some("it begins or ends with white space")
    } else if !value.bytes().all(|byte| byte.is_ascii_graphic()) {
        Some("it holds white space, or a character that is not printable ASCII")
    } else {
        None
    }
}

fn blank(character: Option<char>) -> bool {
    character.is_some_and(char::is_whitespace)
}
