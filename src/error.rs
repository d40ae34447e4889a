//! Every way a call can fail.

use std::time::Duration;

use serde::Serialize;

use crate::message;
use crate::secrets::Secrets;

/// Why a call failed, as the caller receives it. The documentation of each field is the WIT's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Error {
    pub kind: ErrorKind,
    pub message: String,
    pub operation: String,
    pub http_status: Option<u16>,
    pub vendor_code: Option<String>,
    pub vendor_message: Option<String>,
    pub request_id: Option<String>,
    pub retryable: bool,
    pub attempts: u32,
}

/// What kind of failure an error is. The documentation of each case is the WIT's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum ErrorKind {
    InvalidArgument { argument: String, reason: String },
    Denied,
    Dns,
    Refused,
    Tls,
    Reset,
    Timeout(Timeout),
    Unauthenticated,
    ClockSkew { signed_at: u64, server_time: u64 },
    Forbidden { permission: String, depends_on: Vec<String> },
    NotFound,
    Throttled { retry_after_ms: Option<u64> },
    Rejected,
    Unavailable,
    Redirected { location: Option<String> },
    TooLarge { limit_bytes: Option<u64> },
    CutShort,
    Undecodable { path: String, expected: String },
    Other(String),
}

/// What took longer than allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Timeout {
    Connect,
    FirstByte,
    BetweenBytes,
    Call,
}

/// What a call was about when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The listing itself.
    ListPipelines,
    /// The look-up of the project.
    FindProject,
}

impl Operation {
    /// The name of the function in the WIT.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ListPipelines => "list-pipelines",
            Self::FindProject => "find-project",
        }
    }

    /// What the service demands of the caller, and what that depends on.
    #[must_use]
    pub fn permission(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::ListPipelines => {
                ("servicestage:pipeline:list", &["servicestage:environment:get", "servicestage:environment:list"])
            }
            Self::FindProject => ("iam:projects:listProjects", &[]),
        }
    }
}

/// An argument that is not valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// Its name in the WIT.
    pub argument: &'static str,
    /// What is wrong with it. Never holds a secret.
    pub reason: String,
}

impl Invalid {
    /// An argument, and what is wrong with it.
    #[must_use]
    pub fn new(argument: &'static str, reason: impl Into<String>) -> Self {
        Self { argument, reason: reason.into() }
    }
}

/// A failure before it is told to the caller: what is known where it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// Whether another attempt within the same call makes sense.
    pub transient: bool,
    /// What else is known, for people.
    pub detail: Option<String>,
    /// How long the service asks to wait before another attempt.
    pub retry_after: Option<Duration>,
    /// What the response said, if there was one.
    pub response: ResponseFacts,
}

/// What a response says about itself, whether it is a success or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseFacts {
    /// The HTTP status.
    pub status: Option<u16>,
    /// The service's own code.
    pub code: Option<String>,
    /// The service's own message.
    pub message: Option<String>,
    /// The service's id of the request.
    pub request_id: Option<String>,
}

/// The request that failed, for people.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// What the call was about.
    pub operation: Operation,
    /// Method and URL; empty when nothing was sent.
    pub request: &'a str,
    /// How many requests were sent.
    pub attempts: u32,
}

impl Failure {
    /// A failure that another attempt would not mend.
    #[must_use]
    pub fn lasting(kind: ErrorKind, detail: impl Into<String>) -> Box<Self> {
        Self::new(kind, false, detail.into())
    }

    /// A failure that may be over at the next attempt.
    #[must_use]
    pub fn transient(kind: ErrorKind, detail: impl Into<String>) -> Box<Self> {
        Self::new(kind, true, detail.into())
    }

    fn new(kind: ErrorKind, transient: bool, detail: String) -> Box<Self> {
        let response = ResponseFacts::default();
        Box::new(Self { kind, transient, detail: Some(detail), retry_after: None, response })
    }

    /// The same failure, of this response.
    #[must_use]
    pub fn of(mut self: Box<Self>, response: ResponseFacts) -> Box<Self> {
        self.response = response;
        self
    }

    /// The error that the caller receives. The server may echo what it was sent, so every text that could stem from
    /// it is freed of the caller's secrets.
    #[must_use]
    pub fn into_error(mut self: Box<Self>, place: Place<'_>, secrets: &Secrets) -> Box<Error> {
        self.kind.for_each_text(|text| secrets.redact(text));
        let response = &mut self.response;
        let texts = [&mut self.detail, &mut response.code, &mut response.message, &mut response.request_id];
        for text in texts {
            let Some(text) = text else { continue };
            secrets.redact(text);
        }
        Box::new(Error {
            message: message::compose(&self, place),
            operation: place.operation.name().to_owned(),
            http_status: self.response.status,
            retryable: self.retryable(),
            vendor_code: self.response.code,
            vendor_message: self.response.message,
            request_id: self.response.request_id,
            attempts: place.attempts,
            kind: self.kind,
        })
    }

    /// Whether the same call may succeed later, which is more than what one call tries again by itself.
    fn retryable(&self) -> bool {
        let kind_may_pass = match self.kind {
            ErrorKind::Refused
            | ErrorKind::Reset
            | ErrorKind::Timeout(_)
            | ErrorKind::Throttled { .. }
            | ErrorKind::CutShort => true,
            // Not implemented, and HTTP version not supported, are answers for good.
            ErrorKind::Unavailable => !matches!(self.response.status, Some(501 | 505)),
            _ => false,
        };
        self.transient || kind_may_pass
    }
}

impl From<Invalid> for Box<Failure> {
    fn from(Invalid { argument, reason }: Invalid) -> Self {
        let failure = Failure::lasting(ErrorKind::InvalidArgument { argument: argument.to_owned(), reason }, "");
        Self::new(Failure { detail: None, ..*failure })
    }
}

impl ErrorKind {
    fn for_each_text(&mut self, mut change: impl FnMut(&mut String)) {
        match self {
            Self::InvalidArgument { reason, .. } => change(reason),
            Self::Redirected { location: Some(location) } => change(location),
            Self::Undecodable { path, expected } => {
                change(path);
                change(expected);
            }
            Self::Other(text) => change(text),
            _ => {}
        }
    }
}
