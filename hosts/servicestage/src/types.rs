//! What goes in and what comes out. The documentation of each field and case is the WIT's.
#![expect(missing_docs, reason = "documented in the WIT")]

use std::fmt;

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

/// Where to send requests, in whose name, and how long and how much to accept.
///
/// Every field but `credentials` may be none and then has the default that is written beside it.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lower, Deserialize)]
#[component(record)]
#[serde(deny_unknown_fields)]
pub struct Connection {
    pub region: Option<String>,
    #[component(name = "project-id")]
    pub project_id: Option<String>,
    pub endpoint: Option<String>,
    #[component(name = "iam-endpoint")]
    pub iam_endpoint: Option<String>,
    pub credentials: Credentials,
    #[component(name = "connect-timeout-ms")]
    pub connect_timeout_ms: Option<u32>,
    #[component(name = "first-byte-timeout-ms")]
    pub first_byte_timeout_ms: Option<u32>,
    #[component(name = "between-bytes-timeout-ms")]
    pub between_bytes_timeout_ms: Option<u32>,
    #[component(name = "call-timeout-ms")]
    pub call_timeout_ms: Option<u32>,
    #[component(name = "max-attempts")]
    pub max_attempts: Option<u32>,
    #[component(name = "max-response-bytes")]
    pub max_response_bytes: Option<u32>,
}

/// In whose name requests are made.
#[derive(Clone, PartialEq, Eq, ComponentType, Lower, Deserialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum Credentials {
    #[component(name = "ambient")]
    Ambient,
    #[component(name = "token")]
    Token(String),
    #[component(name = "access-key")]
    AccessKey(AccessKey),
}

/// An access key of an IAM user, permanent or temporary.
#[derive(Clone, PartialEq, Eq, ComponentType, Lower, Deserialize)]
#[component(record)]
#[serde(deny_unknown_fields)]
pub struct AccessKey {
    #[component(name = "access-key-id")]
    pub access_key_id: String,
    #[component(name = "secret-access-key")]
    pub secret_access_key: String,
    #[component(name = "security-token")]
    pub security_token: Option<String>,
}

/// One condition on, or instruction for, a listing. A query is a list of terms that must all hold; the same case
/// twice is an invalid argument.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lower, Serialize, Deserialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    #[component(name = "name")]
    Name(String),
    #[component(name = "name-contains")]
    NameContains(String),
    #[component(name = "status")]
    Status(Vec<Status>),
    #[component(name = "config-mode")]
    ConfigMode(ConfigMode),
    #[component(name = "creator")]
    Creator(String),
    #[component(name = "enterprise-project-id")]
    EnterpriseProjectId(String),
    #[component(name = "created")]
    Created(TimeRange),
    #[component(name = "updated")]
    Updated(TimeRange),
    #[component(name = "last-run")]
    LastRun(TimeRange),
    #[component(name = "order-by")]
    OrderBy(Order),
    #[component(name = "limit")]
    Limit(u32),
}

/// A span of time; at least one end must be given, and the range must not be empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lower, Serialize, Deserialize)]
#[component(record)]
#[serde(deny_unknown_fields)]
pub struct TimeRange {
    pub from: Option<u64>,
    pub to: Option<u64>,
}

/// The order of a listing. A release task without a value for the key comes last in either direction; those of
/// equal value follow one another by ascending id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lower, Serialize, Deserialize)]
#[component(record)]
#[serde(deny_unknown_fields)]
pub struct Order {
    pub key: OrderKey,
    pub direction: Direction,
}

/// The value that a listing is ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lower, Serialize, Deserialize)]
#[component(enum)]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum OrderKey {
    #[component(name = "creation")]
    Creation,
    #[component(name = "update")]
    Update,
    #[component(name = "last-run")]
    LastRun,
    #[component(name = "name")]
    Name,
}

/// Which end of an order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lower, Serialize, Deserialize)]
#[component(enum)]
#[repr(u8)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    #[component(name = "ascending")]
    Ascending,
    #[component(name = "descending")]
    Descending,
}

/// The answer to a listing.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Listing {
    pub pipelines: Vec<Pipeline>,
    pub total: u32,
    pub matched: u32,
    pub truncated: bool,
    #[component(name = "request-id")]
    pub request_id: Option<String>,
    pub attempts: u32,
}

/// A release task. Every field but `id` is none when the service sends null or nothing.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Serialize)]
#[component(record)]
pub struct Pipeline {
    pub id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    #[component(name = "create-time")]
    pub create_time: Option<u64>,
    #[component(name = "update-time")]
    pub update_time: Option<u64>,
    pub version: Option<i64>,
    #[component(name = "config-mode")]
    pub config_mode: Option<ConfigMode>,
    pub creator: Option<String>,
    #[component(name = "model-version")]
    pub model_version: Option<i64>,
    pub status: Option<Status>,
    #[component(name = "last-trigger-at")]
    pub last_trigger_at: Option<u64>,
    #[component(name = "enterprise-project-id")]
    pub enterprise_project_id: Option<String>,
    #[component(name = "enterprise-project")]
    pub enterprise_project: Option<String>,
    #[component(name = "extend-info")]
    pub extend_info: Option<String>,
}

/// Where a release task stands. The numbers are the vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    #[component(name = "initialized")]
    Initialized,
    #[component(name = "succeeded")]
    Succeeded,
    #[component(name = "failed")]
    Failed,
    #[component(name = "releasing")]
    Releasing,
    #[component(name = "pending-approval")]
    PendingApproval,
    #[component(name = "paused")]
    Paused,
    #[component(name = "skipped")]
    Skipped,
    #[component(name = "rolling-back")]
    RollingBack,
    #[component(name = "rolled-back")]
    RolledBack,
    #[component(name = "rollback-failed")]
    RollbackFailed,
    #[component(name = "stopping")]
    Stopping,
    #[component(name = "restarting")]
    Restarting,
    #[component(name = "other")]
    Other(i64),
}

/// The documented statuses, by the vendor's number. The words are those of the crate `model`.
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

impl From<model::status::Status> for Status {
    fn from(status: model::status::Status) -> Self {
        let documented = STATUSES.iter().find(|(number, _)| *number == status.0);
        documented.map_or(Self::Other(status.0), |(_, status)| *status)
    }
}

impl From<Status> for model::status::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Other(number) => Self(number),
            documented => {
                Self(STATUSES.iter().find(|(_, known)| *known == documented).map_or(0, |(number, _)| *number))
            }
        }
    }
}

/// How a release task is deployed.
#[derive(Clone, Debug, PartialEq, Eq, ComponentType, Lift, Lower, Serialize, Deserialize)]
#[component(variant)]
#[serde(rename_all = "snake_case")]
pub enum ConfigMode {
    #[component(name = "ui")]
    Ui,
    #[component(name = "template")]
    Template,
    #[component(name = "other")]
    Other(String),
}

impl Default for Connection {
    /// Every default, with credentials that the host adds.
    fn default() -> Self {
        Self {
            region: None,
            project_id: None,
            endpoint: None,
            iam_endpoint: None,
            credentials: Credentials::Ambient,
            connect_timeout_ms: None,
            first_byte_timeout_ms: None,
            between_bytes_timeout_ms: None,
            call_timeout_ms: None,
            max_attempts: None,
            max_response_bytes: None,
        }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ambient => "Ambient",
            Self::Token(_) => "Token([redacted])",
            Self::AccessKey(_) => "AccessKey([redacted])",
        })
    }
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessKey([redacted])")
    }
}
