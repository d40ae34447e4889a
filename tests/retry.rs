//! When a request is tried again, and after how long.

use std::time::Duration;

use model::error::ErrorKind;
use proptest::prelude::*;
use servicestage_component::failure::Failure;
use servicestage_component::retry::{RetryDecision, RetryState, decide};

const STATE: RetryState<'_> = RetryState {
    attempts: 1,
    max_attempts: 4,
    remaining: Duration::from_secs(60),
    nanoseconds: 123_456_789,
    target: "GET https://servicestage.example.com",
};

fn transient() -> Failure {
    Failure::transient(ErrorKind::Reset, "")
}

proptest! {
    #[test]
    fn the_wait_doubles_and_keeps_to_its_half(attempts in 1_u32..10, nanoseconds in 0_u32..1_000_000_000) {
        let remaining = Duration::from_secs(10_000);
        let state = RetryState { attempts, nanoseconds, max_attempts: 10, remaining, ..STATE };
        let whole = Duration::from_secs(2) * 2_u32.pow(attempts - 1);
        match decide(&transient(), state) {
            RetryDecision::Wait(wait) => prop_assert!(whole / 2 <= wait && wait < whole, "{wait:?}"),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn no_wait_passes_the_deadline(remaining in 0_u64..20_000, after in prop::option::of(0_u64..20_000)) {
        let failure = Failure { retry_after: after.map(Duration::from_millis), ..transient() };
        let remaining = Duration::from_millis(remaining);
        match decide(&failure, RetryState { remaining, ..STATE }) {
            RetryDecision::Wait(wait) => prop_assert!(wait < remaining),
            RetryDecision::GiveUp(reason) => prop_assert!(reason.is_some()),
        }
    }
}

#[test]
fn the_pause_that_the_service_asks_for_is_obeyed_exactly() {
    let after = Some(Duration::from_millis(7001));
    let failure = Failure { retry_after: after, ..transient() };
    assert_eq!(decide(&failure, STATE), RetryDecision::Wait(Duration::from_millis(7001)));
}

#[test]
fn callers_that_fail_at_once_do_not_return_at_once() {
    let waits: std::collections::HashSet<_> = (0..100)
        .map(|nanoseconds| match decide(&transient(), RetryState { nanoseconds, ..STATE }) {
            RetryDecision::Wait(wait) => wait,
            RetryDecision::GiveUp(_) => panic!("given up"),
        })
        .collect();
    assert!(waits.len() > 80, "only {} different waits", waits.len());
}

#[test]
fn requests_that_would_fail_again_are_given_up() {
    let lasting = Failure { retry_after: Some(Duration::ZERO), ..Failure::lasting(ErrorKind::Unauthenticated, "") };
    assert_eq!(decide(&lasting, STATE), RetryDecision::GiveUp(None));
    assert_eq!(decide(&transient(), RetryState { attempts: 4, ..STATE }), RetryDecision::GiveUp(None));
}
