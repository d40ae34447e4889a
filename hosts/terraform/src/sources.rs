//! The data sources of one component, as a host uses them: checks, the provider's configuration and reads, of plain
//! values.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use component_runtime::{Client, Declaration, Grant, Layer, Limits, Network, Proxy, Secret, files, printable};
use tracing::{Instrument, info_span};

use crate::authentication;
use crate::caller::Contract;
use crate::configuration::{self, Configuration, Servers};
use crate::contract::Description;
use crate::diagnostics;
use crate::environment::{Environment, VariableAccess, process_variable, variable};
use crate::lint;
use crate::proto::Diagnostic;
use crate::read::Read;
use crate::schema::{Schema, Source};
use crate::scheme::User;
use crate::value::Value;
use crate::written;

/// The longest time that a read may take. The component's own limit comes first, and whoever waits can interrupt.
const DEADLINE: Duration = Duration::from_secs(3600);

/// The data sources of one component, under the name of a provider.
///
/// The name decides which environment variables the component may read, and which one names the policy file.
///
/// ```
/// use terraform_provider_servicestage::DataSources;
///
/// # #[tokio::main]
/// # async fn main() {
/// # let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/component/example.wasm");
/// let sources = DataSources::of_file(file.as_ref(), "example").await.unwrap();
///
/// let provider = sources.provider_values(r#"{"flavour": "sour", "key": "hush"}"#).unwrap();
/// let (configuration, _) = sources.configure(provider).await.unwrap();
///
/// let arguments = sources.arguments("thing", r#"{"name": "oak"}"#).unwrap();
/// assert!(sources.validate_arguments("thing", &arguments).await.unwrap().is_empty());
/// let (state, _) = sources.read(&configuration.into(), "thing", &arguments).await.unwrap();
/// assert_eq!(state.unwrap().text("zone"), Some("here"));
/// # }
/// ```
pub struct DataSources {
    provider: String,
    contract: Contract,
    declaration: Declaration,
    schema: Schema,
    /// Whether the component is built into the provider.
    embedded: bool,
}

impl DataSources {
    /// Loads the component of the provider of this name: the one that a variable or a file names, or the embedded one.
    pub(crate) async fn load(provider: &str) -> Result<Self, String> {
        let loaded = Contract::load(limits(), provider, &variable(provider, "COMPONENT"))?;
        Self::new(provider, loaded).await
    }

    /// Compiles the component in a file.
    ///
    /// # Errors
    /// The file cannot be read, is not a component, or is one that does not keep to the contract.
    #[cfg(all(feature = "compile", not(feature = "native")))]
    pub async fn of_file(file: &Path, provider: &str) -> Result<Self, String> {
        let wasm = crate::component::read(file)?;
        let opened = async { Self::new(provider, Contract::compile(limits(), provider, wasm.as_ref())?).await };
        opened.await.map_err(|why| format!("{}: {why}", diagnostics::file(file)))
    }

    /// Returns the names of the component's imports.
    #[cfg(not(feature = "native"))]
    #[must_use]
    pub fn imports(&self) -> Vec<String> {
        self.contract.plugin().imports()
    }

    /// Returns the names of the component's exports.
    #[cfg(not(feature = "native"))]
    #[must_use]
    pub fn exports(&self) -> Vec<String> {
        self.contract.plugin().exports()
    }

    pub(crate) async fn new(provider: &str, loaded: (Contract, Option<Declaration>, bool)) -> Result<Self, String> {
        let (contract, section, embedded) = loaded;
        let description = contract.describe().await.map_err(|error| error.to_string())?;
        let schema = schema_of(description)?;
        let declaration = contract.declaration(section).await?;
        Ok(Self { provider: provider.to_owned(), contract, declaration, schema, embedded })
    }

    /// Has the component see this time when each call begins, as in a test that replays answers.
    #[cfg(not(feature = "native"))]
    #[must_use]
    pub fn at(self, clock: std::time::SystemTime) -> Self {
        Self { contract: self.contract.at(clock), ..self }
    }

    /// Returns the component's description as JSON.
    ///
    /// # Errors
    /// The component failed, or its description is not valid.
    pub async fn description(&self) -> Result<String, String> {
        let description = self.contract.describe().await.map_err(|error| error.to_string())?;
        let json = serde_json::to_string_pretty(&description).map_err(|error| error.to_string())?;
        // A component may describe itself differently each time, and names of it become names of files.
        schema_of(description)?;
        Ok(printable::json(&json))
    }

    /// Returns the checked schema.
    ///
    /// ```
    /// use terraform_provider_servicestage::{DataSources, Type};
    ///
    /// # #[tokio::main]
    /// # async fn main() {
    /// # let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/component/example.wasm");
    /// let sources = DataSources::of_file(file.as_ref(), "example").await.unwrap();
    /// let thing = &sources.schema().sources["thing"];
    /// assert_eq!(thing.object.attribute("labels").unwrap().holds, Type::Map(Box::new(Type::Text)));
    /// # }
    /// ```
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// Returns the requests that the component declares.
    #[must_use]
    pub fn declaration(&self) -> &Declaration {
        &self.declaration
    }

    /// Returns the faults of the component that a host meets only when it reads, each as a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        lint::faults(&self.schema, &self.declaration)
    }

    /// Reads the provider's configuration from JSON, as Terraform reads it from a block.
    ///
    /// # Errors
    /// The schema does not allow a value, or requires one that is not set.
    pub fn provider_values(&self, json: &str) -> Result<Value, Vec<Diagnostic>> {
        written::read(json, &self.schema.provider)
    }

    /// Reads the arguments of a data source from JSON, as Terraform reads them from a block.
    ///
    /// # Errors
    /// The schema does not allow a value, or requires one that is not set, or there is no such data source.
    pub fn arguments(&self, source: &str, json: &str) -> Result<Value, Vec<Diagnostic>> {
        written::read(json, &self.source(source).map_err(|diagnostic| vec![diagnostic])?.object)
    }

    /// Checks the provider's configuration, as far as it is known.
    pub async fn validate_provider(&self, values: &Value) -> Vec<Diagnostic> {
        let object = &self.schema.provider;
        let mut told = configuration::deprecations(object, values);
        told.extend(authentication::check(&self.schema, values));
        let shown = configuration::shown(&self.schema, values);
        told.extend(self.check_provider(&shown, &configuration::secrets(object, values)).await);
        told
    }

    /// Checks the arguments of a data source, as far as they are known.
    ///
    /// # Errors
    /// The component has no such data source, or failed.
    pub async fn validate_arguments(&self, source: &str, values: &Value) -> Result<Vec<Diagnostic>, Diagnostic> {
        let Source { object, deprecated, .. } = self.source(source)?;
        let mut told = configuration::deprecations(object, values);
        if let Some(instead) = deprecated {
            let summary = format!("The data source {}_{source} is deprecated", self.provider);
            told.push(diagnostics::warning(summary, instead.clone(), &[]));
        }
        let secrets = configuration::secrets(object, values);
        let checked = self.redacting(&secrets).validate_arguments(source, values.to_values()).await;
        let checked = checked.map_err(|problem| diagnostics::of_call(&problem, &self.provider))?;
        told.extend(checked.into_iter().map(diagnostics::of_component));
        diagnostics::redact(&mut told, &configuration::redaction(&secrets));
        Ok(told)
    }

    /// Completes the provider's configuration from the environment and a profile of the user, and checks it. Also returns
    /// what the checks report.
    ///
    /// # Errors
    /// Something is missing or not valid that reads need.
    pub async fn configure(&self, values: Value) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        let completed = self.complete(values)?;
        self.checked(completed).await
    }

    /// Does the same as [`DataSources::configure`] for a test: from no environment, profile or policy file. The layer
    /// completes requests in place of servers.
    ///
    /// # Errors
    /// Something is missing or not valid that reads need.
    pub async fn configure_apart(
        &self,
        values: Value,
        answers: Arc<dyn Layer>,
    ) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        let completed = self.complete_apart(values, answers)?;
        self.checked(completed).await
    }

    /// Makes a configuration of the written values and those that the environment and a profile add.
    fn complete(&self, values: Value) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        let one = |diagnostic| vec![diagnostic];
        let (grant, servers) = (self.granted().map_err(one)?, network().map_err(one)?);
        let access = if self.embedded { VariableAccess::Any } else { VariableAccess::Provider(&self.provider) };
        let environment = Environment { variable: &process_variable, grant: &grant, access };
        let process = servicestage::Environment::of_process();
        let user = User { variable: &process_variable, home: process.home() };
        Configuration::new(&self.schema, values, &environment, &user, servers)
    }

    fn complete_apart(
        &self,
        values: Value,
        answers: Arc<dyn Layer>,
    ) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        let (grant, access) = (Grant::default(), VariableAccess::Provider(&self.provider));
        let environment = Environment { variable: &|_| None, grant: &grant, access };
        let nobody = User { variable: &|_| None, home: None };
        let servers: Servers = Arc::new(move |_| Arc::clone(&answers));
        Configuration::new(&self.schema, values, &environment, &nobody, servers)
    }

    async fn checked(
        &self,
        (configuration, mut told): (Configuration, Vec<Diagnostic>),
    ) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>> {
        told.extend(self.check_provider(&configuration.shown, &configuration.secrets).await);
        Ok((configuration, told))
    }

    /// Reads a data source. The state is there unless one of the diagnostics is an error.
    ///
    /// # Errors
    /// The component has no such data source.
    pub async fn read(
        &self,
        configuration: &Arc<Configuration>,
        source: &str,
        arguments: &Value,
    ) -> Result<(Option<Value>, Vec<Diagnostic>), Diagnostic> {
        let object = &self.source(source)?.object;
        let secrets = [configuration.secrets.clone(), configuration::secrets(object, arguments)].concat();
        let read = Read {
            contract: &self.redacting(&secrets),
            declaration: &self.declaration,
            schema: &self.schema,
            configuration,
            provider: &self.provider,
            policy_variable: &variable(&self.provider, "POLICY"),
        };
        let span = info_span!("read", source = format!("{}_{source}", self.provider));
        Ok(read.run(source, object, arguments).instrument(span).await)
    }

    /// Returns the data source of this name.
    pub(crate) fn source(&self, name: &str) -> Result<&Source, Diagnostic> {
        let unknown = || diagnostics::error(format!("There is no data source {}_{name}", self.provider), "", &[]);
        self.schema.sources.get(name).ok_or_else(unknown)
    }

    /// The component, whose stderr is freed of these secrets.
    fn redacting(&self, secrets: &[Secret]) -> Contract {
        self.contract.redacting(configuration::redaction(secrets))
    }

    async fn check_provider(&self, shown: &Value, secrets: &[Secret]) -> Vec<Diagnostic> {
        let mut told = match self.redacting(secrets).validate_provider(shown.to_values()).await {
            Ok(told) => told.into_iter().map(diagnostics::of_component).collect(),
            Err(problem) => vec![diagnostics::of_call(&problem, &self.provider)],
        };
        diagnostics::redact(&mut told, &configuration::redaction(secrets));
        told
    }

    /// The grants of the policy file. There is no default: a file that lies around grants nothing.
    fn granted(&self) -> Result<Grant, Diagnostic> {
        let variable = variable(&self.provider, "POLICY");
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
}

fn schema_of(description: Description) -> Result<Schema, String> {
    Schema::new(description).map_err(|why| format!("Its description is not valid: {why}."))
}

fn limits() -> Limits {
    Limits { deadline: DEADLINE, ..Limits::default() }
}

/// The way to servers, by the proxy and the authorities that the environment names.
fn network() -> Result<Servers, Diagnostic> {
    let network = Network::new().map_err(|why| diagnostics::error("TLS cannot be set up", why.to_string(), &[]))?;
    let proxy = Proxy::of_environment(process_variable)
        .map_err(|why| diagnostics::error("The proxy cannot be used", format!("{why}."), &[]))?;
    Ok(configuration::network(Client::new(network.through(proxy))))
}
