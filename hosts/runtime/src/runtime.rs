//! The engine, its one configuration, and loading.

use std::fmt;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::Semaphore;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

#[cfg(all(feature = "compile", unix))]
use crate::cache::Cache;
use crate::explanation::Explanation;
use crate::limits::Limits;
use crate::machine;
use crate::plugin::Plugin;
use crate::state::{self, INSTANCES, State, TABLE_ELEMENTS};

/// How often a component that computes is interrupted, so that its limits can be checked.
const TICK: Duration = Duration::from_millis(10);

/// How much of a place stays in memory between calls, in bytes: what a listing of a thousand records writes. It is wiped
/// all the same; only the system need not find new pages for it.
const KEPT: usize = 2 << 20;

/// The same of a stack and of a table.
const KEPT_BESIDE: usize = 64 << 10;

/// What processors of x86-64 have had since 2009, the second level of the architecture. Without it some instructions of
/// WebAssembly that work on many bytes at a time are calls of the host.
#[cfg(all(feature = "compile", target_arch = "x86_64"))]
const X86_64: &[&str] = &["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
#[cfg(all(feature = "compile", not(target_arch = "x86_64")))]
const X86_64: &[&str] = &[];

/// Loads components and holds what their calls share.
pub struct Runtime {
    engine: Engine,
    linker: Linker<State>,
    limits: Limits,
    /// A permit for each call that may be under way.
    calls: Arc<Semaphore>,
}

/// Why a component does not load.
#[derive(Debug)]
pub struct LoadError(wasmtime::Error);

impl Runtime {
    /// A runtime whose calls have these limits.
    ///
    /// # Errors
    /// The machine lacks what the engine needs.
    pub fn new(limits: Limits) -> Result<Self, LoadError> {
        Self::configured(limits, |_| {})
    }

    /// A runtime whose engine is configured further, as a harness does that watches memory.
    ///
    /// # Errors
    /// The machine lacks what the engine needs, or the configuration is not consistent.
    pub fn configured(limits: Limits, adjust: impl FnOnce(&mut Config)) -> Result<Self, LoadError> {
        let mut config = config()?;
        config.allocation_strategy(pool(limits.calls));
        adjust(&mut config);
        // A machine may not lend so much room in its address space: then each call makes its own.
        let engine = Engine::new(&config)
            .or_else(|_| Engine::new(config.allocation_strategy(InstanceAllocationStrategy::OnDemand)))?;
        let linker = state::linker(&engine)?;
        tick(&engine)?;
        let calls = Arc::new(Semaphore::new(limits.calls.min(Semaphore::MAX_PERMITS)));
        Ok(Self { engine, linker, limits, calls })
    }

    /// Compiles a component, or takes its machine code from the user's cache.
    ///
    /// # Errors
    /// The bytes are no component, or it imports what is not granted.
    #[cfg(feature = "compile")]
    #[expect(unsafe_code, reason = "machine code is run as it is")]
    pub fn compile(&self, wasm: &[u8]) -> Result<Plugin, LoadError> {
        let code = self.machine_code(wasm)?;
        // SAFETY: this engine made the bytes, now or earlier. The cache refuses what others could have changed since.
        unsafe { self.load_precompiled(&code) }
    }

    #[cfg(all(feature = "compile", unix))]
    fn machine_code(&self, wasm: &[u8]) -> Result<Vec<u8>, LoadError> {
        let cache = Cache::of_user();
        if let Some(code) = cache.as_ref().and_then(|cache| cache.read(&self.engine, wasm)) {
            return Ok(code);
        }
        let code = self.precompile(wasm)?;
        if let Some(cache) = cache {
            cache.write(&self.engine, wasm, &code);
        }
        Ok(code)
    }

    /// Compiles each time: the owner of a cached file cannot be checked here.
    #[cfg(all(feature = "compile", not(unix)))]
    fn machine_code(&self, wasm: &[u8]) -> Result<Vec<u8>, LoadError> {
        self.precompile(wasm)
    }

    /// Compiles a component to machine code, for [`Runtime::load_precompiled`] of the same build.
    ///
    /// # Errors
    /// The bytes are no component.
    #[cfg(feature = "compile")]
    pub fn precompile(&self, wasm: &[u8]) -> Result<Vec<u8>, LoadError> {
        // The compiler panics if the system refuses it threads.
        let threads = thread::available_parallelism().map_or(1, usize::from);
        machine::try_threads(threads).map_err(|error| LoadError(error.into()))?;
        Ok(self.engine.precompile_component(wasm)?)
    }

    /// Loads what [`Runtime::precompile`] made.
    ///
    /// # Errors
    /// It was made by another version, for another machine or with another configuration, or it imports what is not
    /// granted.
    ///
    /// # Safety
    /// The bytes are executed. They must come from [`Runtime::precompile`] and be unchanged since.
    #[expect(unsafe_code, reason = "machine code is run as it is")]
    pub unsafe fn load_precompiled(&self, machine_code: &[u8]) -> Result<Plugin, LoadError> {
        // SAFETY: the caller vouches for the bytes.
        let component = unsafe { Component::deserialize(&self.engine, machine_code) }?;
        self.plugin(&component)
    }

    fn plugin(&self, component: &Component) -> Result<Plugin, LoadError> {
        Ok(Plugin::new(self.linker.instantiate_pre(component)?, self.limits, Arc::clone(&self.calls)))
    }
}

/// The one configuration: what compiles a component and what loads it must agree.
#[cfg_attr(feature = "compile", expect(unsafe_code, reason = "the engine wants a promise about the processor"))]
fn config() -> Result<Config, LoadError> {
    let mut config = Config::new();
    config.concurrency_support(false).epoch_interruption(true);
    // Not the processor of the machine that compiles: what ships runs on others.
    config.target(env!("BUILD_TARGET"))?;
    #[cfg(feature = "compile")]
    {
        for feature in X86_64 {
            // SAFETY: loading refuses code that has instructions which the processor lacks.
            unsafe { config.cranelift_flag_enable(feature) };
        }
    }
    Ok(config)
}

/// Places for the instances of so many calls at one time. They are made once and cleaned between calls, which takes half
/// of the time that making and unmaking them does.
fn pool(calls: usize) -> PoolingAllocationConfig {
    let calls = u32::try_from(calls).unwrap_or(u32::MAX);
    let instances = calls.saturating_mul(INSTANCES as u32);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(calls).total_core_instances(instances);
    pool.total_memories(calls).total_tables(instances).total_stacks(calls);
    // What a component may have of them, the limits of its call say.
    pool.max_memories_per_module(INSTANCES as u32).max_tables_per_module(INSTANCES as u32);
    pool.table_elements(TABLE_ELEMENTS).max_unused_warm_slots(calls);
    // Where the system tells which pages were written, those alone are wiped.
    pool.pagemap_scan(Enabled::Auto).linear_memory_keep_resident(KEPT);
    pool.async_stack_keep_resident(KEPT_BESIDE).table_keep_resident(KEPT_BESIDE);
    pool
}

/// Advances the engine's epoch until the engine is gone.
fn tick(engine: &Engine) -> Result<(), LoadError> {
    let engine = engine.weak();
    let run = move || {
        while let Some(engine) = engine.upgrade() {
            engine.increment_epoch();
            drop(engine);
            thread::sleep(TICK);
        }
    };
    thread::Builder::new().name("epoch".to_owned()).spawn(run).map(drop).map_err(|error| LoadError(error.into()))
}

impl LoadError {
    /// Returns what the machine lacks or forbids, if the machine is the cause.
    #[must_use]
    pub fn explanation(&self) -> Option<Explanation> {
        machine::of_engine(&self.0)
    }
}

impl From<wasmtime::Error> for LoadError {
    fn from(error: wasmtime::Error) -> Self {
        Self(error)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the component does not load: {:#}", self.0)?;
        self.explanation().map_or(Ok(()), |explanation| write!(f, ". {explanation}"))
    }
}

impl std::error::Error for LoadError {}
