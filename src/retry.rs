//! Whether a failed request is tried again within the call, and after how long.

use std::time::Duration;

use model::error::TOO_LATE;

use crate::failure::Failure;

/// The milliseconds of the wait before the second attempt, doubled for each one after. The vendor advises 2 to 5 s after
/// throttling.
const FIRST_WAIT: u64 = 2000;

/// The facts when an attempt has failed.
#[derive(Clone, Copy, Debug)]
pub struct RetryState<'a> {
    /// How many attempts were made.
    pub attempts: u32,
    /// How many may be made.
    pub max_attempts: u32,
    /// How much of the call's time is left.
    pub remaining: Duration,
    /// The nanoseconds of the clock: they differ between calls that fail in the same second.
    pub nanoseconds: u32,
    /// The URL: it differs between callers whose clocks agree.
    pub target: &'a str,
}

/// The step after a failed attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RetryDecision {
    /// Try again after this wait.
    Wait(Duration),
    /// Give up, for a reason that the caller should know, if there is one.
    GiveUp(Option<&'static str>),
}

/// Decides what to do after a failed attempt.
#[must_use]
pub fn decide(failure: &Failure, state: RetryState<'_>) -> RetryDecision {
    if !failure.transient || state.attempts >= state.max_attempts {
        return RetryDecision::GiveUp(None);
    }
    let wait = failure.retry_after.unwrap_or_else(|| backoff(state));
    if wait < state.remaining {
        return RetryDecision::Wait(wait);
    }
    RetryDecision::GiveUp(Some(TOO_LATE))
}

/// Between half and the whole of an exponentially growing wait, so that many callers do not return at once.
fn backoff(state: RetryState<'_>) -> Duration {
    let half = (FIRST_WAIT / 2) << state.attempts.saturating_sub(1).min(16);
    let mut hashed = hash(0xCBF2_9CE4_8422_2325, &state.nanoseconds.to_le_bytes());
    hashed = hash(hashed, &state.attempts.to_le_bytes());
    hashed = hash(hashed, state.target.as_bytes());
    Duration::from_millis(half + hashed % half.max(1))
}

/// FNV-1a, which spreads what differs little. Nothing here has to be hard to guess.
fn hash(before: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(before, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}
