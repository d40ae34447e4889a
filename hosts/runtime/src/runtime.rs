//! Loading components.

use std::fmt;
use std::sync::Arc;
#[cfg(feature = "compile")]
use std::thread;

#[cfg(feature = "compile")]
use tracing::info;
use wasmtime::Config;

#[cfg(all(feature = "compile", unix))]
use crate::cache::Cache;
use crate::engine::{Engines, PreparedComponent};
use crate::explanation::Explanation;
#[cfg(feature = "compile")]
use crate::imports;
use crate::limits::Limits;
use crate::machine;
use crate::plugin::{Plugin, Shared};
use crate::state::World;

/// The size in bytes from which compiling a component takes so long that it is logged.
#[cfg(feature = "compile")]
const LARGE: usize = 1 << 20;

/// Loads components and holds what their calls share. A process that was forked must make a new one.
///
/// ```
/// # #[cfg(feature = "compile")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use component_runtime::{Limits, Runtime};
///
/// let runtime = Runtime::new(Limits { slots: 0, ..Limits::default() })?;
/// let plugin = runtime.compile(&wat::parse_str("(component)")?)?;
/// assert!(plugin.imports().is_empty());
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "compile"))]
/// # fn main() {}
/// ```
pub struct Runtime(Arc<Shared>);

/// Why a component does not load.
///
/// ```
/// # #[cfg(feature = "compile")]
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use component_runtime::{Limits, Runtime};
///
/// let runtime = Runtime::new(Limits { slots: 0, ..Limits::default() })?;
/// let error = runtime.compile(b"not WebAssembly").err().unwrap();
/// assert!(error.to_string().starts_with("the component does not load: "));
/// // The machine is not the cause.
/// assert!(error.explanation().is_none());
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "compile"))]
/// # fn main() {}
/// ```
#[derive(Debug)]
pub struct LoadError(wasmtime::Error);

impl Runtime {
    /// Returns a runtime whose components may import only outgoing HTTP, clocks, and the interfaces that these use. Its
    /// calls have these limits.
    ///
    /// # Errors
    /// The machine lacks what the engine needs.
    pub fn new(limits: Limits) -> Result<Self, LoadError> {
        Self::configured(limits, |_| {})
    }

    /// Returns a runtime for components in any language, whose libraries may import all of WASI 0.2. That WASI is
    /// empty. A component finds no file, environment variable, argument or input, and the host refuses every socket. It
    /// has clocks and random numbers. Its stdout is dropped. Its stderr goes to the log, up to a limit. The last lines
    /// of it also go to the error of a call that traps. Outgoing HTTP passes the layers of the call, as in every
    /// runtime.
    ///
    /// Components in other languages are large and differ in their needs, so each instance allocates its own memory:
    /// [`Limits::slots`] has no effect.
    ///
    /// ```
    /// use component_runtime::{Limits, Runtime};
    ///
    /// # fn main() -> Result<(), component_runtime::LoadError> {
    /// let wasm = br#"(component (import "wasi:random/random@0.2.0" (instance
    ///     (export "get-random-u64" (func (result u64))))))"#;
    /// # let wasm = &wat::parse_bytes(wasm).unwrap();
    /// assert!(Runtime::new(Limits::default())?.compile(wasm).is_err());
    /// Runtime::with_empty_wasi(Limits::default())?.compile(wasm)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The machine lacks what the engine needs.
    #[cfg(feature = "compile")]
    pub fn with_empty_wasi(limits: Limits) -> Result<Self, LoadError> {
        Self::with_empty_wasi_configured(limits, |_| {})
    }

    /// The runtime of [`Runtime::with_empty_wasi`] with an engine that is configured further.
    ///
    /// # Errors
    /// The machine lacks what the engine needs, or the configuration is not consistent.
    #[cfg(feature = "compile")]
    pub fn with_empty_wasi_configured(limits: Limits, adjust: impl FnOnce(&mut Config)) -> Result<Self, LoadError> {
        Self::of(Limits { slots: 0, ..limits }, World::EmptyWasi, adjust)
    }

    /// Returns the runtime of [`Runtime::new`] with a changed configuration of the engine, for a harness that watches
    /// memory.
    ///
    /// # Errors
    /// The machine lacks what the engine needs, or the configuration is not consistent.
    pub fn configured(limits: Limits, adjust: impl FnOnce(&mut Config)) -> Result<Self, LoadError> {
        Self::of(limits, World::Strict, adjust)
    }

    fn of(limits: Limits, world: World, adjust: impl FnOnce(&mut Config)) -> Result<Self, LoadError> {
        Ok(Self(Shared::new(limits, Engines::new(&limits, world, adjust)?)))
    }

    /// Compiles a component, or takes its machine code from the user's cache. Its imports are checked first. Compiling
    /// a component of many megabytes takes long, and is logged.
    ///
    /// # Errors
    /// The bytes are not a component, or it has imports that are not granted.
    #[cfg(feature = "compile")]
    #[expect(unsafe_code, reason = "machine code is run as it is")]
    pub fn compile(&self, wasm: &[u8]) -> Result<Plugin, LoadError> {
        imports::check(wasm, self.0.engines.world).map_err(|refusal| LoadError(wasmtime::Error::msg(refusal)))?;
        let code = self.machine_code(wasm)?;
        // SAFETY: this engine made the bytes, now or earlier. The cache refuses what others could have changed since.
        unsafe { self.load_precompiled(&code) }
    }

    #[cfg(all(feature = "compile", unix))]
    fn machine_code(&self, wasm: &[u8]) -> Result<Vec<u8>, LoadError> {
        let cache = Cache::of_user();
        if let Some(code) = cache.as_ref().and_then(|cache| cache.read(&self.0.engines.first.engine, wasm)) {
            return Ok(code);
        }
        let code = self.precompile(wasm)?;
        if let Some(cache) = cache {
            cache.write(&self.0.engines.first.engine, wasm, &code);
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
    /// The bytes are not a component.
    #[cfg(feature = "compile")]
    pub fn precompile(&self, wasm: &[u8]) -> Result<Vec<u8>, LoadError> {
        if wasm.len() > LARGE {
            info!(bytes = wasm.len(), "compiling the component, once");
        }
        // The compiler panics if the system refuses it threads.
        let threads = thread::available_parallelism().map_or(1, usize::from);
        machine::try_threads(threads).map_err(|error| LoadError(error.into()))?;
        Ok(self.0.engines.first.engine.precompile_component(wasm)?)
    }

    /// Loads the machine code that [`Runtime::precompile`] made.
    ///
    /// # Errors
    /// It was made by another version, for another machine or with another configuration, or it has imports that are
    /// not granted.
    ///
    /// # Safety
    /// The bytes are executed. They must come from [`Runtime::precompile`] and be unchanged since.
    #[expect(unsafe_code, reason = "machine code is run as it is")]
    pub unsafe fn load_precompiled(&self, machine_code: &[u8]) -> Result<Plugin, LoadError> {
        // SAFETY: the caller vouches for the bytes.
        let first = unsafe { self.0.engines.first.load(machine_code) }?;
        Ok(Plugin::new(PreparedComponent::new(first), Arc::clone(&self.0)))
    }
}

impl LoadError {
    /// Returns the resource that the machine lacks or forbids, if the machine is the cause.
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
