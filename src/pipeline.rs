//! What a listing is made of. The documentation of each field is the WIT's.

use json_text::{Texts, Writer};
use model::status;
use serde::Serialize;

use crate::layout::{Maybe, Text};

/// The answer to a listing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Listing<'t> {
    pub pipelines: Vec<Pipeline<'t>>,
    pub total: u32,
    pub matched: u32,
    pub truncated: bool,
    pub request_id: Option<String>,
    pub attempts: u32,
}

impl Listing<'_> {
    /// As JSON, of the same form as serde gives it: written out, since that takes less room in the component.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        json.open("{");
        json.name("pipelines");
        json.open("[");
        self.pipelines.iter().for_each(|pipeline| pipeline.write(&mut json));
        json.close("]");
        number(&mut json, "total", Some(self.total.into()));
        number(&mut json, "matched", Some(self.matched.into()));
        json.name("truncated");
        json.word(if self.truncated { "true" } else { "false" });
        text(&mut json, "request_id", self.request_id.as_deref());
        number(&mut json, "attempts", Some(self.attempts.into()));
        json.close("}");
        json.finish()
    }
}

/// A release task. Its fields and their layout are those of the record in the WIT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[repr(C)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub struct Pipeline<'t> {
    pub id: Text<'t>,
    pub name: Maybe<Text<'t>>,
    pub description: Maybe<Text<'t>>,
    pub create_time: Maybe<u64>,
    pub update_time: Maybe<u64>,
    pub version: Maybe<i64>,
    pub config_mode: Maybe<ConfigMode<'t>>,
    pub creator: Maybe<Text<'t>>,
    pub model_version: Maybe<i64>,
    pub status: Maybe<Status>,
    pub last_trigger_at: Maybe<u64>,
    pub enterprise_project_id: Maybe<Text<'t>>,
    pub enterprise_project: Maybe<Text<'t>>,
    pub extend_info: Maybe<Text<'t>>,
}

impl<'t> Pipeline<'t> {
    /// The same, with texts that are kept elsewhere.
    #[must_use]
    pub fn kept<'k>(&self, texts: &'k Texts) -> Pipeline<'k> {
        let keep = |text: &str| Text::from(texts.keep(text.to_owned()));
        let maybe = |text: Maybe<Text<'t>>| text.text().map(keep).into();
        Pipeline {
            id: keep(&self.id),
            name: maybe(self.name),
            description: maybe(self.description),
            create_time: self.create_time,
            update_time: self.update_time,
            version: self.version,
            config_mode: self.config_mode.get().map(|mode| mode.kept(keep)).into(),
            creator: maybe(self.creator),
            model_version: self.model_version,
            status: self.status,
            last_trigger_at: self.last_trigger_at,
            enterprise_project_id: maybe(self.enterprise_project_id),
            enterprise_project: maybe(self.enterprise_project),
            extend_info: maybe(self.extend_info),
        }
    }

    fn write(&self, json: &mut Writer) {
        let time = |time: Maybe<u64>| time.get().and_then(|time| i64::try_from(time).ok());
        json.open("{");
        text(json, "id", Some(&self.id));
        text(json, "name", self.name.text());
        text(json, "description", self.description.text());
        number(json, "create_time", time(self.create_time));
        number(json, "update_time", time(self.update_time));
        number(json, "version", self.version.get());
        match self.config_mode.get() {
            Some(ConfigMode::Other(word)) => other(json, "config_mode", |json| json.text(Some(&word))),
            mode => text(json, "config_mode", mode.map(ConfigMode::word)),
        }
        text(json, "creator", self.creator.text());
        number(json, "model_version", self.model_version.get());
        match self.status.get() {
            Some(Status::Other(code)) => other(json, "status", |json| json.number(Some(code))),
            status => text(json, "status", status.and_then(Status::word)),
        }
        number(json, "last_trigger_at", time(self.last_trigger_at));
        text(json, "enterprise_project_id", self.enterprise_project_id.text());
        text(json, "enterprise_project", self.enterprise_project.text());
        text(json, "extend_info", self.extend_info.text());
        json.close("}");
    }
}

/// Where a release task stands. The order of the cases is the WIT's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[repr(C, u8)]
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

/// The documented statuses, by the vendor's number. The words are the model's.
const STATUSES: [(i64, Status); 12] = [
    (1, Status::Initialized),
    (2, Status::Succeeded),
    (3, Status::Failed),
    (4, Status::Releasing),
    (5, Status::PendingApproval),
    (7, Status::Paused),
    (9, Status::Skipped),
    (10, Status::RollingBack),
    (11, Status::RolledBack),
    (12, Status::RollbackFailed),
    (13, Status::Stopping),
    (14, Status::Restarting),
];

impl Status {
    /// Returns the status for the vendor's number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        let documented = STATUSES.iter().find(|(known, _)| *known == number);
        documented.map_or(Self::Other(number), |(_, status)| *status)
    }

    /// Returns the status for a word, in either spelling.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        status::Status::from_word(word).map(|status| Self::from_number(status.0))
    }

    /// Returns the vendor's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Other(number) => number,
            documented => STATUSES.iter().find(|(_, known)| *known == documented).map_or(0, |(number, _)| *number),
        }
    }

    /// Returns the word. None: the vendor does not document the status.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        status::Status(self.number()).word()
    }

    /// Returns the same status, also when a caller wrote a documented number as `other`.
    #[must_use]
    pub fn normal(self) -> Self {
        Self::from_number(self.number())
    }
}

/// How a release task is deployed. The order of the cases is the WIT's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[repr(C, u8)]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum ConfigMode<'t> {
    Ui,
    Template,
    Other(Text<'t>),
}

impl<'t> ConfigMode<'t> {
    /// The mode that the vendor's word stands for.
    #[must_use]
    pub fn from_word(word: &'t str) -> Self {
        match word {
            "ui" => Self::Ui,
            "template" => Self::Template,
            _ => Self::Other(word.into()),
        }
    }

    /// The vendor's word.
    #[must_use]
    pub fn word(self) -> &'t str {
        match self {
            Self::Ui => "ui",
            Self::Template => "template",
            Self::Other(word) => word.get(),
        }
    }

    fn kept<'k>(self, keep: impl Fn(&str) -> Text<'k>) -> ConfigMode<'k> {
        match self {
            Self::Ui => ConfigMode::Ui,
            Self::Template => ConfigMode::Template,
            Self::Other(word) => ConfigMode::Other(keep(&word)),
        }
    }
}

fn text(json: &mut Writer, name: &'static str, text: Option<&str>) {
    json.name(name);
    json.text(text);
}

fn number(json: &mut Writer, name: &'static str, number: Option<i64>) {
    json.name(name);
    json.number(number);
}

/// What is not documented, as it came.
fn other(json: &mut Writer, name: &'static str, write: impl FnOnce(&mut Writer)) {
    json.name(name);
    json.open("{");
    json.name("other");
    write(json);
    json.close("}");
}
