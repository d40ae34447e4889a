//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use json_text::{Field, Scalar, Type};

use crate::answer::List;
use crate::item::{Item, number, text, time};
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
    const FIELDS: &'static [Field] = &[
        Field::new("id", Type::Text),
        Field::new("name", Type::Text),
        Field::new("description", Type::Text),
        Field::new("create_time", Type::Time),
        Field::new("update_time", Type::Time),
        Field::new("version", Type::Integer),
        Field::new("config_mode", Type::Text),
        Field::new("creator", Type::Text),
        Field::new("model_version", Type::Integer),
        Field::new("status", Type::Integer),
        Field::new("last_trigger_at", Type::Time),
        Field::new("enterprise_project_id", Type::Text),
        Field::new("enterprise_project", Type::Text),
        Field::new("extend_info", Type::Json),
    ];
}

impl<'a> json_text::Item<'a> for Pipeline {
    fn set(&mut self, at: usize, value: Scalar<'a>) {
        match at {
            0 => self.id = text(value).unwrap_or_default(),
            1 => self.name = text(value),
            2 => self.description = text(value),
            3 => self.create_time = time(value),
            4 => self.update_time = time(value),
            5 => self.version = number(value),
            6 => self.config_mode = text(value).map(ConfigMode::from_word),
            7 => self.creator = text(value),
            8 => self.model_version = number(value),
            9 => self.status = number(value).map(Status::from_number),
            // The service writes 0 for a task that never ran.
            10 => self.last_trigger_at = time(value).filter(|time| *time != 0),
            11 => self.enterprise_project_id = text(value),
            12 => self.enterprise_project = text(value),
            _ => self.extend_info = text(value),
        }
    }
}

impl Item for Project {
    const LIST: &'static str = "projects";
    const WHAT: &'static str = "projects";
    const FIELDS: &'static [Field] = &[Field::new("id", Type::Text), Field::new("name", Type::Text)];
}

impl<'a> json_text::Item<'a> for Project {
    fn set(&mut self, at: usize, value: Scalar<'a>) {
        match at {
            0 => self.id = text(value).unwrap_or_default(),
            _ => self.name = text(value),
        }
    }
}
