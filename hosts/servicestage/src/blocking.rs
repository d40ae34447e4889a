//! The client without async.

use std::fmt;
use std::sync::Arc;

use component_runtime::machine;
use tokio::runtime::{Handle, Runtime};

use crate::builder::Builder;
use crate::client;
use crate::error::{self, Error};
use crate::query::Query;
use crate::report::Report;
use crate::task::{self, TaskSelector};
use crate::types::{Listing, Pipeline};
use crate::wait::{self, Wait, Waited};

/// The client without async. Cheap to clone; threads can share it. Its calls fail within async code, which they would
/// block.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
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
/// use servicestage::{Query, Status, Wait, blocking::Client};
///
/// # #[cfg(any())]
/// let client = Client::new(servicestage::Client::builder().region("cn-north-4"))?;
/// # let client = Client::new(builder())?;
/// let listing = client.list_pipelines(Query::new().status([Status::Failed]))?;
/// assert_eq!((listing.matched, listing.total), (1, 2));
/// let waited = client.wait(Wait::name("blog"))?;
/// assert!(waited.reached);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    client: client::Client,
    runtime: Arc<OwnedRuntime>,
}

/// Runs the calls. A name that is still being resolved is not waited for when it ends.
struct OwnedRuntime(Option<Runtime>);

impl Client {
    /// Makes a client as the builder says.
    ///
    /// # Errors
    /// Those of [`Builder::build`], or the machine lacks what a client needs.
    pub fn new(builder: Builder) -> Result<Self, Box<Error>> {
        let client = builder.build()?;
        let runtime = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
        let runtime = runtime.map_err(|explanation| Box::new(error::of_machine("build", &explanation)))?;
        Ok(Self { client, runtime: Arc::new(OwnedRuntime(Some(runtime))) })
    }

    /// Lists the release tasks that match the query; see [`client::Client::list_pipelines`].
    ///
    /// # Errors
    /// Those of the async client, or this is async code.
    pub fn list_pipelines(&self, query: impl Into<Query>) -> Result<Listing, Box<Error>> {
        self.run("list-pipelines", self.client.list_pipelines(query))
    }

    /// Lists release tasks as JSON text; see [`client::Client::list_pipelines_json`].
    ///
    /// # Errors
    /// Those of the async client, or this is async code.
    pub fn list_pipelines_json(&self, query: impl Into<Query>) -> Result<String, Box<Error>> {
        self.run("list-pipelines", self.client.list_pipelines_json(query))
    }

    /// Finds the id of the region's project.
    ///
    /// # Errors
    /// Those of the async client, or this is async code.
    pub fn find_project(&self) -> Result<String, Box<Error>> {
        self.run("find-project", self.client.find_project())
    }

    /// Returns the one release task that the selector finds; see [`client::Client::get_pipeline`].
    ///
    /// # Errors
    /// Those of the async client, or this is async code.
    pub fn get_pipeline(&self, task: TaskSelector) -> Result<Pipeline, Box<Error>> {
        self.run(task::OPERATION, self.client.get_pipeline(task))
    }

    /// Waits until a release task reaches a status; see [`client::Client::wait`].
    ///
    /// # Errors
    /// Those of the async client, or this is async code.
    pub fn wait(&self, wait: Wait) -> Result<Waited, Box<Error>> {
        self.run(wait::OPERATION, self.client.wait(wait))
    }

    /// Reports where region, project and credentials came from, with values masked. It sends nothing.
    #[must_use]
    pub fn credentials_report(&self) -> Report {
        self.client.credentials_report()
    }

    fn run<T>(&self, operation: &str, call: impl Future<Output = Result<T, Box<Error>>>) -> Result<T, Box<Error>> {
        // Tokio panics if a runtime is driven within another one.
        match &self.runtime.0 {
            Some(runtime) if Handle::try_current().is_err() => runtime.block_on(call),
            _ => {
                let what = "a blocking call was made within async code";
                Err(Box::new(error::of_host(operation, what, "Use `servicestage::Client` there.")))
            }
        }
    }
}

impl Drop for OwnedRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.client.fmt(f)
    }
}
