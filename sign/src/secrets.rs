//! Keeps secrets out of errors and logs. Whoever signs or sends them, in the component or in its host, redacts
//! by the same rules.

use std::collections::HashSet;

const REDACTED: &str = "[redacted]";

/// This many consecutive characters of a secret count as a part of it. A server may repeat a secret in part, and a long
/// text is shortened.
pub const REVEALING: usize = 8;

/// A text of fewer characters is not treated as a secret: it stands in every text. At the end of a shortened text, this many
/// are enough if a secret begins with them.
pub const SHORTEST: usize = 4;

/// The secrets of a call.
///
/// ```
/// use huaweicloud_sign::Secrets;
///
/// let mut text = "the token hush-hush-token is not valid".to_owned();
/// Secrets::new(&["hush-hush-token"]).redact(&mut text);
/// assert_eq!(text, "the token [redacted] is not valid");
/// ```
pub struct Secrets(Vec<Vec<char>>);

impl Secrets {
    /// Makes a list of these secrets. A text of less than [`SHORTEST`] characters does not count: redacting it would leave nothing to read and
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

    /// Replaces every secret within a text, and every revealing part of one, as it stands and as JSON and URLs write it.
    /// The time this takes grows with the text and with the secrets, not with their product.
    pub fn redact(&self, text: &mut String) {
        if self.0.is_empty() {
            return;
        }
        let parts: HashSet<&[char]> = self.0.iter().flat_map(|secret| secret.windows(REVEALING)).collect();
        let mut redacted = String::with_capacity(text.len());
        let mut masked_to = 0;
        for (at, character) in text.char_indices() {
            let rest = text.get(at..).unwrap_or_default();
            let end = at + self.revealing(&parts, rest);
            if end > masked_to.max(at) {
                if at >= masked_to {
                    redacted.push_str(REDACTED);
                }
                masked_to = end;
            }
            if at >= masked_to {
                redacted.push(character);
            }
        }
        *text = redacted;
    }

    /// Returns how many bytes at the beginning of a text reveal a secret. They are a revealing part of it, or all of a
    /// secret that is not longer. They may also be its beginning, if the text ends or was shortened there. Longer parts
    /// consist of these.
    fn revealing(&self, parts: &HashSet<&[char]>, text: &str) -> usize {
        let mut revealing = 0;
        // A secret may itself look like an escape, so the text is read both ways.
        for escapes in [false, true] {
            let (characters, ends) = read(text, escapes);
            for (length, end) in (1..=REVEALING).zip(ends).skip(SHORTEST - 1) {
                let Some((begun, after)) = characters.split_at_checked(length) else { break };
                let at_end = matches!(after.first(), None | Some('…'));
                let begins = |secret: &Vec<char>| secret.starts_with(begun) && (at_end || secret.len() == length);
                if (length == REVEALING && parts.contains(begun)) || self.0.iter().any(begins) {
                    revealing = revealing.max(end);
                }
            }
        }
        revealing
    }
}

/// Returns the first characters of a text, one more than reveal a secret, and where the written form of each ends. With
/// `escapes`, an escape is the character that it stands for.
fn read(text: &str, escapes: bool) -> (Vec<char>, Vec<usize>) {
    let (mut characters, mut ends) = (Vec::with_capacity(REVEALING + 1), Vec::with_capacity(REVEALING + 1));
    let mut rest = text;
    while let (Some(first), 0..=REVEALING) = (rest.chars().next(), characters.len()) {
        let escaped = if escapes { escaped(rest) } else { None };
        let (character, length) = escaped.unwrap_or((first, first.len_utf8()));
        rest = rest.get(length..).unwrap_or_default();
        characters.push(character);
        ends.push(text.len() - rest.len());
    }
    (characters, ends)
}

/// The character that an escape of JSON or of a URL stands for, and how long it is. `None` if it only looks like an escape.
fn escaped(text: &str) -> Option<(char, usize)> {
    let code = |from: usize, to: usize| hexadecimal(text.as_bytes().get(from..to)?);
    match text.as_bytes() {
        [b'\\', b'u', ..] => Some((char::from_u32(code(2, 6)?)?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((char::from(*byte), 2)),
        [b'%', ..] => Some((char::from_u32(code(1, 3)?).filter(char::is_ascii)?, 3)),
        _ => None,
    }
}

/// Reads a text of hexadecimal digits and nothing else.
fn hexadecimal(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| Some(number << 4 | char::from(*digit).to_digit(16)?))
}
