//! Many calls in one process over real HTTP, with faults mixed in. No call is lost or doubled, and memory does not
//! grow.

mod server;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use component_runtime::client::Client as Http;
use component_runtime::{Declaration, Grant, Layer, Limits, Network, Policy, Runtime};
use servicestage::credentials::{AccessKey, Identity};
use servicestage::error::ErrorKind;
use servicestage::secret::Secret;
use servicestage::types::{Connection, Listing};
use servicestage::{Authenticator, Session};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::process::resident_bytes;
use crate::run::component_path;
use server::{Server, ServerAnswer, project};

/// How many calls are under way at one time.
const AT_ONCE: usize = 64;

/// The growth of memory that is allowed after the first tenth of the calls, in bytes. A call that left behind as little as its
/// answer would take twice as much in a long soak.
const GROWTH: u64 = 32 << 20;

/// The result of a soak.
pub struct Report {
    calls: u32,
    took: Duration,
    requests: u64,
    outcomes: BTreeMap<&'static str, u32>,
    /// After the first tenth of the calls, and at the end. None: this system does not tell.
    resident: Option<(u64, u64)>,
}

/// Makes so many calls and checks what each returns.
///
/// # Errors
/// A call returned another's result, none, or not the error that its fault should be; a result was given twice; or
/// memory grew.
pub async fn soak(calls: u32) -> Result<Report> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    let server = Server::start(listener, calls);
    let session = Arc::new(session(&endpoint)?);
    let began = Instant::now();

    let mut outcomes = BTreeMap::new();
    let warm_up = calls / 10;
    batch(&session, &endpoint, 0..warm_up, &mut outcomes).await?;
    let before = resident_bytes();
    batch(&session, &endpoint, warm_up..calls, &mut outcomes).await?;
    let resident = before.zip(resident_bytes());

    ensure!(outcomes.values().sum::<u32>() == calls, "of {calls} calls these came back: {outcomes:?}");
    for number in 0..calls {
        let (given, due) = (server.given(number), u32::from(ServerAnswer::of(number).is_listed()));
        ensure!(given == due, "call {number}, {:?}: its result was given {given} times", ServerAnswer::of(number));
    }
    if let Some((before, after)) = resident {
        ensure!(after < before + GROWTH, "memory grew from {} to {} KiB", before >> 10, after >> 10);
    }
    Ok(Report { calls, took: began.elapsed(), requests: server.requests(), outcomes, resident })
}

/// The component as a host runs it: under a policy, with credentials that it does not see.
fn session(endpoint: &str) -> Result<Session> {
    let path = component_path();
    let wasm = std::fs::read(path).with_context(|| format!("{}: run `cargo xtask component`", path.display()))?;
    let mut grant = Grant::default();
    grant.allow_origin("service", endpoint)?;
    let policy = Policy::new(Declaration::of_component(&wasm)?.unwrap_or_default(), grant);
    let http: Arc<dyn Layer> = Arc::new(Http::new(Network::new()?).under(&policy));
    let key =
        AccessKey { id: "AKEXAMPLE".to_owned(), secret: Secret::new("SecretKeyOfAnExample"), security_token: None };
    let authenticator = Authenticator::new(Identity::AccessKey(key), Arc::clone(&http), Arc::new(SystemTime::now));
    let plugin = Runtime::new(Limits::default())?.compile(&wasm)?;
    Ok(Session::new(plugin, vec![Arc::new(policy)], Arc::new(authenticator), http))
}

/// Makes the calls of these numbers, and counts what came of them.
async fn batch(
    session: &Arc<Session>,
    endpoint: &str,
    numbers: Range<u32>,
    outcomes: &mut BTreeMap<&'static str, u32>,
) -> Result<()> {
    let next = Arc::new(AtomicU32::new(numbers.start));
    let mut workers = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (session, endpoint, next, end) = (Arc::clone(session), endpoint.to_owned(), Arc::clone(&next), numbers.end);
        workers.spawn(async move {
            let mut counted: BTreeMap<&'static str, u32> = BTreeMap::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return anyhow::Ok(counted);
                }
                let outcome = call(&session, &endpoint, number).await.with_context(|| format!("call {number}"))?;
                *counted.entry(outcome).or_default() += 1;
            }
        });
    }
    while let Some(counted) = workers.join_next().await {
        for (outcome, count) in counted?? {
            *outcomes.entry(outcome).or_default() += count;
        }
    }
    Ok(())
}

/// Makes one call, and names its outcome if it is the expected one.
async fn call(session: &Session, endpoint: &str, number: u32) -> Result<&'static str> {
    let fate = ServerAnswer::of(number);
    let connection = Connection {
        endpoint: Some(endpoint.to_owned()),
        project_id: Some(project(number)),
        max_attempts: Some(if fate == ServerAnswer::ThrottledOnce { 2 } else { 1 }),
        ..Connection::default()
    };
    let kind = match session.list_pipelines(connection, vec![]).await {
        Ok(listing) if fate.is_listed() => {
            ensure!(is_own(&listing, number), "it was given the result of another call: {listing:?}");
            return Ok("listed");
        }
        Err(error) => error.kind,
        other => bail!("{fate:?} became {other:?}"),
    };
    match (fate, kind) {
        (ServerAnswer::Throttled, ErrorKind::Throttled(_)) => Ok("throttled"),
        (ServerAnswer::Unavailable, ErrorKind::Unavailable) => Ok("unavailable"),
        (ServerAnswer::Reset, ErrorKind::Reset) => Ok("reset"),
        (ServerAnswer::CutShort, ErrorKind::CutShort) => Ok("cut short"),
        (fate, kind) => bail!("{fate:?} became {kind:?}"),
    }
}

fn is_own(listing: &Listing, number: u32) -> bool {
    matches!(listing.pipelines.as_slice(), [pipeline] if pipeline.id == project(number)) && listing.total == 1
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, took, requests, outcomes, resident } = self;
        let outcomes: Vec<_> = outcomes.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
        write!(f, "{calls} calls, {AT_ONCE} at once, {requests} requests, {} s: ", took.as_secs())?;
        write!(f, "{}; none lost, none doubled; ", outcomes.join(", "))?;
        match resident {
            Some((before, after)) => {
                write!(f, "memory {} KiB after a tenth, {} KiB at the end", before >> 10, after >> 10)
            }
            None => f.write_str("memory is measured on Linux alone"),
        }
    }
}
