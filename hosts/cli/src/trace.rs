//! Tells of each request and its answer, for `-vv`. Neither headers nor bodies are shown: they hold secrets.

use std::time::Instant;

use component_runtime::Layer;
use component_runtime::http::{Decision, Request, Timeouts, Verdict};

use crate::progress::Progress;
use crate::text;

/// A layer around the one that answers, since only there question and answer meet.
pub struct Traced<L> {
    inner: L,
    progress: Progress,
}

impl<L> Traced<L> {
    /// Tells of the requests that pass to this layer.
    pub fn new(inner: L, progress: Progress) -> Self {
        Self { inner, progress }
    }
}

impl<L: Layer> Layer for Traced<L> {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            let asked = text::line(&format!("> {} {}", request.method(), request.uri()));
            self.progress.say(&asked);
            let began = Instant::now();
            let verdict = self.inner.decide(request, timeouts).await;
            let answer = match &verdict {
                Verdict::Continue(_) => return verdict,
                Verdict::Complete(Ok(response)) => response.status().as_u16().to_string(),
                Verdict::Complete(Err(error)) => format!("no answer: {error:?}"),
            };
            self.progress.say(&text::line(&format!("< {answer} after {} ms", began.elapsed().as_millis())));
            verdict
        })
    }
}
