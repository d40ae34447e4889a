//! The records in an answer, which borrow from its body. Only what leaves the component is copied.

use std::borrow::Cow;

use model::listing::Pipeline;
use model::status::{ConfigMode, Status};
use serde::de::MapAccess;

use crate::decode::{Place, Record};

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
    const LIST: &'static str = "pipelines";
    const WHAT: &'static str = "release tasks";

    fn read<A: MapAccess<'b>>(&mut self, field: &str, from: &mut A, place: &Place<'b>) -> Result<bool, A::Error> {
        match field {
            "id" => self.id = place.text(from)?,
            "name" => self.name = place.text(from)?,
            "description" => self.description = place.text(from)?,
            "create_time" => self.create_time = place.time(from)?,
            "update_time" => self.update_time = place.time(from)?,
            "version" => self.version = place.integer(from)?,
            "config_mode" => self.config_mode = place.text(from)?,
            "creator" => self.creator = place.text(from)?,
            "model_version" => self.model_version = place.integer(from)?,
            "status" => self.status = place.integer(from)?.map(Status::from_number),
            // The service writes 0 for a task that never ran.
            "last_trigger_at" => self.last_trigger_at = place.time(from)?.filter(|time| *time != 0),
            "enterprise_project_id" => self.enterprise_project_id = place.text(from)?,
            "enterprise_project" => self.enterprise_project = place.text(from)?,
            "extend_info" => self.extend_info = place.json(from)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn has_id(&self) -> bool {
        self.id.is_some()
    }
}

impl From<Task<'_>> for Pipeline {
    fn from(task: Task<'_>) -> Self {
        let text = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
        Self {
            id: text(task.id).unwrap_or_default(),
            name: text(task.name),
            description: text(task.description),
            create_time: task.create_time,
            update_time: task.update_time,
            version: task.version,
            config_mode: task.config_mode.map(|word| ConfigMode::from_word(&word)),
            creator: text(task.creator),
            model_version: task.model_version,
            status: task.status,
            last_trigger_at: task.last_trigger_at,
            enterprise_project_id: text(task.enterprise_project_id),
            enterprise_project: text(task.enterprise_project),
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
    const LIST: &'static str = "projects";
    const WHAT: &'static str = "projects";

    fn read<A: MapAccess<'b>>(&mut self, field: &str, from: &mut A, place: &Place<'b>) -> Result<bool, A::Error> {
        match field {
            "id" => self.id = place.text(from)?,
            "name" => self.name = place.text(from)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn has_id(&self) -> bool {
        self.id.is_some()
    }
}
