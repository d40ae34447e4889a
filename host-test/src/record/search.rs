//! Finds values within texts: as they stand, in either case, escaped, and secrets also in part.

use std::cmp::Reverse;

use aho_corasick::{AhoCorasick, MatchKind};
use anyhow::Result;
use huaweicloud_sign::secrets::REVEALING;

use super::names::{Kind, Names};
use super::reading::Reading;

/// A shorter value stands in every text, as a short number does. It is replaced where it is all there is, and not looked
/// for.
const SHORTEST: usize = 3;

/// How many layers of escapes are read: JSON within JSON within a URL.
const DEEPEST: usize = 3;

/// The words that fixtures themselves are made of. A value that is among them is replaced where it is all there is, and
/// not looked for: it would be found in every file.
const FORM: &str = include_str!("form.txt");

/// The values to look for.
pub struct Search<'a> {
    names: &'a Names,
    patterns: Vec<Pattern>,
    automaton: AhoCorasick,
    /// The texts that may stand in a fixture although a value may be within them; longer ones first, which may hold others.
    allowed: AhoCorasick,
}

#[derive(Clone)]
struct Pattern {
    text: String,
    kind: Kind,
    placeholder: String,
    within: Within,
}

/// Where a pattern counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Anywhere: nothing else looks like it.
    Anything,
    /// As a word of its own.
    Words,
    /// Anywhere, in the same case, as a part of a secret.
    Secret,
}

/// A pattern that is found, in bytes of the reading.
#[derive(Clone, Copy)]
struct Match {
    start: usize,
    end: usize,
    pattern: usize,
}

impl<'a> Search<'a> {
    /// A search for these values.
    ///
    /// # Errors
    /// There are too many.
    pub fn new(names: &'a Names) -> Result<Self> {
        let mut patterns = Vec::new();
        for (value, kind, placeholder) in names.all() {
            let characters: Vec<char> = value.chars().collect();
            let short = characters.len() < REVEALING;
            if characters.len() < SHORTEST || (short && characters.iter().all(char::is_ascii_digit)) {
                continue;
            }
            let within = if kind.is_chosen() || short { Within::Words } else { Within::Anything };
            // The search itself knows the cases of ASCII alone.
            let mut cases = vec![value.to_owned(), value.to_lowercase(), value.to_uppercase()];
            cases.truncate(if value.is_ascii() { 1 } else { cases.len() });
            let whole = |text| Pattern { text, kind, placeholder: placeholder.to_owned(), within };
            patterns.extend(cases.into_iter().map(whole));
            if kind.is_made_secret() {
                patterns.extend(characters.windows(REVEALING).map(|part| Pattern {
                    text: part.iter().collect(),
                    kind,
                    placeholder: "[redacted]".to_owned(),
                    within: Within::Secret,
                }));
            }
        }
        let all = Self::of(names, patterns)?;
        let of_form: Vec<usize> = all.matches(FORM).iter().map(|found| found.pattern).collect();
        let patterns = all.patterns.iter().enumerate().filter(|(index, _)| !of_form.contains(index));
        Self::of(names, patterns.map(|(_, pattern)| pattern.clone()).collect())
    }

    fn of(names: &'a Names, patterns: Vec<Pattern>) -> Result<Self> {
        let texts = patterns.iter().map(|pattern| &pattern.text);
        let automaton = AhoCorasick::builder().ascii_case_insensitive(true).build(texts)?;
        let mut allowed: Vec<String> = names.allowed().map(str::to_owned).filter(|text| !text.is_empty()).collect();
        allowed.sort_by_key(|text| Reverse(text.len()));
        allowed.dedup();
        Ok(Self {
            names,
            patterns,
            automaton,
            allowed: AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(&allowed)?,
        })
    }

    /// A text in which every value is replaced by its placeholder, and then every part of a secret.
    #[must_use]
    pub fn replaced(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for parts in [false, true] {
            for depth in 0..=DEEPEST {
                let Some(reading) = (0..depth).try_fold(Reading::of(&text), |reading, _| reading.deeper()) else {
                    break;
                };
                text = self.replaced_in(&text, &reading, parts);
            }
        }
        text
    }

    fn replaced_in(&self, text: &str, reading: &Reading, parts: bool) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut at = 0;
        for Match { start, end, pattern } in self.chosen(&reading.text, parts) {
            let (start, end) = reading.written(start, end);
            let pattern = &self.patterns[pattern];
            replaced.push_str(&text[at..start]);
            replaced.push_str(&pattern.placeholder);
            self.names.count(pattern.kind);
            at = end;
        }
        replaced + &text[at..]
    }

    /// The first value that is left in a text, however it is written. A text within a placeholder does not count.
    #[must_use]
    pub fn left_in(&self, text: &str, only_ids: bool) -> Option<Kind> {
        let mut reading = Some(Reading::of(text));
        for _ in 0..=DEEPEST {
            let Some(read) = reading else { break };
            let placeholders: Vec<_> = self.allowed.find_iter(&read.text).map(|found| found.range()).collect();
            let allowed = |found: &Match| {
                let before = placeholders.partition_point(|range| range.end < found.end);
                placeholders.get(before).is_some_and(|range| range.start <= found.start)
            };
            let counts = |found: &Match| !only_ids || self.patterns[found.pattern].within != Within::Words;
            let matches = self.matches(&read.text);
            if let Some(found) = matches.iter().find(|found| counts(found) && !allowed(found)) {
                return Some(self.patterns[found.pattern].kind);
            }
            reading = read.deeper();
        }
        None
    }

    /// The matches to replace, from the left, none over another: longer values first, and parts that overlap as one.
    fn chosen(&self, text: &str, parts: bool) -> Vec<Match> {
        let mut matches = self.matches(text);
        matches.retain(|found| (self.patterns[found.pattern].within == Within::Secret) == parts);
        matches.sort_by_key(|found| (found.start, Reverse(found.end)));
        let mut chosen: Vec<Match> = Vec::new();
        for found in matches {
            match chosen.last_mut() {
                Some(last) if found.start < last.end => last.end = if parts { found.end } else { last.end },
                _ => chosen.push(found),
            }
        }
        chosen
    }

    fn matches(&self, text: &str) -> Vec<Match> {
        let counts = |found: &Match| {
            let pattern = &self.patterns[found.pattern];
            match pattern.within {
                Within::Anything => true,
                Within::Words => is_word(text, found.start, found.end),
                Within::Secret => text[found.start..found.end] == pattern.text,
            }
        };
        let found = self.automaton.find_overlapping_iter(text);
        let found = found.map(|m| Match { start: m.start(), end: m.end(), pattern: m.pattern().as_usize() });
        found.filter(counts).collect()
    }
}

/// Whether a part of a text is a whole word. Scripts without spaces have no such boundaries.
fn is_word(text: &str, start: usize, end: usize) -> bool {
    let inside = |a: Option<char>, b: Option<char>| {
        a.is_some_and(|c| c.is_ascii_alphanumeric()) && b.is_some_and(|c| c.is_ascii_alphanumeric())
    };
    let (before, word, after) = (&text[..start], &text[start..end], &text[end..]);
    !inside(before.chars().next_back(), word.chars().next()) && !inside(word.chars().next_back(), after.chars().next())
}

#[cfg(test)]
mod tests {
    use super::super::names::FoundValues;
    use super::*;

    const TOKEN: &str = "MIIab/Zx9Cv8+Bn7Ml6Kj==";

    fn with<T>(values: &[(Kind, &str)], check: impl FnOnce(&Search<'_>) -> T) -> T {
        let mut found = FoundValues::in_region(Some("cn-north-4".to_owned()));
        values.iter().for_each(|(kind, value)| found.add(*kind, value));
        let names = found.numbered();
        check(&Search::new(&names).unwrap())
    }

    #[test]
    fn secrets_are_found_whole_in_part_and_escaped() {
        with(&[(Kind::Token, TOKEN)], |search| {
            for (text, replaced) in [
                ("a MIIab/Zx9Cv8+Bn7Ml6Kj==b", "a example-tokenb"),
                ("MIIab%2FZx9Cv8%2bBn7Ml6Kj%3D%3D", "example-token"),
                (r"MIIab\/Zx9\u0043v8+Bn7Ml6Kj==", "example-token"),
                (r"MIIab\\/Zx9%5cu0043v8+Bn7Ml6Kj==", "example-token"),
                ("part b/Zx9Cv8+Bn7 of it", "part [redacted] of it"),
                ("other Zx9Cv8+ text", "other Zx9Cv8+ text"),
            ] {
                assert_eq!(search.replaced(text), replaced);
                assert_eq!(search.left_in(text, true).is_some(), text != replaced, "{text}");
                assert_eq!(search.left_in(&search.replaced(text), false), None, "{text}");
            }
        });
    }

    #[test]
    fn names_are_found_as_words_in_either_case() {
        let values =
            [(Kind::UserName, "Ann"), (Kind::TaskName, "发布Ü"), (Kind::UserName, "al"), (Kind::TaskName, "1234567")];
        with(&values, |search| {
            let text = "ANN's (ann) cannot, 任务发布ü失败; al, 1234567";
            assert_eq!(search.replaced(text), "user-1's (user-1) cannot, 任务release-2失败; al, 1234567");
            assert_eq!(search.left_in("Ann", false), Some(Kind::UserName));
            assert_eq!(search.left_in("Ann", true), None);
        });
    }

    #[test]
    fn words_of_the_form_and_placeholders_are_not_findings() {
        let values =
            [(Kind::TaskName, "json"), (Kind::UserName, "example"), (Kind::TaskName, "north"), (Kind::Token, TOKEN)];
        with(&values, |search| {
            let text = "content-type: application/json at cn-north-4 with example-token";
            assert_eq!(search.left_in(text, false), None);
            assert_eq!(search.left_in("an example", false), Some(Kind::UserName));
        });
        // Neither is part of the other's placeholder, release-1.
        with(&[(Kind::TaskName, "release-1-x"), (Kind::TaskName, "release-12")], |search| {
            for name in ["release-1-x", "release-12"] {
                assert_eq!(search.left_in(name, false), Some(Kind::TaskName), "{name}");
            }
            assert_eq!(search.left_in("release-1, release-2", false), None);
        });
    }
}
