//! A body that fails when it pauses for too long.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep};

use crate::enforce::Policy;
use crate::failure;
use crate::farewell::Farewell;
use crate::http::HttpError;

pub(crate) struct Paced {
    incoming: Incoming,
    pause: Duration,
    overdue: Pin<Box<Sleep>>,
    /// How the server closes the connection, if it speaks HTTP/2.
    farewell: Option<Farewell>,
    /// Stores why the body broke off.
    policy: Policy,
}

impl Paced {
    pub(crate) fn new(incoming: Incoming, pause: Duration, farewell: Option<Farewell>, policy: Policy) -> Self {
        Self { incoming, pause, overdue: Box::pin(sleep(pause)), farewell, policy }
    }

    fn failed(&self, error: &hyper::Error) -> HttpError {
        let fault = failure::body(error, self.farewell.as_ref().and_then(Farewell::words));
        self.policy.explain(fault.explanation());
        fault.into_code()
    }
}

impl Body for Paced {
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
