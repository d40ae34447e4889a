//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use json_text::{Field, Scalar, Type};

use crate::item::{Wanted, number, text, time};
use crate::layout::Maybe;
use crate::pipeline::{ConfigMode, Pipeline, Status};
use crate::query::Query;

/// The fields of a release task.
const FIELDS: &[Field] = &[
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

/// The release tasks of a listing that match: it is an array, an object with `pipelines`, null, or nothing at all.
#[must_use]
pub fn pipelines(query: &Query) -> Wanted<'_> {
    Wanted { list: "pipelines", what: "release tasks", fields: FIELDS, query: Some(query) }
}

/// The projects in IAM's answer to a search for them. What is read of one a release task has as well, an id and a name, and
/// no second record is worth its bytes.
#[must_use]
pub fn projects() -> Wanted<'static> {
    Wanted { list: "projects", what: "projects", fields: FIELDS.split_at(2).0, query: None }
}

impl<'t> json_text::Item<'t> for Pipeline<'t> {
    #[inline(always)]
    fn set(&mut self, at: usize, value: Scalar<'t>) {
        match at {
            0 => self.id = text(value).get().unwrap_or_default(),
            1 => self.name = text(value),
            2 => self.description = text(value),
            3 => self.create_time = time(value),
            4 => self.update_time = time(value),
            5 => self.version = number(value),
            6 => self.config_mode = text(value).text().map(ConfigMode::from_word).into(),
            7 => self.creator = text(value),
            8 => self.model_version = number(value),
            9 => self.status = number(value).get().map(Status::from_number).into(),
            // The service writes 0 for a task that never ran.
            10 if matches!(value, Scalar::Number(0)) => self.last_trigger_at = Maybe::None,
            10 => self.last_trigger_at = time(value),
            11 => self.enterprise_project_id = text(value),
            12 => self.enterprise_project = text(value),
            _ => self.extend_info = text(value),
        }
    }
}
