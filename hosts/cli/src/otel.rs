//! Sends spans to an OpenTelemetry collector, by OTLP over HTTP.
//!
//! The standard's variables say where and as whom, such as `OTEL_EXPORTER_OTLP_ENDPOINT`, `OTEL_EXPORTER_OTLP_HEADERS`
//! and `OTEL_SERVICE_NAME`. The collector is reached as everything is: by https, or on loopback, and at a private
//! address only if that is granted.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use bytes::Bytes;
use component_runtime::http::{HttpError as Failure, Timeouts, Verdict, full, whole};
use component_runtime::{Declaration, Grant, Policy, machine};
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use servicestage::network::Http;
use tracing_subscriber::{Layer, Registry};

use crate::progress::Progress;
use crate::settings::process_variable;
use crate::text;

/// The name of the tool's service, unless a variable sets another.
const NAME: &str = "servicestage";

/// A collector is named by one of these. Without, nothing is sent: the standard's default, a collector on the same
/// machine, is hardly ever there for a tool.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];

/// The most that a collector may answer, in bytes.
const LARGEST_ANSWER: usize = 4 << 20;

/// Spans on their way. What fails there is said, and fails no command.
pub struct Export {
    provider: SdkTracerProvider,
    problem: Problem,
    progress: Progress,
}

/// Why spans did not arrive, the first time. The exporter itself tells only its own log.
type Problem = Arc<OnceLock<String>>;

/// Where spans go, if a collector is named.
pub fn start(http: &Http, grant: &Grant, progress: &Progress) -> Option<(impl Layer<Registry> + use<>, Export)> {
    if !ENDPOINTS.iter().any(|name| is_set(name)) {
        return None;
    }
    let (policy, problem) = (Policy::new(Declaration::default(), grant.clone()), Problem::default());
    let provider = match provider(http.layer(&policy), &problem) {
        Ok(provider) => provider,
        Err(why) => {
            warn(progress, &why);
            return None;
        }
    };
    let spans = tracing_opentelemetry::layer().with_location(false).with_threads(false);
    Some((spans.with_tracer(provider.tracer(NAME)), Export { provider, problem, progress: progress.clone() }))
}

impl Export {
    /// Sends what was not sent yet, for some seconds at most.
    pub fn finish(self) {
        let end = self.provider.shutdown().map_err(|error| error.to_string());
        if let Some(why) = self.problem.get().cloned().or(end.err()) {
            warn(&self.progress, &why);
        }
    }
}

fn provider(http: Arc<dyn component_runtime::Layer>, problem: &Problem) -> Result<SdkTracerProvider, String> {
    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| explanation.to_string())?;
    let client = Collector { http, tokio, problem: Arc::clone(problem) };
    let exporter = SpanExporter::builder().with_http().with_http_client(client).build();
    let exporter = exporter.map_err(|error| error.to_string())?;
    let resource = Resource::builder();
    let resource = if is_set("OTEL_SERVICE_NAME") { resource } else { resource.with_service_name(NAME) };
    Ok(SdkTracerProvider::builder().with_resource(resource.build()).with_batch_exporter(exporter).build())
}

fn is_set(name: &str) -> bool {
    process_variable(name).is_some_and(|value| !value.is_empty())
}

fn warn(progress: &Progress, why: &str) {
    progress.say(&text::line(&format!("warning: the OpenTelemetry collector gets no spans: {why}")));
}

/// The exporter's way to the collector.
struct Collector {
    http: Arc<dyn component_runtime::Layer>,
    tokio: tokio::runtime::Runtime,
    problem: Problem,
}

impl std::fmt::Debug for Collector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Collector")
    }
}

#[async_trait]
impl HttpClient for Collector {
    /// Blocks: the exporter calls from a thread of its own, where there is no tokio.
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.tokio.block_on(self.send(request));
        let problem = match &response {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(format!("it answers {}", response.status())),
            Err(error) => Some(error.to_string()),
        };
        if let Some(problem) = problem {
            // The first one stays.
            let _ = self.problem.set(problem);
        }
        response
    }
}

impl Collector {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let request = request.map(full);
        let response = match self.http.decide(request, &Timeouts::default()).await {
            Verdict::Complete(response) => response?,
            Verdict::Continue(_) => return Err(Failure::HttpRequestDenied.into()),
        };
        let (head, body) = response.into_parts();
        let body = whole(body, LARGEST_ANSWER).await?.ok_or(Failure::HttpResponseBodySize(None))?;
        Ok(Response::from_parts(head, body))
    }
}
