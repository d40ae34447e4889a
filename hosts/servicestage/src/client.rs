//! The client.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use component_runtime::{Grant, Layer, Lookups, Policy};
use model::text::rename;

use crate::builder::Builder;
use crate::component::Component;
use crate::credentials::authenticator::Authenticator;
use crate::error::{Error, ErrorKind, explain};
use crate::network::Http;
use crate::query::Query;
use crate::report::Report;
use crate::secret::Secret;
use crate::session::{DEFAULT_CALL_TIMEOUT_MS, Session};
use crate::settings::{SettingSource, Settings};
use crate::task::TaskSelector;
use crate::types::{Connection, Listing, Pipeline};
use crate::wait::{Wait, Waited};
use crate::wording::{self, Wording};

/// The operation that an error of [`Client::token`] names as failed.
const TOKEN_OPERATION: &str = "auth-token";

/// Lists the release tasks of one project. Cheap to clone: clones share kept connections, tokens, and the look-up of the
/// project. Calls need a tokio runtime with I/O and time; [`crate::blocking::Client`] brings its own.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # // A server on loopback, in place of the service.
/// # let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
/// # let origin = format!("http://{}", listener.local_addr()?);
/// # std::thread::spawn(move || {
/// #     use std::io::{Read, Write};
/// #     for mut stream in listener.incoming().flatten() {
/// #         let body = r#"[{"id": "1", "name": "shop", "status": 3}, {"id": "2", "name": "blog", "status": 2}]"#;
/// #         drop(stream.read(&mut [0; 4096]));
/// #         drop(write!(stream, "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()));
/// #     }
/// # });
/// # let builder = || servicestage::Client::builder()
/// #     .environment(servicestage::Environment::of(|_| None, None))
/// #     .project_id("0123456789abcdef0123456789abcdef")
/// #     .token("example")
/// #     .endpoint(origin.as_str());
/// use servicestage::{Client, Query, Status};
///
/// # #[cfg(any())]
/// let client = Client::builder().region("cn-north-4").build()?;
/// # let client = builder().build()?;
/// let listing = client.list_pipelines(Query::new().status([Status::Failed])).await?;
/// assert_eq!(listing.pipelines[0].name.as_deref(), Some("shop"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    wrap: Option<WrapLayer>,
}

/// Puts a layer around the one that sends.
type WrapLayer = Arc<dyn Fn(Arc<dyn Layer>) -> Arc<dyn Layer> + Send + Sync>;

/// The part that clones share.
pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) connection: Connection,
    pub(crate) component: Component,
    pub(crate) grant: Grant,
    pub(crate) http: Http,
    /// The policy of the client's own requests, for tokens and keys.
    pub(crate) own_policy: Policy,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) lookups: Arc<Lookups>,
    pub(crate) wording: Arc<dyn Wording>,
}

impl Client {
    /// Returns a builder with every default.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner: Arc::new(inner), wrap: None }
    }

    /// Lists the release tasks that match the query. The listing is complete and in order, or it is an error.
    ///
    /// # Errors
    /// Its kind says what failed, and its message what to do. No secret is in it.
    pub async fn list_pipelines(&self, query: impl Into<Query>) -> Result<Listing, Box<Error>> {
        let (session, policy) = self.session();
        let listed = session.list_pipelines(self.inner.connection.clone(), query.into().into_terms()).await;
        listed.map_err(|error| self.explained(error, &policy))
    }

    /// Lists release tasks as [`Client::list_pipelines`] does, as JSON text. Its names are those of the types of this
    /// crate, in snake_case.
    ///
    /// # Errors
    /// As [`Client::list_pipelines`].
    pub async fn list_pipelines_json(&self, query: impl Into<Query>) -> Result<String, Box<Error>> {
        let (session, policy) = self.session();
        let listed = session.list_pipelines_json(self.inner.connection.clone(), query.into().into_terms()).await;
        listed.map_err(|error| self.explained(error, &policy))
    }

    /// Finds the id of the region's project. The id in a variable or a profile is ignored: it may belong to another region.
    ///
    /// # Errors
    /// As [`Client::list_pipelines`], and `invalid-argument` if the builder was given a project.
    pub async fn find_project(&self) -> Result<String, Box<Error>> {
        let (session, policy) = self.session();
        let mut connection = self.inner.connection.clone();
        if !matches!(self.inner.settings.project_id.source, SettingSource::Argument(_)) {
            connection.project_id = None;
        }
        let found = session.find_project(connection).await;
        found.map_err(|error| self.explained(error, &policy))
    }

    /// Returns the one release task that the selector finds. The whole project is listed, unless the selector is a name.
    ///
    /// # Errors
    /// As [`Client::list_pipelines`]; `not-found` if no task matches; `invalid-argument` if several do, with up to 20 of
    /// their ids. It names the argument `task`, `name` or `id`.
    pub async fn get_pipeline(&self, task: TaskSelector) -> Result<Pipeline, Box<Error>> {
        let found = async { task.one(self.list_pipelines(task.checked_query()?).await?) }.await;
        self.translated(found)
    }

    /// Waits until a release task reaches a status. A wait that ends at another final status is not an error: see
    /// [`Waited::reached`].
    ///
    /// # Errors
    /// - `timeout`: the wait took too long.
    /// - `not-found`: the release task does not exist.
    /// - `invalid-argument`: several release tasks have the name.
    /// - Any other kind: a listing failed for a reason that does not pass, such as credentials. Other failed listings
    ///   are tried again.
    ///
    /// An error of the wait itself counts in `attempts` the requests of all listings that ended. Its status, request id and
    /// vendor fields are those of the last of them.
    pub async fn wait(&self, wait: Wait) -> Result<Waited, Box<Error>> {
        let own = self.inner.connection.call_timeout_ms.unwrap_or(DEFAULT_CALL_TIMEOUT_MS);
        let list = |query, left| self.list_within(query, own, left);
        self.translated(wait.run(Duration::from_millis(own.into()), list).await)
    }

    /// Lists for a wait, in the time left of it if a call may take longer.
    async fn list_within(&self, query: Query, own: u32, left: Duration) -> Result<Listing, Box<Error>> {
        let left = u32::try_from(left.as_millis().max(1)).unwrap_or(u32::MAX);
        let (session, policy) = self.session();
        let connection = Connection { call_timeout_ms: Some(own.min(left)), ..self.inner.connection.clone() };
        let listed = session.list_pipelines(connection, query.into_terms()).await;
        listed.map_err(|mut error| {
            if left <= own {
                // The user of the wait set this limit.
                let of_wait = |name: &str| if name == "call-timeout-ms" { "timeout" } else { name }.to_owned();
                error.message = rename(&error.message, of_wait);
            }
            self.explained(error, &policy)
        })
    }

    /// Returns an IAM token for the project of this client: the token that it was given, or one that IAM issues for the
    /// user. A user's token is kept, and renewed before it expires.
    ///
    /// # Errors
    /// The credentials are an access key, for which IAM issues no token (`unauthenticated`); or IAM refuses the user.
    pub async fn token(&self) -> Result<Secret, Box<Error>> {
        let issued = self.inner.authenticator.token(TOKEN_OPERATION, &self.inner.connection).await;
        issued.map_err(|error| self.explained(error, &self.inner.own_policy))
    }

    /// Reports where region, project and credentials came from, with values masked. It sends nothing.
    #[must_use]
    pub fn credentials_report(&self) -> Report {
        Report::of(&self.inner.settings, |name| format!("argument {}", self.inner.wording.argument(name)))
    }

    /// Returns region, project and credentials, and where they came from.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// Returns the connection that the component is called with. The credentials are not in it.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.inner.connection
    }

    /// Returns what requests may reach.
    #[must_use]
    pub fn granted(&self) -> &Grant {
        &self.inner.grant
    }

    /// Returns the way to servers.
    #[must_use]
    pub fn http(&self) -> &Http {
        &self.inner.http
    }

    /// Returns the same client with a layer of yours around the one that sends, such as one that records. It sees the
    /// headers that authenticate.
    #[must_use]
    pub fn recording(&self, wrap: impl Fn(Arc<dyn Layer>) -> Arc<dyn Layer> + Send + Sync + 'static) -> Self {
        Self { inner: Arc::clone(&self.inner), wrap: Some(Arc::new(wrap)) }
    }

    /// Makes a session for one call, and the policy that keeps its denials.
    fn session(&self) -> (Session, Policy) {
        let inner = &self.inner;
        let policy = Policy::new(inner.component.declaration().clone(), inner.grant.clone());
        let mut last = inner.http.layer(&policy);
        if let Some(wrap) = &self.wrap {
            last = wrap(last);
        }
        let (plugin, authenticator) = (inner.component.plugin().clone(), Arc::clone(&inner.authenticator));
        let session = Session::new(plugin, vec![Arc::new(policy.clone())], authenticator, last);
        (session.sharing(Arc::clone(&inner.lookups)), policy)
    }

    /// Names arguments in the words of the host. Errors of listings are translated already, and no name becomes another one
    /// twice.
    fn translated<T>(&self, result: Result<T, Box<Error>>) -> Result<T, Box<Error>> {
        result.map_err(|mut error| {
            wording::translate(&*self.inner.wording, &mut error);
            error
        })
    }

    /// Adds to an error what only the host knows: what exactly was denied, and why the network failed.
    fn explained(&self, mut error: Box<Error>, policy: &Policy) -> Box<Error> {
        let own = &self.inner.own_policy;
        if let (ErrorKind::Denied, Some(denial)) =
            (&error.kind, policy.denials().into_iter().chain(own.denials()).next())
        {
            let what = error.message.lines().next().unwrap_or_default();
            let next = self.inner.wording.allow(&denial);
            error.message = format!("{what}\n{}: {}.\n{next}", denial.asked(), denial.reason());
        }
        // The requests for credentials come first: if they failed, the component sent none of its own.
        if let Some(explanation) = own.explanation().or_else(|| policy.explanation()) {
            explain(&mut error, &explanation);
        }
        wording::translate(&*self.inner.wording, &mut error);
        error
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Connection { region, project_id, endpoint, .. } = &self.inner.connection;
        let mut shown = f.debug_struct("Client");
        shown
            .field("region", region)
            .field("project_id", project_id)
            .field("endpoint", endpoint)
            .finish_non_exhaustive()
    }
}
