//! A loaded component, and calling it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};
use tracing::{Instrument, debug};
use wasmtime::Store;
use wasmtime::component::{Component, ComponentExportIndex, ComponentNamedList, InstancePre, Lift, Lower};
use wasmtime_wasi::I32Exit;

use crate::engine::{Engines, PreparedComponent};
use crate::explanation::Explanation;
use crate::http::{Hook, Stack};
use crate::limits::{Limits, within_cpu};
use crate::machine;
use crate::quota;
use crate::state::State;
use crate::stderr::{Redact, Stderr};
use crate::trace::CallTrace;

/// A loaded component. Cheap to clone: every call instantiates it anew.
///
/// ```
/// # #[cfg(feature = "compile")]
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::SystemTime;
///
/// use component_runtime::{Call, Limits, Runtime, Stack};
///
/// let wasm = wat::parse_str(
///     r#"(component
///         (core module $module (func (export "answer") (result i32) (i32.const 42)))
///         (core instance $instance (instantiate $module))
///         (func $answer (result u32) (canon lift (core func $instance "answer")))
///         (instance (export "example:math/numbers") (export "answer" (func $answer))))"#,
/// )?;
/// let plugin = Runtime::new(Limits { slots: 0, ..Limits::default() })?.compile(&wasm)?;
/// assert_eq!(plugin.exports(), ["example:math/numbers"]);
/// let call = Call {
///     interface: "example:math/numbers",
///     function: "answer",
///     http: Stack::new(Vec::new()),
///     began: SystemTime::now(),
/// };
/// let (answer,): (u32,) = plugin.call(call, ()).await?;
/// assert_eq!(answer, 42);
/// # Ok(())
/// # }
/// # #[cfg(not(feature = "compile"))]
/// # fn main() {}
/// ```
#[derive(Clone)]
pub struct Plugin {
    name: Arc<str>,
    component: Arc<PreparedComponent>,
    shared: Arc<Shared>,
    redact: Option<Redact>,
}

/// The part that all calls of a runtime share.
pub(crate) struct Shared {
    pub limits: Limits,
    pub engines: Engines,
    /// A permit for each call that may be under way.
    calls: Semaphore,
}

/// The function to call, and the world that the call sees.
///
/// ```
/// use std::time::SystemTime;
///
/// use component_runtime::{Call, Stack};
///
/// // A call without layers can send nothing.
/// let call = Call {
///     interface: "example:math/numbers",
///     function: "answer",
///     http: Stack::new(Vec::new()),
///     began: SystemTime::now(),
/// };
/// # drop(call);
/// ```
pub struct Call<'a> {
    /// The exported interface, such as `namespace:package/interface@1.0.0`.
    pub interface: &'a str,
    /// The function within it.
    pub function: &'a str,
    /// The layers that its requests pass.
    pub http: Arc<Stack>,
    /// The time at which the call begins, as the component sees it.
    pub began: SystemTime,
}

/// Why a call has no result.
///
/// ```
/// use std::time::Duration;
///
/// use component_runtime::CallError;
///
/// let error = CallError::Overdue(Duration::from_secs(300));
/// assert_eq!(error.to_string(), "the component took longer than 300s and was ended");
/// ```
#[derive(Debug)]
pub enum CallError {
    /// The component does not export such a function, or with other types.
    Incompatible(String),
    /// The component trapped: it panicked, ended itself, or reached a limit of memory, headers or results. The text
    /// also has the last lines that the component wrote to stderr.
    Trapped(String),
    /// The machine has no room for the call, or does not permit it.
    Machine(Explanation),
    /// The call took longer than its deadline, and was ended.
    Overdue(Duration),
    /// The call used the processor for longer than it may, and was ended.
    CpuExhausted(Duration),
    /// The call was not begun: until its deadline, the most calls that a runtime allows at one time were under way.
    TooManyCalls {
        /// The most calls at one time.
        calls: usize,
        /// How long this one waited.
        waited: Duration,
    },
}

impl Plugin {
    pub(crate) fn new(component: PreparedComponent, shared: Arc<Shared>) -> Self {
        Self { name: Arc::from("unnamed"), component: Arc::new(component), shared, redact: None }
    }

    /// The same component under a name, by which the spans of its calls tell it from others.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: Arc::from(name), ..self }
    }

    /// Returns the same component with a function that removes secrets from a text. The component's stderr passes
    /// through it on the way to the log and to errors.
    #[must_use]
    pub fn redacting(self, redact: impl Fn(&mut String) + Send + Sync + 'static) -> Self {
        Self { redact: Some(Arc::new(redact)), ..self }
    }

    /// Returns the names of the component's imports.
    #[must_use]
    pub fn imports(&self) -> Vec<String> {
        let component = self.component.first.component();
        component.component_type().imports(component.engine()).map(|(name, _)| name.to_owned()).collect()
    }

    /// Returns the names of the component's exports.
    #[must_use]
    pub fn exports(&self) -> Vec<String> {
        let component = self.component.first.component();
        component.component_type().exports(component.engine()).map(|(name, _)| name.to_owned()).collect()
    }

    /// Returns whether the component exports a function in an interface, as its type says. No code of the component
    /// runs.
    #[must_use]
    pub fn exports_function(&self, interface: &str, function: &str) -> bool {
        index(self.component.first.component(), interface, function).is_some()
    }

    /// Calls a function in an instance of its own. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    /// The function does not exist with these types, trapped, or reached a limit. Another call is not affected.
    pub async fn call<P, R>(&self, call: Call<'_>, params: P) -> Result<R, CallError>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let trace = CallTrace::of(&self.name, call.function);
        let span = trace.span.clone();
        let result = self.admitted(call, &trace, params).instrument(span).await;
        trace.end(result.as_ref().map_or_else(CallError::outcome, |_| "returned"));
        result
    }

    /// Waits for its turn, then runs, all before the deadline.
    async fn admitted<P, R>(&self, call: Call<'_>, trace: &CallTrace, params: P) -> Result<R, CallError>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        function(self.component.first.component(), &call)?;
        let (limits, since) = (self.shared.limits, Instant::now());
        let too_many = CallError::TooManyCalls { calls: limits.calls, waited: limits.deadline };
        // The semaphore is never closed, so that only the deadline ends the wait without a permit.
        let Ok(Ok(_permit)) = timeout(limits.deadline, self.shared.calls.acquire()).await else { return Err(too_many) };
        let stderr = Stderr::new(trace.span.clone(), self.redact.clone());
        let trapped = |error| trapped(&error, &limits, &stderr);
        let _ticking = self.shared.engines.ticker.begin().map_err(|error| trapped(error.into()))?;
        let (instance, _slot) = self.shared.engines.acquire(&self.component).map_err(trapped)?;
        let hook = Hook::new(Arc::clone(&call.http), limits, trace.span.clone());
        let state = State::new(hook, call.began, since, &limits, stderr.clone());
        let run = within_cpu(limits.cpu, self.run(state, &stderr, &instance, &call, params));
        let left = limits.deadline.saturating_sub(since.elapsed());
        let computed = timeout(left, run).await.map_err(|_| CallError::Overdue(limits.deadline))?;
        computed.unwrap_or(Err(CallError::CpuExhausted(limits.cpu)))
    }

    /// Runs to the end, whatever that takes. The instance lives as long as this does, and a trap ends both.
    async fn run<P, R>(
        &self,
        state: State,
        stderr: &Stderr,
        instance: &InstancePre<State>,
        call: &Call<'_>,
        params: P,
    ) -> Result<R, CallError>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let trapped = |error| trapped(&error, &self.shared.limits, stderr);
        let function = function(instance.component(), call)?;
        let mut store = Store::new(instance.component().engine(), state);
        store.limiter(State::limiter);
        store.set_hostcall_fuel(self.shared.limits.lifted_bytes);
        // Yields at each tick, so that the limits of time hold for a component that only computes.
        store.epoch_deadline_async_yield_and_update(1);
        let instance = instance.instantiate_async(&mut store).await.map_err(trapped)?;
        let function = instance
            .get_typed_func::<P, R>(&mut store, function)
            .map_err(|error| CallError::Incompatible(format!("{}: {error:#}", call.function)))?;
        function.call_async(&mut store, params).await.map_err(trapped)
    }
}

impl Shared {
    pub(crate) fn new(limits: Limits, engines: Engines) -> Arc<Self> {
        Arc::new(Self { limits, engines, calls: Semaphore::new(limits.calls.min(Semaphore::MAX_PERMITS)) })
    }
}

/// The function to call. Each engine's component has its own.
fn function(component: &Component, call: &Call<'_>) -> Result<ComponentExportIndex, CallError> {
    let absent = || CallError::Incompatible(format!("it does not export {} in {}", call.function, call.interface));
    index(component, call.interface, call.function).ok_or_else(absent)
}

fn index(component: &Component, interface: &str, function: &str) -> Option<ComponentExportIndex> {
    let interface = component.get_export_index(None, interface)?;
    component.get_export_index(Some(&interface), function)
}

/// Returns the reason and the last lines of stderr. The component's stack does not help its user, and goes to the log.
fn trapped(error: &wasmtime::Error, limits: &Limits, stderr: &Stderr) -> CallError {
    debug!(stack = format!("{error:?}"), "the component trapped");
    if let Some(explanation) = machine::of_engine(error) {
        return CallError::Machine(explanation);
    }
    let cause = match error.downcast_ref::<I32Exit>() {
        Some(I32Exit(status)) => format!("it ended itself with status {status}"),
        None => error.root_cause().to_string(),
    };
    let cause = quota::of_count(&cause, limits).unwrap_or(cause);
    CallError::Trapped(match stderr.last() {
        Some(last) => format!(
            "{cause}. It wrote to stderr:
{last}"
        ),
        None => cause,
    })
}

impl CallError {
    /// A word for it, for a span.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Incompatible(_) => "incompatible",
            Self::Trapped(_) => "trapped",
            Self::Machine(_) => "no-room",
            Self::Overdue(_) => "overdue",
            Self::CpuExhausted(_) => "cpu-exhausted",
            Self::TooManyCalls { .. } => "too-many-calls",
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incompatible(what) => write!(f, "the component does not fit this host: {what}"),
            Self::Trapped(why) => write!(f, "the component trapped: {why}"),
            Self::Machine(explanation) => f.write_str(explanation.to_string().trim_end_matches('.')),
            Self::Overdue(deadline) => write!(f, "the component took longer than {deadline:?} and was ended"),
            Self::CpuExhausted(limit) => {
                write!(f, "the component used the processor for longer than {limit:?} and was ended")
            }
            Self::TooManyCalls { calls, waited } => {
                write!(f, "the call waited {waited:?} for one of the {calls} before it to end, and was not begun")
            }
        }
    }
}

impl std::error::Error for CallError {}
