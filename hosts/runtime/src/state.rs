//! The world that an instance sees.

use std::time::{Duration, SystemTime};

use tokio::time::Instant;
use wasmtime::component::{HasData, Linker, Resource, ResourceTable};
use wasmtime::{Engine, ResourceLimiter, StoreContextMut};
use wasmtime_wasi::clocks::{HostMonotonicClock, HostWallClock, WasiClocks, WasiClocksView as _};
use wasmtime_wasi::p2::bindings::clocks;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};
use wasmtime_wasi_io::bindings::wasi::io;

use crate::http::{Hook, HttpError};
use crate::limits::Limits;
use crate::pauses::{self, Timer};
use crate::quota::Quota;
use crate::stderr::Stderr;

/// Requests, responses, headers and streams at one time. Each may hold as many bytes of headers as the limit says.
const RESOURCES: usize = 128;

/// The interfaces that components can import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum World {
    /// Outgoing HTTP, clocks, and the interfaces that they use.
    Strict,
    /// All of WASI 0.2. Of the rest, only random numbers and stderr work.
    #[cfg(feature = "compile")]
    EmptyWasi,
}

/// The data of one call's store.
pub(crate) struct State {
    table: ResourceTable,
    http: WasiHttpCtx,
    pub(crate) hook: Hook,
    pub(crate) timer: Option<Timer>,
    wasi: WasiCtx,
    quota: Quota,
}

impl State {
    /// Makes the state of a call that began at this time, by both clocks.
    pub(crate) fn new(hook: Hook, began: SystemTime, since: Instant, limits: &Limits, stderr: Stderr) -> Self {
        let clock = Clock { began, since };
        let mut http = WasiHttpCtx::new();
        // The library counts more than HTTP/2 does for each field, and traps.
        http.set_field_size_limit(limits.header_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES);
        let (wasi, quota) = (wasi(clock, stderr), Quota::new(limits));
        Self { table, http, hook, timer: None, wasi, quota }
    }

    pub(crate) fn limiter(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.quota
    }
}

/// A context without files, environment, arguments and input, and with the network denied.
fn wasi(clock: Clock, stderr: Stderr) -> WasiCtx {
    let mut wasi = WasiCtx::builder();
    wasi.wall_clock(clock).monotonic_clock(clock).stderr(stderr);
    // The library would make sockets of the system, and deny only what they are used for.
    wasi.allow_tcp(false).allow_udp(false).allow_ip_name_lookup(false);
    wasi.build()
}

/// Links the interfaces that a world offers, and no others.
pub(crate) fn linker(engine: &Engine, world: World) -> wasmtime::Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    match world {
        #[cfg(feature = "compile")]
        World::EmptyWasi => wasmtime_wasi::p2::add_to_linker_async(&mut linker)?,
        World::Strict => {
            io::error::add_to_linker::<State, Io>(&mut linker, State::table)?;
            io::poll::add_to_linker::<State, Io>(&mut linker, State::table)?;
            io::streams::add_to_linker::<State, Io>(&mut linker, State::table)?;
            clocks::monotonic_clock::add_to_linker::<State, WasiClocks>(&mut linker, State::clocks)?;
            clocks::wall_clock::add_to_linker::<State, WasiClocks>(&mut linker, State::clocks)?;
        }
    }
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    linker.allow_shadowing(true);
    link_http_error_code(&mut linker)?;
    pauses::log(&mut linker)?;
    linker.allow_shadowing(false);
    Ok(linker)
}

/// Replaces `http-error-code`. wasmtime 48 keeps the error of a body as a type of its own and does not find the code in
/// it. So a component would not learn why a body broke off.
fn link_http_error_code(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance("wasi:http/types@0.2.12")?.func_wrap(
        "http-error-code",
        |mut store: StoreContextMut<'_, State>, (error,): (Resource<wasmtime::Error>,)| {
            let error = store.data_mut().table.get(&error)?;
            Ok((error.downcast_ref::<HttpError>().map(body_error_code),))
        },
    )
}

/// The code of an error with which a layer's body can fail.
fn body_error_code(error: &HttpError) -> ErrorCode {
    match error {
        HttpError::ConnectionReadTimeout => ErrorCode::ConnectionReadTimeout,
        HttpError::ConnectionTerminated => ErrorCode::ConnectionTerminated,
        HttpError::HttpProtocolError => ErrorCode::HttpProtocolError,
        HttpError::HttpResponseBodySize(size) => ErrorCode::HttpResponseBodySize(*size),
        HttpError::HttpResponseIncomplete => ErrorCode::HttpResponseIncomplete,
        other => ErrorCode::InternalError(Some(other.to_string())),
    }
}

impl State {
    pub(crate) fn table(&mut self) -> &mut ResourceTable {
        &mut self.table
    }
}

struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// The library keeps the clocks in its whole context. The strict linker links nothing that reaches the rest of it.
impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.hook, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Both clocks of a call follow tokio's, as its waits do, so that a harness that owns tokio's clock owns time.
#[derive(Clone, Copy)]
struct Clock {
    began: SystemTime,
    since: Instant,
}

impl HostWallClock for Clock {
    fn resolution(&self) -> Duration {
        Duration::from_micros(1)
    }

    fn now(&self) -> Duration {
        let began = self.began.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        began + self.since.elapsed()
    }
}

impl HostMonotonicClock for Clock {
    fn resolution(&self) -> u64 {
        1000
    }

    fn now(&self) -> u64 {
        // Never zero, which the runtime of Go takes for a clock that does not run.
        u64::try_from(self.since.elapsed().as_nanos()).unwrap_or(u64::MAX).saturating_add(1)
    }
}
