//! Why a request failed, in words for people.
//!
//! An error code of `wasi:http` has no room for the reason. The host keeps the reason beside the code, in the policy of
//! the call. It may quote a server or a certificate, shortened and escaped. It holds no secret.

use std::fmt;

use crate::http::HttpError;

/// The reason why a request failed, and advice.
///
/// ```
/// use component_runtime::Explanation;
///
/// let explanation = Explanation::new("The certificate has expired.").advising("Renew it.");
/// assert_eq!(explanation.to_string(), "The certificate has expired. Renew it.");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    reason: String,
    advice: Option<String>,
}

/// A failed request: the code for the component, and the explanation if more is known.
///
/// ```
/// use component_runtime::connector::ConnectError;
/// use component_runtime::explanation::RequestError;
/// use component_runtime::http::HttpError;
///
/// let error = RequestError::from(HttpError::ConnectionRefused);
/// assert!(matches!(ConnectError::from(error), ConnectError::Failed(_)));
/// ```
#[derive(Debug)]
pub struct RequestError {
    code: HttpError,
    explanation: Option<Explanation>,
}

impl Explanation {
    /// Makes an explanation of whole sentences.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), advice: None }
    }

    /// Returns the same explanation with advice, which is a whole sentence.
    #[must_use]
    pub fn advising(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }

    /// Returns why the request failed, in whole sentences.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns advice as a whole sentence, if the host knows more than the component.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

impl RequestError {
    /// Makes a error with this code and this explanation.
    pub(crate) fn new(code: HttpError, explanation: Explanation) -> Self {
        Self { code, explanation: Some(explanation) }
    }

    /// Returns the explanation, if there is one.
    pub(crate) fn explanation(&self) -> Option<&Explanation> {
        self.explanation.as_ref()
    }

    /// Returns the reason in whole sentences. Without an explanation, it is the text of the code.
    pub(crate) fn reason(&self) -> String {
        match &self.explanation {
            Some(explanation) => explanation.reason.clone(),
            None => {
                let text = self.code.to_string();
                let mut rest = text.chars();
                let first = rest.next().map(|first| first.to_ascii_uppercase());
                format!("{}{}.", first.map(String::from).unwrap_or_default(), rest.as_str())
            }
        }
    }

    /// Returns the same error with another reason and the same advice.
    pub(crate) fn with_reason(self, reason: String) -> Self {
        let advice = self.explanation.and_then(|explanation| explanation.advice);
        Self { code: self.code, explanation: Some(Explanation { reason, advice }) }
    }

    /// Returns the code, which the component gets.
    pub(crate) fn into_code(self) -> HttpError {
        self.code
    }
}

impl From<HttpError> for RequestError {
    fn from(code: HttpError) -> Self {
        Self { code, explanation: None }
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        self.advice.as_ref().map_or(Ok(()), |advice| write!(f, " {advice}"))
    }
}
