//! Calls of a component that keeps to the contract.

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::policy::{Need, ParseError};
use component_runtime::{Call, CallError, Declaration, Limits, Plugin, Stack};
use huaweicloud_sign::Secrets;
use wasmtime::component::{ComponentNamedList, Lift, Lower};

use crate::component::{self, LoadedComponent};
use crate::contract::{self, Description, Reading, Resolved, Values};

/// The interface, and the version of the contract that this host knows.
const INTERFACE: &str = "declarative:plugin/data-source@0.1.1";

/// The versions that this host can call: earlier ones lack functions that it does without, and later ones only add some.
const COMPATIBLE: &str = "declarative:plugin/data-source@0.1.";

/// The interface without its version, by which a component of another version is recognised.
const NAME: &str = "declarative:plugin/data-source";

/// A component that keeps to the contract.
pub struct Contract {
    plugin: Plugin,
    /// The interface with the highest version that the component exports and this host can call.
    interface: String,
    /// The time at which each call begins. None: the machine's.
    clock: Option<SystemTime>,
}

impl Contract {
    /// Loads the component. Also returns the requests that its section declares, and whether it is built into the provider.
    pub fn load(limits: Limits, provider: &str, variable: &str) -> Result<(Self, Option<Declaration>, bool), String> {
        Self::of(component::load(limits, provider, variable)?, provider)
    }

    /// Compiles a component. Returns the same as [`Contract::load`].
    #[cfg(feature = "compile")]
    pub fn compile(limits: Limits, provider: &str, wasm: &[u8]) -> Result<(Self, Option<Declaration>, bool), String> {
        Self::of(component::compile(limits, wasm)?, provider)
    }

    fn of(loaded: LoadedComponent, provider: &str) -> Result<(Self, Option<Declaration>, bool), String> {
        Ok((Self::new(loaded.plugin.named(provider))?, loaded.declaration, loaded.embedded))
    }

    /// Takes a component that speaks a version of the contract which this host knows.
    pub fn new(plugin: Plugin) -> Result<Self, String> {
        let exports = plugin.exports();
        let patch = |export: &String| export.strip_prefix(COMPATIBLE)?.parse::<u32>().ok();
        if let Some(patch) = exports.iter().filter_map(patch).max() {
            return Ok(Self { plugin, interface: format!("{COMPATIBLE}{patch}"), clock: None });
        }
        let versions: Vec<&str> =
            exports.iter().filter(|export| export.starts_with(NAME)).map(String::as_str).collect();
        Err(match versions.as_slice() {
            [] => format!("It exports no {NAME}, so it offers no data sources. {}.", exported(&exports)),
            versions => format!("{}, and this provider knows {INTERFACE}.", exported(versions)),
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
        let plugin = self.plugin.clone().redacting(move |text| secrets.redact(text));
        Self { plugin, interface: self.interface.clone(), clock: self.clock }
    }

    /// Describes the component's data sources.
    pub async fn describe(&self) -> Result<Description, CallError> {
        let (description,) = self.call("describe", Stack::new(vec![]), ()).await?;
        Ok(description)
    }

    /// Returns the requests that the component declares: by its function `needs`, by its section, or none.
    ///
    /// # Errors
    /// The function fails or lists what a section may not, or the two declare different requests.
    pub async fn declaration(&self, section: Option<Declaration>) -> Result<Declaration, String> {
        if !self.plugin.exports_function(&self.interface, "needs") {
            return Ok(section.unwrap_or_default());
        }
        let called = self.call("needs", Stack::new(vec![]), ()).await;
        let (needs,): (Vec<contract::Need>,) =
            called.map_err(|error| format!("Its function needs failed: {error}."))?;
        let listed = declaration(needs).map_err(|why| format!("Its function needs is at fault: {why}."))?;
        match section.and_then(|section| listed.difference("the function", &section, "the section")) {
            None => Ok(listed),
            Some(difference) => Err(format!(
                "Its function needs and its section network-needs declare different requests. {difference} Build it \
                 again with both from one list, or without the section."
            )),
        }
    }

    /// Returns the faults of a configuration, as far as it is known.
    pub async fn validate_provider(&self, configuration: Values) -> Result<Vec<contract::Diagnostic>, CallError> {
        let (diagnostics,) = self.call("validate-provider", Stack::new(vec![]), (configuration,)).await?;
        Ok(diagnostics)
    }

    /// Returns the faults of arguments, as far as they are known.
    pub async fn validate_arguments(
        &self,
        source: &str,
        arguments: Values,
    ) -> Result<Vec<contract::Diagnostic>, CallError> {
        let parameters = (source.to_owned(), arguments);
        let (diagnostics,) = self.call("validate-arguments", Stack::new(vec![]), parameters).await?;
        Ok(diagnostics)
    }

    /// Reads a source. The requests take this way. A component that resolves the origins of its endpoints itself does not
    /// get them.
    pub async fn read(
        &self,
        http: Arc<Stack>,
        source: &str,
        provider: Values,
        arguments: Values,
        endpoints: Vec<Resolved>,
    ) -> Result<Result<Reading, Vec<contract::Diagnostic>>, CallError> {
        let source = source.to_owned();
        let (reading,) = if self.plugin.exports_function(&self.interface, "read-at") {
            self.call("read-at", http, (source, provider, arguments, endpoints)).await?
        } else {
            self.call("read", http, (source, provider, arguments)).await?
        };
        Ok(reading)
    }

    async fn call<P, R>(&self, function: &str, http: Arc<Stack>, parameters: P) -> Result<R, CallError>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        R: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let began = self.clock.unwrap_or_else(SystemTime::now);
        let call = Call { interface: &self.interface, function, http, began };
        self.plugin.call(call, parameters).await
    }
}

/// Returns a sentence with the first exports of a component. It may have very many, of any length.
fn exported(exports: &[impl AsRef<str>]) -> String {
    const NAMED: usize = 5;
    const LONGEST: usize = 100;
    let short = |name: &str| match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", name.get(..end).unwrap_or_default()),
        None => name.to_owned(),
    };
    let named: Vec<String> = exports.iter().take(NAMED).map(|name| short(name.as_ref())).collect();
    match exports.len().saturating_sub(NAMED) {
        _ if named.is_empty() => "It exports nothing".to_owned(),
        0 => format!("It exports {}", named.join(", ")),
        more => format!("It exports {} and {more} more", named.join(", ")),
    }
}

/// Checks what a component lists, as its section is checked.
fn declaration(needs: Vec<contract::Need>) -> Result<Declaration, ParseError> {
    let request = |need: contract::Need| {
        let query = need.query.iter().map(|name| name.parse()).collect::<Result<_, _>>()?;
        Ok(Need { role: need.role.parse()?, method: need.method.parse()?, path: need.path.parse()?, query })
    };
    Declaration::new(needs.into_iter().map(request).collect::<Result<_, model::request::ParseError>>()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_the_first_exports_of_very_many() {
        assert_eq!(exported(&[""; 0]), "It exports nothing");
        assert_eq!(exported(&["a", "b"]), "It exports a, b");
        let many: Vec<String> = (0..100_000).map(|number| format!("{number}{}", "x".repeat(1000))).collect();
        let told = exported(&many);
        assert!(told.starts_with("It exports 0xxx") && told.ends_with("… and 99995 more"), "{told}");
        assert!(told.chars().count() < 600, "{told}");
    }
}
