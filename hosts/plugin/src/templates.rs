//! The templates: the examples of each language, whose files are built in.

use crate::new::Language;

/// Returns the files of a language's template, by their paths.
pub fn files(language: Language) -> Vec<(&'static str, &'static str)> {
    let _ = language;
    vec![]
}
