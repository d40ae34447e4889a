//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use crate::answer::List;
use crate::item::{Fields, Item, Wrong};
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

    fn read(fields: &mut Fields<'_>) -> Result<Self, Wrong> {
        let mut task = Self::default();
        let mut id = None;
        while let Some(field) = fields.next_name()? {
            match &*field {
                "id" => id = fields.text()?,
                "name" => task.name = fields.text()?,
                "description" => task.description = fields.text()?,
                "create_time" => task.create_time = fields.time()?,
                "update_time" => task.update_time = fields.time()?,
                "version" => task.version = fields.integer()?,
                "config_mode" => task.config_mode = fields.text()?.map(ConfigMode::from_word),
                "creator" => task.creator = fields.text()?,
                "model_version" => task.model_version = fields.integer()?,
                "status" => task.status = fields.integer()?.map(Status::from_number),
                "last_trigger_at" => {
                    // The service writes 0 for a task that never ran.
                    task.last_trigger_at = fields.time()?.filter(|time| *time != 0);
                }
                "enterprise_project_id" => task.enterprise_project_id = fields.text()?,
                "enterprise_project" => task.enterprise_project = fields.text()?,
                "extend_info" => task.extend_info = fields.json()?,
                _ => fields.skip()?,
            }
        }
        task.id = id.ok_or_else(|| fields.missing("id"))?;
        Ok(task)
    }
}

impl Item for Project {
    const LIST: &'static str = "projects";
    const WHAT: &'static str = "projects";

    fn read(fields: &mut Fields<'_>) -> Result<Self, Wrong> {
        let (mut id, mut name) = (None, None);
        while let Some(field) = fields.next_name()? {
            match &*field {
                "id" => id = fields.text()?,
                "name" => name = fields.text()?,
                _ => fields.skip()?,
            }
        }
        Ok(Self { id: id.ok_or_else(|| fields.missing("id"))?, name })
    }
}
