//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use serde::Deserialize;

use crate::answer::List;
use crate::item::{Fields, Item};
use crate::pipeline::{ConfigMode, Pipeline, Status};
use crate::query::Query;

/// A project, as IAM lists it.
#[derive(Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub id: String,
    /// Its name, which is a region's name for the region's main project.
    pub name: Option<String>,
}

/// Decodes a listing: an array, an object with `pipelines`, null, or nothing at all.
#[must_use]
pub fn pipelines(query: &Query) -> List<Pipeline, impl Fn(&Pipeline) -> bool> {
    List::keeping(|task| query.matches(task))
}

/// Decodes IAM's answer to a search for projects.
#[must_use]
pub fn projects() -> List<Project, impl Fn(&Project) -> bool> {
    List::keeping(|_| true)
}

impl Item for Pipeline {
    const LIST: &'static str = "pipelines";
    const WHAT: &'static str = "release tasks";

    fn read<F: Fields>(fields: &mut F) -> Result<Self, F::Error> {
        let mut task = Self::default();
        let mut id = None;
        while let Some(field) = fields.next()? {
            match field {
                PipelineField::Id => id = fields.text("id")?,
                PipelineField::Name => task.name = fields.text("name")?,
                PipelineField::Description => task.description = fields.text("description")?,
                PipelineField::CreateTime => task.create_time = fields.time("create_time")?,
                PipelineField::UpdateTime => task.update_time = fields.time("update_time")?,
                PipelineField::Version => task.version = fields.integer("version")?,
                PipelineField::ConfigMode => {
                    task.config_mode = fields.text("config_mode")?.map(ConfigMode::from_word);
                }
                PipelineField::Creator => task.creator = fields.text("creator")?,
                PipelineField::ModelVersion => task.model_version = fields.integer("model_version")?,
                PipelineField::Status => task.status = fields.integer("status")?.map(Status::from_number),
                PipelineField::LastTriggerAt => {
                    // The service writes 0 for a task that never ran.
                    task.last_trigger_at = fields.time("last_trigger_at")?.filter(|time| *time != 0);
                }
                PipelineField::EnterpriseProjectId => {
                    task.enterprise_project_id = fields.text("enterprise_project_id")?;
                }
                PipelineField::EnterpriseProject => task.enterprise_project = fields.text("enterprise_project")?,
                PipelineField::ExtendInfo => task.extend_info = fields.json("extend_info")?,
                PipelineField::Unknown => fields.skip()?,
            }
        }
        task.id = id.ok_or_else(|| fields.missing("id"))?;
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

    fn read<F: Fields>(fields: &mut F) -> Result<Self, F::Error> {
        let (mut id, mut name) = (None, None);
        while let Some(field) = fields.next()? {
            match field {
                ProjectField::Id => id = fields.text("id")?,
                ProjectField::Name => name = fields.text("name")?,
                ProjectField::Unknown => fields.skip()?,
            }
        }
        Ok(Self { id: id.ok_or_else(|| fields.missing("id"))?, name })
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
