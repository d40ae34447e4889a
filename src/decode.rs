//! A response body to release tasks, or to a project.
//!
//! What does not match the query is dropped as soon as it is decoded, so that it is never kept. The reader is
//! tolerant: it takes every documented shape of the answer, ignores what it does not know, and converts scalars.

use serde::Deserialize;
use serde::de::MapAccess;

use crate::answer::{Decoder, Item, List, Location};
use crate::error::Failure;
use crate::pipeline::{ConfigMode, LAST_TIME, Pipeline, Status};
use crate::plain::Cursor;
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

/// Decodes a listing that is there as a whole: an array, an object with `pipelines`, null, or nothing at all.
///
/// # Errors
/// The body is not complete, or not what is documented.
pub fn listing(body: &[u8], query: &Query) -> Result<Decoded, Failure> {
    let mut list = List::keeping(|task: &Pipeline| query.matches(task));
    list.push(body)?;
    list.finish()?;
    Ok(Decoded { matching: list.kept, total: list.total })
}

/// Decodes IAM's answer to a search for projects, which is there as a whole.
///
/// # Errors
/// The body is not complete, or not what is documented.
pub fn projects(body: &[u8]) -> Result<Vec<Project>, Failure> {
    let mut list = List::keeping(|_: &Project| true);
    list.push(body)?;
    list.finish()?;
    Ok(list.kept)
}

impl Item for Pipeline {
    const LIST: &'static str = "pipelines";
    const WHAT: &'static str = "release tasks";

    fn plainly(cursor: &mut Cursor<'_>) -> Option<Self> {
        plainly(cursor)
    }

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

/// Decodes a release task that is written plainly. What it yields is what serde would.
fn plainly(cursor: &mut Cursor<'_>) -> Option<Pipeline> {
    let mut task = Pipeline::default();
    let (mut id, mut first) = (None, true);
    cursor.pass(b'{')?;
    while let Some(name) = cursor.name(first)? {
        first = false;
        match name {
            b"id" => id = cursor.text()?,
            b"name" => task.name = cursor.text()?,
            b"description" => task.description = cursor.text()?,
            b"create_time" => task.create_time = time(cursor)?,
            b"update_time" => task.update_time = time(cursor)?,
            b"version" => task.version = cursor.integer()?,
            b"config_mode" => task.config_mode = cursor.text()?.map(ConfigMode::from_word),
            b"creator" => task.creator = cursor.text()?,
            b"model_version" => task.model_version = cursor.integer()?,
            b"status" => task.status = cursor.integer()?.map(Status::from_number),
            b"last_trigger_at" => task.last_trigger_at = time(cursor)?.filter(|time| *time != 0),
            b"enterprise_project_id" => task.enterprise_project_id = cursor.text()?,
            b"enterprise_project" => task.enterprise_project = cursor.text()?,
            b"extend_info" => task.extend_info = cursor.json()?,
            name => cursor.ignore(name)?,
        }
    }
    task.id = id?;
    Some(task)
}

fn time(cursor: &mut Cursor<'_>) -> Option<Option<u64>> {
    let Some(number) = cursor.integer()? else { return Some(None) };
    u64::try_from(number).ok().filter(|time| *time <= LAST_TIME).map(Some)
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
