//! Why a request failed, in words for people.
//!
//! A code of `wasi:http` has no room for the reason, so the host keeps it beside the code, in the policy of the call. What a
//! server or a certificate says is in it, short and escaped; no secret is.

use std::fmt;

use crate::http::HttpError;

/// Why a request failed, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    why: String,
    next: Option<String>,
}

/// A request that failed: the code for the component, and what is known beyond that.
#[derive(Debug)]
pub struct Fault {
    code: HttpError,
    explanation: Option<Explanation>,
}

impl Explanation {
    /// An explanation in whole sentences.
    pub fn new(why: impl Into<String>) -> Self {
        Self { why: why.into(), next: None }
    }

    /// The same explanation with advice, as a whole sentence.
    #[must_use]
    pub fn advising(self, next: impl Into<String>) -> Self {
        Self { next: Some(next.into()), ..self }
    }

    /// Returns why the request failed, in whole sentences.
    #[must_use]
    pub fn why(&self) -> &str {
        &self.why
    }

    /// Returns what the user can do, as a whole sentence, where more is known than the component advises.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl Fault {
    /// A fault with this code and this explanation.
    pub(crate) fn new(code: HttpError, explanation: Explanation) -> Self {
        Self { code, explanation: Some(explanation) }
    }

    /// Returns the explanation, if there is one.
    pub(crate) fn explanation(&self) -> Option<&Explanation> {
        self.explanation.as_ref()
    }

    /// Returns why, in whole sentences: in the words of the code where nothing more is known.
    pub(crate) fn why(&self) -> String {
        match &self.explanation {
            Some(explanation) => explanation.why.clone(),
            None => {
                let text = self.code.to_string();
                let mut rest = text.chars();
                let first = rest.next().map(|first| first.to_ascii_uppercase());
                format!("{}{}.", first.map(String::from).unwrap_or_default(), rest.as_str())
            }
        }
    }

    /// The same fault with another reason. The advice stays.
    pub(crate) fn because(self, why: String) -> Self {
        let next = self.explanation.and_then(|explanation| explanation.next);
        Self { code: self.code, explanation: Some(Explanation { why, next }) }
    }

    /// Returns the code, which the component gets.
    pub(crate) fn into_code(self) -> HttpError {
        self.code
    }
}

impl From<HttpError> for Fault {
    fn from(code: HttpError) -> Self {
        Self { code, explanation: None }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)?;
        self.next.as_ref().map_or(Ok(()), |next| write!(f, " {next}"))
    }
}
