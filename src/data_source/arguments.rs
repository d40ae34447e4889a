//! From the attributes that people set to a connection and a query. What can be read is passed on: whether it makes
//! sense, the modules judge that every face of the component shares.

use json_text::number;

use crate::connection::{Connection, Credentials};
use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::values::Fields;
use crate::data_source::{status, time};
use crate::error::Invalid;
use crate::query::{Direction, Order, OrderKey, Query, Term, TimeRange};

/// What an argument asks for.
type Ask<T> = fn(T) -> Term;

/// The arguments that are a text, and what is asked for by each.
const TEXTS: [(&str, Ask<String>); 5] = [
    ("name", Term::Name),
    ("name_contains", Term::NameContains),
    ("config_mode", Term::ConfigMode),
    ("creator", Term::Creator),
    ("enterprise_project_id", Term::EnterpriseProjectId),
];

/// The ends of each range of times.
const RANGES: [(&str, &str, Ask<TimeRange>); 3] = [
    ("created_from", "created_to", Term::Created),
    ("updated_from", "updated_to", Term::Updated),
    ("last_trigger_from", "last_trigger_to", Term::LastRun),
];

/// What a read asks for.
#[derive(Debug)]
pub struct Arguments {
    /// Where, in whose name and within which limits.
    pub connection: Connection,
    /// Which release tasks, and in which order.
    pub terms: Vec<Term>,
}

impl Arguments {
    /// The arguments of a source, over the configuration of the provider.
    ///
    /// # Errors
    /// A value cannot be read, or the two contradict each other.
    pub fn of(provider: &Fields<'_>, arguments: &Fields<'_>) -> Result<Self, Box<Diagnostic>> {
        let mut connection = connection(provider).map_err(Diagnostic::of_provider)?;
        if let Some(region) = arguments.text("region")? {
            let elsewhere = connection.region.as_deref().is_some_and(|own| own != region);
            if elsewhere && connection.endpoint.is_some() {
                let reason = "it is another region than the provider's, whose `endpoint` is fixed";
                return Err(Diagnostic::of_attribute("region", reason));
            }
            if elsewhere {
                connection.project_id = None;
            }
            connection.region = Some(region.to_owned());
        }
        if let Some(id) = arguments.text("project_id")? {
            connection.project_id = Some(id.to_owned());
        }
        Ok(Self { connection, terms: terms(arguments)? })
    }
}

/// Checks the provider's configuration as far as it goes: nothing is missing yet.
pub(super) fn check_provider(provider: &Fields<'_>) -> Result<(), Box<Diagnostic>> {
    let connection = connection(provider)?;
    check_place(&connection)
        .and_then(|()| connection.credentials().map(drop))
        .and_then(|()| connection.limits().map(drop))
        .map_err(|invalid| Diagnostic::of_invalid(invalid, None))
}

/// Checks the arguments of a source as far as they go: nothing is missing yet.
pub(super) fn check(arguments: &Fields<'_>) -> Result<(), Box<Diagnostic>> {
    let mut connection = bare();
    connection.region = arguments.text("region")?.map(str::to_owned);
    connection.project_id = arguments.text("project_id")?.map(str::to_owned);
    let query = Query::new(terms(arguments)?).map(drop);
    check_place(&connection).and(query).map_err(|invalid| Diagnostic::of_invalid(invalid, Some(arguments)))
}

fn check_place(connection: &Connection) -> Result<(), Invalid> {
    if connection.region.is_some() || connection.endpoint.is_some() {
        connection.service()?;
    }
    if connection.region.is_some() || connection.project_id.is_some() {
        connection.project()?;
    }
    Ok(())
}

fn connection(provider: &Fields<'_>) -> Result<Connection, Box<Diagnostic>> {
    let text = |name| provider.text(name).map(|text| text.map(str::to_owned));
    let timeout = milliseconds(provider)?;
    // Filled in place: what is dropped where a value cannot be read is the same each time.
    let mut connection = bare();
    connection.region = text("region")?;
    connection.project_id = text("project_id")?;
    connection.endpoint = text("endpoint")?;
    connection.iam_endpoint = text("iam_endpoint")?;
    connection.credentials = credentials(provider)?;
    connection.connect_timeout_ms = timeout;
    connection.first_byte_timeout_ms = timeout;
    connection.between_bytes_timeout_ms = timeout;
    connection.call_timeout_ms = timeout;
    connection.max_attempts = provider.whole("max_attempts")?;
    Ok(connection)
}

fn bare() -> Connection {
    Connection {
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

/// What the host did not keep for itself.
fn credentials(provider: &Fields<'_>) -> Result<Credentials, Box<Diagnostic>> {
    if let Some(token) = provider.text("token")? {
        return Ok(Credentials::Token(token.to_owned()));
    }
    match (provider.text("access_key")?, provider.text("secret_key")?) {
        (None, None) => Ok(Credentials::Ambient),
        (Some(id), Some(secret)) => Ok(Credentials::AccessKey {
            access_key_id: id.to_owned(),
            secret_access_key: secret.to_owned(),
            security_token: provider.text("security_token")?.map(str::to_owned),
        }),
        (Some(_), None) => Err(Diagnostic::of_attribute("secret_key", "it is missing, and there is an `access_key`")),
        (None, Some(_)) => Err(Diagnostic::of_attribute("access_key", "it is missing, and there is a `secret_key`")),
    }
}

/// Seconds as milliseconds. Zero stays zero, which `connection` refuses; anything more is at least one.
fn milliseconds(provider: &Fields<'_>) -> Result<Option<u32>, Box<Diagnostic>> {
    let Some(seconds) = provider.number("timeout")? else { return Ok(None) };
    let milliseconds = number::thousandths(seconds).and_then(|milliseconds| u32::try_from(milliseconds).ok());
    let wrong = || Diagnostic::of_attribute("timeout", "it is no number of seconds from 0 to 4294967");
    milliseconds.map(Some).ok_or_else(wrong)
}

fn terms(arguments: &Fields<'_>) -> Result<Vec<Term>, Box<Diagnostic>> {
    let mut terms = Vec::new();
    for (name, term) in &TEXTS {
        if let Some(text) = arguments.text(name)? {
            terms.push(term(text.to_owned()));
        }
    }
    if let Some(words) = arguments.texts("statuses")? {
        let mut statuses = Vec::new();
        for word in words {
            statuses.push(status(word)?);
        }
        terms.push(Term::Status(statuses));
    }
    for (from, to, term) in &RANGES {
        let range = TimeRange { from: moment(arguments, from)?, to: moment(arguments, to)? };
        if range.from.is_some() || range.to.is_some() {
            terms.push(term(range));
        }
    }
    if let Some(order) = order(arguments)? {
        terms.push(Term::OrderBy(order));
    }
    if let Some(limit) = arguments.whole("limit")? {
        terms.push(Term::Limit(limit));
    }
    Ok(terms)
}

fn status(word: &str) -> Result<crate::pipeline::Status, Box<Diagnostic>> {
    status::parse(word)
        .ok_or_else(|| Diagnostic::of_attribute("statuses", "it holds what is neither a status nor the number of one"))
}

fn moment(arguments: &Fields<'_>, name: &'static str) -> Result<Option<u64>, Box<Diagnostic>> {
    let Some(text) = arguments.text(name)? else { return Ok(None) };
    let reason = "it is no time by RFC 3339 since 1970, such as 2025-02-18T08:00:00Z";
    time::parse(text).map(Some).ok_or_else(|| Diagnostic::of_attribute(name, reason))
}

/// Times begin with the newest and names with the first, unless a direction is given.
fn order(arguments: &Fields<'_>) -> Result<Option<Order>, Box<Diagnostic>> {
    let (key, direction) = (arguments.text("order_by")?, arguments.text("order")?);
    if key.is_none() && direction.is_none() {
        return Ok(None);
    }
    let key = match key {
        None | Some("created_at") => OrderKey::Creation,
        Some("updated_at") => OrderKey::Update,
        Some("last_trigger_at") => OrderKey::LastRun,
        Some("name") => OrderKey::Name,
        Some(_) => {
            let reason = "it is none of `created_at`, `updated_at`, `last_trigger_at` and `name`";
            return Err(Diagnostic::of_attribute("order_by", reason));
        }
    };
    let direction = match direction {
        None if key == OrderKey::Name => Direction::Ascending,
        None | Some("descending") => Direction::Descending,
        Some("ascending") => Direction::Ascending,
        Some(_) => {
            return Err(Diagnostic::of_attribute("order", "it is neither `ascending` nor `descending`"));
        }
    };
    Ok(Some(Order { key, direction }))
}
