//! The pauses that a component makes between requests, for `tracing`.
//!
//! A component pauses when it makes a timer and blocks on it alone. A timer that it polls together with a response is
//! a deadline.

use std::time::Duration;

use wasmtime::StoreContextMut;
use wasmtime::component::{Linker, Resource};
use wasmtime_wasi::clocks::WasiClocksView as _;
use wasmtime_wasi::p2::bindings::clocks::monotonic_clock::Host as _;
use wasmtime_wasi_io::bindings::wasi::io::poll::HostPollable as _;
use wasmtime_wasi_io::poll::DynPollable;

use crate::state::State;

/// The timer that a component made last.
pub(crate) struct Timer {
    handle: u32,
    length: Duration,
}

/// Replaces the linked functions that make a timer and that block.
pub(crate) fn log(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.instance("wasi:clocks/monotonic-clock@0.2.12")?.func_wrap(
        "subscribe-duration",
        |mut store: StoreContextMut<'_, State>, (nanoseconds,): (u64,)| {
            let state = store.data_mut();
            let pollable = state.clocks().subscribe_duration(nanoseconds)?;
            let length = Duration::from_nanos(nanoseconds);
            state.timer = Some(Timer { handle: pollable.rep(), length });
            Ok((pollable,))
        },
    )?;
    linker.instance("wasi:io/poll@0.2.12")?.func_wrap_async(
        "[method]pollable.block",
        |mut store: StoreContextMut<'_, State>, (pollable,): (Resource<DynPollable>,)| {
            Box::new(async move {
                let state = store.data_mut();
                if let Some(timer) = state.timer.take_if(|timer| timer.handle == pollable.rep()) {
                    state.hook.pause(timer.length);
                }
                state.table().block(pollable).await
            })
        },
    )
}
