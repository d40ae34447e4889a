//! The caller's secrets, to keep them out of what is told.

use crate::connection::Credentials;

const REDACTED: &str = "[redacted]";

/// So many characters in a row that also stand in a row in a secret are taken for a part of it: a server may repeat a
/// secret in part, and its text is shortened.
const TELLING: usize = 8;

/// At the end of a text, where it was shortened, fewer are enough if a secret begins with them.
const TELLING_AT_END: usize = 4;

/// The secrets of a call.
pub struct Secrets(Vec<Vec<char>>);

/// A character as it is meant, and where its written form ends.
struct Meant {
    character: char,
    end: usize,
}

impl Secrets {
    /// The secrets within these credentials.
    #[must_use]
    pub fn of(credentials: &Credentials) -> Self {
        let secrets = match credentials {
            Credentials::Ambient => [None, None],
            Credentials::Token(token) => [Some(token), None],
            Credentials::AccessKey { secret_access_key, security_token, .. } => {
                [Some(secret_access_key), security_token.as_ref()]
            }
        };
        let secrets = secrets.into_iter().flatten().filter(|secret| !secret.is_empty());
        Self(secrets.map(|secret| secret.chars().collect()).collect())
    }

    /// Replaces every secret within a text, and every telling part of one, also as JSON and URLs write it. Meant for
    /// texts of a line or so: it compares each place of the text with each of the secret.
    pub fn redact(&self, text: &mut String) {
        if self.0.is_empty() {
            return;
        }
        let meant = meant(text);
        let mut redacted = String::with_capacity(text.len());
        let (mut place, mut written) = (0, 0);
        while let Some(rest) = meant.get(place..).filter(|rest| !rest.is_empty()) {
            let telling = self.0.iter().map(|secret| telling(secret, rest)).max().unwrap_or(0);
            let next = place + telling.max(1);
            let end = meant.get(next - 1).map_or(text.len(), |last| last.end);
            if telling > 0 {
                redacted.push_str(REDACTED);
            } else {
                redacted.push_str(text.get(written..end).unwrap_or_default());
            }
            (place, written) = (next, end);
        }
        *text = redacted;
    }
}

/// How many characters of a text tell of a secret; 0 if too few do.
fn telling(secret: &[char], text: &[Meant]) -> usize {
    let from_start = common(secret, text);
    let after = text.get(from_start).map(|meant| meant.character);
    let at_end = matches!(after, None | Some('…')) && from_start >= TELLING_AT_END;
    if from_start == secret.len() || at_end {
        return from_start;
    }
    let anywhere = (0..secret.len()).filter_map(|start| Some(common(secret.get(start..)?, text)));
    anywhere.max().filter(|same| *same >= TELLING).unwrap_or(0)
}

/// How many characters both begin with.
fn common(secret: &[char], text: &[Meant]) -> usize {
    secret.iter().zip(text).take_while(|(a, b)| **a == b.character).count()
}

/// A text with the escapes of JSON and of URLs read; what only looks like one is what it looks like.
fn meant(text: &str) -> Vec<Meant> {
    let mut meant = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let (character, length) = escaped(rest).unwrap_or_else(|| {
            let first = rest.chars().next().unwrap_or_default();
            (first, first.len_utf8())
        });
        at += length;
        meant.push(Meant { character, end: at });
    }
    meant
}

fn escaped(text: &str) -> Option<(char, usize)> {
    let code = |from: usize, to: usize| {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(digits, 16).ok())?
    };
    match text.as_bytes() {
        [b'\\', b'u', ..] => Some((char::from_u32(code(2, 6)?)?, 6)),
        [b'\\', byte @ (b'"' | b'\\' | b'/'), ..] => Some((char::from(*byte), 2)),
        [b'%', ..] => Some((char::from_u32(code(1, 3)?).filter(char::is_ascii)?, 3)),
        _ => None,
    }
}
