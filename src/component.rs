//! The exports: generated types to plain ones and back, and nothing else. Those of the declarative contract are in
//! `declarative`.

mod declarative;
mod listing;

use core::arch::wasm32;
use std::ops::Range;

use json_text::Texts;

use crate::connection::{Connection, Credentials};
use crate::error::{Error, ErrorKind, Timeout};
use crate::list;
use crate::memory::Pool;
use crate::pipeline::{ConfigMode, Listing, Status};
use crate::query::{Direction, Order, OrderKey, Term, TimeRange};
use crate::transport::WasiHttp;

use bindings::exports::huaweicloud::servicestage::pipelines as wit;

pub(crate) mod bindings {
    wit_bindgen::generate!({
        path: ["wit/plugin", "wit/servicestage"],
        world: "huaweicloud:servicestage/plugin",
        // It is in `listing`.
        skip: ["list-pipelines"],
        generate_all,
    });
}

#[global_allocator]
static MEMORY: Pool = Pool::new(grow);

unsafe extern "C" {
    /// Here ends what the linker has placed.
    safe static __heap_base: u8;
}

/// What an instance has from its beginning, and then a sixteenth more at a time and four pages at least, since each time
/// costs a call of the host and of its system.
fn grow(before: usize, bytes: usize) -> Option<Range<usize>> {
    const PAGE: usize = 64 * 1024;
    let pages = wasm32::memory_size(0);
    let end = pages * PAGE;
    let from = if before == 0 { (&raw const __heap_base).addr().next_multiple_of(8) } else { end };
    let missing = from.checked_add(bytes)?.saturating_sub(end).div_ceil(PAGE);
    let more = if missing == 0 { 0 } else { missing.max(pages / 16).max(4) };
    if more > 0 && wasm32::memory_grow(0, more) == usize::MAX {
        return None;
    }
    Some(from..end + more * PAGE)
}

struct Component;

bindings::export!(Component with_types_in bindings);

impl wit::Guest for Component {
    fn list_pipelines_json(connection: wit::Connection, query: Vec<wit::Term>) -> Result<String, wit::Error> {
        let texts = Texts::default();
        list(connection, query, &texts).map(|listing| listing.to_json()).map_err(|error| (*error).into())
    }

    fn find_project(connection: wit::Connection) -> Result<String, wit::Error> {
        list::find_project(&mut WasiHttp::begin(), &connection.into()).map_err(|error| (*error).into())
    }
}

fn list(connection: wit::Connection, query: Vec<wit::Term>, texts: &Texts) -> Result<Listing<'_>, Box<Error>> {
    let terms = query.into_iter().map(Into::into).collect();
    list::list_pipelines(&mut WasiHttp::begin(), &connection.into(), terms, texts)
}

impl From<wit::Connection> for Connection {
    fn from(connection: wit::Connection) -> Self {
        Self {
            region: connection.region,
            project_id: connection.project_id,
            endpoint: connection.endpoint,
            iam_endpoint: connection.iam_endpoint,
            credentials: connection.credentials.into(),
            connect_timeout_ms: connection.connect_timeout_ms,
            first_byte_timeout_ms: connection.first_byte_timeout_ms,
            between_bytes_timeout_ms: connection.between_bytes_timeout_ms,
            call_timeout_ms: connection.call_timeout_ms,
            max_attempts: connection.max_attempts,
            max_response_bytes: connection.max_response_bytes,
        }
    }
}

impl From<wit::Credentials> for Credentials {
    fn from(credentials: wit::Credentials) -> Self {
        match credentials {
            wit::Credentials::Ambient => Self::Ambient,
            wit::Credentials::Token(token) => Self::Token(token),
            wit::Credentials::AccessKey(key) => Self::AccessKey {
                access_key_id: key.access_key_id,
                secret_access_key: key.secret_access_key,
                security_token: key.security_token,
            },
        }
    }
}

impl From<wit::Term> for Term {
    fn from(term: wit::Term) -> Self {
        match term {
            wit::Term::Name(name) => Self::Name(name),
            wit::Term::NameContains(part) => Self::NameContains(part),
            wit::Term::Status(statuses) => Self::Status(statuses.into_iter().map(Into::into).collect()),
            wit::Term::ConfigMode(mode) => Self::ConfigMode(word(mode)),
            wit::Term::Creator(creator) => Self::Creator(creator),
            wit::Term::EnterpriseProjectId(id) => Self::EnterpriseProjectId(id),
            wit::Term::Created(range) => Self::Created(range.into()),
            wit::Term::Updated(range) => Self::Updated(range.into()),
            wit::Term::LastRun(range) => Self::LastRun(range.into()),
            wit::Term::OrderBy(order) => Self::OrderBy(order.into()),
            wit::Term::Limit(limit) => Self::Limit(limit),
        }
    }
}

impl From<wit::TimeRange> for TimeRange {
    fn from(range: wit::TimeRange) -> Self {
        Self { from: range.from, to: range.to }
    }
}

impl From<wit::Order> for Order {
    fn from(order: wit::Order) -> Self {
        let key = match order.key {
            wit::OrderKey::Creation => OrderKey::Creation,
            wit::OrderKey::Update => OrderKey::Update,
            wit::OrderKey::LastRun => OrderKey::LastRun,
            wit::OrderKey::Name => OrderKey::Name,
        };
        let direction = match order.direction {
            wit::Direction::Ascending => Direction::Ascending,
            wit::Direction::Descending => Direction::Descending,
        };
        Self { key, direction }
    }
}

impl From<wit::Status> for Status {
    fn from(status: wit::Status) -> Self {
        match status {
            wit::Status::Initialized => Self::Initialized,
            wit::Status::Succeeded => Self::Succeeded,
            wit::Status::Failed => Self::Failed,
            wit::Status::Releasing => Self::Releasing,
            wit::Status::PendingApproval => Self::PendingApproval,
            wit::Status::Paused => Self::Paused,
            wit::Status::Skipped => Self::Skipped,
            wit::Status::RollingBack => Self::RollingBack,
            wit::Status::RolledBack => Self::RolledBack,
            wit::Status::RollbackFailed => Self::RollbackFailed,
            wit::Status::Stopping => Self::Stopping,
            wit::Status::Restarting => Self::Restarting,
            wit::Status::Other(number) => Self::Other(number),
        }
    }
}

/// The vendor's word.
fn word(mode: wit::ConfigMode) -> String {
    match mode {
        wit::ConfigMode::Ui => ConfigMode::Ui.word().to_owned(),
        wit::ConfigMode::Template => ConfigMode::Template.word().to_owned(),
        wit::ConfigMode::Other(word) => word,
    }
}

impl From<Error> for wit::Error {
    fn from(error: Error) -> Self {
        Self {
            kind: error.kind.into(),
            message: error.message,
            operation: error.operation,
            http_status: error.http_status,
            vendor_code: error.vendor_code,
            vendor_message: error.vendor_message,
            request_id: error.request_id,
            retryable: error.retryable,
            attempts: error.attempts,
        }
    }
}

impl From<ErrorKind> for wit::ErrorKind {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::InvalidArgument { argument, reason } => {
                Self::InvalidArgument(wit::InvalidArgument { argument, reason })
            }
            ErrorKind::Denied => Self::Denied,
            ErrorKind::Dns => Self::Dns,
            ErrorKind::Refused => Self::Refused,
            ErrorKind::Tls => Self::Tls,
            ErrorKind::Reset => Self::Reset,
            ErrorKind::Timeout(Timeout::Connect) => Self::Timeout(wit::Timeout::Connect),
            ErrorKind::Timeout(Timeout::FirstByte) => Self::Timeout(wit::Timeout::FirstByte),
            ErrorKind::Timeout(Timeout::BetweenBytes) => Self::Timeout(wit::Timeout::BetweenBytes),
            ErrorKind::Timeout(Timeout::Call) => Self::Timeout(wit::Timeout::Call),
            ErrorKind::Unauthenticated => Self::Unauthenticated,
            ErrorKind::ClockSkew { signed_at, server_time } => {
                Self::ClockSkew(wit::ClockSkew { signed_at, server_time })
            }
            ErrorKind::Forbidden { permission, depends_on } => {
                Self::Forbidden(wit::Forbidden { permission, depends_on })
            }
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::Throttled { retry_after_ms } => Self::Throttled(wit::Throttled { retry_after_ms }),
            ErrorKind::Rejected => Self::Rejected,
            ErrorKind::Unavailable => Self::Unavailable,
            ErrorKind::Redirected { location } => Self::Redirected(wit::Redirected { location }),
            ErrorKind::TooLarge { limit_bytes } => Self::TooLarge(wit::TooLarge { limit_bytes }),
            ErrorKind::CutShort => Self::CutShort,
            ErrorKind::Undecodable { path, expected } => Self::Undecodable(wit::Undecodable { path, expected }),
            ErrorKind::Other(text) => Self::Other(text),
        }
    }
}
