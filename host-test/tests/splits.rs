//! However a body is cut into pieces on its way, what is made of it is the same.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use component_runtime::http::{Decision, HttpError, Layer, Request, Timeouts, Verdict};
use component_runtime::{Plugin, Stack};
use host_test::run::load;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame};
use serde_json::{Value, json};
use servicestage::Exports;
use servicestage::types::Connection;

/// Answers with this status and a body in these pieces.
struct FixedResponse(u16, Vec<Bytes>);

impl Layer for FixedResponse {
    fn decide<'a>(&'a self, _request: Request, _timeouts: &'a Timeouts) -> Decision<'a> {
        let pieces = Pieces { left: self.1.iter().cloned().collect(), waits: false };
        let response = http::Response::builder().status(self.0).body(pieces.boxed_unsync()).unwrap();
        Box::pin(async { Verdict::Complete(Ok(response)) })
    }
}

/// A body that comes piece by piece, with a wait before each, so that no reader sees two at once.
struct Pieces {
    left: VecDeque<Bytes>,
    waits: bool,
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        self.waits = !self.waits;
        if self.waits {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(self.left.pop_front().map(|piece| Ok(Frame::data(piece))))
    }
}

/// The listing or the error, as JSON.
async fn list(plugin: &Plugin, status: u16, pieces: Vec<Bytes>) -> Value {
    let connection = Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        max_attempts: Some(1),
        ..Connection::default()
    };
    let client = Exports::new(plugin.clone(), Stack::new(vec![Arc::new(FixedResponse(status, pieces))]));
    match client.list_pipelines(connection, vec![]).await {
        Ok(listing) => json!({ "listing": listing }),
        Err(error) => json!({ "error": *error }),
    }
}

/// The pieces of a body that is cut wherever the bit of that number is set.
fn cut(body: &[u8], cuts: u32) -> Vec<Bytes> {
    let ends = (1..body.len()).filter(|at| cuts >> (at - 1) & 1 == 1).chain([body.len()]);
    let mut start = 0;
    let piece = |end| Bytes::copy_from_slice(&body[std::mem::replace(&mut start, end)..end]);
    ends.map(piece).collect()
}

#[tokio::test]
async fn a_small_body_reads_the_same_in_every_way_to_cut_it() {
    let plugin = load().unwrap();
    for (status, body) in [(200, r#"[{"id":1}]"#), (200, r#"[{"id":"#), (400, r#"{"code":1}"#)] {
        let whole = list(&plugin, status, vec![body.into()]).await;
        assert_eq!(whole["listing"].is_object(), body.ends_with(']'), "{whole}");
        for cuts in 0..1 << (body.len() - 1) {
            assert_eq!(list(&plugin, status, cut(body.as_bytes(), cuts)).await, whole, "{body} cut by {cuts:b}");
        }
    }
}

#[tokio::test]
async fn a_whole_answer_reads_the_same_cut_once_anywhere_or_into_pieces_of_any_size() {
    let plugin = load().unwrap();
    let body = r#"{"count":2,"pipelines":[{"id":"é\ud83d\ude00","status":3,"create_time":1.735e12,"extend_info":{"a":[1,"x"]}},
        {"id":"b","name":"😀","unknown":[null,true]}]}"#;
    let whole = list(&plugin, 200, vec![body.into()]).await;
    assert_eq!(whole["listing"]["total"], 2, "{whole}");
    let body = body.as_bytes();
    for at in 1..body.len() {
        let (before, after) = body.split_at(at);
        let pieces = [before, b"", after].map(Bytes::copy_from_slice).into();
        assert_eq!(list(&plugin, 200, pieces).await, whole, "cut at {at}");
        let pieces = body.chunks(at).map(Bytes::copy_from_slice).collect();
        assert_eq!(list(&plugin, 200, pieces).await, whole, "pieces of {at}");
    }
}
