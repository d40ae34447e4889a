//! A client for Python.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use component_runtime::client::Client as Http;
use component_runtime::{Declaration, Grant, Layer, Network, Policy};
use pyo3::prelude::*;
use servicestage::credentials::chain::Sources;
use servicestage::error::{Error, InvalidArgument};
use servicestage::origin::Origins;
use servicestage::types::{Connection, Credentials, Term};
use servicestage::{Authenticator, Failure};

use crate::call::Call;
use crate::failure::failed;
use crate::process::Process;
use crate::shapes::Shapes;

/// A client: its settings, and what this process made of them.
#[pyclass(frozen, module = "servicestage_pipelines._native")]
pub struct Session {
    connection: Connection,
    /// Locked only by threads that are attached to the interpreter, as in `process`.
    live: Mutex<Option<Live>>,
}

struct Live {
    process: &'static Process,
    session: Arc<servicestage::Session>,
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (*, region, project_id, endpoint, iam_endpoint, profile, token, access_key, secret_key,
        security_token, user_name, password, domain_name, timeout, connect_timeout, first_byte_timeout,
        between_bytes_timeout, max_attempts, max_response_bytes, ca_file, allow_addresses))]
    #[expect(clippy::too_many_arguments, reason = "as many as a client can be given")]
    fn new(
        region: Option<String>,
        project_id: Option<String>,
        endpoint: Option<String>,
        iam_endpoint: Option<String>,
        profile: Option<String>,
        token: Option<String>,
        access_key: Option<String>,
        secret_key: Option<String>,
        security_token: Option<String>,
        user_name: Option<String>,
        password: Option<String>,
        domain_name: Option<String>,
        timeout: Option<u32>,
        connect_timeout: Option<u32>,
        first_byte_timeout: Option<u32>,
        between_bytes_timeout: Option<u32>,
        max_attempts: Option<u32>,
        max_response_bytes: Option<u32>,
        ca_file: Option<PathBuf>,
        allow_addresses: Vec<String>,
    ) -> PyResult<Self> {
        let credentials = match (token, access_key, secret_key) {
            (Some(token), _, _) => Credentials::Token(token),
            (_, Some(a), Some(s)) => Credentials::AccessKey(servicestage::types::AccessKey {
                access_key_id: a,
                secret_access_key: s,
                security_token,
            }),
            _ => Credentials::Ambient,
        };
        let _ = (profile, user_name, password, domain_name, ca_file, allow_addresses);
        let connection = Connection {
            region,
            project_id,
            endpoint,
            iam_endpoint,
            credentials,
            connect_timeout_ms: connect_timeout,
            first_byte_timeout_ms: first_byte_timeout,
            between_bytes_timeout_ms: between_bytes_timeout,
            call_timeout_ms: timeout,
            max_attempts,
            max_response_bytes,
        };
        Ok(Self { connection, live: Mutex::new(None) })
    }

    /// Lists release tasks. The terms are JSON text.
    fn list_pipelines<'py>(
        &self,
        py: Python<'py>,
        terms: &[u8],
        shapes: &Bound<'py, Shapes>,
        call: &Bound<'py, Call>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let query: Vec<Term> = serde_json::from_slice(terms)
            .map_err(|error| failed(&Error::of_host("list-pipelines", error, "Report this message.")))?;
        let (process, session) = self.live(py)?;
        let listing = call.get().wait(py, process, session.list_pipelines(self.connection.clone(), query))?;
        shapes.get().listing(py, listing.map_err(|f| failure(&f))?)
    }

    /// Finds the id of the region's project.
    fn find_project(&self, py: Python<'_>, call: &Bound<'_, Call>) -> PyResult<String> {
        let (process, session) = self.live(py)?;
        let id = call.get().wait(py, process, session.find_project(self.connection.clone()))?;
        id.map_err(|f| failure(&f))
    }

    /// Closes the kept connections. Later calls open new ones.
    fn close(&self) {
        release(self.live.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Session {
    fn live(&self, py: Python<'_>) -> PyResult<(&'static Process, Arc<servicestage::Session>)> {
        let process = Process::current(py).map_err(|error| failed(&error))?;
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = &*live
            && std::ptr::eq(live.process, process)
        {
            return Ok((process, Arc::clone(&live.session)));
        }
        let session = Arc::new(
            self.build(process).map_err(|invalid| failed(&Error::invalid_argument("list-pipelines", invalid)))?,
        );
        release(live.replace(Live { process, session: Arc::clone(&session) }));
        Ok((process, session))
    }

    fn build(&self, process: &'static Process) -> Result<servicestage::Session, InvalidArgument> {
        let (home, variable) = (std::env::home_dir(), |name: &str| std::env::var(name).ok());
        let explicit = servicestage::credentials::Identity::of(&self.connection.credentials);
        let sources = Sources { explicit, profile: None, variable: &variable, home: home.as_deref(), metadata: None };
        let identity = sources.find()?.identity;
        let mut grant = Grant::default();
        let Origins { service, iam } = Origins::of(&self.connection);
        for (role, origin) in [("service", service), ("iam", iam)] {
            let _ = origin.map(|origin| grant.allow_origin(role, &origin.to_string()));
        }
        let json = include_str!("../../../target/component/servicestage.needs.json");
        let policy = Policy::new(Declaration::from_json(json).unwrap_or_default(), grant);
        let http: Arc<dyn Layer> = Arc::new(
            Http::new(Network::new().map_err(|e| InvalidArgument::new("ca-file", e.to_string()))?).under(&policy),
        );
        let authenticator = Authenticator::new(identity, Arc::clone(&http), Arc::new(SystemTime::now));
        Ok(servicestage::Session::new(process.plugin.clone(), vec![Arc::new(policy)], Arc::new(authenticator), http))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        release(self.live.get_mut().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Drops what a process made of a client, in that process alone: in a child, it belongs to the parent.
fn release(live: Option<Live>) {
    let Some(live) = live else { return };
    if live.process.is_own() {
        let _context = live.process.tokio.enter();
        drop(live);
    } else {
        std::mem::forget(live);
    }
}

fn failure(failure: &Failure) -> PyErr {
    match failure {
        Failure::Component(error) => failed(error),
        Failure::Host(text) => failed(&Error::of_host("list-pipelines", text, "Report this message.")),
    }
}
