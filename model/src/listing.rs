//! The answer to a listing.
#![expect(missing_docs, reason = "documented in the WIT")]

use serde::Serialize;
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lift};

use crate::status::{ConfigMode, Status};

/// The answer to a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Listing {
    pub pipelines: Vec<Pipeline>,
    pub total: u32,
    pub matched: u32,
    pub truncated: bool,
    #[cfg_attr(feature = "wasmtime", component(name = "request-id"))]
    pub request_id: Option<String>,
    pub attempts: u32,
}

/// A release task. Every field but `id` is `None` where the service sends null or nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift), component(record))]
pub struct Pipeline {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "create-time"))]
    pub create_time: Option<u64>,
    #[cfg_attr(feature = "wasmtime", component(name = "update-time"))]
    pub update_time: Option<u64>,
    pub version: Option<i64>,
    #[cfg_attr(feature = "wasmtime", component(name = "config-mode"))]
    pub config_mode: Option<ConfigMode>,
    pub creator: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "model-version"))]
    pub model_version: Option<i64>,
    pub status: Option<Status>,
    #[cfg_attr(feature = "wasmtime", component(name = "last-trigger-at"))]
    pub last_trigger_at: Option<u64>,
    #[cfg_attr(feature = "wasmtime", component(name = "enterprise-project-id"))]
    pub enterprise_project_id: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "enterprise-project"))]
    pub enterprise_project: Option<String>,
    #[cfg_attr(feature = "wasmtime", component(name = "extend-info"))]
    pub extend_info: Option<String>,
}
