//! Secrets, to keep them out of what is told: whoever signs or sends them, in the component or in its host, redacts
//! by the same rules.

use crate::canonical::hexadecimal;

const REDACTED: &str = "[redacted]";

/// So many characters in a row that also stand in a row in a secret are taken for a part of it: a server may repeat a
/// secret in part, and its text is shortened.
pub const TELLING: usize = 8;

/// What has fewer characters is no secret: it stands in every text. At the end of a text, where it was shortened, so many
/// are enough if a secret begins with them.
pub const SHORTEST: usize = 4;

/// The secrets of a call.
pub struct Secrets(Vec<Vec<char>>);

/// A character as it is meant, and where its written form ends.
struct Meant {
    character: char,
    end: usize,
}

impl Secrets {
    /// These secrets. What has less than [`SHORTEST`] characters is none: redacting it would leave nothing to read and
    /// tell where it was.
    #[must_use]
    pub fn new(secrets: &[&str]) -> Self {
        let mut kept = Vec::new();
        for secret in secrets {
            let secret: Vec<char> = secret.chars().collect();
            if secret.len() >= SHORTEST {
                kept.push(secret);
            }
        }
        Self(kept)
    }

    /// Replaces every secret within a text, and every telling part of one, as it stands and as JSON and URLs write it.
    /// Meant for texts of a line or so: it compares each place of the text with each of the secret.
    pub fn redact(&self, text: &mut String) {
        if self.0.is_empty() {
            return;
        }
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            // A secret may itself look like an escape, so the text is read both ways.
            let readings = [read(rest, false), read(rest, true)];
            let mut end = 0;
            for text in &readings {
                for secret in &self.0 {
                    end = end.max(telling(secret, text));
                }
            }
            if end > 0 {
                redacted.push_str(REDACTED);
            } else {
                redacted.push(first);
                end = first.len_utf8();
            }
            rest = rest.get(end..).unwrap_or_default();
        }
        *text = redacted;
    }
}

/// How many bytes of a text tell of a secret; 0 if too few characters do.
fn telling(secret: &[char], text: &[Meant]) -> usize {
    let from_start = common(secret, text);
    let after = text.get(from_start).map(|meant| meant.character);
    let at_end = matches!(after, None | Some('…')) && from_start >= SHORTEST;
    let characters = if from_start == secret.len() || at_end {
        from_start
    } else {
        let (mut most, mut rest) = (0, secret);
        while let [_, after @ ..] = rest {
            most = most.max(common(rest, text));
            rest = after;
        }
        if most >= TELLING { most } else { 0 }
    };
    characters.checked_sub(1).and_then(|last| text.get(last)).map_or(0, |last| last.end)
}

/// How many characters both begin with.
fn common(secret: &[char], text: &[Meant]) -> usize {
    secret.iter().zip(text).take_while(|(a, b)| **a == b.character).count()
}

/// The characters of a text as they stand, or as they are meant where escapes are read.
fn read(text: &str, escapes: bool) -> Vec<Meant> {
    let mut meant = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or_default();
        let escaped = if escapes { escaped(rest) } else { None };
        let (character, length) = escaped.unwrap_or((first, first.len_utf8()));
        at += length;
        meant.push(Meant { character, end: at });
    }
    meant
}

/// The character that an escape of JSON or of a URL stands for, and how long it is; what only looks like one is none.
fn escaped(text: &str) -> Option<(char, usize)> {
    let code = |from: usize, to: usize| hexadecimal(text.as_bytes().get(from..to)?);
    match text.as_bytes() {
        [b'\\', b'u', ..] => Some((char::from_u32(code(2, 6)?)?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((char::from(*byte), 2)),
        [b'%', ..] => Some((char::from_u32(code(1, 3)?).filter(char::is_ascii)?, 3)),
        _ => None,
    }
}
