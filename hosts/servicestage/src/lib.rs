//! A typed Rust client of the ServiceStage component.
//!
//! The types are those of the WIT, which documents every field and case. Their JSON form is the one that the whole
//! project uses: names in snake_case, a case without payload as a string, one with payload as an object.
//!
//! # Layout
//! - this file: the client, for credentials that the component may see or that somebody else's layer adds
//! - [`session`]: the client for credentials that stay in the host
//! - [`types`]: what goes in and what comes out
//! - [`error`]: why a call failed; `problem`: the host's own failures on their way there
//! - [`credentials`]: the kinds, the sources, and what is obtained and renewed; [`secret`]: a text that is not seen
//! - [`authenticate`]: what signs the requests of a call or adds a token; `signature`: the headers that it adds;
//!   [`scheme`] is the scheme by itself
//! - [`origin`]: where requests of a call go
//! - `redact`: keeps secrets out of errors

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod authenticate;
pub mod credentials;
pub mod error;
pub mod origin;
mod problem;
mod redact;
pub mod scheme;
pub mod secret;
pub mod session;
mod signature;
#[cfg(test)]
mod testing;

/// What goes in and what comes out: types of the crate `model`.
pub mod types {
    pub use model::connection::Connection;
    pub use model::credentials::{AccessKey, Credentials};
    pub use model::listing::{Listing, Pipeline};
    pub use model::status::{ConfigMode, Status};
    pub use model::term::{Direction, Order, OrderKey, Term, TimeRange};
}

pub use authenticate::CallAuthentication;
pub use credentials::authenticator::Authenticator;
pub use secret::Secret;
pub use session::Session;

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::{Call, CallError, Plugin, Stack};
use wasmtime::component::{ComponentNamedList, Lift, Lower};

use crate::error::Error;
use crate::types::{Connection, Listing, Term};

/// The interface that the component exports.
pub const INTERFACE: &str = "huaweicloud:servicestage/pipelines@0.1.0";

/// The component, and the way of its requests.
pub struct Client {
    plugin: Plugin,
    http: Arc<Stack>,
}

/// Why a call has no result: the component says so, or it could not be called.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The component's error, or one of the host in the same form.
    Component(Box<Error>),
    /// The component trapped, took too long, or is another one than expected.
    Host(String),
}

impl Client {
    /// A client of this component, whose requests take this way.
    #[must_use]
    pub fn new(plugin: Plugin, http: Arc<Stack>) -> Self {
        Self { plugin, http }
    }

    /// Lists the release tasks that match the query.
    ///
    /// # Errors
    /// The component's error, or that it could not be called.
    pub async fn list_pipelines(&self, connection: Connection, query: Vec<Term>) -> Result<Listing, Failure> {
        self.call("list-pipelines", SystemTime::now(), (connection, query)).await
    }

    /// Lists release tasks as [`Client::list_pipelines`] does, as JSON text.
    ///
    /// # Errors
    /// The component's error, or that it could not be called.
    pub async fn list_pipelines_json(&self, connection: Connection, query: Vec<Term>) -> Result<String, Failure> {
        self.call("list-pipelines-json", SystemTime::now(), (connection, query)).await
    }

    /// Finds the id of the project of the connection's region.
    ///
    /// # Errors
    /// The component's error, or that it could not be called.
    pub async fn find_project(&self, connection: Connection) -> Result<String, Failure> {
        self.call("find-project", SystemTime::now(), (connection,)).await
    }

    /// Calls any function of the interface at a time of the caller's choice, as a harness does.
    ///
    /// # Errors
    /// The component's error, or that it could not be called.
    pub async fn call<P, T>(&self, function: &str, began: SystemTime, params: P) -> Result<T, Failure>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        T: Lift + Send + Sync + 'static,
    {
        let call = Call { interface: INTERFACE, function, http: Arc::clone(&self.http), began };
        let (result,): (Result<T, Error>,) = self.plugin.call(call, params).await.map_err(|error| match error {
            CallError::Machine(explanation) => Failure::from(error::of_machine(operation(function), &explanation)),
            other => other.into(),
        })?;
        result.map_err(|error| Failure::Component(Box::new(error)))
    }
}

/// Returns the operation of a function. The form of its result does not make it another operation.
fn operation(function: &str) -> &str {
    function.trim_end_matches("-json")
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Component(Box::new(error))
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        Self::Host(error.to_string())
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Component(error) => error.fmt(f),
            Self::Host(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}
