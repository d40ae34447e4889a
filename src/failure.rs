//! A failure where it happens, before it becomes the caller's error.

use std::time::Duration;

use model::error::{ErrorKind, InvalidArgument};

/// The facts of a failure where it happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// Whether another attempt within the same call makes sense.
    pub transient: bool,
    /// Further facts, for people.
    pub detail: Option<String>,
    /// How long the service asks to wait before another attempt.
    pub retry_after: Option<Duration>,
    /// The facts of the response, if there was one.
    pub response: ResponseFacts,
}

/// The facts that a response holds about itself, whether it is a success or not.
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

/// An operation that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The listing itself.
    ListPipelines,
    /// The look-up of the project.
    FindProject,
}

/// A request of a call, for people.
#[derive(Clone, Debug)]
pub struct RequestSummary {
    /// The operation.
    pub operation: Operation,
    /// Method and URL. Empty: nothing was sent.
    pub line: String,
    /// How many requests were sent.
    pub attempts: u32,
}

impl Failure {
    /// A failure that another attempt would not mend.
    #[must_use]
    pub fn lasting(kind: ErrorKind, detail: impl Into<String>) -> Self {
        let response = ResponseFacts::default();
        Self { kind, transient: false, detail: Some(detail.into()), retry_after: None, response }
    }

    /// A failure that may be over at the next attempt.
    #[must_use]
    pub fn transient(kind: ErrorKind, detail: impl Into<String>) -> Self {
        Self { transient: true, ..Self::lasting(kind, detail) }
    }

    /// Returns the same failure, of this response.
    #[must_use]
    pub fn of(self, response: ResponseFacts) -> Self {
        Self { response, ..self }
    }

    /// Returns whether a later call may succeed. That holds for more failures than one call tries again by itself.
    #[must_use]
    pub fn retryable(&self) -> bool {
        let kind_may_pass = match self.kind {
            ErrorKind::Refused
            | ErrorKind::Reset
            | ErrorKind::Timeout(_)
            | ErrorKind::Throttled(_)
            | ErrorKind::CutShort => true,
            // Not implemented, and HTTP version not supported, are answers for good.
            ErrorKind::Unavailable => !matches!(self.response.status, Some(501 | 505)),
            _ => false,
        };
        self.transient || kind_may_pass
    }
}

impl From<InvalidArgument> for Failure {
    fn from(invalid: InvalidArgument) -> Self {
        Self { detail: None, ..Self::lasting(ErrorKind::InvalidArgument(invalid), "") }
    }
}

impl Operation {
    /// Returns the name of the function in the WIT.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ListPipelines => "list-pipelines",
            Self::FindProject => "find-project",
        }
    }

    /// Returns the permission that the service demands of the caller, and those that it depends on.
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
