//! A listing on its way out of the component.

use component_runtime::{Prefetched, Text};
use wasmtime::component::{ComponentType, Lift};

use crate::types::{ConfigMode, Listing, Pipeline, Status};

/// A [`Listing`] as it is lifted: the texts of its release tasks lie in the order in which they arrived, and are fetched
/// ahead.
#[derive(ComponentType, Lift)]
#[component(record)]
pub struct Lifted {
    pipelines: Vec<Prefetched<Pipeline, Record>>,
    total: u32,
    matched: u32,
    truncated: bool,
    #[component(name = "request-id")]
    request_id: Option<String>,
    attempts: u32,
}

/// A [`Pipeline`] as it is lifted.
#[derive(ComponentType, Lift)]
#[component(record)]
pub struct Record {
    id: Text,
    name: Option<Text>,
    description: Option<Text>,
    #[component(name = "create-time")]
    create_time: Option<u64>,
    #[component(name = "update-time")]
    update_time: Option<u64>,
    version: Option<i64>,
    #[component(name = "config-mode")]
    config_mode: Option<ConfigMode>,
    creator: Option<Text>,
    #[component(name = "model-version")]
    model_version: Option<i64>,
    status: Option<Status>,
    #[component(name = "last-trigger-at")]
    last_trigger_at: Option<u64>,
    #[component(name = "enterprise-project-id")]
    enterprise_project_id: Option<Text>,
    #[component(name = "enterprise-project")]
    enterprise_project: Option<Text>,
    #[component(name = "extend-info")]
    extend_info: Option<Text>,
}

impl Lifted {
    /// What a release task takes in the component without its texts, in bytes.
    pub const RECORD_BYTES: usize = Record::SIZE32;
}

impl From<Lifted> for Listing {
    fn from(lifted: Lifted) -> Self {
        let Lifted { pipelines, total, matched, truncated, request_id, attempts } = lifted;
        // The same memory: a release task within its wrapper is laid out as without.
        let pipelines = pipelines.into_iter().map(Prefetched::into_inner).collect();
        Self { pipelines, total, matched, truncated, request_id, attempts }
    }
}

impl From<Record> for Pipeline {
    #[inline]
    fn from(record: Record) -> Self {
        let text = |text: Option<Text>| text.map(|Text(text)| text);
        Self {
            id: record.id.0,
            name: text(record.name),
            description: text(record.description),
            create_time: record.create_time,
            update_time: record.update_time,
            version: record.version,
            config_mode: record.config_mode,
            creator: text(record.creator),
            model_version: record.model_version,
            status: record.status,
            last_trigger_at: record.last_trigger_at,
            enterprise_project_id: text(record.enterprise_project_id),
            enterprise_project: text(record.enterprise_project),
            extend_info: text(record.extend_info),
        }
    }
}
