//! The provider: what Terraform asks, answered by the component and by the host's own duties.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use component_runtime::{Client, Declaration, Grant, Limits, Network, Proxy, files, printable};
use huaweicloud_sign::Secrets;
use tokio::sync::{OnceCell, watch};
use tracing::{Instrument, error, info_span};

use crate::advertise;
use crate::authentication;
use crate::caller::Contract;
use crate::configuration::{self, Configuration};
use crate::diagnostics;
use crate::environment::{Environment, Reach, process_variable, variable};
use crate::msgpack;
use crate::proto::{
    ConfigureProviderRequest, Diagnostic, DynamicValue, GetProviderSchemaResponse, ReadDataSourceRequest,
    ReadDataSourceResponse, ServerCapabilities, StopProviderResponse, Told, ValidateDataResourceConfigRequest,
    ValidateProviderConfigRequest, ValidateProviderConfigResponse,
};
use crate::read::Read;
use crate::schema::{Object, Schema, Source};
use crate::scheme::User;
use crate::value::Value;

/// What the host allows a read. The component's own limit comes first, and whoever waits can interrupt.
const DEADLINE: Duration = Duration::from_secs(3600);

/// A provider of what one component offers.
pub struct Provider {
    name: String,
    /// The component, or why there is none. It loads while Terraform connects.
    loaded: OnceCell<Result<Loaded, String>>,
    configured: RwLock<Configured>,
    stopped: watch::Sender<bool>,
}

struct Loaded {
    contract: Contract,
    declaration: Declaration,
    schema: Schema,
    /// Whether it is built into the provider.
    embedded: bool,
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
    /// The provider of this name, whose component begins to load. That it does not load it tells whoever asks.
    pub fn new(name: String) -> Arc<Self> {
        let (stopped, _) = watch::channel(false);
        let provider =
            Arc::new(Self { name, loaded: OnceCell::new(), configured: RwLock::new(Configured::No), stopped });
        let loading = Arc::clone(&provider);
        tokio::spawn(async move { loading.load().await.is_ok() });
        provider
    }

    /// What the component says of itself, as JSON.
    pub async fn description(&self) -> Result<String, String> {
        let described = self.load().await.map_err(Clone::clone)?.contract.describe().await;
        let description = described.map_err(|error| error.to_string())?;
        let json = serde_json::to_string_pretty(&description).map_err(|error| error.to_string())?;
        Ok(printable::json(&json))
    }

    /// All schemas.
    pub async fn schema(&self) -> GetProviderSchemaResponse {
        let Loaded { schema, .. } = match self.loaded().await {
            Ok(loaded) => loaded,
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

    /// What is wrong with the provider's configuration, as far as it is known.
    pub async fn validate_provider(&self, request: ValidateProviderConfigRequest) -> ValidateProviderConfigResponse {
        let check = async {
            let loaded = self.loaded().await?;
            let values = decode(request.config, &loaded.schema.provider)?;
            let mut told = configuration::deprecations(&loaded.schema.provider, &values);
            told.extend(authentication::check(&loaded.schema, &values));
            let secrets = configuration::secrets(&loaded.schema.provider, &values);
            let shown = configuration::shown(&loaded.schema, &values);
            told.extend(self.check_provider(loaded, &shown, &configuration::redaction(&secrets)).await);
            Ok(told)
        };
        let diagnostics = check.await.unwrap_or_else(|diagnostic| vec![diagnostic]);
        ValidateProviderConfigResponse { diagnostics: diagnostics::printable(diagnostics) }
    }

    /// What is wrong with the arguments of a data source, as far as they are known.
    pub async fn validate_data_source(&self, request: ValidateDataResourceConfigRequest) -> Told {
        let check = async {
            let loaded = self.loaded().await?;
            let (name, source) = self.source(loaded, &request.type_name)?;
            let values = decode(request.config, &source.object)?;
            let mut told = configuration::deprecations(&source.object, &values);
            if let Some(instead) = &source.deprecated {
                let summary = format!("The data source {} is deprecated", request.type_name);
                told.push(diagnostics::warning(summary, instead.clone(), &[]));
            }
            let checked = loaded.contract.validate_arguments(name, values.to_values()).await;
            let checked = checked.map_err(|problem| diagnostics::of_call(&problem, &self.name))?;
            told.extend(checked.into_iter().map(diagnostics::of_component));
            let secrets = configuration::secrets(&source.object, &values);
            diagnostics::redact(&mut told, &configuration::redaction(&secrets));
            Ok(told)
        };
        Told { diagnostics: diagnostics::printable(check.await.unwrap_or_else(|diagnostic| vec![diagnostic])) }
    }

    /// Takes the configuration. What it lacks only reads need, so that what does not read works without.
    pub async fn configure(&self, request: ConfigureProviderRequest) -> Told {
        self.stopped.send_replace(false);
        let one = |diagnostic| vec![diagnostic];
        let configure = async {
            let loaded = self.loaded().await.map_err(one)?;
            let values = decode(request.config, &loaded.schema.provider).map_err(one)?;
            if let Some(name) = values.unknown_attribute() {
                return Ok((Configured::NotYet(name.to_owned()), vec![]));
            }
            let (configuration, mut told) = self.complete(loaded, values)?;
            let redaction = configuration::redaction(&configuration.secrets);
            told.extend(self.check_provider(loaded, &configuration.shown, &redaction).await);
            Ok((Configured::Yes(Arc::new(configuration)), told))
        };
        let (configured, diagnostics) = match configure.await {
            Ok(done) => done,
            Err(told) => (Configured::No, told),
        };
        *self.configured.write().unwrap_or_else(PoisonError::into_inner) = configured;
        Told { diagnostics: diagnostics::printable(diagnostics) }
    }

    /// Reads a data source. As many as Terraform likes at the same time.
    pub async fn read(&self, request: ReadDataSourceRequest) -> ReadDataSourceResponse {
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

    /// Gives up all reads that are under way.
    pub fn stop(&self) -> StopProviderResponse {
        self.stopped.send_replace(true);
        StopProviderResponse::default()
    }

    async fn read_to_end(&self, request: ReadDataSourceRequest) -> ReadDataSourceResponse {
        let read = async {
            let loaded = self.loaded().await?;
            let (name, source) = self.source(loaded, &request.type_name)?;
            let configuration = self.configuration()?;
            let arguments = decode(request.config, &source.object)?;
            if let Some(unknown) = arguments.unknown_attribute() {
                let detail = format!("`{unknown}` is not known yet. Terraform should have waited.");
                return Err(diagnostics::error(
                    "An argument is not known yet",
                    detail,
                    &[diagnostics::attribute(unknown)],
                ));
            }
            let read = Read {
                contract: &loaded.contract,
                declaration: &loaded.declaration,
                schema: &loaded.schema,
                configuration: &configuration,
                provider: &self.name,
                policy_variable: &variable(&self.name, "POLICY"),
            };
            let span = info_span!("read", source = request.type_name);
            let (state, diagnostics) = read.run(name, &source.object, &arguments).instrument(span).await;
            let packed = state.map(|state| msgpack::write(&state, &source.object)).transpose();
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

    /// Makes a configuration of the written values and those that the environment and a profile add.
    fn complete(&self, loaded: &Loaded, values: Value) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let (grant, client) = (self.granted().map_err(one)?, client().map_err(one)?);
        let reach = if loaded.embedded { Reach::Any } else { Reach::Provider(&self.name) };
        let environment = Environment { variable: &process_variable, grant: &grant, reach };
        let home = std::env::home_dir();
        let user = User { variable: &process_variable, home: home.as_deref() };
        Configuration::new(&loaded.schema, values, &environment, &user, client)
    }

    async fn check_provider(&self, loaded: &Loaded, shown: &Value, secrets: &Secrets) -> Vec<Diagnostic> {
        let mut told = match loaded.contract.validate_provider(shown.to_values()).await {
            Ok(told) => told.into_iter().map(diagnostics::of_component).collect(),
            Err(problem) => vec![diagnostics::of_call(&problem, &self.name)],
        };
        diagnostics::redact(&mut told, secrets);
        told
    }

    /// What the policy file grants. There is no default: a file that lies around grants nothing.
    fn granted(&self) -> Result<Grant, Diagnostic> {
        let variable = variable(&self.name, "POLICY");
        let Some(file) = std::env::var_os(&variable).filter(|file| !file.is_empty()) else {
            return Ok(Grant::default());
        };
        let unusable = |error: &dyn std::fmt::Display| {
            let summary = format!("The policy file that {variable} names cannot be used");
            diagnostics::error(summary, format!("{}: {error}", diagnostics::file(Path::new(&file))), &[])
        };
        let json = files::read_text(Path::new(&file)).map_err(|error| unusable(&error))?;
        Grant::from_json(&json).map_err(|error| unusable(&error))
    }

    fn source<'a>(&self, loaded: &'a Loaded, type_name: &str) -> Result<(&'a str, &'a Source), Diagnostic> {
        let name = type_name.strip_prefix(&self.name).and_then(|rest| rest.strip_prefix('_')).unwrap_or_default();
        let found = loaded.schema.sources.get_key_value(name).map(|(name, source)| (name.as_str(), source));
        let unknown = || diagnostics::error(format!("There is no data source {type_name}"), "", &[]);
        found.ok_or_else(unknown)
    }

    async fn loaded(&self) -> Result<&Loaded, Diagnostic> {
        let summary = || format!("The component of provider {} cannot be used", self.name);
        self.load().await.map_err(|why| diagnostics::error(summary(), why.as_str(), &[]))
    }

    /// The component, as soon as it is loaded.
    async fn load(&self) -> Result<&Loaded, &String> {
        let load = async || {
            let loaded = Loaded::load(&self.name).await;
            if let Err(why) = &loaded {
                error!("{why}");
            }
            loaded
        };
        self.loaded.get_or_init(load).await.as_ref()
    }
}

impl Loaded {
    async fn load(provider: &str) -> Result<Self, String> {
        let limits = Limits { deadline: DEADLINE, ..Limits::default() };
        let (contract, declaration, embedded) = Contract::load(limits, provider, &variable(provider, "COMPONENT"))?;
        let description = contract.describe().await.map_err(|error| error.to_string())?;
        let schema = Schema::new(description).map_err(|why| format!("Its description is not valid: {why}."))?;
        Ok(Self { contract, declaration, schema, embedded })
    }
}

/// The way to servers, by the proxy and the authorities that the environment names.
fn client() -> Result<Client<Network>, Diagnostic> {
    let network = Network::new().map_err(|why| diagnostics::error("TLS cannot be set up", why.to_string(), &[]))?;
    let proxy = Proxy::of_environment(process_variable)
        .map_err(|why| diagnostics::error("The proxy cannot be used", format!("{why}."), &[]))?;
    Ok(Client::new(network.through(proxy)))
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
