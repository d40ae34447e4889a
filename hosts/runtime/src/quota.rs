//! Counts the memory and the table entries that a call takes. All memories of a component count together, and so do all
//! its tables.

use wasmtime::{ResourceLimiter, Result, bail};

use crate::limits::Limits;

/// The quota of one call. A component that needs more traps, and the error names the limit.
pub(crate) struct Quota {
    limits: Limits,
    memory_bytes: usize,
    table_elements: usize,
}

impl Quota {
    /// Returns the quota of a call that has taken nothing.
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, memory_bytes: 0, table_elements: 0 }
    }
}

impl ResourceLimiter for Quota {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let most = self.limits.memory_bytes;
        self.memory_bytes = grown(self.memory_bytes, current, desired);
        if self.memory_bytes > most {
            bail!("it needs more memory than the {most} bytes of `Limits::memory_bytes`");
        }
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        Err(error)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> Result<bool> {
        let most = self.limits.table_elements;
        self.table_elements = grown(self.table_elements, current, desired);
        if self.table_elements > most {
            bail!("its tables need more entries than the {most} of `Limits::table_elements`");
        }
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> Result<()> {
        Err(error)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.tables
    }

    fn memories(&self) -> usize {
        self.limits.memories
    }
}

/// Explains why the engine refuses one more instance, memory or table. The engine counts them but does not name the
/// limit.
pub(crate) fn of_count(cause: &str, limits: &Limits) -> Option<String> {
    let Limits { instances, memories, tables, .. } = limits;
    cause.starts_with("resource limit exceeded").then(|| {
        format!(
            "{cause}. A component may have {instances} core instances (`Limits::instances`), {memories} memories \
             (`Limits::memories`) and {tables} tables (`Limits::tables`)"
        )
    })
}

fn grown(taken: usize, current: usize, desired: usize) -> usize {
    taken.saturating_add(desired.saturating_sub(current))
}
