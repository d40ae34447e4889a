//! What a listing is made of. The documentation of each field is the WIT's.

use json_text::Writer;
use serde::Serialize;

/// The answer to a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Listing {
    pub pipelines: Vec<Pipeline>,
    pub total: u32,
    pub matched: u32,
    pub truncated: bool,
    pub request_id: Option<String>,
    pub attempts: u32,
}

impl Listing {
    /// As JSON, of the same form as serde gives it: written out, since that takes less room in the component.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        json.open('{');
        json.name("pipelines");
        json.open('[');
        self.pipelines.iter().for_each(|pipeline| pipeline.write(&mut json));
        json.close(']');
        number(&mut json, "total", Some(self.total.into()));
        number(&mut json, "matched", Some(self.matched.into()));
        json.name("truncated");
        json.word(if self.truncated { "true" } else { "false" });
        text(&mut json, "request_id", self.request_id.as_deref());
        number(&mut json, "attempts", Some(self.attempts.into()));
        json.close('}');
        json.finish()
    }
}

/// A release task.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Pipeline {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub create_time: Option<u64>,
    pub update_time: Option<u64>,
    pub version: Option<i64>,
    pub config_mode: Option<ConfigMode>,
    pub creator: Option<String>,
    pub model_version: Option<i64>,
    pub status: Option<Status>,
    pub last_trigger_at: Option<u64>,
    pub enterprise_project_id: Option<String>,
    pub enterprise_project: Option<String>,
    pub extend_info: Option<String>,
}

impl Pipeline {
    fn write(&self, json: &mut Writer) {
        let time = |time: Option<u64>| time.and_then(|time| i64::try_from(time).ok());
        json.open('{');
        text(json, "id", Some(&self.id));
        text(json, "name", self.name.as_deref());
        text(json, "description", self.description.as_deref());
        number(json, "create_time", time(self.create_time));
        number(json, "update_time", time(self.update_time));
        number(json, "version", self.version);
        match &self.config_mode {
            Some(ConfigMode::Ui) => text(json, "config_mode", Some("ui")),
            Some(ConfigMode::Template) => text(json, "config_mode", Some("template")),
            Some(ConfigMode::Other(word)) => other(json, "config_mode", |json| json.text(Some(word))),
            None => text(json, "config_mode", None),
        }
        text(json, "creator", self.creator.as_deref());
        number(json, "model_version", self.model_version);
        match self.status {
            Some(Status::Other(code)) => other(json, "status", |json| json.number(Some(code))),
            status => text(json, "status", status.and_then(Status::word)),
        }
        number(json, "last_trigger_at", time(self.last_trigger_at));
        text(json, "enterprise_project_id", self.enterprise_project_id.as_deref());
        text(json, "enterprise_project", self.enterprise_project.as_deref());
        text(json, "extend_info", self.extend_info.as_deref());
        json.close('}');
    }
}

/// Where a release task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Status {
    Initialized,
    Succeeded,
    Failed,
    Releasing,
    PendingApproval,
    Paused,
    Skipped,
    RollingBack,
    RolledBack,
    RollbackFailed,
    Stopping,
    Restarting,
    Other(i64),
}

/// The documented statuses: the vendor's number and our word for each.
const STATUSES: [(i64, &str, Status); 12] = [
    (1, "initialized", Status::Initialized),
    (2, "succeeded", Status::Succeeded),
    (3, "failed", Status::Failed),
    (4, "releasing", Status::Releasing),
    (5, "pending_approval", Status::PendingApproval),
    (7, "paused", Status::Paused),
    (9, "skipped", Status::Skipped),
    (10, "rolling_back", Status::RollingBack),
    (11, "rolled_back", Status::RolledBack),
    (12, "rollback_failed", Status::RollbackFailed),
    (13, "stopping", Status::Stopping),
    (14, "restarting", Status::Restarting),
];

impl Status {
    /// The status that the vendor's number stands for.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        let documented = STATUSES.iter().find(|(known, ..)| *known == number);
        documented.map_or(Self::Other(number), |(.., status)| *status)
    }

    /// The status that a word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        STATUSES.iter().find(|(_, known, _)| *known == word).map(|(.., status)| *status)
    }

    /// The vendor's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Other(number) => number,
            documented => STATUSES.iter().find(|(.., known)| *known == documented).map_or(0, |(number, ..)| *number),
        }
    }

    /// The word; none for a status that is not documented.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        STATUSES.iter().find(|(.., known)| *known == self).map(|(_, word, _)| *word)
    }

    /// The same status, also when a caller wrote a documented number as `other`.
    #[must_use]
    pub fn normal(self) -> Self {
        match self {
            Self::Other(number) => Self::from_number(number),
            documented => documented,
        }
    }
}

/// How a release task is deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum ConfigMode {
    Ui,
    Template,
    Other(String),
}

impl ConfigMode {
    /// The mode that the vendor's word stands for.
    #[must_use]
    pub fn from_word(word: String) -> Self {
        match word.as_str() {
            "ui" => Self::Ui,
            "template" => Self::Template,
            _ => Self::Other(word),
        }
    }

    /// The same mode, also when a caller wrote a documented word as `other`.
    #[must_use]
    pub fn normal(self) -> Self {
        match self {
            Self::Other(word) => Self::from_word(word),
            documented => documented,
        }
    }
}

fn text(json: &mut Writer, name: &str, text: Option<&str>) {
    json.name(name);
    json.text(text);
}

fn number(json: &mut Writer, name: &str, number: Option<i64>) {
    json.name(name);
    json.number(number);
}

/// What is not documented, as it came.
fn other(json: &mut Writer, name: &str, write: impl FnOnce(&mut Writer)) {
    json.name(name);
    json.open('{');
    json.name("other");
    write(json);
    json.close('}');
}
