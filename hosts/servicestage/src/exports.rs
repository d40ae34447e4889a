//! The functions that the component exports, typed.

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::{Call, CallError, Plugin, Stack};
use wasmtime::component::{ComponentNamedList, Lift, Lower};

use crate::error::{self, Error};
use crate::types::{Connection, Listing, Term};

/// The interface that the component exports.
pub const INTERFACE: &str = "huaweicloud:servicestage/pipelines@0.1.0";

/// The component's functions, over the layers that its requests pass. Nothing authenticates: the component sees the
/// credentials in the connection, unless another layer adds them.
///
/// ```
/// use component_runtime::Stack;
/// use servicestage::types::Connection;
/// use servicestage::{Component, ErrorKind, Exports, Limits};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<servicestage::Error>> {
/// let component = Component::embedded(Limits::default(), "example")?;
/// // A stack without layers denies each request.
/// let exports = Exports::new(component.plugin().clone(), Stack::new(Vec::new()));
/// let connection = Connection {
///     region: Some("cn-north-4".to_owned()),
///     project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
///     ..Connection::default()
/// };
/// let error = exports.list_pipelines(connection, Vec::new()).await.unwrap_err();
/// assert_eq!(error.kind, ErrorKind::Denied);
/// # Ok(())
/// # }
/// ```
pub struct Exports {
    plugin: Plugin,
    http: Arc<Stack>,
}

impl Exports {
    /// Returns the functions of this component, whose requests pass these layers.
    #[must_use]
    pub fn new(plugin: Plugin, http: Arc<Stack>) -> Self {
        Self { plugin, http }
    }

    /// Lists the release tasks that match the query.
    ///
    /// # Errors
    /// The component's error, or one of kind `other` if the component could not be called.
    pub async fn list_pipelines(&self, connection: Connection, query: Vec<Term>) -> Result<Listing, Box<Error>> {
        self.call("list-pipelines", SystemTime::now(), (connection, query)).await
    }

    /// Calls any function of the interface at a time of the caller's choice, as a harness does.
    ///
    /// # Errors
    /// The component's error, or one of kind `other` if the component could not be called.
    pub async fn call<P, T>(&self, function: &str, began: SystemTime, params: P) -> Result<T, Box<Error>>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        T: Lift + Send + Sync + 'static,
    {
        let call = Call { interface: INTERFACE, function, http: Arc::clone(&self.http), began };
        let called: Result<(Result<T, Error>,), CallError> = self.plugin.call(call, params).await;
        match called {
            Ok((result,)) => result.map_err(Box::new),
            Err(CallError::Machine(explanation)) => Err(Box::new(error::of_machine(operation(function), &explanation))),
            Err(error) => Err(Box::new(error::of_host(operation(function), error, "Report this message."))),
        }
    }
}

/// Returns the operation of a function. The form of its result does not make it another operation.
pub(crate) fn operation(function: &str) -> &str {
    function.trim_end_matches("-json")
}
