//! The contract `declarative:plugin/data-source`, as the component sees it. The documentation of each type, field and
//! case is the WIT's.
#![expect(dead_code, reason = "some values are made by the component alone")]

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::{Call, CallError, Plugin, Stack};
use serde::Serialize;
use wasmtime::component::{ComponentType, Lift, Lower};

/// The interface, and the version of the contract that this host knows.
pub const INTERFACE: &str = "declarative:plugin/data-source@0.1.0";

/// The versions that are as good: they only add functions.
const COMPATIBLE: &str = "declarative:plugin/data-source@0.1.";

/// The interface without its version, by which a component of another version is recognised.
const NAME: &str = "declarative:plugin/data-source";

/// A component that keeps to the contract.
pub struct Contract(Plugin);

impl Contract {
    /// Takes a component that speaks a version of the contract which this host knows.
    pub fn new(plugin: Plugin) -> Result<Self, String> {
        let exports = plugin.exports();
        if exports.iter().any(|export| export.starts_with(COMPATIBLE)) {
            return Ok(Self(plugin));
        }
        let versions: Vec<&str> =
            exports.iter().filter(|export| export.starts_with(NAME)).map(String::as_str).collect();
        Err(match versions.as_slice() {
            [] => format!("It exports no {NAME}, so it offers no data sources. It exports {}.", exports.join(", ")),
            versions => format!("It exports {}, and this provider knows {INTERFACE}.", versions.join(", ")),
        })
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
        P: wasmtime::component::ComponentNamedList + Lower + Send + Sync + 'static,
        R: wasmtime::component::ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let call = Call { interface: INTERFACE, function, http, began: SystemTime::now() };
        self.0.call(call, parameters).await
    }
}

#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lower)]
#[component(record)]
pub struct Values {
    pub json: String,
    pub unknown: Vec<Vec<Step>>,
}

#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(variant)]
pub enum Step {
    #[component(name = "attribute")]
    Attribute(String),
    #[component(name = "index")]
    Index(u32),
    #[component(name = "key")]
    Key(String),
}

#[derive(Clone, Debug, ComponentType, Lift)]
#[component(record)]
pub struct Reading {
    pub json: String,
    pub diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift)]
#[component(record)]
pub struct Diagnostic {
    pub severity: Severity,
    pub summary: String,
    pub detail: String,
    pub path: Option<Vec<Step>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift)]
#[component(enum)]
#[repr(u8)]
pub enum Severity {
    #[component(name = "error")]
    Error,
    #[component(name = "warning")]
    Warning,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Description {
    pub name: String,
    pub description: String,
    pub objects: Vec<ObjectType>,
    pub provider: u32,
    pub sources: Vec<Source>,
    pub authentication: Vec<Authentication>,
    pub endpoints: Vec<Endpoint>,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Source {
    pub name: String,
    pub description: String,
    pub object: u32,
    pub deprecated: Option<String>,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct ObjectType {
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Attribute {
    pub name: String,
    pub holds: ValueType,
    pub mode: Mode,
    pub description: String,
    pub sensitive: bool,
    pub deprecated: Option<String>,
    pub environment: Vec<String>,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct ValueType {
    pub collections: Vec<Collection>,
    pub element: ElementType,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(enum)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Collection {
    #[component(name = "list")]
    List,
    #[component(name = "set")]
    Set,
    #[component(name = "map")]
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum ElementType {
    #[component(name = "text")]
    Text,
    #[component(name = "number")]
    Number,
    #[component(name = "truth-value")]
    TruthValue,
    #[component(name = "object")]
    Object(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(enum)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Mode {
    #[component(name = "required")]
    Required,
    #[component(name = "optional")]
    Optional,
    #[component(name = "computed")]
    Computed,
    #[component(name = "optional-computed")]
    OptionalComputed,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    #[component(name = "header")]
    Header(Header),
    #[component(name = "scheme")]
    Scheme(Scheme),
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Header {
    pub name: String,
    pub prefix: String,
    pub attribute: String,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Scheme {
    pub name: String,
    pub inputs: Vec<Input>,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Input {
    pub name: String,
    pub attribute: String,
    pub optional: bool,
}

#[derive(Clone, Debug, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Endpoint {
    pub role: String,
    pub attribute: String,
    pub defaults: Vec<String>,
    pub stable: bool,
}
