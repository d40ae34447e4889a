//! The cost of interrupting a component that computes: without, by epochs, by fuel.
//!
//! Each listing of the fixture `thousand_records` has an instance of its own and its answer in memory. So the bench
//! measures little but the component's own code. `cargo bench --workspace --profile dev --bench metering`: the component's
//! machine code is the same in every profile.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use host_test::bare::{BareEngine, Metering};
use host_test::case::{Answer, Case};

const ROUNDS: usize = 200;

/// As in the runtime.
const TICK: Duration = Duration::from_millis(10);

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/thousand_records");
    let case = Case::read(&folder)?;
    let [exchange] = case.exchanges.as_slice() else { return Err("the fixture has another number of answers".into()) };
    let Answer::Response { response, .. } = &exchange.answer else { return Err("the fixture has no answer".into()) };
    let (connection, body) = (case.connection.clone(), Bytes::from(response.body.clone()));
    let ways = [("none", Metering::None), ("epochs", Metering::Epochs), ("fuel", Metering::Fuel)];
    let loaded = ways.iter().map(|(_, metering)| load(*metering)).collect::<Result<Vec<_>, _>>()?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;

    let mut best = vec![Duration::MAX; ways.len()];
    // In turns, and the shortest counts, so that what else the machine does falls on none.
    for _ in 0..ROUNDS {
        for (bare, best) in loaded.iter().zip(&mut best) {
            let began = Instant::now();
            let list = bare.list::<String>("list-pipelines-json", connection.clone(), vec![], body.clone());
            let (listing, _) = tokio.block_on(list)?;
            *best = began.elapsed().min(*best);
            if serde_json::from_str::<serde_json::Value>(&listing)?.get("total") != Some(&serde_json::json!(1000)) {
                return Err("the listing has another size".into());
            }
        }
    }
    for ((name, _), time) in ways.iter().zip(&best) {
        let more = (time.as_secs_f64() / best[0].as_secs_f64() - 1.0) * 100.0;
        println!("{name:<7} {:>7.2} ms {more:>+5.0} %", time.as_secs_f64() * 1000.0);
    }
    Ok(())
}

fn load(metering: Metering) -> anyhow::Result<BareEngine> {
    let bare = BareEngine::load(metering)?;
    let engine = bare.engine().clone();
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(TICK);
            engine.increment_epoch();
        }
    });
    Ok(bare)
}
