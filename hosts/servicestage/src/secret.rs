//! A text that must not be seen.

use std::fmt;

use zeroize::Zeroizing;

/// A secret: `Debug` masks it, and its memory is overwritten when it is dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Keeps a text as a secret.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text itself. What is made of it is the caller's to keep.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// As much of an access key's id as may be shown: the first four characters of one that is long enough for the rest to
/// stay unknown.
#[must_use]
pub fn masked_id(id: &str) -> String {
    let shown = if id.chars().count() >= 12 { 4 } else { 0 };
    id.chars().take(shown).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_of_a_secret() {
        assert_eq!(format!("{:?}", Some(Secret::new("hush"))), "Some([redacted])");
    }

    #[test]
    fn four_characters_of_an_id_are_shown_at_most() {
        assert_eq!(masked_id("EXAMPLEAK0123456789A"), "EXAM…");
        assert_eq!(masked_id("SHORT"), "…");
        assert_eq!(masked_id(""), "…");
    }
}
