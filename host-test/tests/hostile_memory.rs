//! Hostile components leave nothing behind. Alone in its process, so that the measured memory is theirs.
#![cfg(target_os = "linux")]

mod support;

use std::time::Duration;

use component_runtime::Limits;
use host_test::memory::Watch;
use host_test::process::resident_bytes;
use support::guest::Guest;
use support::witness::Witness;

const LIMITS: Limits = Limits { memory_bytes: 64 << 20, deadline: Duration::from_millis(100), ..Limits::DEFAULT };

/// Holds 8 MiB of its memory, and ten responses with what was read of them, when it traps.
const HOLDS_MOST: &str = "keeps everything open and traps";

const SCENARIOS: [&str; 5] = [
    HOLDS_MOST,
    "keeps all of a response",
    "drops a response half read",
    "asks all at once",
    "sets headers without end",
];

/// Rounds until the allocator has what it keeps.
const WARM_UP: usize = 10;

/// Rounds that are measured. A host that kept what one scenario alone holds would have grown by 240 MiB.
const ROUNDS: usize = 30;

/// The growth of the process that is allowed: a quarter of that.
const BOUND: u64 = 60 << 20;

/// By how much the process grows while these scenarios are played.
async fn growth(guest: &Guest, witness: &Witness, scenarios: &[&str]) -> u64 {
    let mut before = 0;
    for round in 0..WARM_UP + ROUNDS {
        if round == WARM_UP {
            before = resident_bytes().unwrap();
        }
        for scenario in scenarios {
            // How each ends is another test's business.
            drop(guest.play(scenario, witness).await);
        }
        witness.all_closed().await;
        drop(witness.heads());
    }
    resident_bytes().unwrap().saturating_sub(before)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_s_memory_is_back_to_where_it_was() {
    let witness = Witness::start().await;
    let grown = growth(&Guest::load(LIMITS), &witness, &SCENARIOS).await;
    println!("grown by {} KiB in {ROUNDS} rounds", grown >> 10);
    assert!(grown < BOUND, "grown by {} MiB in {ROUNDS} rounds", grown >> 20);

    // A host that keeps the memories of its calls is noticed.
    let watch = Watch::default();
    let grown = growth(&Guest::of(&watch.runtime(LIMITS).unwrap()), &witness, &[HOLDS_MOST]).await;
    assert!(grown > BOUND, "grown by {} MiB only, with {} MiB kept", grown >> 20, watch.len() >> 20);
}
