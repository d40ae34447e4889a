//! Components that misuse `wasi:http`, over the real stack. The server sees only requests that were granted. No
//! connection stays open, and the next call succeeds. The scenarios are in `host-test/guests`.

mod support;

use component_runtime::CallError;
use support::guest::{Guest, LIMITS};
use support::witness::Witness;

/// The outcome of a scenario.
struct Played {
    outcome: Result<Vec<String>, CallError>,
    /// The requests that reached the server.
    heads: Vec<String>,
    /// How many connections it had at one time.
    most: usize,
    server: String,
}

async fn play(scenario: &str) -> Played {
    let guest = Guest::load(LIMITS);
    let witness = Witness::start().await;
    let outcome = guest.play(scenario, &witness).await;
    witness.all_closed().await;
    let played = Played { outcome, heads: witness.heads(), most: witness.most(), server: witness.address.to_string() };
    assert_eq!(guest.play("asks once", &witness).await.unwrap(), ["200"], "after {scenario}");
    played
}

impl Played {
    fn told(&self) -> &[String] {
        self.outcome.as_ref().unwrap()
    }

    /// The one request that a host makes of a guest's, with nothing in it but what the host put there.
    fn plain(&self) -> String {
        format!("GET /ok HTTP/1.1\r\nhost: {}\r\n\r\n", self.server)
    }

    fn trapped(&self) -> &str {
        match &self.outcome {
            Err(CallError::Trapped(why)) => why,
            other => panic!("no trap: {other:?}"),
        }
    }

    fn is_overdue(&self) -> bool {
        matches!(self.outcome, Err(CallError::Overdue(_)))
    }
}

#[tokio::test]
async fn requests_without_end_end_with_the_call_by_whichever_limit_comes_first() {
    let most = usize::try_from(LIMITS.requests).unwrap();
    for scenario in ["asks without end", "asks all at once", "asks and does not listen"] {
        let played = play(scenario).await;
        match &played.outcome {
            Err(CallError::Incompatible(why)) => panic!("{scenario}: {why}"),
            Err(_) => {}
            // The guest learns that no more are let through, and goes on. One that does not listen has only begun them.
            Ok(told) => {
                let answered = told[0].strip_suffix(" answered").map(|answered| answered.parse::<usize>().unwrap());
                assert!(answered.is_none_or(|answered| answered <= most), "{scenario}: {told:?}");
            }
        }
        assert!(played.heads.len() <= most, "{scenario}: {} requests", played.heads.len());
    }
}

#[tokio::test]
async fn no_more_requests_are_under_way_than_a_call_has_resources() {
    assert!(play("asks all at once").await.most <= 128);
}

#[tokio::test]
async fn headers_that_are_the_host_s_own_cannot_be_set_in_any_way() {
    let played = play("sets forbidden headers").await;
    let (answer, tries) = played.told().split_last().unwrap();
    let (late, tries) = tries.split_last().unwrap();
    assert_eq!(tries.len(), 16 * 3);
    assert!(tries.iter().all(|told| told.ends_with(": forbidden")), "{tries:#?}");
    assert_eq!((late.as_str(), answer.as_str()), ("late: immutable", "200"));
    assert_eq!(played.heads, [played.plain()]);
}

#[tokio::test]
async fn nothing_is_smuggled_within_a_header() {
    let played = play("smuggles in headers").await;
    let (answer, tries) = played.told().split_last().unwrap();
    assert_eq!(tries, ["invalid"; 12]);
    assert_eq!(answer, "200");
    assert_eq!(played.heads, [played.plain()]);
}

#[tokio::test]
async fn nothing_is_smuggled_within_a_request_line() {
    let played = play("smuggles in the request line").await;
    let told = played.told();
    assert_eq!(told.len(), 18);
    assert!(told.iter().all(|told| told == "denied" || told.ends_with(" refused")), "{told:#?}");
    assert_eq!(played.most, 0, "{:?}", played.heads);
}

#[tokio::test]
async fn no_other_host_port_or_scheme_is_asked_however_it_is_written() {
    let played = play("asks other hosts").await;
    let told = played.told();
    assert_eq!(told.len(), 29);
    let not_asked =
        |told: &String| told == "denied" || told.ends_with(" refused") || told.contains("HttpProtocolError");
    assert!(told.iter().all(not_asked), "{told:#?}");
    assert_eq!(played.most, 0, "{:?}", played.heads);
}

#[tokio::test]
async fn a_body_that_nobody_asked_for_is_not_sent() {
    let played = play("sends without end").await;
    assert_eq!(played.told(), ["the stream ended"]);
    // The guest does not wait for an answer, so its call may be over before anything is sent.
    let plain = played.plain().replace("/ok", "/never");
    assert!(played.heads.iter().all(|head| *head == plain), "{:?}", played.heads);
}

#[tokio::test]
async fn headers_without_end_are_a_trap() {
    let played = play("sets headers without end").await;
    assert!(played.trapped().contains("fields"), "{}", played.trapped());
}

#[tokio::test]
async fn making_and_dropping_without_end_ends_at_the_deadline() {
    assert!(play("makes and drops without end").await.is_overdue());
}

#[tokio::test]
async fn waiting_for_what_never_comes_ends_at_the_deadline() {
    let played = play("waits for what never comes").await;
    assert!(played.is_overdue());
    assert_eq!(played.heads.len(), 1);
}

#[tokio::test]
async fn a_response_without_end_fills_no_more_than_the_guest_s_own_memory() {
    let played = play("keeps all of a response").await;
    assert!(played.outcome.is_err(), "{:?}", played.outcome);
}

#[tokio::test]
async fn a_response_that_is_left_while_it_streams_is_broken_off() {
    assert!(play("traps while a response streams").await.trapped().contains("unreachable"));
    assert_eq!(play("drops a response half read").await.told(), ["1 read"]);
    let played = play("keeps everything open and traps").await;
    assert!(played.trapped().contains("unreachable"));
    assert_eq!(played.most, 10, "all were open at the trap");
}

#[tokio::test]
async fn watching_one_thing_a_million_times_is_a_trap() {
    let played = play("watches one thing a million times").await;
    assert!(played.trapped().contains("limit"), "{}", played.trapped());
}
