//! A text that must not be seen, and the part of an access key that may be shown.

pub use component_runtime::Secret;

/// Returns as much of an access key's id as may be shown: the first four characters, if it has at least twelve.
#[must_use]
pub(crate) fn masked_id(id: &str) -> String {
    let shown = if id.chars().count() >= 12 { 4 } else { 0 };
    id.chars().take(shown).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_characters_of_an_id_are_shown_at_most() {
        assert_eq!(masked_id("EXAMPLEAK0123456789A"), "EXAM…");
        assert_eq!(masked_id("SHORT"), "…");
        assert_eq!(masked_id(""), "…");
    }
}
