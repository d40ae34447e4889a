//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use serde::Deserialize;
use serde::de::MapAccess;

use crate::answer::{Item, Location, list_of};
use crate::error::Failure;
use crate::pipeline::{ConfigMode, Pipeline, Status};
use crate::query::Query;

/// What a listing's body holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The release tasks that match, as the service ordered them.
    pub matching: Vec<Pipeline>,
    /// How many there were in all.
    pub total: u32,
}

/// A project, as IAM lists it.
#[derive(Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its name, which is a region's name for the region's main project.
    pub name: Option<String>,
}

/// Decodes a listing: an array, an object with `pipelines`, null, or nothing at all.
///
/// # Errors
/// The body is not complete, or not what is documented.
pub fn listing(body: &[u8], query: &Query) -> Result<Decoded, Failure> {
    let (matching, total) = list_of(body, |task: &Pipeline| query.matches(task))?;
    Ok(Decoded { matching, total })
}

/// Decodes IAM's answer to a search for projects.
///
/// # Errors
/// The body is not complete, or not what is documented.
pub fn projects(body: &[u8]) -> Result<Vec<Project>, Failure> {
    list_of(body, |_: &Project| true).map(|(projects, _)| projects)
}

impl Item for Pipeline {
    const LIST: &'static str = "pipelines";
    const WHAT: &'static str = "release tasks";

    fn decode<'de, A: MapAccess<'de>>(mut map: A, at: &Location<'_>) -> Result<Self, A::Error> {
        let mut task = Self::default();
        let mut id = None;
        while let Some(field) = map.next_key::<PipelineField>()? {
            match field {
                PipelineField::Id => id = at.text(&mut map, "id")?,
                PipelineField::Name => task.name = at.text(&mut map, "name")?,
                PipelineField::Description => task.description = at.text(&mut map, "description")?,
                PipelineField::CreateTime => task.create_time = at.time(&mut map, "create_time")?,
                PipelineField::UpdateTime => task.update_time = at.time(&mut map, "update_time")?,
                PipelineField::Version => task.version = at.integer(&mut map, "version")?,
                PipelineField::ConfigMode => {
                    task.config_mode = at.text(&mut map, "config_mode")?.map(ConfigMode::from_word);
                }
                PipelineField::Creator => task.creator = at.text(&mut map, "creator")?,
                PipelineField::ModelVersion => task.model_version = at.integer(&mut map, "model_version")?,
                PipelineField::Status => task.status = at.integer(&mut map, "status")?.map(Status::from_number),
                PipelineField::LastTriggerAt => {
                    // The service writes 0 for a task that never ran.
                    task.last_trigger_at = at.time(&mut map, "last_trigger_at")?.filter(|time| *time != 0);
                }
                PipelineField::EnterpriseProjectId => {
                    task.enterprise_project_id = at.text(&mut map, "enterprise_project_id")?;
                }
                PipelineField::EnterpriseProject => {
                    task.enterprise_project = at.text(&mut map, "enterprise_project")?
                }
                PipelineField::ExtendInfo => task.extend_info = at.json(&mut map, "extend_info")?,
                PipelineField::Unknown => at.skip(&mut map)?,
            }
        }
        task.id = id.ok_or_else(|| at.missing("id"))?;
        Ok(task)
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum PipelineField {
    Id,
    Name,
    Description,
    CreateTime,
    UpdateTime,
    Version,
    ConfigMode,
    Creator,
    ModelVersion,
    Status,
    LastTriggerAt,
    EnterpriseProjectId,
    EnterpriseProject,
    ExtendInfo,
    #[serde(other)]
    Unknown,
}

impl Item for Project {
    const LIST: &'static str = "projects";
    const WHAT: &'static str = "projects";

    fn decode<'de, A: MapAccess<'de>>(mut map: A, at: &Location<'_>) -> Result<Self, A::Error> {
        let (mut id, mut name) = (None, None);
        while let Some(field) = map.next_key::<ProjectField>()? {
            match field {
                ProjectField::Id => id = at.text(&mut map, "id")?,
                ProjectField::Name => name = at.text(&mut map, "name")?,
                ProjectField::Unknown => at.skip(&mut map)?,
            }
        }
        Ok(Self { id: id.ok_or_else(|| at.missing("id"))?, name })
    }
}

#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum ProjectField {
    Id,
    Name,
    #[serde(other)]
    Unknown,
}
