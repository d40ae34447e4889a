//! Calls of the component in which the host authenticates: the way to use it with credentials that it must not see.

use std::sync::Arc;
use std::time::Duration;

use component_runtime::{Layer, Plugin, Stack};
use tokio::time::Instant;
use wasmtime::component::{ComponentNamedList, Lift, Lower};

use crate::authenticate::Authentication;
use crate::credentials::Identity;
use crate::credentials::authenticator::Authenticator;
use crate::error::{self, Error, ErrorKind};
use crate::projects::{Key, Projects};
use crate::types::{Connection, Credentials, Listing, Pipeline, Term};
use crate::{Client, Failure, operation};

/// The component's own limit of a call, in milliseconds.
pub const DEFAULT_CALL_TIMEOUT_MS: u32 = 120_000;

/// The component, credentials, and the layers around the one that authenticates.
pub struct Session {
    plugin: Plugin,
    before: Vec<Arc<dyn Layer>>,
    authenticator: Arc<Authenticator>,
    last: Arc<dyn Layer>,
    projects: Option<Arc<Projects>>,
}

impl Session {
    /// A session whose requests pass the layers `before`, are authenticated, and are completed by `last`.
    #[must_use]
    pub fn new(
        plugin: Plugin,
        before: Vec<Arc<dyn Layer>>,
        authenticator: Arc<Authenticator>,
        last: Arc<dyn Layer>,
    ) -> Self {
        Self { plugin, before, authenticator, last, projects: None }
    }

    /// Looks up the project of a region once, and not for each listing. For whoever lists more than once: the look-up
    /// becomes a call of its own, so it is made also when the query turns out not to be valid.
    #[must_use]
    pub fn remembering(self, projects: Arc<Projects>) -> Self {
        Self { projects: Some(projects), ..self }
    }

    /// Lists the release tasks that match the query. Credentials in the connection take the place of the session's; the
    /// component sees neither.
    ///
    /// # Errors
    /// The component's error, the host's in the same form, or that it could not be called. No secret is in them.
    pub async fn list_pipelines(&self, connection: Connection, query: Vec<Term>) -> Result<Listing, Failure> {
        let listing: Listing = self.list("list-pipelines", connection, query).await?;
        if listing.pipelines.iter().any(|pipeline| texts(pipeline).any(lost_characters)) {
            warn_of_lost_characters();
        }
        Ok(listing)
    }

    /// Lists release tasks as [`Session::list_pipelines`] does, as JSON text.
    ///
    /// # Errors
    /// As [`Session::list_pipelines`].
    pub async fn list_pipelines_json(&self, connection: Connection, query: Vec<Term>) -> Result<String, Failure> {
        let json: String = self.list("list-pipelines-json", connection, query).await?;
        if lost_characters(&json) {
            warn_of_lost_characters();
        }
        Ok(json)
    }

    /// Finds the id of the project of the connection's region.
    ///
    /// # Errors
    /// As [`Session::list_pipelines`].
    pub async fn find_project(&self, connection: Connection) -> Result<String, Failure> {
        let (authenticator, connection) = self.separated(connection);
        self.call(&authenticator, "find-project", &connection.clone(), (connection,)).await
    }

    async fn list<T>(&self, function: &str, connection: Connection, query: Vec<Term>) -> Result<T, Failure>
    where
        T: Lift + Send + Sync + 'static,
    {
        let (authenticator, mut connection) = self.separated(connection);
        let Some((projects, key)) = self.unknown_project(&authenticator, &connection) else {
            return self.call(&authenticator, function, &connection.clone(), (connection, query)).await;
        };
        let began = Instant::now();
        let whole = connection.call_timeout_ms.unwrap_or(DEFAULT_CALL_TIMEOUT_MS);
        // Waiting, the look-up and the listing share the time of the call.
        let shared = |connection: &Connection| {
            let mut connection = connection.clone();
            let spent = u32::try_from(began.elapsed().as_millis()).unwrap_or(u32::MAX);
            if spent > 0 {
                // Zero stays zero, which the component refuses.
                connection.call_timeout_ms = Some(whole.saturating_sub(spent).max(whole.min(1)));
            }
            connection
        };
        let look_up = async || {
            let connection = shared(&connection);
            self.call(&authenticator, "find-project", &connection.clone(), (connection,)).await
        };
        let deadline = began + Duration::from_millis(whole.into());
        let found = projects.find(&key, deadline, look_up).await;
        let id = found.unwrap_or_else(|| Err(error::out_of_time(operation(function)).into()))?;
        connection.project_id = Some(id.clone());
        let connection = shared(&connection);
        let result = self.call(&authenticator, function, &connection.clone(), (connection, query)).await;
        if matches!(&result, Err(Failure::Component(error)) if error.kind == ErrorKind::NotFound) {
            projects.forget(&key, &id);
        }
        result
    }

    /// The cache, and the key of a project that has to be looked up.
    fn unknown_project(&self, authenticator: &Authenticator, connection: &Connection) -> Option<(&Projects, Key)> {
        let projects = self.projects.as_deref()?;
        if connection.project_id.is_some() {
            return None;
        }
        let (region, iam_endpoint) = (connection.region.clone()?, connection.iam_endpoint.clone());
        let fingerprint = authenticator.identity().fingerprint();
        Some((projects, Key { region, iam_endpoint, fingerprint }))
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

    async fn call<P, T>(
        &self,
        authenticator: &Arc<Authenticator>,
        function: &str,
        connection: &Connection,
        params: P,
    ) -> Result<T, Failure>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        T: Lift + Send + Sync + 'static,
    {
        let operation = operation(function);
        let authentication = Authentication::new(Arc::clone(authenticator), connection, Arc::clone(&self.last));
        let authentication =
            Arc::new(authentication.map_err(|invalid| Failure::from(Error::invalid_argument(operation, invalid)))?);
        let mut layers = self.before.clone();
        layers.extend([Arc::clone(&authentication) as Arc<dyn Layer>, Arc::clone(&self.last)]);
        let client = Client::new(self.plugin.clone(), Stack::new(layers));
        let began = authenticator.now();
        client.call(function, began, params).await.map_err(|mut failure| {
            match &mut failure {
                Failure::Component(error) => authentication.explain(error),
                Failure::Host(text) => authentication.redact(text),
            }
            failure
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
