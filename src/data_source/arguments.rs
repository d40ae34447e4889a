//! From the attributes that people set to a connection and a query. All that is wrong with them is told at once. Whether
//! what can be read makes sense, the modules judge that every face of the component shares.

use json_text::number;
use model::text::quoted;

use crate::connection::{Connection, Credentials};
use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::values::Fields;
use crate::data_source::{status, time};
use crate::error::Invalid;
use crate::message::shorten;
use crate::query::{Direction, Order, OrderKey, Query, Term, TimeRange};
use crate::text::fill;

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
    /// A value of either is not valid, the two contradict each other, or no region is given.
    pub fn of(provider: &Fields<'_>, arguments: &Fields<'_>) -> Result<Self, Vec<Diagnostic>> {
        let mut faults = Faults(check_provider(provider));
        faults.0.iter_mut().for_each(Diagnostic::tell_of_provider);
        faults.0.extend(check(arguments));
        if !faults.0.is_empty() {
            return Err(faults.0);
        }
        let mut connection = connection(provider, &mut faults);
        let own = place(arguments, &mut faults);
        if let Some(region) = own.region {
            let elsewhere = connection.region.as_deref().is_some_and(|own| own != region);
            if elsewhere && connection.endpoint.is_some() {
                let reason = "it is another region than the provider's, whose `endpoint` is fixed";
                return Err(vec![*Diagnostic::of_attribute("region", reason)]);
            }
            if elsewhere {
                connection.project_id = None;
            }
            connection.region = Some(region);
        }
        connection.project_id = own.project_id.or(connection.project_id);
        let placed = connection.endpoint.is_some() && connection.project_id.is_some();
        if connection.region.is_none() && !placed {
            return Err(vec![*Diagnostic::no_region()]);
        }
        Ok(Self { connection, terms: terms(arguments, &mut faults) })
    }
}

/// What is wrong with the provider's configuration as far as it goes: nothing is missing yet.
pub(super) fn check_provider(provider: &Fields<'_>) -> Vec<Diagnostic> {
    let mut faults = Faults::default();
    let connection = connection(provider, &mut faults);
    faults.check_parts(&connection, None);
    faults.0
}

/// What is wrong with the arguments of a source as far as they go: nothing is missing yet.
pub(super) fn check(arguments: &Fields<'_>) -> Vec<Diagnostic> {
    let mut faults = Faults::default();
    let connection = place(arguments, &mut faults);
    faults.check_parts(&connection, Some(arguments));
    for term in terms(arguments, &mut faults) {
        faults.check(Query::new(vec![term]).map(drop), Some(arguments));
    }
    faults.0
}

/// What is wrong, in the order in which it is found.
#[derive(Default)]
struct Faults(Vec<Diagnostic>);

impl Faults {
    /// What could be read, or nothing.
    fn read<T: Default>(&mut self, read: Result<T, Box<Diagnostic>>) -> T {
        read.unwrap_or_else(|diagnostic| {
            self.0.push(*diagnostic);
            T::default()
        })
    }

    fn check(&mut self, checked: Result<(), Invalid>, arguments: Option<&Fields<'_>>) {
        if let Err(invalid) = checked {
            self.0.push(*Diagnostic::of_invalid(invalid, arguments));
        }
    }

    /// Checks each part of a connection by itself, so that one does not hide another.
    fn check_parts(&mut self, whole: &Connection, arguments: Option<&Fields<'_>>) {
        let part = |set: &dyn Fn(&mut Connection)| {
            let mut part = bare();
            set(&mut part);
            part
        };
        if whole.region.is_some() {
            self.check(part(&|part| part.region.clone_from(&whole.region)).service().map(drop), arguments);
        }
        if whole.endpoint.is_some() {
            self.check(part(&|part| part.endpoint.clone_from(&whole.endpoint)).service().map(drop), arguments);
        }
        if whole.iam_endpoint.is_some() {
            let iam = part(&|part| part.iam_endpoint.clone_from(&whole.iam_endpoint)).project();
            // It is checked before it is found that there is no project to look up.
            self.check(iam.map(drop).or_else(|invalid| only("iam-endpoint", invalid)), arguments);
        }
        if whole.project_id.is_some() {
            self.check(part(&|part| part.project_id.clone_from(&whole.project_id)).project().map(drop), arguments);
        }
        self.check(whole.credentials().map(drop), arguments);
        self.check(part(&|part| part.max_attempts = whole.max_attempts).limits().map(drop), arguments);
        self.check(part(&|part| part.call_timeout_ms = whole.call_timeout_ms).limits().map(drop), arguments);
    }
}

/// A fault of this argument, and no other.
fn only(argument: &str, invalid: Invalid) -> Result<(), Invalid> {
    if invalid.argument == argument { Err(invalid) } else { Ok(()) }
}

fn connection(provider: &Fields<'_>, faults: &mut Faults) -> Connection {
    let timeout = faults.read(milliseconds(provider));
    // Filled in place: what is dropped where a value cannot be read is the same each time.
    let mut connection = place(provider, faults);
    connection.endpoint = faults.read(text(provider, "endpoint"));
    connection.iam_endpoint = faults.read(text(provider, "iam_endpoint"));
    connection.credentials = faults.read(credentials(provider));
    connection.connect_timeout_ms = timeout;
    connection.first_byte_timeout_ms = timeout;
    connection.between_bytes_timeout_ms = timeout;
    connection.call_timeout_ms = timeout;
    connection.max_attempts = faults.read(provider.whole("max_attempts"));
    connection
}

/// Region and project, which the provider has and a source.
fn place(fields: &Fields<'_>, faults: &mut Faults) -> Connection {
    let mut place = bare();
    place.region = faults.read(text(fields, "region"));
    place.project_id = faults.read(text(fields, "project_id"));
    place
}

fn text(fields: &Fields<'_>, name: &'static str) -> Result<Option<String>, Box<Diagnostic>> {
    fields.text(name).map(|text| text.map(str::to_owned))
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
    let wrong = || {
        let reason = fill("{} is not a number of seconds from 0.001 to 4294967", &[&shorten(seconds, 64)]);
        Diagnostic::of_attribute("timeout", &reason)
    };
    milliseconds.map(Some).ok_or_else(wrong)
}

fn terms(arguments: &Fields<'_>, faults: &mut Faults) -> Vec<Term> {
    let mut terms = Vec::new();
    for (name, term) in &TEXTS {
        terms.extend(faults.read(text(arguments, name)).map(term));
    }
    if let Some(words) = faults.read(arguments.texts("statuses")) {
        let statuses: Vec<_> = words.iter().filter_map(|word| faults.read(status::parse(word).map(Some))).collect();
        if statuses.len() == words.len() {
            terms.push(Term::Status(statuses));
        }
    }
    for (from, to, term) in &RANGES {
        terms.extend(range(arguments, from, to, faults).map(term));
    }
    terms.extend(order(arguments, faults).map(Term::OrderBy));
    terms.extend(faults.read(arguments.whole("limit")).map(Term::Limit));
    terms
}

/// A range of times, unless it has no end that can be read.
fn range(arguments: &Fields<'_>, from: &'static str, to: &'static str, faults: &mut Faults) -> Option<TimeRange> {
    let range = TimeRange { from: faults.read(moment(arguments, from)), to: faults.read(moment(arguments, to)) };
    let written = |name| arguments.text(name).ok().flatten().map(quoted).unwrap_or_default();
    match (range.from, range.to) {
        (None, None) => None,
        (None, Some(0)) => {
            let reason = fill("{} is the earliest time there is, so that nothing is before it", &[&written(to)]);
            faults.0.push(*Diagnostic::of_attribute(to, &reason));
            None
        }
        (Some(begin), Some(end)) if begin >= end => {
            let reason = fill("{} is not before `{}`, which is {}", &[&written(from), to, &written(to)]);
            faults.0.push(*Diagnostic::of_attribute(from, &reason));
            None
        }
        _ => Some(range),
    }
}

fn moment(arguments: &Fields<'_>, name: &'static str) -> Result<Option<u64>, Box<Diagnostic>> {
    let Some(text) = arguments.text(name)? else { return Ok(None) };
    let wrong = || {
        let reason = "{} is not a time by RFC 3339 since 1970, such as 2025-02-18T08:00:00Z";
        Diagnostic::of_attribute(name, &fill(reason, &[&quoted(text)]))
    };
    time::parse(text).map(Some).ok_or_else(wrong)
}

/// Times begin with the newest and names with the first, unless a direction is given.
fn order(arguments: &Fields<'_>, faults: &mut Faults) -> Option<Order> {
    let (key, direction) = (faults.read(key(arguments)), faults.read(direction(arguments)));
    if key.is_none() && direction.is_none() {
        return None;
    }
    let key = key.unwrap_or(OrderKey::Creation);
    let usual = if key == OrderKey::Name { Direction::Ascending } else { Direction::Descending };
    Some(Order { key, direction: direction.unwrap_or(usual) })
}

fn key(arguments: &Fields<'_>) -> Result<Option<OrderKey>, Box<Diagnostic>> {
    Ok(Some(match arguments.text("order_by")? {
        None => return Ok(None),
        Some("created_at") => OrderKey::Creation,
        Some("updated_at") => OrderKey::Update,
        Some("last_trigger_at") => OrderKey::LastRun,
        Some("name") => OrderKey::Name,
        Some(other) => {
            let reason = "{} is not one of `created_at`, `updated_at`, `last_trigger_at` and `name`";
            return Err(Diagnostic::of_attribute("order_by", &fill(reason, &[&quoted(other)])));
        }
    }))
}

fn direction(arguments: &Fields<'_>) -> Result<Option<Direction>, Box<Diagnostic>> {
    Ok(Some(match arguments.text("order")? {
        None => return Ok(None),
        Some("ascending") => Direction::Ascending,
        Some("descending") => Direction::Descending,
        Some(other) => {
            let reason = fill("{} is neither `ascending` nor `descending`", &[&quoted(other)]);
            return Err(Diagnostic::of_attribute("order", &reason));
        }
    }))
}
