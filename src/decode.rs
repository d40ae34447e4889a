//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use crate::answer::List;
use crate::item::{Field, Item};
use crate::pipeline::{ConfigMode, Pipeline, Status};
use crate::query::Query;

/// A project, as IAM lists it.
#[derive(Debug, Default, PartialEq, Eq)]
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
    const FIELDS: &'static [Field<Self>] = &[
        ("id", |task, field| field.text().map(|id| task.id = id.unwrap_or_default())),
        ("name", |task, field| field.text().map(|name| task.name = name)),
        ("description", |task, field| field.text().map(|description| task.description = description)),
        ("create_time", |task, field| field.time().map(|time| task.create_time = time)),
        ("update_time", |task, field| field.time().map(|time| task.update_time = time)),
        ("version", |task, field| field.integer().map(|version| task.version = version)),
        ("config_mode", |task, field| field.text().map(|word| task.config_mode = word.map(ConfigMode::from_word))),
        ("creator", |task, field| field.text().map(|creator| task.creator = creator)),
        ("model_version", |task, field| field.integer().map(|version| task.model_version = version)),
        ("status", |task, field| field.integer().map(|number| task.status = number.map(Status::from_number))),
        // The service writes 0 for a task that never ran.
        ("last_trigger_at", |task, field| {
            field.time().map(|time| task.last_trigger_at = time.filter(|time| *time != 0))
        }),
        ("enterprise_project_id", |task, field| field.text().map(|id| task.enterprise_project_id = id)),
        ("enterprise_project", |task, field| field.text().map(|name| task.enterprise_project = name)),
        ("extend_info", |task, field| field.json().map(|json| task.extend_info = json)),
    ];
}

impl Item for Project {
    const LIST: &'static str = "projects";
    const WHAT: &'static str = "projects";
    const FIELDS: &'static [Field<Self>] = &[
        ("id", |project, field| field.text().map(|id| project.id = id.unwrap_or_default())),
        ("name", |project, field| field.text().map(|name| project.name = name)),
    ];
}
