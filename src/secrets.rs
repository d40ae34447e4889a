//! The caller's secrets, to keep them out of what is told.

use huaweicloud_sign::canonical::percent_encode;

use crate::connection::Credentials;

const REDACTED: &str = "[redacted]";

/// So many characters of a secret are taken for the secret: text from a server is shortened, and so may the secret be.
const TELLING: usize = 8;

/// At the end of a text, where it was shortened, fewer are enough.
const TELLING_AT_END: usize = 4;

/// The secrets of a call, in every form in which a server may repeat them.
pub struct Secrets(Vec<String>);

impl Secrets {
    /// The secrets within these credentials.
    #[must_use]
    pub fn of(credentials: &Credentials) -> Self {
        let secrets: Vec<&str> = match credentials {
            Credentials::Ambient => vec![],
            Credentials::Token(token) => vec![token],
            Credentials::AccessKey { secret_access_key, security_token, .. } => {
                [Some(secret_access_key), security_token.as_ref()].into_iter().flatten().map(String::as_str).collect()
            }
        };
        let forms = |secret: &str| [secret.to_owned(), secret.replace('/', "\\/"), percent_encode(secret.as_bytes())];
        Self(secrets.into_iter().flat_map(forms).filter(|form| !form.is_empty()).collect())
    }

    /// Replaces every secret within a text, and every beginning of one.
    pub fn redact(&self, text: &mut String) {
        let mut redacted = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(first) = rest.chars().next() {
            let telling = self.0.iter().filter_map(|secret| telling(secret, rest)).max();
            if telling.is_some() {
                redacted.push_str(REDACTED);
            } else {
                redacted.push(first);
            }
            rest = rest.get(telling.unwrap_or(first.len_utf8())..).unwrap_or_default();
        }
        *text = redacted;
    }
}

/// How many bytes of a secret a text begins with, if they are enough to tell it.
fn telling(secret: &str, text: &str) -> Option<usize> {
    let same = common(secret, text);
    let after = text.get(same..).unwrap_or_default();
    let at_end = after.is_empty() || after.starts_with('…');
    let enough = same == secret.len() || same >= TELLING || (at_end && same >= TELLING_AT_END);
    enough.then_some(same)
}

/// How many bytes both begin with, in whole characters.
fn common(secret: &str, text: &str) -> usize {
    secret.chars().zip(text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
