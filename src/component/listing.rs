//! A listing, as `pipelines` returns it. A query names its statuses and modes.

use crate::abi::{List, Maybe, Text};
use crate::pipeline;

#[repr(C)]
pub(super) struct Listing {
    pipelines: List<Pipeline>,
    total: u32,
    matched: u32,
    truncated: bool,
    request_id: Maybe<Text>,
    attempts: u32,
}

#[repr(C)]
struct Pipeline {
    id: Text,
    name: Maybe<Text>,
    description: Maybe<Text>,
    create_time: Maybe<u64>,
    update_time: Maybe<u64>,
    version: Maybe<i64>,
    config_mode: Maybe<ConfigMode>,
    creator: Maybe<Text>,
    model_version: Maybe<i64>,
    status: Maybe<Status>,
    last_trigger_at: Maybe<u64>,
    enterprise_project_id: Maybe<Text>,
    enterprise_project: Maybe<Text>,
    extend_info: Maybe<Text>,
}

#[repr(C, u8)]
pub(super) enum Status {
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

#[repr(C, u8)]
pub(super) enum ConfigMode {
    Ui,
    Template,
    Other(Text),
}

impl From<pipeline::Listing> for Listing {
    fn from(listing: pipeline::Listing) -> Self {
        Self {
            pipelines: listing.pipelines.into_iter().map(Into::into).collect::<Vec<_>>().into(),
            total: listing.total,
            matched: listing.matched,
            truncated: listing.truncated,
            request_id: Maybe::of(listing.request_id),
            attempts: listing.attempts,
        }
    }
}

impl From<pipeline::Pipeline> for Pipeline {
    fn from(pipeline: pipeline::Pipeline) -> Self {
        Self {
            id: pipeline.id.into(),
            name: Maybe::of(pipeline.name),
            description: Maybe::of(pipeline.description),
            create_time: Maybe::of(pipeline.create_time),
            update_time: Maybe::of(pipeline.update_time),
            version: Maybe::of(pipeline.version),
            config_mode: Maybe::of(pipeline.config_mode),
            creator: Maybe::of(pipeline.creator),
            model_version: Maybe::of(pipeline.model_version),
            status: Maybe::of(pipeline.status),
            last_trigger_at: Maybe::of(pipeline.last_trigger_at),
            enterprise_project_id: Maybe::of(pipeline.enterprise_project_id),
            enterprise_project: Maybe::of(pipeline.enterprise_project),
            extend_info: Maybe::of(pipeline.extend_info),
        }
    }
}

impl From<Status> for pipeline::Status {
    fn from(status: Status) -> Self {
        match status {
            Status::Initialized => Self::Initialized,
            Status::Succeeded => Self::Succeeded,
            Status::Failed => Self::Failed,
            Status::Releasing => Self::Releasing,
            Status::PendingApproval => Self::PendingApproval,
            Status::Paused => Self::Paused,
            Status::Skipped => Self::Skipped,
            Status::RollingBack => Self::RollingBack,
            Status::RolledBack => Self::RolledBack,
            Status::RollbackFailed => Self::RollbackFailed,
            Status::Stopping => Self::Stopping,
            Status::Restarting => Self::Restarting,
            Status::Other(number) => Self::Other(number),
        }
    }
}

impl From<ConfigMode> for pipeline::ConfigMode {
    fn from(mode: ConfigMode) -> Self {
        match mode {
            ConfigMode::Ui => Self::Ui,
            ConfigMode::Template => Self::Template,
            ConfigMode::Other(word) => Self::Other(word.into()),
        }
    }
}

impl From<pipeline::Status> for Status {
    fn from(status: pipeline::Status) -> Self {
        match status {
            pipeline::Status::Initialized => Self::Initialized,
            pipeline::Status::Succeeded => Self::Succeeded,
            pipeline::Status::Failed => Self::Failed,
            pipeline::Status::Releasing => Self::Releasing,
            pipeline::Status::PendingApproval => Self::PendingApproval,
            pipeline::Status::Paused => Self::Paused,
            pipeline::Status::Skipped => Self::Skipped,
            pipeline::Status::RollingBack => Self::RollingBack,
            pipeline::Status::RolledBack => Self::RolledBack,
            pipeline::Status::RollbackFailed => Self::RollbackFailed,
            pipeline::Status::Stopping => Self::Stopping,
            pipeline::Status::Restarting => Self::Restarting,
            pipeline::Status::Other(number) => Self::Other(number),
        }
    }
}

impl From<pipeline::ConfigMode> for ConfigMode {
    fn from(mode: pipeline::ConfigMode) -> Self {
        match mode {
            pipeline::ConfigMode::Ui => Self::Ui,
            pipeline::ConfigMode::Template => Self::Template,
            pipeline::ConfigMode::Other(word) => Self::Other(word.into()),
        }
    }
}
