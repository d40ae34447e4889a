//! What hostile components leave behind: nothing. Alone in its process, so that what is measured is theirs.
#![cfg(target_os = "linux")]

mod support;

use std::time::Duration;

use component_runtime::Limits;
use host_test::process::resident_bytes;
use support::guest::Guest;
use support::witness::Witness;

/// Rounds until the allocator has what it keeps.
const WARM_UP: usize = 20;

/// Rounds that are measured. In each, one scenario alone holds 8 MiB of its memory, and ten responses with what was
/// read of them, when it traps: a host that kept that would hold 480 MiB more.
const ROUNDS: usize = 60;

/// What the process may have grown by: an eighth of that.
const BOUND: u64 = 60 << 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_host_s_memory_is_back_to_where_it_was() {
    let guest = Guest::load(Limits { memory_bytes: 64 << 20, deadline: Duration::from_millis(100) });
    let witness = Witness::start().await;
    let mut before = 0;
    for round in 0..WARM_UP + ROUNDS {
        if round == WARM_UP {
            before = resident_bytes().unwrap();
        }
        for scenario in [
            "keeps everything open and traps",
            "keeps all of a response",
            "drops a response half read",
            "asks all at once",
            "sets headers without end",
        ] {
            // How each ends is another test's business.
            drop(guest.play(scenario, &witness).await);
        }
        witness.all_closed().await;
        drop(witness.heads());
    }
    let grown = resident_bytes().unwrap().saturating_sub(before);
    println!("grown by {} KiB in {ROUNDS} rounds", grown >> 10);
    assert!(grown < BOUND, "grown by {} MiB in {ROUNDS} rounds", grown >> 20);
}
