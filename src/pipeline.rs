//! What a listing is made of. The documentation of each field is the WIT's.

use serde::Serialize;

/// The last millisecond that has a four-digit year, 9999-12-31T23:59:59.999Z.
pub const LAST_TIME: u64 = 253_402_300_799_999;

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

impl Status {
    /// The status that the vendor's number stands for.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Initialized,
            2 => Self::Succeeded,
            3 => Self::Failed,
            4 => Self::Releasing,
            5 => Self::PendingApproval,
            7 => Self::Paused,
            9 => Self::Skipped,
            10 => Self::RollingBack,
            11 => Self::RolledBack,
            12 => Self::RollbackFailed,
            13 => Self::Stopping,
            14 => Self::Restarting,
            other => Self::Other(other),
        }
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
