//! Calls of a component that keeps to the contract.

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::{Call, CallError, Declaration, Limits, Plugin, Stack};
use huaweicloud_sign::Secrets;
use wasmtime::component::{ComponentNamedList, Lift, Lower};

use crate::component::{self, Loaded};
use crate::contract::{Description, Diagnostic, Reading, Values};

/// The interface, and the version of the contract that this host knows.
pub const INTERFACE: &str = "declarative:plugin/data-source@0.1.0";

/// The versions that are as good: they only add functions.
const COMPATIBLE: &str = "declarative:plugin/data-source@0.1.";

/// The interface without its version, by which a component of another version is recognised.
const NAME: &str = "declarative:plugin/data-source";

/// A component that keeps to the contract.
pub struct Contract {
    plugin: Plugin,
    /// The time at which each call begins. None: the machine's.
    clock: Option<SystemTime>,
}

impl Contract {
    /// Loads the component. Also returns the requests that it declares, and whether it is built into the provider.
    pub fn load(limits: Limits, provider: &str, variable: &str) -> Result<(Self, Declaration, bool), String> {
        Self::of(component::load(limits, provider, variable)?, provider)
    }

    /// Compiles a component. Returns the same as [`Contract::load`].
    #[cfg(feature = "compile")]
    pub fn compile(limits: Limits, provider: &str, wasm: &[u8]) -> Result<(Self, Declaration, bool), String> {
        Self::of(component::compile(limits, wasm)?, provider)
    }

    fn of(loaded: Loaded, provider: &str) -> Result<(Self, Declaration, bool), String> {
        Ok((Self::new(loaded.plugin.named(provider))?, loaded.declaration, loaded.embedded))
    }

    /// Takes a component that speaks a version of the contract which this host knows.
    pub fn new(plugin: Plugin) -> Result<Self, String> {
        let exports = plugin.exports();
        if exports.iter().any(|export| export.starts_with(COMPATIBLE)) {
            return Ok(Self { plugin, clock: None });
        }
        let versions: Vec<&str> =
            exports.iter().filter(|export| export.starts_with(NAME)).map(String::as_str).collect();
        Err(match versions.as_slice() {
            [] => format!("It exports no {NAME}, so it offers no data sources. It exports {}.", exports.join(", ")),
            versions => format!("It exports {}, and this provider knows {INTERFACE}.", versions.join(", ")),
        })
    }

    /// Has the component see this time when each call begins.
    pub fn at(self, clock: SystemTime) -> Self {
        Self { clock: Some(clock), ..self }
    }

    /// Returns the component itself.
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// The same component, whose stderr is freed of these secrets.
    pub fn redacting(&self, secrets: Secrets) -> Self {
        Self { plugin: self.plugin.clone().redacting(move |text| secrets.redact(text)), clock: self.clock }
    }

    /// What the component offers.
    pub async fn describe(&self) -> Result<Description, CallError> {
        let (description,) = self.call("describe", Stack::new(vec![]), ()).await?;
        Ok(description)
    }

    /// What is wrong with a configuration, as far as it is known.
    pub async fn validate_provider(&self, configuration: Values) -> Result<Vec<Diagnostic>, CallError> {
        let (diagnostics,) = self.call("validate-provider", Stack::new(vec![]), (configuration,)).await?;
        Ok(diagnostics)
    }

    /// What is wrong with arguments, as far as they are known.
    pub async fn validate_arguments(&self, source: &str, arguments: Values) -> Result<Vec<Diagnostic>, CallError> {
        let parameters = (source.to_owned(), arguments);
        let (diagnostics,) = self.call("validate-arguments", Stack::new(vec![]), parameters).await?;
        Ok(diagnostics)
    }

    /// Reads a source. The requests take this way.
    pub async fn read(
        &self,
        http: Arc<Stack>,
        source: &str,
        provider: Values,
        arguments: Values,
    ) -> Result<Result<Reading, Vec<Diagnostic>>, CallError> {
        let (reading,) = self.call("read", http, (source.to_owned(), provider, arguments)).await?;
        Ok(reading)
    }

    async fn call<P, R>(&self, function: &str, http: Arc<Stack>, parameters: P) -> Result<R, CallError>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let call = Call { interface: INTERFACE, function, http, began: self.clock.unwrap_or_else(SystemTime::now) };
        self.plugin.call(call, parameters).await
    }
}
