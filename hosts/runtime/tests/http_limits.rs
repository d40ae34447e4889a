//! Limits of requests and responses, which hold whatever the last layer is.
#![cfg(feature = "compile")]

mod requesting;

use std::sync::Arc;
use std::time::Duration;

use component_runtime::http::{Decision, Request, Timeouts};
use component_runtime::{CallError, Layer, Limits, Plugin, Runtime};
use requesting::{FixedResponse, INTERNAL_ERROR, RESPONSE_BODY_TOO_LARGE, RESPONSE_HEADERS_TOO_LARGE, ask, component};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

fn load(limits: Limits) -> Plugin {
    Runtime::new(limits).unwrap().compile(&component()).unwrap()
}

#[tokio::test]
async fn the_body_of_a_response_ends_at_the_limit() {
    let plugin = load(Limits { response_bytes: 100_000, ..Limits::default() });
    let answered = |bytes| -> Arc<dyn Layer> { FixedResponse::with_body(bytes) };
    assert_eq!(ask(&plugin, &answered(100_000), 1, 0).await.unwrap(), 100_000);
    assert_eq!(ask(&plugin, &answered(100_001), 1, 0).await.unwrap(), RESPONSE_BODY_TOO_LARGE);
    // The limit is that of one response, and the next call is clean.
    assert_eq!(ask(&plugin, &answered(100_000), 5, 0).await.unwrap(), 100_000);
}

#[tokio::test]
async fn the_head_of_a_response_ends_at_the_limit() {
    let plugin = load(Limits { header_bytes: 1000, ..Limits::default() });
    // The name has two characters, and a field counts 32 more than it has.
    let answered = |bytes| -> Arc<dyn Layer> { FixedResponse::with_header("ab", &"v".repeat(bytes)) };
    assert_eq!(ask(&plugin, &answered(966), 1, 0).await.unwrap(), 0);
    assert_eq!(ask(&plugin, &answered(967), 1, 0).await.unwrap(), RESPONSE_HEADERS_TOO_LARGE);
    assert_eq!(ask(&plugin, &answered(966), 1, 0).await.unwrap(), 0);
}

#[tokio::test]
async fn headers_that_a_component_sets_end_at_the_limit() {
    let plugin = load(Limits { header_bytes: 1000, ..Limits::default() });
    let last = FixedResponse::with_body(0);
    let layer: Arc<dyn Layer> = last.clone();
    assert_eq!(ask(&plugin, &layer, 1, 900).await.unwrap(), 0);
    let error = ask(&plugin, &layer, 1, 1000).await.unwrap_err();
    assert!(matches!(&error, CallError::Trapped(why) if why.contains("exceeds limit")), "{error}");
    assert_eq!(last.count(), 1, "what is too large is not sent");
    assert_eq!(ask(&plugin, &layer, 1, 900).await.unwrap(), 0);
}

#[tokio::test]
async fn requests_beyond_the_limit_are_denied_and_those_of_the_next_call_are_not() {
    let plugin = load(Limits { requests: 3, ..Limits::default() });
    let last = FixedResponse::with_body(7);
    let layer: Arc<dyn Layer> = last.clone();
    assert_eq!(ask(&plugin, &layer, 3, 0).await.unwrap(), 7);
    assert_eq!(ask(&plugin, &layer, 1000, 0).await.unwrap(), INTERNAL_ERROR);
    assert_eq!(last.count(), 6, "no layer sees what is beyond");
    assert_eq!(ask(&plugin, &layer, 3, 0).await.unwrap(), 7);
}

/// Answers after an hour.
struct Slow(FixedResponse);

impl Layer for Slow {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            sleep(Duration::from_secs(3600)).await;
            self.0.decide(request, timeouts).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn waiting_for_an_answer_uses_no_cpu() {
    let limits = Limits { cpu: Duration::from_secs(20), deadline: Duration::from_secs(4000), ..Limits::default() };
    let slow: Arc<dyn Layer> = Arc::new(Slow(FixedResponse::default()));
    assert_eq!(ask(&load(limits), &slow, 1, 0).await.unwrap(), 0);
}

/// Answers when the test says so.
struct Held {
    asked: Notify,
    answer: Notify,
    inner: FixedResponse,
}

impl Layer for Held {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        self.asked.notify_one();
        Box::pin(async move {
            self.answer.notified().await;
            self.inner.decide(request, timeouts).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_its_turn_and_not_beyond_its_deadline() {
    let deadline = Duration::from_secs(60);
    let runtime = Runtime::new(Limits { calls: 1, deadline, ..Limits::default() }).unwrap();
    // The calls of all components of a runtime count.
    let (first, second) = (runtime.compile(&component()).unwrap(), runtime.compile(&component()).unwrap());
    let held = Arc::new(Held { asked: Notify::new(), answer: Notify::new(), inner: FixedResponse::default() });
    let (layer, quick): (Arc<dyn Layer>, Arc<dyn Layer>) = (held.clone(), FixedResponse::with_body(7));

    // The first call ends at its deadline, and the second one, which began later, gets its turn.
    let later = async {
        held.asked.notified().await;
        sleep(Duration::from_millis(1)).await;
        ask(&second, &quick, 1, 0).await
    };
    let (one, other) = tokio::join!(ask(&first, &layer, 1, 0), later);
    assert!(matches!(one, Err(CallError::Overdue(_))), "{one:?}");
    assert_eq!(other.unwrap(), 7);

    // Both have the same deadline, and that of the call that waits is looked at first.
    let waiting = async {
        held.asked.notified().await;
        ask(&second, &quick, 1, 0).await
    };
    let (one, other) = tokio::join!(biased; waiting, ask(&first, &layer, 1, 0));
    assert!(matches!(one, Err(CallError::TooManyCalls { calls: 1, .. })), "{one:?}");
    assert!(matches!(other, Err(CallError::Overdue(_))), "{other:?}");

    held.answer.notify_one();
    assert_eq!(ask(&first, &layer, 1, 0).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn waiting_for_a_turn_counts_towards_the_deadline() {
    let deadline = Duration::from_secs(60);
    let runtime = Runtime::new(Limits { calls: 1, deadline, ..Limits::default() }).unwrap();
    let plugin = runtime.compile(&component()).unwrap();
    let held = Arc::new(Held { asked: Notify::new(), answer: Notify::new(), inner: FixedResponse::default() });
    let layer: Arc<dyn Layer> = held.clone();
    let began = Instant::now();
    let release = async {
        sleep(Duration::from_secs(40)).await;
        held.answer.notify_one();
    };
    // The second call is never answered. It waits for 40 seconds, so 20 are left.
    let (one, other, ()) = tokio::join!(biased; ask(&plugin, &layer, 1, 0), ask(&plugin, &layer, 1, 0), release);
    assert_eq!(one.unwrap(), 0);
    assert!(matches!(other, Err(CallError::Overdue(_))), "{other:?}");
    assert_eq!(began.elapsed().as_secs(), 60);
}
