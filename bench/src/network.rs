//! One call over the network, of a service that takes its time: call-over-network.

use anyhow::{Result, ensure};
use tokio::runtime::Runtime;

use crate::component::{self, PROJECT};
use crate::listing::current_thread;
use crate::measure::{Figure, pairs};
use crate::native::Native;
use crate::server::{Server, Transport};

/// How many release tasks the project has.
const RECORDS: usize = 1000;

/// Measures it, and says it. Both sides keep their connection, as programs that list more than once do.
pub fn measure(quick: bool, say: impl Fn(&str, Figure)) -> Result<()> {
    let server = Server::start(RECORDS, Transport::Tls)?;
    let (tokio, address) = (current_thread()?, &server.address);
    let (session, native) = (component::session(&component::load()?, address)?, Native::new(address)?);
    let pairs = pairs(
        if quick { 40 } else { 200 },
        || complete(&tokio, async { Ok(component::list_in(&session, &address.origin, PROJECT).await?.pipelines) }),
        || complete(&tokio, native.list(PROJECT)),
    )?;
    say("call-over-network", pairs.ratio(|cost| cost.wall)?);
    Ok(())
}

/// Waits for the records of a call. None may be missing.
fn complete<T>(tokio: &Runtime, call: impl Future<Output = Result<Vec<T>>>) -> Result<Vec<T>> {
    let records = tokio.block_on(call)?;
    ensure!(records.len() == RECORDS, "the project has {} release tasks, not {RECORDS}", records.len());
    Ok(records)
}
