//! The engines and their one configuration. Instances of the first find their room ready, in slots of a pool. Instances
//! of the second make their own.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};
use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::limits::Limits;
use crate::state::{self, State, World};
use crate::ticker::Ticker;

/// How much of a slot stays in memory between calls, in bytes: as much as a listing of a thousand records writes. It is
/// wiped all the same; only the system need not find new pages for it.
const KEPT: usize = 2 << 20;

/// The same of a stack and of a table.
const KEPT_BESIDE: usize = 64 << 10;

/// The tables of a slot. A component has a few core modules: its own, and those that join it to its imports. Few have
/// their own table.
const SLOT_TABLES: usize = 16;

/// The instructions that processors of x86-64 have had since 2009, the second level of the architecture. Without them
/// some instructions of WebAssembly that work on many bytes at a time are calls of the host.
#[cfg(all(feature = "compile", target_arch = "x86_64"))]
const X86_64: &[&str] = &["has_sse3", "has_ssse3", "has_sse41", "has_sse42", "has_popcnt"];
#[cfg(all(feature = "compile", not(target_arch = "x86_64")))]
const X86_64: &[&str] = &[];

/// Both engines.
pub(crate) struct Engines {
    config: Config,
    pub world: World,
    pub first: LinkedEngine,
    /// Whether instances of the first engine take slots.
    is_pooled: bool,
    /// A permit for each slot of the first engine.
    slots: Semaphore,
    /// Made when a call first finds no slot.
    second: Mutex<Option<LinkedEngine>>,
    pub ticker: Arc<Ticker>,
}

/// An engine, and the imports of its components.
#[derive(Clone)]
pub(crate) struct LinkedEngine {
    pub engine: Engine,
    linker: Linker<State>,
}

/// A component that is ready to be instantiated in either engine.
pub(crate) struct PreparedComponent {
    pub first: InstancePre<State>,
    second: Mutex<Option<InstancePre<State>>>,
    /// Whether a slot has room for an instance.
    fits: bool,
}

impl Engines {
    /// Makes the first engine.
    pub(crate) fn new(limits: &Limits, world: World, adjust: impl FnOnce(&mut Config)) -> wasmtime::Result<Self> {
        let mut config = config()?;
        let mut slots = limits.slots.min(limits.calls);
        if slots > 0 {
            config.allocation_strategy(pool(slots, limits));
        }
        adjust(&mut config);
        let pooled = if slots > 0 { Engine::new(&config).ok() } else { None };
        let is_pooled = pooled.is_some();
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        // A machine may refuse so much address space. Then each instance makes its own room in the first engine.
        let engine = match pooled {
            Some(engine) => engine,
            None => {
                slots = Semaphore::MAX_PERMITS;
                Engine::new(&config)?
            }
        };
        let ticker = Arc::new(Ticker::default());
        let first = LinkedEngine::new(engine, world, &ticker)?;
        let slots = Semaphore::new(slots.min(Semaphore::MAX_PERMITS));
        Ok(Self { config, world, first, is_pooled, slots, second: Mutex::default(), ticker })
    }

    /// Returns the component to instantiate for one call, and the slot that it takes, if it fits one and one is free.
    pub(crate) fn acquire(
        &self,
        component: &PreparedComponent,
    ) -> wasmtime::Result<(InstancePre<State>, Option<SemaphorePermit<'_>>)> {
        if self.is_pooled && !component.fits {
            return Ok((self.in_second_engine(component)?, None));
        }
        match self.slots.try_acquire() {
            Ok(slot) => Ok((component.first.clone(), Some(slot))),
            Err(_) => Ok((self.in_second_engine(component)?, None)),
        }
    }

    /// Returns the component in the second engine. The first call that needs it loads it there.
    #[expect(unsafe_code, reason = "machine code is run as it is")]
    fn in_second_engine(&self, component: &PreparedComponent) -> wasmtime::Result<InstancePre<State>> {
        let mut loaded = component.second.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(instance) = &*loaded {
            return Ok(instance.clone());
        }
        let machine_code = component.first.component().serialize()?;
        // SAFETY: the bytes are those that the first engine runs, and the second one has the same configuration.
        let instance = unsafe { self.second()?.load(&machine_code) }?;
        Ok(loaded.insert(instance).clone())
    }

    fn second(&self) -> wasmtime::Result<LinkedEngine> {
        let mut second = self.second.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(linked) = &*second {
            return Ok(linked.clone());
        }
        Ok(second.insert(LinkedEngine::new(Engine::new(&self.config)?, self.world, &self.ticker)?).clone())
    }
}

impl PreparedComponent {
    pub(crate) fn new(first: InstancePre<State>) -> Self {
        let needed = first.component().resources_required();
        let tables = |count| usize::try_from(count).is_ok_and(|count| count <= SLOT_TABLES);
        let fits = needed.is_some_and(|needed| needed.num_memories <= 1 && tables(needed.num_tables));
        Self { first, second: Mutex::default(), fits }
    }
}

impl LinkedEngine {
    fn new(engine: Engine, world: World, ticker: &Ticker) -> wasmtime::Result<Self> {
        ticker.add(&engine);
        Ok(Self { linker: state::linker(&engine, world)?, engine })
    }

    /// Loads machine code: the one place where that is done.
    ///
    /// # Safety
    /// The bytes are executed. They must be what an engine of this configuration made, and unchanged since.
    #[expect(unsafe_code, reason = "machine code is run as it is")]
    pub(crate) unsafe fn load(&self, machine_code: &[u8]) -> wasmtime::Result<InstancePre<State>> {
        // SAFETY: the caller vouches for the bytes.
        let component = unsafe { Component::deserialize(&self.engine, machine_code) }?;
        self.linker.instantiate_pre(&component)
    }
}

/// Returns the configuration, which must be the same for compiling a component and for loading it.
#[cfg_attr(feature = "compile", expect(unsafe_code, reason = "the engine wants a promise about the processor"))]
fn config() -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config.concurrency_support(false).epoch_interruption(true);
    // A trap's stack in the log still names functions. A seventh of the machine code would map it to offsets, and
    // unwind it for tools of the system.
    config.generate_address_map(false);
    if cfg!(not(windows)) {
        config.native_unwind_info(false);
    }
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

/// Slots are made once and cleaned between calls, which takes half of the time that making and unmaking room does.
fn pool(slots: usize, limits: &Limits) -> PoolingAllocationConfig {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut pool = PoolingAllocationConfig::new();
    // Instances are only counted. A memory takes address space, and so does a table.
    pool.total_component_instances(count(slots)).total_core_instances(count(slots.saturating_mul(limits.instances)));
    pool.total_memories(count(slots)).total_tables(count(slots.saturating_mul(SLOT_TABLES)));
    pool.total_stacks(count(slots)).max_unused_warm_slots(count(slots));
    // A component that does not fit a slot allocates its own memory, in the second engine. The first engine loads it
    // too.
    pool.max_memories_per_module(count(limits.memories)).max_tables_per_module(count(limits.tables));
    pool.table_elements(limits.table_elements);
    // Where the system reports which pages were written, only those are wiped.
    pool.pagemap_scan(Enabled::Auto).linear_memory_keep_resident(KEPT);
    pool.async_stack_keep_resident(KEPT_BESIDE).table_keep_resident(KEPT_BESIDE);
    pool
}
