//! A loaded component, and calling it.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use wasmtime::Store;
use wasmtime::component::{ComponentNamedList, InstancePre, Lift, Lower};

use crate::http::Stack;
use crate::runtime::Limits;
use crate::state::State;

/// The most that a result may take in the host, in bytes: a hundred thousand records of a kilobyte, twice.
const LIFTED_BYTES: usize = 256 << 20;

/// A loaded component. Cheap to clone: every call instantiates it anew.
#[derive(Clone)]
pub struct Plugin {
    instance: InstancePre<State>,
    limits: Limits,
}

/// What to call, and what the call sees of the world.
pub struct Call<'a> {
    /// The exported interface, such as `namespace:package/interface@1.0.0`.
    pub interface: &'a str,
    /// The function within it.
    pub function: &'a str,
    /// What becomes of its requests.
    pub http: Arc<Stack>,
    /// The time at which the call begins, as the component sees it.
    pub began: SystemTime,
}

/// Why a call has no result.
#[derive(Debug)]
pub enum CallError {
    /// The component does not export such a function, or with other types.
    Incompatible(String),
    /// The component trapped: it panicked, or ran out of memory.
    Trapped(String),
    /// The call took longer than its deadline, and was ended.
    Overdue(Duration),
}

impl Plugin {
    pub(crate) fn new(instance: InstancePre<State>, limits: Limits) -> Self {
        Self { instance, limits }
    }

    /// The names of what the component imports.
    #[must_use]
    pub fn imports(&self) -> Vec<String> {
        let component = self.instance.component();
        component.component_type().imports(component.engine()).map(|(name, _)| name.to_owned()).collect()
    }

    /// The names of what the component exports.
    #[must_use]
    pub fn exports(&self) -> Vec<String> {
        let component = self.instance.component();
        component.component_type().exports(component.engine()).map(|(name, _)| name.to_owned()).collect()
    }

    /// Calls a function in an instance of its own. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    /// The function does not exist with these types, trapped, or took too long. Another call is not affected.
    pub async fn call<P, R>(&self, call: Call<'_>, params: P) -> Result<R, CallError>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let component = self.instance.component();
        let function = component
            .get_export_index(None, call.interface)
            .and_then(|interface| component.get_export_index(Some(&interface), call.function))
            .ok_or_else(|| CallError::Incompatible(format!("it exports no {} in {}", call.function, call.interface)))?;
        let mut store = Store::new(component.engine(), State::new(call.http, call.began, self.limits.memory_bytes));
        store.limiter(State::limiter);
        store.set_hostcall_fuel(LIFTED_BYTES);
        // Yields at each tick, so that the deadline below holds for a component that only computes.
        store.epoch_deadline_async_yield_and_update(1);
        let run = async {
            let instance = self.instance.instantiate_async(&mut store).await.map_err(trapped)?;
            let function = instance
                .get_typed_func::<P, R>(&mut store, function)
                .map_err(|error| CallError::Incompatible(format!("{}: {error:#}", call.function)))?;
            function.call_async(&mut store, params).await.map_err(trapped)
        };
        let deadline = self.limits.deadline;
        tokio::time::timeout(deadline, run).await.unwrap_or(Err(CallError::Overdue(deadline)))
    }
}

/// The reason alone: the stack of the component means nothing to its user.
fn trapped(error: wasmtime::Error) -> CallError {
    CallError::Trapped(error.root_cause().to_string())
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Incompatible(what) => write!(f, "the component does not fit this host: {what}"),
            Self::Trapped(why) => write!(f, "the component trapped: {why}"),
            Self::Overdue(deadline) => write!(f, "the component took longer than {deadline:?} and was ended"),
        }
    }
}

impl std::error::Error for CallError {}
