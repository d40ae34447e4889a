//! Keeps the host's secrets out of a component's errors: it does not know them, and a server may repeat them.

use huaweicloud_sign::Secrets;

use crate::error::{Error, ErrorKind, Redirected};
use crate::secret::Secret;

/// The most permissions that are kept; the component names two.
const MOST_PERMISSIONS: usize = 16;

/// The longest text that is searched, in characters. The component's texts are shorter, but another component's may not
/// be. Redaction runs after the deadline of the call. Even with the longest secrets, this limit keeps it to
/// milliseconds.
const LONGEST: usize = 2048;

/// The secrets of a call.
pub(crate) struct Redaction {
    /// Secrets that machines made. They have nothing in common with a sentence by accident.
    made: Secrets,
    /// These, and passwords. People choose words, and a sentence from which a word is missing tells it: so only what a
    /// server says is freed of them.
    all: Secrets,
}

impl Redaction {
    pub(crate) fn of(made: &[Secret], chosen: &[Secret]) -> Self {
        let texts = |secrets: &[&[Secret]]| {
            let texts: Vec<&str> = secrets.iter().flat_map(|secrets| secrets.iter()).map(Secret::expose).collect();
            Secrets::new(&texts)
        };
        Self { made: texts(&[made]), all: texts(&[made, chosen]) }
    }

    /// Frees every text of an error. Taken apart, so that a new field does not compile until it is freed.
    pub(crate) fn error(&self, error: &mut Error) {
        let Error {
            kind,
            message,
            operation,
            http_status: _,
            vendor_code,
            vendor_message,
            request_id,
            retryable: _,
            attempts: _,
        } = error;
        for text in [vendor_code, vendor_message, request_id].into_iter().flatten() {
            let before = text.clone();
            self.server_text(text);
            // The message repeats it.
            if *text != before {
                *message = message.replace(&before, text);
            }
        }
        self.text(message);
        self.text(operation);
        match kind {
            ErrorKind::InvalidArgument(invalid) => {
                self.text(&mut invalid.argument);
                self.text(&mut invalid.reason);
            }
            ErrorKind::Forbidden(forbidden) => {
                self.text(&mut forbidden.permission);
                forbidden.depends_on.truncate(MOST_PERMISSIONS);
                forbidden.depends_on.iter_mut().for_each(|text| self.text(text));
            }
            ErrorKind::Redirected(Redirected { location: Some(location) }) => self.text(location),
            ErrorKind::Undecodable(undecodable) => {
                self.text(&mut undecodable.path);
                self.text(&mut undecodable.expected);
            }
            ErrorKind::Other(text) => self.text(text),
            ErrorKind::Denied
            | ErrorKind::Dns
            | ErrorKind::Refused
            | ErrorKind::Tls
            | ErrorKind::Reset
            | ErrorKind::Timeout(_)
            | ErrorKind::Unauthenticated
            | ErrorKind::ClockSkew(_)
            | ErrorKind::NotFound
            | ErrorKind::Throttled(_)
            | ErrorKind::Rejected
            | ErrorKind::Unavailable
            | ErrorKind::Redirected(_)
            | ErrorKind::TooLarge(_)
            | ErrorKind::CutShort => {}
        }
    }

    /// Frees a text of the component or of the host, and shortens one that takes too long to look through.
    pub(crate) fn text(&self, text: &mut String) {
        shorten(text);
        self.made.redact(text);
    }

    /// Frees a text of a server in the same way, of passwords too.
    pub(crate) fn server_text(&self, text: &mut String) {
        shorten(text);
        self.all.redact(text);
    }
}

fn shorten(text: &mut String) {
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
        text.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Forbidden, InvalidArgument, Undecodable, of_host};

    const SECRET: &str = "MIIabc/TOPSECRET+0123456789==";

    #[test]
    fn every_text_of_every_kind_is_freed() {
        let texts = || format!("a {SECRET} b {} c", SECRET.replace('/', "%2F"));
        let kinds = [
            ErrorKind::InvalidArgument(InvalidArgument { argument: texts(), reason: texts() }),
            ErrorKind::Forbidden(Forbidden { permission: texts(), depends_on: vec![texts()] }),
            ErrorKind::Redirected(Redirected { location: Some(texts()) }),
            ErrorKind::Undecodable(Undecodable { path: texts(), expected: texts() }),
            ErrorKind::Other(texts()),
        ];
        for kind in kinds {
            let mut error = Error {
                kind,
                message: format!("one\n{}\nthree", texts()),
                operation: texts(),
                http_status: None,
                vendor_code: Some(texts()),
                vendor_message: Some(format!("cut off {}…", &SECRET[..6])),
                request_id: Some(texts()),
                retryable: false,
                attempts: 1,
            };
            Redaction::of(&[Secret::new(SECRET)], &[]).error(&mut error);
            let shown = format!("{error:?}");
            for part in [SECRET, "TOPSECRET", "MIIabc", "0123456789"] {
                assert!(!shown.contains(part), "{part} in {shown}");
            }
            assert_eq!(error.message, "one\na [redacted] b [redacted] c\nthree");
        }
    }

    #[test]
    fn an_endless_text_is_cut() {
        let mut text = "é".repeat(1_000_000);
        Redaction::of(&[Secret::new(SECRET)], &[]).text(&mut text);
        assert_eq!(text.chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_sentence_does_not_tell_by_a_gap_which_word_a_password_is() {
        let mut error = Error {
            vendor_message: Some("wrong: password1!".to_owned()),
            message: "failed.\nwrong: password1! (x)\nCheck user name and password.".to_owned(),
            ..of_host("list-pipelines", "", "")
        };
        Redaction::of(&[], &[Secret::new("password1!")]).error(&mut error);
        assert_eq!(error.vendor_message.as_deref(), Some("wrong: [redacted]"));
        assert_eq!(error.message, "failed.\nwrong: [redacted] (x)\nCheck user name and password.");
    }
}
