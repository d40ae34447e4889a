//! The provider: what Terraform asks, answered by the component and by the host's own duties.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{OnceCell, watch};
use tracing::error;

use crate::advertise;
use crate::configuration::Configuration;
use crate::diagnostics;
use crate::msgpack;
use crate::proto::{
    ConfigureProviderRequest, Diagnostic, DiagnosticsResponse, DynamicValue, GetProviderSchemaResponse,
    ReadDataSourceRequest, ReadDataSourceResponse, ServerCapabilities, StopProviderResponse,
    ValidateDataResourceConfigRequest, ValidateProviderConfigRequest, ValidateProviderConfigResponse,
};
use crate::schema::Object;
use crate::sources::DataSources;
use crate::value::Value;

/// A provider of the data sources of one component, which [`crate::serve`] serves.
///
/// ```
/// use terraform_provider_servicestage::Provider;
///
/// # #[tokio::main]
/// # async fn main() {
/// let provider = Provider::new("servicestage".to_owned());
/// assert!(provider.description().await.unwrap().contains("pipelines"));
/// # }
/// ```
pub struct Provider {
    name: String,
    /// The component, or why it did not load. It loads while Terraform connects.
    loaded: OnceCell<Result<DataSources, String>>,
    configured: RwLock<Configured>,
    stopped: watch::Sender<bool>,
}

/// How far the configuration has come.
#[derive(Clone)]
enum Configured {
    No,
    /// This attribute is not known before something else is applied.
    NotYet(String),
    Yes(Arc<Configuration>),
}

impl Provider {
    /// Returns the provider of this name, whose component begins to load. An error while it loads is reported to
    /// whoever asks. Needs a tokio runtime.
    #[must_use]
    pub fn new(name: String) -> Arc<Self> {
        let (stopped, _) = watch::channel(false);
        let provider =
            Arc::new(Self { name, loaded: OnceCell::new(), configured: RwLock::new(Configured::No), stopped });
        let loading = Arc::clone(&provider);
        tokio::spawn(async move { loading.load().await.is_ok() });
        provider
    }

    /// Returns the component's description as JSON.
    ///
    /// # Errors
    /// The component does not load, or failed.
    pub async fn description(&self) -> Result<String, String> {
        self.load().await.map_err(Clone::clone)?.description().await
    }

    /// All schemas.
    pub(crate) async fn schema(&self) -> GetProviderSchemaResponse {
        let schema = match self.loaded().await {
            Ok(sources) => sources.schema(),
            Err(diagnostic) => {
                let diagnostics = diagnostics::printable(vec![diagnostic]);
                return GetProviderSchemaResponse { diagnostics, ..Default::default() };
            }
        };
        GetProviderSchemaResponse {
            provider: Some(advertise::provider(schema)),
            data_source_schemas: advertise::data_sources(schema, &self.name).collect(),
            diagnostics: vec![],
            server_capabilities: Some(ServerCapabilities { get_provider_schema_optional: true }),
        }
    }

    /// The faults of the provider's configuration, as far as it is known.
    pub(crate) async fn validate_provider(
        &self,
        request: ValidateProviderConfigRequest,
    ) -> ValidateProviderConfigResponse {
        let check = async {
            let sources = self.loaded().await?;
            let values = decode(request.config, &sources.schema().provider)?;
            Ok(sources.validate_provider(&values).await)
        };
        let diagnostics = check.await.unwrap_or_else(|diagnostic| vec![diagnostic]);
        ValidateProviderConfigResponse { diagnostics: diagnostics::printable(diagnostics) }
    }

    /// The faults of the arguments of a data source, as far as they are known.
    pub(crate) async fn validate_data_source(&self, request: ValidateDataResourceConfigRequest) -> DiagnosticsResponse {
        let check = async {
            let (sources, name) = (self.loaded().await?, self.source_name(&request.type_name));
            let values = decode(request.config, &sources.source(name)?.object)?;
            sources.validate_arguments(name, &values).await
        };
        DiagnosticsResponse {
            diagnostics: diagnostics::printable(check.await.unwrap_or_else(|diagnostic| vec![diagnostic])),
        }
    }

    /// Takes the configuration. What it lacks only reads need, so that what does not read works without.
    pub(crate) async fn configure(&self, request: ConfigureProviderRequest) -> DiagnosticsResponse {
        self.stopped.send_replace(false);
        let one = |diagnostic| vec![diagnostic];
        let configure = async {
            let sources = self.loaded().await.map_err(one)?;
            let values = decode(request.config, &sources.schema().provider).map_err(one)?;
            if let Some(name) = values.unknown_attribute() {
                return Ok((Configured::NotYet(name.to_owned()), vec![]));
            }
            let (configuration, told) = sources.configure(values).await?;
            Ok((Configured::Yes(Arc::new(configuration)), told))
        };
        let (configured, diagnostics) = match configure.await {
            Ok(done) => done,
            Err(told) => (Configured::No, told),
        };
        *self.configured.write().unwrap_or_else(PoisonError::into_inner) = configured;
        DiagnosticsResponse { diagnostics: diagnostics::printable(diagnostics) }
    }

    /// Reads a data source. As many as Terraform likes at the same time.
    pub(crate) async fn read(&self, request: ReadDataSourceRequest) -> ReadDataSourceResponse {
        let mut stopped = self.stopped.subscribe();
        let response = tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => {
                let detail = "Terraform was interrupted, so the read was given up.";
                refused(diagnostics::error("The read was cancelled", detail, &[]))
            }
            response = self.read_to_end(request) => response,
        };
        ReadDataSourceResponse { diagnostics: diagnostics::printable(response.diagnostics), ..response }
    }

    /// Cancels all reads that are under way.
    pub(crate) fn stop(&self) -> StopProviderResponse {
        self.stopped.send_replace(true);
        StopProviderResponse::default()
    }

    async fn read_to_end(&self, request: ReadDataSourceRequest) -> ReadDataSourceResponse {
        let read = async {
            let (sources, name) = (self.loaded().await?, self.source_name(&request.type_name));
            let object = &sources.source(name)?.object;
            let configuration = self.configuration()?;
            let arguments = decode(request.config, object)?;
            if let Some(unknown) = arguments.unknown_attribute() {
                let detail = format!("`{unknown}` is not known yet. Terraform should have waited.");
                return Err(diagnostics::error(
                    "An argument is not known yet",
                    detail,
                    &[diagnostics::attribute(unknown)],
                ));
            }
            let (state, diagnostics) = sources.read(&configuration, name, &arguments).await?;
            let packed = state.map(|state| msgpack::write(&state, object)).transpose();
            let packed = packed.map_err(|why| diagnostics::error("The state cannot be encoded", why, &[]))?;
            Ok(ReadDataSourceResponse { state: packed.map(|msgpack| DynamicValue { msgpack }), diagnostics })
        };
        read.await.unwrap_or_else(refused)
    }

    fn configuration(&self) -> Result<Arc<Configuration>, Diagnostic> {
        match self.configured.read().unwrap_or_else(PoisonError::into_inner).clone() {
            Configured::Yes(configuration) => Ok(configuration),
            Configured::No => {
                Err(diagnostics::error("The provider is not configured", "Its configuration has an error.", &[]))
            }
            Configured::NotYet(attribute) => Err(diagnostics::error(
                "The provider's configuration is not known yet",
                format!(
                    "`{attribute}` of provider {} depends on what is not applied yet, so nothing can be read. Apply that \
                     first, for instance with -target, or set `{attribute}` to what is known.",
                    self.name
                ),
                &[],
            )),
        }
    }

    /// Returns the name of a data source without the provider's.
    fn source_name<'a>(&self, type_name: &'a str) -> &'a str {
        type_name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('_')).unwrap_or(type_name)
    }

    async fn loaded(&self) -> Result<&DataSources, Diagnostic> {
        let summary = || format!("The component of provider {} cannot be used", self.name);
        self.load().await.map_err(|why| diagnostics::error(summary(), why.as_str(), &[]))
    }

    /// The component, as soon as it is loaded.
    async fn load(&self) -> Result<&DataSources, &String> {
        let load = async || {
            let loaded = DataSources::load(&self.name).await;
            if let Err(why) = &loaded {
                error!("{why}");
            }
            loaded
        };
        self.loaded.get_or_init(load).await.as_ref()
    }
}

fn decode(config: Option<DynamicValue>, object: &Object) -> Result<Value, Diagnostic> {
    let bytes = config.map(|config| config.msgpack).filter(|bytes| !bytes.is_empty());
    let Some(bytes) = bytes else { return Ok(Value::nothing(object)) };
    let unreadable =
        |why| diagnostics::error("What Terraform sent cannot be read", format!("{why}. Report this."), &[]);
    msgpack::read(&bytes, object).map_err(unreadable)
}

fn refused(diagnostic: Diagnostic) -> ReadDataSourceResponse {
    ReadDataSourceResponse { state: None, diagnostics: vec![diagnostic] }
}
