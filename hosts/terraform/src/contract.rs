//! The contract `declarative:plugin/data-source`, as the component sees it. The documentation of each type, field and
//! case is the WIT's.
#![cfg_attr(not(feature = "native"), expect(dead_code, reason = "some values are made by the component alone"))]

use serde::Serialize;
use wasmtime::component::{ComponentType, Lift, Lower};

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

#[cfg(not(feature = "native"))]
#[derive(Clone, Debug, ComponentType, Lift)]
#[component(record)]
pub struct Need {
    pub role: String,
    pub method: String,
    pub path: String,
    pub query: Vec<String>,
}

#[derive(Clone, Debug, ComponentType, Lower)]
#[component(record)]
pub struct Resolved {
    pub role: String,
    pub origins: Vec<String>,
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
