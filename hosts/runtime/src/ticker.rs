//! Interrupts components that compute, so that their limits can be checked. A thread does it, and only while calls run.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// How often a component that computes is interrupted.
const TICK: Duration = Duration::from_millis(10);

/// Advances the epoch of engines.
#[derive(Default)]
pub(crate) struct Ticker(Mutex<Ticks>);

#[derive(Default)]
struct Ticks {
    engines: Vec<Engine>,
    /// The calls that run.
    calls: usize,
    /// Whether the thread runs.
    runs: bool,
}

/// A call that runs.
pub(crate) struct Ticking(Arc<Ticker>);

impl Ticker {
    /// Advances this engine's epoch too.
    pub(crate) fn add(&self, engine: &Engine) {
        self.ticks().engines.push(engine.clone());
    }

    /// Begins a call. Ticking goes on until it is dropped.
    ///
    /// # Errors
    /// The machine cannot start another thread.
    pub(crate) fn begin(self: &Arc<Self>) -> io::Result<Ticking> {
        let mut ticks = self.ticks();
        if !ticks.runs {
            let ticker = Arc::clone(self);
            thread::Builder::new().name("epoch".to_owned()).spawn(move || ticker.run())?;
            ticks.runs = true;
        }
        ticks.calls += 1;
        Ok(Ticking(Arc::clone(self)))
    }

    /// Ends at the first tick that finds no call, so that calls one after the other share a thread.
    fn run(&self) {
        loop {
            thread::sleep(TICK);
            let mut ticks = self.ticks();
            if ticks.calls == 0 {
                ticks.runs = false;
                return;
            }
            ticks.engines.iter().for_each(Engine::increment_epoch);
        }
    }

    fn ticks(&self) -> MutexGuard<'_, Ticks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.0.ticks().calls -= 1;
    }
}
