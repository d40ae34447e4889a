//! The records in an answer, which borrow from its body. Only what leaves the component is copied.

use std::borrow::Cow;

use model::listing::Pipeline;
use model::status::{ConfigMode, Status};

use crate::decode::{Field, Fields, Names, Record};

/// A release task. [`Pipeline`] documents the fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Task<'b> {
    /// Always there in a task that was decoded.
    pub id: Option<Cow<'b, str>>,
    pub name: Option<Cow<'b, str>>,
    pub description: Option<Cow<'b, str>>,
    pub create_time: Option<u64>,
    pub update_time: Option<u64>,
    pub version: Option<i64>,
    pub config_mode: Option<Cow<'b, str>>,
    pub creator: Option<Cow<'b, str>>,
    pub model_version: Option<i64>,
    pub status: Option<Status>,
    pub last_trigger_at: Option<u64>,
    pub enterprise_project_id: Option<Cow<'b, str>>,
    pub enterprise_project: Option<Cow<'b, str>>,
    pub extend_info: Option<&'b str>,
}

impl Task<'_> {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

impl<'b> Record<'b> for Task<'b> {
    const NAMES: Names = Names { list: "pipelines", people: "release tasks" };
}

impl<'b> Fields<'b> for Task<'b> {
    fn field(&mut self, name: &str) -> Option<Field<'_, 'b>> {
        Some(match name {
            "id" => Field::Text(&mut self.id),
            "name" => Field::Text(&mut self.name),
            "description" => Field::Text(&mut self.description),
            "create_time" => Field::Time(&mut self.create_time),
            "update_time" => Field::Time(&mut self.update_time),
            "version" => Field::Integer(&mut self.version),
            "config_mode" => Field::Text(&mut self.config_mode),
            "creator" => Field::Text(&mut self.creator),
            "model_version" => Field::Integer(&mut self.model_version),
            "status" => Field::Status(&mut self.status),
            "last_trigger_at" => Field::TimeOrNever(&mut self.last_trigger_at),
            "enterprise_project_id" => Field::Text(&mut self.enterprise_project_id),
            "enterprise_project" => Field::Text(&mut self.enterprise_project),
            "extend_info" => Field::Json(&mut self.extend_info),
            _ => return None,
        })
    }

    fn has_id(&self) -> bool {
        self.id.is_some()
    }
}

impl From<&Task<'_>> for Pipeline {
    fn from(task: &Task<'_>) -> Self {
        let text = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
        Self {
            id: task.id().to_owned(),
            name: text(&task.name),
            description: text(&task.description),
            create_time: task.create_time,
            update_time: task.update_time,
            version: task.version,
            config_mode: task.config_mode.as_deref().map(ConfigMode::from_word),
            creator: text(&task.creator),
            model_version: task.model_version,
            status: task.status,
            last_trigger_at: task.last_trigger_at,
            enterprise_project_id: text(&task.enterprise_project_id),
            enterprise_project: text(&task.enterprise_project),
            extend_info: task.extend_info.map(str::to_owned),
        }
    }
}

/// A project of IAM.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project<'b> {
    id: Option<Cow<'b, str>>,
    /// The name, which is the region's for the region's main project.
    pub name: Option<Cow<'b, str>>,
}

impl Project<'_> {
    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
}

impl<'b> Record<'b> for Project<'b> {
    const NAMES: Names = Names { list: "projects", people: "projects" };
}

impl<'b> Fields<'b> for Project<'b> {
    fn field(&mut self, name: &str) -> Option<Field<'_, 'b>> {
        match name {
            "id" => Some(Field::Text(&mut self.id)),
            "name" => Some(Field::Text(&mut self.name)),
            _ => None,
        }
    }

    fn has_id(&self) -> bool {
        self.id.is_some()
    }
}
