//! A refused value as an error shows it.

/// The most characters of a value that are shown.
const SHOWN: usize = 64;

/// Returns the value in quotes, with everything escaped that could not be seen. A long value is cut, and `...` follows
/// the quotes.
///
/// Do not pass a value that may be a secret.
///
/// ```
/// use model::text::quoted;
///
/// assert_eq!(quoted("cn-north-4\n"), r#""cn-north-4\n""#);
/// assert_eq!(quoted("\u{feff}a\u{a0}b \u{202e}"), r#""\u{feff}a\u{a0}b \u{202e}""#);
/// ```
#[must_use]
pub fn quoted(value: &str) -> String {
    match value.char_indices().nth(SHOWN).and_then(|(end, _)| value.get(..end)) {
        Some(shown) => format!("{shown:?}..."),
        None => format!("{value:?}"),
    }
}

/// Returns whether the value begins or ends with white space, a control character or a byte order mark.
///
/// ```
/// use model::text::is_padded;
///
/// assert!(is_padded("cn-north-4\n"));
/// assert!(!is_padded("cn-north-4"));
/// ```
#[must_use]
pub fn is_padded(value: &str) -> bool {
    let dirt = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    value.starts_with(dirt) || value.ends_with(dirt)
}
