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
        Self(secrets.into_iter().flat_map(forms).collect())
    }

    /// Replaces every secret within a text, and every beginning of one.
    pub fn redact(&self, text: &mut String) {
        for secret in &self.0 {
            *text = without(secret, text);
        }
    }
}

fn without(secret: &str, text: &str) -> String {
    let mut redacted = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = common(secret, rest);
        let after = rest.get(same..).unwrap_or_default();
        let at_end = after.is_empty() || after.starts_with('…');
        if same > 0 && (same == secret.len() || same >= TELLING || (at_end && same >= TELLING_AT_END)) {
            redacted.push_str(REDACTED);
            rest = after;
        } else {
            redacted.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    redacted
}

/// How many bytes both begin with, in whole characters.
fn common(secret: &str, text: &str) -> usize {
    secret.chars().zip(text.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
