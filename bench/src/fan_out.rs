//! Many projects at once, of a service that takes its time: fan-out-time, fan-out-cpu.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Result, ensure};
use component_runtime::{Limits, Plugin};
use servicestage::Session;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::component;
use crate::listing::current_thread;
use crate::measure::{Figure, cost, pairs};
use crate::native::Native;
use crate::server::{Server, Transport};

/// How many projects are listed.
const PROJECTS: usize = 500;

/// How many of them at one time.
const AT_ONCE: usize = 64;

/// How many release tasks a project has.
const RECORDS: usize = 20;

/// Measures both, and says each.
pub fn measure(quick: bool, say: impl Fn(&str, Figure)) -> Result<()> {
    let server = Server::start(RECORDS, Transport::Plain)?;
    let tokio = current_thread()?;
    let plugin = component::load_within(Limits { slots: AT_ONCE, ..Limits::default() })?;
    let ours = Arc::new(Ours::of(&plugin, server)?);
    let theirs = Arc::new(Native::new(&ours.server.address)?);
    let pairs = pairs(
        if quick { 10 } else { 40 },
        || fan_out(&tokio, PROJECTS, AT_ONCE, &ours, list),
        || fan_out(&tokio, PROJECTS, AT_ONCE, &theirs, list_natively),
    )?;
    say("fan-out-time", pairs.ratio(|cost| cost.wall)?);
    say("fan-out-cpu", pairs.ratio(|cost| cost.cpu)?);
    Ok(())
}

/// The cost of this many calls at one time: processor time a call, calls a second, and the most memory of this process.
pub struct Concurrency {
    pub at_once: usize,
    pub calls_per_second: f64,
    pub cpu_per_call: Duration,
    pub resident_bytes: Option<u64>,
}

/// Lists more and more projects at one time.
pub fn grow(steps: &[usize]) -> Result<Vec<Concurrency>> {
    let tokio = current_thread()?;
    let most = steps.iter().copied().max().unwrap_or(1);
    let plugin = component::load_within(Limits { calls: most, slots: most, ..Limits::default() })?;
    let ours = Arc::new(Ours::of(&plugin, Server::start(RECORDS, Transport::Plain)?)?);
    let run = |calls, at_once| cost(|| fan_out(&tokio, calls, at_once, &ours, list));
    let grown = steps.iter().map(|&at_once| {
        let calls = at_once * 20;
        let cost = run(calls, at_once)?;
        Ok(Concurrency {
            at_once,
            calls_per_second: calls as f64 / cost.wall.as_secs_f64(),
            cpu_per_call: cost.cpu / calls as u32,
            resident_bytes: most_resident(),
        })
    });
    grown.collect()
}

/// The most memory that this process has held, where the system tells.
fn most_resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

/// The component's side.
struct Ours {
    session: Session,
    server: Server,
}

impl Ours {
    fn of(plugin: &Plugin, server: Server) -> Result<Self> {
        Ok(Self { session: component::session(plugin, &server.address)?, server })
    }
}

async fn list(ours: Arc<Ours>, number: usize) -> Result<usize> {
    Ok(component::list_in(&ours.session, &ours.server.address.origin, &project(number)).await?.pipelines.len())
}

async fn list_natively(native: Arc<Native>, number: usize) -> Result<usize> {
    Ok(native.list(&project(number)).await?.len())
}

fn project(number: usize) -> String {
    format!("{number:032x}")
}

/// Lists so many projects, so many of them at one time.
fn fan_out<S, F>(
    tokio: &Runtime,
    projects: usize,
    at_once: usize,
    state: &Arc<S>,
    list: fn(Arc<S>, usize) -> F,
) -> Result<()>
where
    S: Send + Sync + 'static,
    F: Future<Output = Result<usize>> + Send + 'static,
{
    let next = Arc::new(AtomicUsize::new(0));
    tokio.block_on(async {
        let mut workers = JoinSet::new();
        for _ in 0..at_once {
            let (state, next) = (Arc::clone(state), Arc::clone(&next));
            workers.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= projects {
                        return anyhow::Ok(());
                    }
                    let records = list(Arc::clone(&state), number).await?;
                    ensure!(records == RECORDS, "project {number} has {records} release tasks, not {RECORDS}");
                }
            });
        }
        while let Some(worker) = workers.join_next().await {
            worker??;
        }
        Ok(())
    })
}
