//! A client whose requests are answered in the process, and what it sent.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::sync::{Arc, Mutex};

use component_runtime::http::{Decision, Request, Timeouts, Verdict, full};
use servicestage::builder::Builder;
use servicestage::{Client, Environment, Layer};

use crate::support::PROJECT;

/// Answers in the network's place: status, one header and body.
pub struct Answers<F> {
    answer: F,
    sent: Sent,
}

/// The requests so far, as `METHOD URL` and their headers.
#[derive(Clone, Default)]
pub struct Sent(Arc<Mutex<Vec<(String, http::HeaderMap)>>>);

pub type Answer = (u16, &'static [(&'static str, &'static str)], String);

impl Sent {
    pub fn urls(&self) -> Vec<String> {
        self.0.lock().unwrap().iter().map(|(url, _)| url.clone()).collect()
    }

    pub fn headers(&self) -> Vec<http::HeaderMap> {
        self.0.lock().unwrap().iter().map(|(_, headers)| headers.clone()).collect()
    }
}

impl<F: Fn(usize, &str) -> Answer + Send + Sync> Layer for Answers<F> {
    fn decide<'a>(&'a self, request: Request, _: &'a Timeouts) -> Decision<'a> {
        let url = format!("{} {}", request.method(), request.uri());
        let before = {
            let mut sent = self.sent.0.lock().unwrap();
            sent.push((url.clone(), request.headers().clone()));
            sent.len() - 1
        };
        let (status, headers, body) = (self.answer)(before, &url);
        let mut response = http::Response::builder().status(status).header("content-type", "application/json");
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        Box::pin(std::future::ready(Verdict::Complete(Ok(response.body(full(body)).unwrap()))))
    }
}

/// A builder that takes nothing from this machine, with a key and a project.
pub fn builder() -> Builder {
    Client::builder()
        .environment(Environment::of(|_| None, None))
        .region("cn-north-4")
        .project_id(PROJECT)
        .access_key("EXAMPLEAK0123456789A", "hushSK-Qw7Zr2Xk9Lm4Vn8Tb3")
}

/// The same, answered by this function of the number of requests before and of the request.
pub fn answered(builder: Builder, answer: impl Fn(usize, &str) -> Answer + Send + Sync + 'static) -> (Client, Sent) {
    let sent = Sent::default();
    let layer = Arc::new(Answers { answer, sent: sent.clone() });
    (builder.unchecked_http_layer(layer).build().unwrap(), sent)
}

/// A listing of these release tasks: id, name, status, when they were started last.
pub fn listing(tasks: &[(&str, &str, u8, u64)]) -> Answer {
    let task = |(id, name, status, started): &(&str, &str, u8, u64)| {
        format!(r#"{{"id":"{id}","name":"{name}","status":{status},"last_trigger_at":{started}}}"#)
    };
    (200, &[], format!("[{}]", tasks.iter().map(task).collect::<Vec<_>>().join(",")))
}
