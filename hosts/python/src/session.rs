//! A client for Python.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use component_runtime::Layer;
use component_runtime::http::{Decision, Request, Response, Timeouts, Verdict, full};
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderValue};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use servicestage::session::DEFAULT_CALL_TIMEOUT_MS;
use servicestage::types::Term;
use servicestage::wait::DEFAULT_TIMEOUT;
use servicestage::{Builder, Client, Environment, Error, Metadata, Status, Wait};

use crate::call::Call;
use crate::failure::{failed, unreadable};
use crate::identity::CredentialArguments;
use crate::log;
use crate::process::Process;
use crate::records::RecordTypes;
use crate::wording;

/// The operation that an error names as failed if a client cannot be made.
pub const MAKING: &str = "Client";

/// The time beyond the limit of a call, so that the component's error comes first: it says more.
const GRACE: Duration = Duration::from_secs(10);

/// A client: its settings, and its session in this process.
#[pyclass(frozen, module = "servicestage_pipelines._native")]
pub struct Session {
    builder: Builder,
    /// The longest time that a call is waited for.
    max_time: Duration,
    /// Locked only by threads that are attached to the interpreter, as in `process`.
    current: Mutex<Option<ProcessClient>>,
}

#[derive(Clone)]
struct ProcessClient {
    process: &'static Process,
    client: Client,
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (*, region, project_id, endpoint, iam_endpoint, profile, token, access_key, secret_key,
        security_token, user_name, password, domain_name, metadata, timeout, connect_timeout, first_byte_timeout,
        between_bytes_timeout, max_attempts, max_response_bytes, ca_file, client_cert, client_key, allow_addresses))]
    #[expect(clippy::too_many_arguments, reason = "as many as a client can be given")]
    fn new(
        py: Python<'_>,
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
        metadata: bool,
        timeout: Option<u32>,
        connect_timeout: Option<u32>,
        first_byte_timeout: Option<u32>,
        between_bytes_timeout: Option<u32>,
        max_attempts: Option<u32>,
        max_response_bytes: Option<u32>,
        ca_file: Option<PathBuf>,
        client_cert: Option<PathBuf>,
        client_key: Option<PathBuf>,
        allow_addresses: Vec<String>,
    ) -> PyResult<Self> {
        let passed =
            CredentialArguments { token, access_key, secret_key, security_token, user_name, password, domain_name };
        let identity = passed.identity(profile.as_deref());
        let identity = identity.map_err(|invalid| failed(&Error::invalid_argument(MAKING, invalid)))?;
        let set = Client::builder().wording(Arc::new(wording::Python));
        let set = with(set, region, Builder::region);
        let set = with(set, project_id, Builder::project_id);
        let set = with(set, endpoint, Builder::endpoint);
        let set = with(set, iam_endpoint, Builder::iam_endpoint);
        let set = with(set, profile, Builder::profile);
        let set = with(set, identity, Builder::credentials);
        let set = with(set, metadata.then(Metadata::default), Builder::metadata);
        let set = with(set, timeout.map(milliseconds), Builder::timeout);
        let set = with(set, connect_timeout.map(milliseconds), Builder::connect_timeout);
        let set = with(set, first_byte_timeout.map(milliseconds), Builder::first_byte_timeout);
        let set = with(set, between_bytes_timeout.map(milliseconds), Builder::between_bytes_timeout);
        let set = with(set, max_attempts, Builder::max_attempts);
        let set = with(set, max_response_bytes, Builder::max_response_bytes);
        let set = with(set, ca_file, Builder::ca_file);
        let set = with(set, client_cert.zip(client_key), |set, (cert, key)| set.client_certificate(cert, key));
        let builder = allow_addresses.into_iter().fold(set, Builder::allow_address);
        Self::build(py, builder, timeout)
    }

    /// Makes a session for tests. Every request has this answer, and nothing is sent.
    #[staticmethod]
    fn of_answer(py: Python<'_>, status: u16, body: Vec<u8>) -> PyResult<Self> {
        let status = StatusCode::from_u16(status).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let builder = Client::builder()
            .wording(Arc::new(wording::Python))
            .environment(Environment::of(|_| None, None))
            .region("cn-north-4")
            .project_id("0".repeat(32))
            .token("fixture")
            .max_attempts(1)
            .unchecked_http_layer(Arc::new(FixedResponse { status, body: body.into() }));
        Self::build(py, builder, None)
    }

    /// Lists release tasks. The terms are JSON text.
    fn list_pipelines<'py>(
        &self,
        py: Python<'py>,
        terms: &[u8],
        types: &Bound<'py, RecordTypes>,
        call: &Bound<'py, Call>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let query: Vec<Term> = serde_json::from_slice(terms).map_err(|error| unreadable(&error))?;
        let ProcessClient { process, client } = self.client(py)?;
        let list = async move { client.list_pipelines(query).await };
        let listing = call.get().wait(py, process, "list-pipelines", self.max_time, list)?;
        types.get().listing(py, listing)
    }

    /// Finds the id of the region's project.
    fn find_project(&self, py: Python<'_>, call: &Bound<'_, Call>) -> PyResult<String> {
        let ProcessClient { process, client } = self.client(py)?;
        let find = async move { client.find_project().await };
        call.get().wait(py, process, "find-project", self.max_time, find)
    }

    /// Waits until a release task reaches a status, and returns it with whether that is one that was waited for. The
    /// statuses are JSON text, times are in milliseconds.
    #[pyo3(signature = (*, name, id, for_status, fail_on, started_after, wait_for_task, timeout, interval, types, call))]
    #[expect(clippy::too_many_arguments, reason = "as many as a wait can be given")]
    fn wait<'py>(
        &self,
        py: Python<'py>,
        name: Option<String>,
        id: Option<String>,
        for_status: Option<&[u8]>,
        fail_on: Option<&[u8]>,
        started_after: Option<u64>,
        wait_for_task: bool,
        timeout: Option<u32>,
        interval: Option<u32>,
        types: &Bound<'py, RecordTypes>,
        call: &Bound<'py, Call>,
    ) -> PyResult<(Bound<'py, PyAny>, bool)> {
        let wait = match id {
            Some(id) => Wait::id(id),
            None => Wait::name(name.unwrap_or_default()),
        };
        let wait = with(wait, for_status.map(statuses).transpose()?, Wait::for_status);
        let wait = with(wait, fail_on.map(statuses).transpose()?, Wait::fail_on);
        let since = started_after.and_then(|count| UNIX_EPOCH.checked_add(Duration::from_millis(count)));
        let wait = with(wait, since, Wait::started_after);
        let wait = if wait_for_task { wait.wait_for_task() } else { wait };
        let wait = with(wait, timeout.map(milliseconds), Wait::timeout);
        let wait = with(wait, interval.map(milliseconds), Wait::interval).on_event(log::waiting);
        let max_time = self.max_time + timeout.map_or(DEFAULT_TIMEOUT, milliseconds);
        let ProcessClient { process, client } = self.client(py)?;
        let waited = call.get().wait(py, process, "wait", max_time, async move { client.wait(wait).await })?;
        Ok((types.get().pipeline(py, waited.pipeline)?, waited.reached))
    }

    /// Returns where each setting came from: its name, what may be shown of its value, and the source.
    fn credentials_report(&self, py: Python<'_>) -> PyResult<Vec<(String, Option<String>, String)>> {
        let report = self.client(py)?.client.credentials_report();
        Ok(report
            .rows()
            .iter()
            .map(|row| (row.name.replace(' ', "_"), row.value.clone(), row.source.clone()))
            .collect())
    }

    /// Returns the region, the project and the endpoint.
    fn place<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let ProcessClient { client, .. } = self.client(py)?;
        let connection = client.connection();
        let place = PyDict::new(py);
        place.set_item("region", connection.region.as_deref())?;
        place.set_item("project_id", connection.project_id.as_deref())?;
        place.set_item("endpoint", connection.endpoint.as_deref())?;
        Ok(place)
    }

    /// Closes the kept connections. Later calls open new ones.
    fn close(&self) {
        release(self.current.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Session {
    fn build(py: Python<'_>, builder: Builder, timeout: Option<u32>) -> PyResult<Self> {
        let max_time = milliseconds(timeout.unwrap_or(DEFAULT_CALL_TIMEOUT_MS)) + GRACE;
        let session = Self { builder, max_time, current: Mutex::new(None) };
        session.client(py)?;
        Ok(session)
    }

    /// Returns the client of this process.
    fn client(&self, py: Python<'_>) -> PyResult<ProcessClient> {
        let process = Process::current(py).map_err(|error| failed(&error))?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = current.as_ref().filter(|known| std::ptr::eq(known.process, process)) {
            return Ok(known.clone());
        }
        let builder = self.builder.clone().component(process.component.clone());
        let made = ProcessClient { process, client: builder.build().map_err(|error| failed(&error))? };
        release(current.replace(made.clone()));
        Ok(made)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        release(self.current.get_mut().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Answers every request alike, in place of the network.
struct FixedResponse {
    status: StatusCode,
    /// JSON.
    body: Bytes,
}

impl Layer for FixedResponse {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        let mut response = Response::new(full(self.body.clone()));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Box::pin(async move { Verdict::Complete(Ok(response)) })
    }
}

/// Drops what a process made, in that process alone: in a child, it belongs to the parent.
fn release(old: Option<ProcessClient>) {
    let Some(old) = old else { return };
    if old.process.is_own() {
        old.process.dispose(old.client);
    } else {
        std::mem::forget(old);
    }
}

/// Sets what is given.
fn with<B, T>(builder: B, value: Option<T>, set: impl FnOnce(B, T) -> B) -> B {
    match value {
        Some(value) => set(builder, value),
        None => builder,
    }
}

fn statuses(json: &[u8]) -> PyResult<Vec<Status>> {
    serde_json::from_slice(json).map_err(|error| unreadable(&error))
}

fn milliseconds(count: u32) -> Duration {
    Duration::from_millis(count.into())
}
