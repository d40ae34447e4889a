//! The exports of the interface `pipelines`, and what they take. `listing` and `error` are what they return.

#![expect(dead_code, reason = "a host writes it")]

use json_text::Texts;

use super::error::Error;
use super::listing::{Kept, Listing};
use crate::abi::{self, List, Outcome, Text};
use crate::layout::Maybe;
use crate::pipeline::Status;
use crate::transport::WasiHttp;
use crate::{connection, error, list, pipeline, query};

#[unsafe(export_name = "huaweicloud:servicestage/pipelines@0.1.0#list-pipelines")]
unsafe extern "C" fn list_pipelines(parameters: *mut ListParameters) -> *mut Outcome<Listing, Error> {
    // SAFETY: a host calls.
    let parameters = unsafe { abi::take(parameters) };
    Outcome::hand_out(Kept::try_new(Texts::default(), |texts| list(parameters, texts)).map(Into::into))
}

#[unsafe(export_name = "cabi_post_huaweicloud:servicestage/pipelines@0.1.0#list-pipelines")]
unsafe extern "C" fn free_listing(outcome: *mut Outcome<Listing, Error>) {
    // SAFETY: a host gives back what it got.
    unsafe { abi::free(outcome) };
}

#[unsafe(export_name = "huaweicloud:servicestage/pipelines@0.1.0#list-pipelines-json")]
unsafe extern "C" fn list_pipelines_json(parameters: *mut ListParameters) -> *mut Outcome<Text, Error> {
    // SAFETY: a host calls.
    let (parameters, texts) = (unsafe { abi::take(parameters) }, Texts::default());
    Outcome::hand_out(list(parameters, &texts).map(|listing| listing.to_json().into()))
}

#[unsafe(export_name = "cabi_post_huaweicloud:servicestage/pipelines@0.1.0#list-pipelines-json")]
unsafe extern "C" fn free_json(outcome: *mut Outcome<Text, Error>) {
    // SAFETY: a host gives back what it got.
    unsafe { abi::free(outcome) };
}

#[unsafe(export_name = "huaweicloud:servicestage/pipelines@0.1.0#find-project")]
unsafe extern "C" fn find_project(connection: *mut Connection) -> *mut Outcome<Text, Error> {
    // SAFETY: a host calls.
    let connection = unsafe { abi::take(connection) }.into();
    Outcome::hand_out(list::find_project(&mut WasiHttp::begin(), &connection).map(Into::into))
}

#[unsafe(export_name = "cabi_post_huaweicloud:servicestage/pipelines@0.1.0#find-project")]
unsafe extern "C" fn free_project(outcome: *mut Outcome<Text, Error>) {
    // SAFETY: a host gives back what it got.
    unsafe { abi::free(outcome) };
}

fn list(parameters: ListParameters, texts: &Texts) -> Result<pipeline::Listing<'_>, Box<error::Error>> {
    let ListParameters { connection, query } = parameters;
    let terms = Vec::from(query).into_iter().map(Into::into).collect();
    list::list_pipelines(&mut WasiHttp::begin(), &connection.into(), terms, texts)
}

/// What both functions that list take.
#[repr(C)]
struct ListParameters {
    connection: Connection,
    query: List<Term>,
}

#[repr(C)]
struct Connection {
    region: Maybe<Text>,
    project_id: Maybe<Text>,
    endpoint: Maybe<Text>,
    iam_endpoint: Maybe<Text>,
    credentials: Credentials,
    connect_timeout_ms: Maybe<u32>,
    first_byte_timeout_ms: Maybe<u32>,
    between_bytes_timeout_ms: Maybe<u32>,
    call_timeout_ms: Maybe<u32>,
    max_attempts: Maybe<u32>,
    max_response_bytes: Maybe<u32>,
}

#[repr(C, u8)]
enum Credentials {
    Ambient,
    Token(Text),
    AccessKey(AccessKey),
}

#[repr(C)]
struct AccessKey {
    access_key_id: Text,
    secret_access_key: Text,
    security_token: Maybe<Text>,
}

#[repr(C, u8)]
enum Term {
    Name(Text),
    NameContains(Text),
    Status(List<Status>),
    ConfigMode(ConfigMode),
    Creator(Text),
    EnterpriseProjectId(Text),
    Created(TimeRange),
    Updated(TimeRange),
    LastRun(TimeRange),
    OrderBy(Order),
    Limit(u32),
}

#[repr(C, u8)]
enum ConfigMode {
    Ui,
    Template,
    Other(Text),
}

#[repr(C)]
struct TimeRange {
    from: Maybe<u64>,
    to: Maybe<u64>,
}

#[repr(C)]
struct Order {
    key: OrderKey,
    direction: Direction,
}

#[repr(u8)]
enum OrderKey {
    Creation,
    Update,
    LastRun,
    Name,
}

#[repr(u8)]
enum Direction {
    Ascending,
    Descending,
}

impl From<Connection> for connection::Connection {
    fn from(connection: Connection) -> Self {
        Self {
            region: connection.region.convert(),
            project_id: connection.project_id.convert(),
            endpoint: connection.endpoint.convert(),
            iam_endpoint: connection.iam_endpoint.convert(),
            credentials: connection.credentials.into(),
            connect_timeout_ms: connection.connect_timeout_ms.convert(),
            first_byte_timeout_ms: connection.first_byte_timeout_ms.convert(),
            between_bytes_timeout_ms: connection.between_bytes_timeout_ms.convert(),
            call_timeout_ms: connection.call_timeout_ms.convert(),
            max_attempts: connection.max_attempts.convert(),
            max_response_bytes: connection.max_response_bytes.convert(),
        }
    }
}

impl From<Credentials> for connection::Credentials {
    fn from(credentials: Credentials) -> Self {
        match credentials {
            Credentials::Ambient => Self::Ambient,
            Credentials::Token(token) => Self::Token(token.into()),
            Credentials::AccessKey(key) => Self::AccessKey {
                access_key_id: key.access_key_id.into(),
                secret_access_key: key.secret_access_key.into(),
                security_token: key.security_token.convert(),
            },
        }
    }
}

impl From<Term> for query::Term {
    fn from(term: Term) -> Self {
        match term {
            Term::Name(name) => Self::Name(name.into()),
            Term::NameContains(part) => Self::NameContains(part.into()),
            Term::Status(statuses) => Self::Status(statuses.into()),
            Term::ConfigMode(mode) => Self::ConfigMode(mode.into()),
            Term::Creator(creator) => Self::Creator(creator.into()),
            Term::EnterpriseProjectId(id) => Self::EnterpriseProjectId(id.into()),
            Term::Created(range) => Self::Created(range.into()),
            Term::Updated(range) => Self::Updated(range.into()),
            Term::LastRun(range) => Self::LastRun(range.into()),
            Term::OrderBy(order) => Self::OrderBy(order.into()),
            Term::Limit(limit) => Self::Limit(limit),
        }
    }
}

/// The vendor's word.
impl From<ConfigMode> for String {
    fn from(mode: ConfigMode) -> Self {
        match mode {
            ConfigMode::Ui => pipeline::ConfigMode::Ui.word().to_owned(),
            ConfigMode::Template => pipeline::ConfigMode::Template.word().to_owned(),
            ConfigMode::Other(word) => word.into(),
        }
    }
}

impl From<TimeRange> for query::TimeRange {
    fn from(range: TimeRange) -> Self {
        Self { from: range.from.convert(), to: range.to.convert() }
    }
}

impl From<Order> for query::Order {
    fn from(order: Order) -> Self {
        let key = match order.key {
            OrderKey::Creation => query::OrderKey::Creation,
            OrderKey::Update => query::OrderKey::Update,
            OrderKey::LastRun => query::OrderKey::LastRun,
            OrderKey::Name => query::OrderKey::Name,
        };
        let direction = match order.direction {
            Direction::Ascending => query::Direction::Ascending,
            Direction::Descending => query::Direction::Descending,
        };
        Self { key, direction }
    }
}
