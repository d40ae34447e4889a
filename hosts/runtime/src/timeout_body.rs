//! A body that fails when it pauses for too long.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use crate::enforce::Policy;
use crate::goaway::SharedGoaway;
use crate::http::HttpError;
use crate::http_error;

pub(crate) struct TimeoutBody {
    incoming: Incoming,
    pause: Duration,
    overdue: Pin<Box<Sleep>>,
    /// How the server closes the connection, if it speaks HTTP/2.
    goaway: Option<SharedGoaway>,
    /// Stores why the body broke off.
    policy: Policy,
}

impl TimeoutBody {
    pub(crate) fn new(incoming: Incoming, pause: Duration, goaway: Option<SharedGoaway>, policy: Policy) -> Self {
        Self { incoming, pause, overdue: Box::pin(sleep(pause)), goaway, policy }
    }

    fn failed(&self, error: &hyper::Error) -> HttpError {
        let error = http_error::broken_body(error, self.goaway.as_ref().and_then(SharedGoaway::get));
        self.policy.explain(error.explanation());
        error.into_code()
    }
}

impl Body for TimeoutBody {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        match Pin::new(&mut self.incoming).poll_frame(context) {
            Poll::Ready(frame) => {
                let next = Instant::now() + self.pause;
                self.overdue.as_mut().reset(next);
                Poll::Ready(frame.map(|frame| frame.map_err(|error| self.failed(&error))))
            }
            Poll::Pending => self.overdue.as_mut().poll(context).map(|()| Some(Err(HttpError::ConnectionReadTimeout))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming.size_hint()
    }
}
