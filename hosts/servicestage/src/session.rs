//! Calls of the component in which the host authenticates: the way to use it with credentials that it must not see.

use std::sync::Arc;

use component_runtime::{Layer, LookupLayer, Lookups, Plugin, Stack};
use wasmtime::component::{ComponentNamedList, Lift, Lower};

use crate::authenticate::CallAuthentication;
use crate::credentials::Identity;
use crate::credentials::authenticator::Authenticator;
use crate::error::{Error, ErrorKind};
use crate::exports::{Exports, operation};
use crate::types::{Connection, Credentials, Listing, Pipeline, Term};

/// The component's own limit of a call, in milliseconds.
pub const DEFAULT_CALL_TIMEOUT_MS: u32 = 120_000;

/// The role in which the component asks for the project of a region. The answer stays the same.
const LOOK_UP: &str = "iam";

/// The operation of the component that asks.
const FIND_PROJECT: &str = "find-project";

/// The component, credentials, and the layers around the one that authenticates.
///
/// The project of a region is looked up once for each identity, and not in each call. An id that the service does not
/// know is forgotten; see [`LookupLayer`] for the rest. This needs a [`component_runtime::Policy`] among the layers before,
/// because only the policy knows which request is a look-up.
///
/// ```
/// use std::sync::Arc;
/// use std::time::SystemTime;
///
/// use component_runtime::{Grant, Policy};
/// use servicestage::types::Connection;
/// use servicestage::{Authenticator, Component, ErrorKind, Identity, Limits, Secret, Session};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<servicestage::Error>> {
/// let component = Component::embedded(Limits::default(), "example")?;
/// // Nothing is granted, so the policy denies each request, and no layer has to send one.
/// let policy = Arc::new(Policy::new(component.declaration().clone(), Grant::default()));
/// let token = Identity::Token(Secret::new("hush"));
/// let authenticator = Arc::new(Authenticator::new(token, policy.clone(), Arc::new(SystemTime::now)));
/// let session = Session::new(component.plugin().clone(), vec![policy.clone()], authenticator, policy.clone());
/// let connection = Connection { region: Some("cn-north-4".to_owned()), ..Connection::default() };
/// let error = session.find_project(connection).await.unwrap_err();
/// assert_eq!(error.kind, ErrorKind::Denied);
/// assert_eq!(policy.denials().len(), 1);
/// # Ok(())
/// # }
/// ```
pub struct Session {
    plugin: Plugin,
    before: Vec<Arc<dyn Layer>>,
    authenticator: Arc<Authenticator>,
    last: Arc<dyn Layer>,
    lookups: Arc<Lookups>,
}

impl Session {
    /// Makes a session whose requests pass the layers `before`, are authenticated, and are completed by `last`.
    #[must_use]
    pub fn new(
        plugin: Plugin,
        before: Vec<Arc<dyn Layer>>,
        authenticator: Arc<Authenticator>,
        last: Arc<dyn Layer>,
    ) -> Self {
        Self { plugin, before, authenticator, last, lookups: Arc::default() }
    }

    /// Returns the same session with look-ups that it shares with others.
    #[must_use]
    pub fn sharing(self, lookups: Arc<Lookups>) -> Self {
        Self { lookups, ..self }
    }

    /// Lists the release tasks that match the query. Credentials in the connection take the place of the session's; the
    /// component sees neither.
    ///
    /// # Errors
    /// The component's error, or the host's in the same form. No secret is in them.
    pub async fn list_pipelines(&self, connection: Connection, query: Vec<Term>) -> Result<Listing, Box<Error>> {
        let listing: Listing = self.call("list-pipelines", connection, |connection| (connection, query)).await?;
        if listing.pipelines.iter().any(|pipeline| texts(pipeline).any(lost_characters)) {
            warn_of_lost_characters();
        }
        Ok(listing)
    }

    /// Lists release tasks as [`Session::list_pipelines`] does, as JSON text.
    ///
    /// # Errors
    /// As [`Session::list_pipelines`].
    pub async fn list_pipelines_json(&self, connection: Connection, query: Vec<Term>) -> Result<String, Box<Error>> {
        let json: String = self.call("list-pipelines-json", connection, |connection| (connection, query)).await?;
        if lost_characters(&json) {
            warn_of_lost_characters();
        }
        Ok(json)
    }

    /// Finds the id of the project of the connection's region.
    ///
    /// # Errors
    /// As [`Session::list_pipelines`].
    pub async fn find_project(&self, connection: Connection) -> Result<String, Box<Error>> {
        self.call(FIND_PROJECT, connection, |connection| (connection,)).await
    }

    /// Takes the credentials out of a connection.
    fn separated(&self, mut connection: Connection) -> (Arc<Authenticator>, Connection) {
        let authenticator = match Identity::of(&connection.credentials) {
            None => Arc::clone(&self.authenticator),
            Some(identity) => Arc::new(self.authenticator.with(identity)),
        };
        connection.credentials = Credentials::Ambient;
        (authenticator, connection)
    }

    /// Calls a function with these parameters of the connection, from which the credentials are taken out.
    async fn call<P, T>(
        &self,
        function: &str,
        connection: Connection,
        params: impl FnOnce(Connection) -> P,
    ) -> Result<T, Box<Error>>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        T: Lift + Send + Sync + 'static,
    {
        let (authenticator, connection) = self.separated(connection);
        let invalid = |invalid| Box::new(Error::invalid_argument(operation(function), invalid));
        let authentication = CallAuthentication::new(Arc::clone(&authenticator), &connection, Arc::clone(&self.last));
        let authentication = authentication.map_err(invalid)?;
        let identity = authenticator.identity().fingerprint();
        let roles = vec![LOOK_UP.to_owned()];
        let lookup = Arc::new(LookupLayer::new(Arc::clone(&self.lookups), identity, roles, authentication.layer()));
        let mut layers = self.before.clone();
        layers.extend([Arc::clone(&lookup) as Arc<dyn Layer>, authentication.layer()]);
        let exports = Exports::new(self.plugin.clone(), Stack::new(layers));
        let called = exports.call(function, authenticator.now(), params(connection)).await;
        called.map_err(|mut error| {
            // The project is not known any more, or what was found is not one.
            if error.kind == ErrorKind::NotFound || error.operation == FIND_PROJECT {
                lookup.forget();
            }
            authentication.explain(&mut error);
            error
        })
    }
}

/// The texts of a release task that people write.
fn texts(pipeline: &Pipeline) -> impl Iterator<Item = &str> {
    let Pipeline { name, description, creator, enterprise_project, extend_info, .. } = pipeline;
    [name, description, creator, enterprise_project, extend_info].into_iter().filter_map(|text| text.as_deref())
}

/// Whether U+FFFD stands in a text, as it is or as JSON may write it.
fn lost_characters(text: &str) -> bool {
    text.contains('\u{fffd}') || text.contains("\\ufffd")
}

fn warn_of_lost_characters() {
    tracing::warn!("a release task has a text in which a character is lost; U+FFFD stands where it was");
}
