//! A component that tries all of an empty WASI. It reaches clocks, random numbers, the log, and the requests that it
//! declares. The scenarios are in `host-test/wasi-guest`.

mod support;

use std::sync::{Arc, Mutex};

use component_runtime::log::{Line, Lines, own_targets};
use component_runtime::{CallError, Limits, Runtime};
use support::guest::{Guest, LIMITS, of_wasi};
use support::witness::Witness;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, registry};

fn guest(limits: Limits) -> Guest {
    Guest::loaded(Runtime::with_empty_wasi(limits).unwrap().compile(of_wasi()).unwrap())
}

async fn play(scenario: &str) -> Result<Vec<String>, CallError> {
    guest(Limits::default()).play(scenario, &Witness::start().await).await
}

fn trapped(outcome: Result<Vec<String>, CallError>) -> String {
    match outcome {
        Err(CallError::Trapped(why)) => why,
        other => panic!("no trap: {other:?}"),
    }
}

/// Keeps the lines of the log that hold what a component wrote, until the test ends.
fn listening() -> (Arc<Mutex<Vec<String>>>, tracing::subscriber::DefaultGuard) {
    let seen = Arc::<Mutex<Vec<String>>>::default();
    let kept = Arc::clone(&seen);
    let lines = Lines(move |line: &Line<'_>| {
        if let Some(said) = line.text.strip_prefix("stderr: ") {
            assert_eq!(line.around.to_json()["operation"], "run");
            kept.lock().unwrap().push(said.to_owned());
        }
    });
    let lines = lines.with_filter(own_targets("hostile_wasi", LevelFilter::INFO));
    (seen, tracing::subscriber::set_default(registry().with(lines)))
}

#[test]
fn the_strict_runtime_does_not_load_it() {
    let refused = Runtime::new(LIMITS).unwrap().compile(of_wasi()).err().unwrap().to_string();
    assert!(refused.contains("wasi:cli/"), "{refused}");
}

#[tokio::test]
async fn there_is_nothing_but_clocks_and_random_numbers() {
    let found = play("reaches for everything").await.unwrap();
    assert_eq!(
        found,
        [
            "environment []",
            "arguments []",
            "folder None",
            "files 0",
            "input Err(StreamError::Closed)",
            "terminals [false, false, false]",
            r#"tcp ["access-denied", "access-denied"]"#,
            r#"udp ["access-denied", "access-denied"]"#,
            "names permanent-resolver-failure",
            "clocks true",
            "random 9 true",
        ]
    );
}

#[tokio::test]
async fn requests_pass_the_policy_as_ever() {
    let witness = Witness::start().await;
    let answers = guest(LIMITS).play("asks", &witness).await.unwrap();
    assert_eq!(answers, ["200", "ErrorCode::HttpRequestDenied"]);
    assert_eq!(witness.heads().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn its_clocks_are_tokio_s() {
    let guest = guest(Limits { deadline: std::time::Duration::from_secs(10_000), ..Limits::default() });
    assert_eq!(guest.play("waits an hour", &Witness::start().await).await.unwrap(), ["3600", "3600"]);
}

#[tokio::test]
async fn a_flood_on_stdout_goes_nowhere_and_a_little_of_one_on_stderr_to_the_log() {
    let (seen, _listening) = listening();
    assert_eq!(play("floods stdout").await.unwrap(), ["true"]);
    assert_eq!(*seen.lock().unwrap(), Vec::<String>::new());
    assert_eq!(play("floods stderr").await.unwrap(), ["true"]);
    let seen = seen.lock().unwrap();
    let (last, lines) = seen.split_last().unwrap();
    assert_eq!(last, "the component wrote more than 65536 bytes, and the rest is left out");
    assert!(lines.iter().all(|line| *line == "x".repeat(999)) && lines.len() == 65, "{} lines", lines.len());
}

#[tokio::test]
async fn a_trap_repeats_the_last_lines_of_stderr_escaped_and_redacted() {
    let (seen, _listening) = listening();
    let said = ["Traceback:", "  in \\u{1b}[31mread", "ValueError: no rate for [redacted]"];
    let plugin = Runtime::with_empty_wasi(LIMITS).unwrap().compile(of_wasi()).unwrap();
    let guest = Guest::loaded(plugin.redacting(|text| *text = text.replace("hush-hush", "[redacted]")));
    let why = trapped(guest.play("says why and traps", &Witness::start().await).await);
    assert_eq!(
        why,
        format!("wasm trap: wasm `unreachable` instruction executed. It wrote to stderr:\n{}", said.join("\n"))
    );
    assert_eq!(*seen.lock().unwrap(), said);
}

#[tokio::test]
async fn a_component_that_says_nothing_or_ends_itself_is_reported_as_such() {
    assert_eq!(trapped(play("traps").await), "wasm trap: wasm `unreachable` instruction executed");
    assert_eq!(trapped(play("ends itself").await), "it ended itself with status 1. It wrote to stderr:\ngiving up");
}
