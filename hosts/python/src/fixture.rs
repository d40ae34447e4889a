//! One answer for every request, in place of the network: for tests of programs that use the package.

use bytes::Bytes;
use component_runtime::Layer;
use component_runtime::http::{Decision, Request, Response, Timeouts, Verdict, full};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};

/// Answers every request alike.
pub struct Fixture {
    /// The status.
    pub status: StatusCode,
    /// The body, which is JSON.
    pub body: Bytes,
}

impl Layer for Fixture {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        let mut response = Response::new(full(self.body.clone()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Box::pin(async move { Verdict::Complete(Ok(response)) })
    }
}
