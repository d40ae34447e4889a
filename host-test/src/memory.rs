//! Linear memories that a test can look into, while a call runs and after.

#![expect(unsafe_code, reason = "a memory of the test's own is made of raw parts")]

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::sync::{Arc, Mutex, PoisonError};

use component_runtime::{Limits, LoadError, Runtime};
use wasmtime::{Config, InstanceAllocationStrategy, LinearMemory, MemoryCreator, MemoryType};

/// As much address space as any call may use; what is not touched takes no memory.
const RESERVED: usize = 512 << 20;

/// The engine wants memories that begin at a page, of whatever size the system's pages are.
const PAGE: usize = 64 << 10;

/// The memories of all calls. It keeps them, also of calls that have ended, so that nothing escapes by being freed.
#[derive(Clone, Default)]
pub struct Watch(Arc<Mutex<Vec<Arc<Region>>>>);

impl Watch {
    /// A runtime whose components have memories that this watches.
    ///
    /// # Errors
    /// The engine does not take such memories.
    pub fn runtime(&self, limits: Limits) -> Result<Runtime, LoadError> {
        Runtime::configured(limits, |config| self.configure(config))
    }

    /// The same for components that import all of WASI, which they find empty.
    ///
    /// # Errors
    /// The engine does not take such memories.
    pub fn runtime_with_empty_wasi(&self, limits: Limits) -> Result<Runtime, LoadError> {
        Runtime::with_empty_wasi_configured(limits, |config| self.configure(config))
    }

    fn configure(&self, config: &mut Config) {
        // Memories of the engine's own making are faster, and closed to everybody else.
        config.with_host_memory(Arc::new(self.clone())).memory_init_cow(false);
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        config.memory_reservation(0).memory_guard_size(0).memory_reservation_for_growth(0);
    }

    /// Whether any memory holds these bytes now.
    #[must_use]
    pub fn holds(&self, bytes: &[u8]) -> bool {
        let regions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        regions.iter().any(|region| region.bytes().windows(bytes.len()).any(|window| window == bytes))
    }

    /// How many bytes the memories have in all, to know that there was something to look at.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|region| region.bytes().len()).sum()
    }

    /// Whether no memory was made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

struct Region {
    allocated: *mut u8,
    size: Mutex<usize>,
}

// SAFETY: the region owns the memory behind the pointer. It is read while no component runs, or by a search, for which
// bytes that change meanwhile are harmless.
unsafe impl Send for Region {}
// SAFETY: as above.
unsafe impl Sync for Region {}

/// With room to begin at a page. The allocator is not asked for that alignment: to get it, it would write all the zeros.
fn layout() -> Layout {
    Layout::from_size_align(RESERVED + PAGE, 8).unwrap_or(Layout::new::<u64>())
}

impl Region {
    fn start(&self) -> *mut u8 {
        self.allocated.map_addr(|address| address.next_multiple_of(PAGE))
    }

    fn bytes(&self) -> &[u8] {
        let size = *self.size.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the region owns RESERVED zeroed bytes from here on, and never grows beyond.
        unsafe { std::slice::from_raw_parts(self.start(), size) }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: allocated with the same layout, and nobody else has it.
        unsafe { dealloc(self.allocated, layout()) };
    }
}

/// A memory as the engine sees it.
struct WatchedMemory(Arc<Region>);

// SAFETY: the base never moves, the capacity is what was allocated, and growing only moves the end.
unsafe impl LinearMemory for WatchedMemory {
    fn byte_size(&self) -> usize {
        *self.0.size.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn byte_capacity(&self) -> usize {
        RESERVED
    }

    fn grow_to(&mut self, new_size: usize) -> wasmtime::Result<()> {
        wasmtime::ensure!(new_size <= RESERVED, "a watched memory has at most {RESERVED} bytes");
        *self.0.size.lock().unwrap_or_else(PoisonError::into_inner) = new_size;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.0.start()
    }
}

// SAFETY: it makes memories as asked for, or refuses.
unsafe impl MemoryCreator for Watch {
    fn new_memory(
        &self,
        _ty: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        if minimum > RESERVED || reserved.unwrap_or(0) > RESERVED || guard > 0 {
            return Err(format!("a watched memory has {RESERVED} bytes and no guard"));
        }
        // SAFETY: the layout is not empty.
        let allocated = unsafe { alloc_zeroed(layout()) };
        if allocated.is_null() {
            return Err("no memory".to_owned());
        }
        let region = Arc::new(Region { allocated, size: Mutex::new(minimum) });
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&region));
        Ok(Box::new(WatchedMemory(region)))
    }
}
