//! Waiting, in virtual time: how it ends, what it reports, and how it pauses.
#![cfg(feature = "embed")]

#[path = "support/client.rs"]
mod client;
mod support;

use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use client::{Answer, answered, builder, listing};
use component_runtime::http::{Decision, Request, Timeouts};
use servicestage::error::Timeout;
use servicestage::wait::Event;
use servicestage::{Error, ErrorKind, Layer, Status, Wait, Waited};
use tokio::time::{Instant, sleep};

const OK: u8 = 2;
const FAILED: u8 = 3;
const RELEASING: u8 = 4;
const APPROVAL: u8 = 5;
const PAUSED: u8 = 7;

/// The result of a wait, the time of each listing, and the reported events.
struct Outcome {
    result: Result<Waited, Box<Error>>,
    seconds: Vec<f64>,
    events: Vec<String>,
    took: Duration,
}

/// Waits while these answers come, the last one again and again. Each request is tried once.
async fn wait(wait: Wait, answers: Vec<Answer>) -> Outcome {
    let (began, times) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let kept = Arc::clone(&times);
    let (client, _) = answered(builder().max_attempts(1), move |before, _| {
        kept.lock().unwrap().push(began.elapsed().as_secs_f64());
        answers[before.min(answers.len() - 1)].clone()
    });
    let events = Arc::new(Mutex::new(Vec::new()));
    let reported = Arc::clone(&events);
    let wait = wait.on_event(move |event| {
        reported.lock().unwrap().push(match event {
            Event::Status(pipeline) => pipeline.status.unwrap().to_string(),
            Event::NotStarted(_) => "not started".to_owned(),
            Event::Missing => "missing".to_owned(),
            Event::Retrying(error, _) => format!("{:?}", error.kind),
            other => panic!("{other:?}"),
        });
    });
    let result = client.wait(wait).await;
    let (seconds, events) = (times.lock().unwrap().clone(), events.lock().unwrap().clone());
    Outcome { result, seconds, events, took: began.elapsed() }
}

/// A listing of the task `a` with this status.
fn has(status: u8) -> Answer {
    listing(&[("1", "a", status, 1000), ("2", "b", OK, 1000)])
}

/// The same answer with a request id.
fn with_id((status, _, body): &Answer) -> Answer {
    (*status, &[("x-request-id", "r-1")], body.clone())
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_status_is_reached() {
    let outcome = wait(Wait::name("a"), vec![has(1), has(RELEASING), has(RELEASING), has(OK)]).await;
    let waited = outcome.result.unwrap();
    assert_eq!((waited.pipeline.id.as_str(), waited.reached), ("1", true));
    assert_eq!((outcome.seconds.len(), outcome.events), (4, vec!["initialized".to_owned(), "releasing".to_owned()]));
    let by_id = wait(Wait::id("2"), vec![has(FAILED)]).await.result.unwrap();
    assert_eq!((by_id.pipeline.name.as_deref(), by_id.reached), (Some("b"), true));
}

#[tokio::test(start_paused = true)]
async fn a_final_status_that_is_not_waited_for_ends_the_wait_unreached() {
    for (answer, reached) in [(OK, true), (FAILED, false), (9, false), (11, false), (12, false)] {
        let waited = wait(Wait::name("a"), vec![has(answer)]).await.result.unwrap();
        assert_eq!(waited.reached, reached, "{answer}");
    }
    let wanted = Wait::name("a").for_status([Status::Failed, Status::Other(11)]);
    assert!(wait(wanted, vec![has(11)]).await.result.unwrap().reached);
}

#[tokio::test(start_paused = true)]
async fn a_status_that_needs_a_person_is_reported_once_and_waited_through_unless_it_is_named() {
    let answers = vec![has(PAUSED), has(PAUSED), has(APPROVAL), has(APPROVAL), has(6), has(OK)];
    let outcome = wait(Wait::name("a"), answers.clone()).await;
    assert!(outcome.result.unwrap().reached);
    assert_eq!(outcome.events, ["paused", "pending_approval", "6"]);
    let named = wait(Wait::name("a").for_status([Status::PendingApproval]), answers.clone()).await.result.unwrap();
    assert_eq!((named.pipeline.status, named.reached), (Some(Status::PendingApproval), true));
    let failed = wait(Wait::name("a").fail_on([Status::Paused]), answers).await.result.unwrap();
    assert_eq!((failed.pipeline.status, failed.reached), (Some(Status::Paused), false));
}

#[tokio::test(start_paused = true)]
async fn the_success_of_the_previous_run_does_not_count() {
    let started = |at, status| listing(&[("1", "a", status, at)]);
    let never: Answer = (200, &[], r#"[{"id":"1","name":"a","status":2}]"#.to_owned());
    let after = Wait::name("a").started_after(UNIX_EPOCH + Duration::from_millis(5000));
    let answers = vec![never, started(4999, OK), started(5000, RELEASING), started(5000, OK)];
    let outcome = wait(after, answers).await;
    assert_eq!(outcome.result.unwrap().pipeline.last_trigger_at, Some(5000));
    assert_eq!(outcome.events, ["not started", "releasing"]);
}

#[tokio::test(start_paused = true)]
async fn a_missing_task_is_not_found_unless_it_is_waited_for() {
    for name in [Wait::name("c"), Wait::id("3")] {
        let error = wait(name, vec![with_id(&has(OK))]).await.result.unwrap_err();
        assert_eq!((error.attempts, error.request_id.as_deref()), (1, Some("r-1")));
        assert_eq!((&error.kind, error.operation.as_str()), (&ErrorKind::NotFound, "wait"), "{error}");
        assert!(error.message.contains("`wait_for_task`") && error.message.lines().count() == 3, "{error}");
    }
    let outcome = wait(Wait::name("c").wait_for_task(), vec![has(OK), listing(&[("3", "c", OK, 0)])]).await;
    assert_eq!((outcome.result.unwrap().pipeline.id.as_str(), outcome.events), ("3", vec!["missing".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_name_or_an_id_of_several_tasks_is_refused_after_the_listing() {
    let tasks = listing(&[("1", "a", OK, 0), ("2", "a", FAILED, 0), ("2", "b", OK, 0)]);
    for (task, argument, reason) in [
        (Wait::name("a"), "name", r#"2 release tasks have the name "a", and the ids "1", "2"; pass one of the ids"#),
        (Wait::id("2"), "id", r#"2 release tasks have the id "2"; pass the name of one of them"#),
    ] {
        let error = wait(task, vec![with_id(&tasks)]).await.result.unwrap_err();
        let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
        assert_eq!((invalid.argument.as_str(), invalid.reason.as_str()), (argument, reason));
        assert!(!error.message.contains("nothing was sent"), "{error}");
        assert_eq!((error.attempts, error.request_id.as_deref(), error.retryable), (1, Some("r-1"), false));
    }
}

#[tokio::test(start_paused = true)]
async fn errors_worth_retrying_are_waited_through_and_others_are_not() {
    let outcome = wait(Wait::name("a"), vec![(503, &[], String::new()), (503, &[], String::new()), has(OK)]).await;
    assert!(outcome.result.unwrap().reached);
    assert_eq!(outcome.events, ["Unavailable"]);
    for (status, code) in [(401, "APIGW.0301"), (403, "APIGW.0303")] {
        let refusal: Answer = (status, &[], format!(r#"{{"error_code":"{code}","error_msg":"no"}}"#));
        let outcome = wait(Wait::name("a"), vec![refusal, has(OK)]).await;
        let error = outcome.result.unwrap_err();
        assert_eq!((error.operation.as_str(), error.http_status), ("list-pipelines", Some(status)), "{error}");
        assert_eq!(outcome.seconds.len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_from_three_seconds_to_thirty_and_vary_by_a_fifth() {
    let wait = wait(Wait::name("a").timeout(Duration::from_secs(600)), vec![has(RELEASING)]).await;
    let pauses: Vec<f64> = wait.seconds.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let (last, pauses) = pauses.split_last().unwrap();
    let mut expected: f64 = 3.0;
    for pause in pauses {
        assert!((expected * 0.79..expected * 1.21).contains(pause), "{pause} is not about {expected}: {pauses:?}");
        expected = (expected * 1.5).min(30.0);
    }
    assert!(pauses.len() > 10 && *last < 36.1, "{pauses:?}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_lists_until_its_end_and_says_how_long_it_took() {
    for (timeout, interval) in [(0.5, 3.0), (2.0, 3.0), (3.0, 3.0), (3.5, 1.0), (60.0, 3.0), (60.0, 600.0)] {
        let task =
            Wait::name("a").timeout(Duration::from_secs_f64(timeout)).interval(Duration::from_secs_f64(interval));
        let outcome = wait(task, vec![has(RELEASING)]).await;
        let error = outcome.result.unwrap_err();
        assert_eq!((&error.kind, error.retryable), (&ErrorKind::Timeout(Timeout::Call), true));
        let (listings, took) = (outcome.seconds.len(), outcome.took.as_secs_f64());
        assert!(listings > 1 && took <= timeout + 0.01, "{timeout}: {listings}, {took}");
        let last = outcome.seconds.last().unwrap();
        assert!(*last >= timeout / 2.0 && *last >= timeout - 0.6, "{timeout}: {last}");
        for part in ["wait failed", "\"a\"", "releasing", &format!("{took:.1} s and {listings} listings"), "`timeout`"]
        {
            assert!(error.message.contains(part), "{error} has no {part}");
        }
        assert_eq!((error.attempts as usize, error.http_status), (listings, None));
    }
}

/// Each answer takes four seconds.
struct Slow(Arc<dyn Layer>);

impl Layer for Slow {
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async move {
            sleep(Duration::from_secs(4)).await;
            self.0.decide(request, timeouts).await
        })
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_listing_has_the_time_that_the_one_before_it_took() {
    for (timeout, begun, cut_off) in [(20.0, 15.4..15.6, false), (5.0, 4.4..4.6, true)] {
        let times = Arc::new(Mutex::new(Vec::new()));
        let (client, _) = answered(builder(), |_, _| has(RELEASING));
        let (began, kept) = (Instant::now(), Arc::clone(&times));
        let client = client.recording(move |inner| {
            kept.lock().unwrap().push(began.elapsed().as_secs_f64());
            Arc::new(Slow(inner))
        });
        let task = Wait::name("a").timeout(Duration::from_secs_f64(timeout)).interval(Duration::from_secs(1));
        let error = client.wait(task).await.unwrap_err();
        assert!(begun.contains(times.lock().unwrap().last().unwrap()), "{times:?}");
        assert_eq!(error.message.contains("The last listing failed: the call took longer"), cut_off, "{error}");
        assert!(error.message.contains("had releasing when it was listed last"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_out_keeps_the_fields_of_the_last_listing_and_counts_all_requests() {
    let failed: Answer = (503, &[("x-request-id", "r-1")], r#"{"error_code":"SVC.1","error_msg":"busy"}"#.to_owned());
    let task = Wait::name("a").timeout(Duration::from_secs(2));
    let error = wait(task, vec![has(RELEASING), failed]).await.result.unwrap_err();
    assert_eq!((error.kind, error.attempts, error.http_status), (ErrorKind::Timeout(Timeout::Call), 2, Some(503)));
    assert_eq!((error.vendor_code.as_deref(), error.vendor_message.as_deref()), (Some("SVC.1"), Some("busy")));
    assert_eq!(error.request_id.as_deref(), Some("r-1"));
    let why = "2 listings. The last listing failed: the service is not available. SVC.1: busy. (GET ";
    assert!(error.message.contains("not be listed the last time") && error.message.contains(why), "{}", error.message);
}

#[tokio::test(start_paused = true)]
async fn the_server_s_pause_is_obeyed_and_one_beyond_the_end_ends_the_wait() {
    const LATER: &[(&str, &str)] = &[("retry-after", "50")];
    let throttled: Answer = (429, LATER, String::new());
    let outcome = wait(Wait::name("a"), vec![throttled.clone(), has(OK)]).await;
    assert!(outcome.result.unwrap().reached);
    assert!((50.0..50.1).contains(&outcome.seconds[1]), "{:?}", outcome.seconds);
    let short = Wait::name("a").timeout(Duration::from_secs(40));
    let outcome = wait(short, vec![has(RELEASING), throttled]).await;
    let error = outcome.result.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Timeout(_)) && error.http_status == Some(429), "{error:?}");
    let waited = format!("after {:.1} s and 2 listings. The service asks to wait for 50s", outcome.took.as_secs_f64());
    assert!(error.message.contains(&waited) && outcome.took < Duration::from_secs(4), "{error}");
    assert_eq!(outcome.events, ["releasing"]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_within_a_listing_that_is_longer_than_the_time_left_ends_the_wait_at_once() {
    const LATER: &[(&str, &str)] = &[("retry-after", "100"), ("x-request-id", "r-1")];
    let busy = || (503, LATER, r#"{"error_code":"SVC.1","error_msg":"busy"}"#.to_owned());
    let why = "The last listing failed: the service is not available. SVC.1: busy. Not tried again: the next attempt would \
               be due after the end of `timeout`. (GET ";
    for (before, state, latest) in [
        (0, "was not listed, after 0.0 s and 1 listing", Duration::ZERO),
        (1, "had releasing when it was listed last", Duration::from_secs(4)),
    ] {
        let (client, sent) = answered(builder(), move |n, _| if n < before { has(RELEASING) } else { busy() });
        let began = Instant::now();
        let error = client.wait(Wait::name("a").timeout(Duration::from_secs(60))).await.unwrap_err();
        assert!(began.elapsed() <= latest, "{:?}", began.elapsed());
        assert!(error.message.contains(state) && error.message.contains(why), "{error}");
        assert!(error.message.ends_with("quote the request id to the service's support."), "{error}");
        assert_eq!((error.operation.as_str(), error.kind), ("wait", ErrorKind::Timeout(Timeout::Call)));
        assert_eq!((sent.urls().len(), error.attempts as usize), (before + 1, before + 1));
        assert_eq!((error.http_status, error.request_id.as_deref()), (Some(503), Some("r-1")));
        assert_eq!((error.vendor_code.as_deref(), error.retryable), (Some("SVC.1"), true));
    }
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_a_shorter_call_timeout_ends_is_tried_again() {
    for (call_timeout, reached) in [(Duration::from_secs(90), true), (Duration::from_secs(700), false)] {
        let busy = (503, &[("retry-after", "650")] as &[_], String::new());
        let answer = move |n, _: &str| if n == 0 { busy.clone() } else { has(OK) };
        let (client, _) = answered(builder().timeout(call_timeout), answer);
        let waited = client.wait(Wait::name("a").timeout(Duration::from_secs(600))).await;
        assert_eq!(waited.is_ok_and(|waited| waited.reached), reached, "{call_timeout:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_takes_too_long_does_not_outlast_the_wait() {
    let (client, _) = answered(builder().max_attempts(1), |_, _| has(RELEASING));
    let client = client.recording(|inner| Arc::new(Slow(inner)));
    let began = Instant::now();
    let error = client.wait(Wait::name("a").timeout(Duration::from_secs(3))).await.unwrap_err();
    assert!((2.99..3.01).contains(&began.elapsed().as_secs_f64()), "{:?}", began.elapsed());
    assert!(error.message.contains("was not listed, after 3.0 s and 1 listing. The last listing failed"), "{error}");
    assert_eq!((error.operation.as_str(), error.attempts), ("wait", 1));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_wait_is_refused_before_anything_is_sent() {
    for (wrong, argument) in [
        (Wait::name(""), "name"),
        (Wait::id(""), "id"),
        (Wait::name("a").timeout(Duration::ZERO), "timeout"),
        (Wait::name("a").for_status([]), "for_status"),
        (Wait::name("a").fail_on([Status::Succeeded]), "fail_on"),
        (Wait::name("a").interval(Duration::ZERO), "interval"),
    ] {
        let outcome = wait(wrong, vec![has(OK)]).await;
        let error = outcome.result.unwrap_err();
        let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
        assert_eq!((invalid.argument.as_str(), outcome.seconds.len()), (argument, 0));
        assert_eq!((error.operation.as_str(), error.attempts), ("wait", 0));
    }
    // No length of time is too long for the clock.
    let long = Wait::name("a").timeout(Duration::MAX).interval(Duration::MAX);
    assert!(wait(long, vec![has(RELEASING), has(OK)]).await.result.unwrap().reached);
}
