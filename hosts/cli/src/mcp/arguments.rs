//! Converts the arguments of a tool to the client's terms and waits. Pure.

use std::time::{Duration, UNIX_EPOCH};

use model::text::{nearest, quoted};
use rmcp::model::Tool;
use serde_json::{Map, Value, json};
use servicestage::error::InvalidArgument;
use servicestage::{Query, Status, TaskSelector, Term, Wait};

use super::tools::{self, DEFAULT_LIMIT, GET, LARGEST_LIMIT, RANGES, WAIT};
use crate::report::invalid;
use crate::time::{self, Clock};

/// The longest wait, in seconds. An agent that needs more time waits again.
const LONGEST_WAIT: u64 = 24 * 60 * 60;

/// The default limit of a wait, in seconds.
const DEFAULT_WAIT: u64 = 30 * 60;

/// A call of a tool, after its arguments were read.
pub struct Call {
    /// The project, if the call names one.
    pub project: Option<String>,
    /// Whether the result has `extend_info`.
    pub extended: bool,
    /// The work to do.
    pub task: Task,
}

/// The work of a call.
pub enum Task {
    /// Lists the release tasks of this query.
    List(Query),
    /// Finds one release task.
    Get(TaskSelector),
    /// Waits for one release task.
    Wait(Box<Wait>),
}

/// The arguments that are not read yet.
struct Unread(Map<String, Value>);

/// Reads the arguments of a call.
pub fn read(tool: &Tool, arguments: Map<String, Value>, clock: &Clock) -> Result<Call, InvalidArgument> {
    check_names(tool, &arguments)?;
    let mut unread = Unread(arguments);
    match &*tool.name {
        GET => get(&mut unread),
        WAIT => wait(&mut unread, clock),
        _ => list(&mut unread, clock),
    }
}

/// Refuses an argument that the tool's schema does not have.
fn check_names(tool: &Tool, arguments: &Map<String, Value>) -> Result<(), InvalidArgument> {
    let known: Vec<&str> = tools::arguments(tool).collect();
    let Some(unknown) = arguments.keys().find(|name| !known.contains(&name.as_str())) else { return Ok(()) };
    let near = nearest(unknown, known.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
    let near = near.unwrap_or_else(|| format!("; it has {}", known.join(", ")));
    Err(invalid(unknown, format!("the tool has no such argument{near}")))
}

fn list(unread: &mut Unread, clock: &Clock) -> Result<Call, InvalidArgument> {
    let (project, extended) = (unread.text("project_id")?, unread.flag("include_extend_info")?);
    let limit = unread.number("limit", LARGEST_LIMIT.into())?.unwrap_or(DEFAULT_LIMIT.into());
    let mut terms = vec![Term::Limit(u32::try_from(limit).unwrap_or(LARGEST_LIMIT))];
    for (name, mut value) in std::mem::take(&mut unread.0) {
        if value.is_null() {
            continue;
        }
        if RANGES.contains(&name.as_str()) {
            let whole = || invalid(&name, "it must be an object that has `from`, `to` or both");
            let range = value.as_object_mut().ok_or_else(whole)?;
            for (end, value) in range.iter_mut() {
                *value = milliseconds(&format!("{name}.{end}"), value, clock)?;
            }
        }
        if name == "status" {
            terms.push(Term::Status(statuses(&name, &value)?));
            continue;
        }
        if name == "order_by" {
            let object = || invalid(&name, "it must be an object that has `key` and `direction`");
            let order = value.as_object_mut().ok_or_else(object)?;
            if let Some(Value::String(key)) = order.get_mut("key") {
                *key = key.replace('-', "_");
            }
        }
        let term = serde_json::from_value(json!({ &name: value }));
        terms.push(term.map_err(|error| invalid(&name, format!("{error}; the tool's schema describes it")))?);
    }
    Ok(Call { project, extended, task: Task::List(Query::from(terms)) })
}

fn get(unread: &mut Unread) -> Result<Call, InvalidArgument> {
    let (project, extended) = (unread.text("project_id")?, unread.flag("include_extend_info")?);
    Ok(Call { project, extended, task: Task::Get(unread.selector()?) })
}

fn wait(unread: &mut Unread, clock: &Clock) -> Result<Call, InvalidArgument> {
    let project = unread.text("project_id")?;
    let mut wait = Wait::task(unread.selector()?);
    let fail_on = unread.statuses("fail_on")?.unwrap_or_default();
    let for_status = unread.statuses("for")?.unwrap_or_else(|| crate::wait::any_final(&fail_on));
    wait = wait.for_status(for_status).fail_on(fail_on);
    if let Some(value) = unread.0.remove("started_after").filter(|value| !value.is_null()) {
        let started = milliseconds("started_after", &value, clock)?.as_u64().unwrap_or_default();
        // Not every system has as late a time.
        let time = UNIX_EPOCH.checked_add(Duration::from_millis(started));
        wait = wait.started_after(time.ok_or_else(|| invalid("started_after", "it is too late to be a time"))?);
    }
    if unread.flag("wait_for_task")? {
        wait = wait.wait_for_task();
    }
    let timeout = unread.number("timeout_seconds", LONGEST_WAIT)?.unwrap_or(DEFAULT_WAIT);
    wait = wait.timeout(Duration::from_secs(timeout));
    Ok(Call { project, extended: false, task: Task::Wait(Box::new(wait)) })
}

impl Unread {
    fn text(&mut self, name: &str) -> Result<Option<String>, InvalidArgument> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(invalid(name, "it must be text")),
        }
    }

    fn flag(&mut self, name: &str) -> Result<bool, InvalidArgument> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(invalid(name, "it must be true or false")),
        }
    }

    fn number(&mut self, name: &str, largest: u64) -> Result<Option<u64>, InvalidArgument> {
        match self.0.remove(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number) if (1..=largest).contains(&number) => Ok(Some(number)),
                _ => Err(invalid(name, format!("it must be a whole number from 1 to {largest}"))),
            },
        }
    }

    fn statuses(&mut self, name: &str) -> Result<Option<Vec<Status>>, InvalidArgument> {
        let Some(value) = self.0.remove(name).filter(|value| !value.is_null()) else { return Ok(None) };
        statuses(name, &value).map(Some)
    }

    fn selector(&mut self) -> Result<TaskSelector, InvalidArgument> {
        match (self.text("id")?, self.text("name")?) {
            (Some(id), None) => Ok(TaskSelector::Id(id)),
            (None, Some(name)) => Ok(TaskSelector::Name(name)),
            (None, None) => Err(invalid("id", "it is missing; pass the `id` or the `name` of a release task")),
            (Some(_), Some(_)) => Err(invalid("id", "it is given together with `name`; pass one of them")),
        }
    }
}

/// Reads a list of statuses: words in either spelling, or an object with the number of another status.
fn statuses(name: &str, value: &Value) -> Result<Vec<Status>, InvalidArgument> {
    let list = || invalid(name, "it must be a list of statuses");
    let status = |value: &Value| match value {
        Value::String(word) => word.parse::<Status>().map_err(|error| invalid(name, error.to_string())),
        other => serde_json::from_value(other.clone()).map_err(|_| list()),
    };
    value.as_array().ok_or_else(list)?.iter().map(status).collect()
}

/// Converts a time that a model wrote to milliseconds since the Unix epoch.
fn milliseconds(name: &str, value: &Value, clock: &Clock) -> Result<Value, InvalidArgument> {
    match value {
        Value::String(text) => time::parse(text, clock).map(Value::from).map_err(|reason| invalid(name, reason)),
        Value::Null => Ok(Value::Null),
        // The component checks how large it is.
        Value::Number(number) if number.is_u64() => Ok(value.clone()),
        _ => Err(invalid(name, format!("{} is not a time", quoted(&value.to_string())))),
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use servicestage::{Direction, Order, OrderKey, TimeRange};

    use super::*;
    use crate::mcp::tools::LIST;

    fn call(tool: &str, arguments: Value) -> Result<Call, InvalidArgument> {
        let Value::Object(arguments) = arguments else { panic!("{arguments}") };
        let tool = tools::all(&[]).into_iter().find(|other| other.name == tool).unwrap();
        read(&tool, arguments, &Clock { zone: TimeZone::UTC, now: Timestamp::UNIX_EPOCH })
    }

    fn terms(arguments: Value) -> Vec<Term> {
        let Task::List(query) = call(LIST, arguments).unwrap().task else { panic!("no listing") };
        query.into_terms()
    }

    #[test]
    fn the_arguments_of_a_listing_are_its_terms() {
        assert_eq!(terms(json!({})), [Term::Limit(DEFAULT_LIMIT)]);
        let arguments = json!({
            "status": ["failed", { "other": 6 }], "created": { "from": "1970-01-02", "to": 200_000_000_000_u64 },
            "order_by": { "key": "name", "direction": "descending" }, "name": null, "limit": 3
        });
        let expected = [
            Term::Limit(3),
            Term::Created(TimeRange { from: Some(86_400_000), to: Some(200_000_000_000) }),
            Term::OrderBy(Order { key: OrderKey::Name, direction: Direction::Descending }),
            Term::Status(vec![Status::Failed, Status::Other(6)]),
        ];
        assert_eq!(terms(arguments), expected);
    }

    #[test]
    fn words_take_hyphens_or_underscores_and_a_wrong_one_is_answered_with_the_nearest() {
        let order_by = |key: &str| json!({ "order_by": { "key": key, "direction": "ascending" } });
        assert_eq!(terms(order_by("last-run")), terms(order_by("last_run")));
        for word in ["rolling-back", "rolling_back"] {
            assert_eq!(terms(json!({ "status": [word] }))[1], Term::Status(vec![Status::RollingBack]));
        }
        let wrong = call(LIST, json!({ "status": ["faild"] })).map(|_| ()).unwrap_err();
        assert_eq!(wrong.reason, "faild".parse::<Status>().unwrap_err().to_string());
    }

    #[test]
    fn an_argument_that_cannot_be_read_is_named() {
        for (tool, arguments, argument) in [
            (LIST, json!({ "limit": 0 }), "limit"),
            (LIST, json!({ "limit": 201 }), "limit"),
            (LIST, json!({ "limit": -1 }), "limit"),
            (LIST, json!({ "limit": 1.5 }), "limit"),
            (LIST, json!({ "status": "failed" }), "status"),
            (LIST, json!({ "status": ["faild"] }), "status"),
            (LIST, json!({ "status": [{ "another": 6 }] }), "status"),
            (LIST, json!({ "order_by": "name" }), "order_by"),
            (LIST, json!({ "created": "yesterday" }), "created"),
            (LIST, json!({ "id": "a" }), "id"),
            (LIST, json!({ "project_id": "p" }), "project_id"),
            (LIST, json!({ "created": { "since": "1970-01-01" } }), "created"),
            (LIST, json!({ "order_by": { "key": "name" } }), "order_by"),
            (GET, json!({}), "id"),
            (GET, json!({ "id": "a", "name": "b" }), "id"),
            (GET, json!({ "id": "a", "limit": 1 }), "limit"),
            (WAIT, json!({ "id": "a", "for": "failed" }), "for"),
            (WAIT, json!({ "id": "a", "started_after": true }), "started_after"),
            (WAIT, json!({ "id": "a", "timeout_seconds": 86_401 }), "timeout_seconds"),
        ] {
            assert_eq!(call(tool, arguments).map(|_| ()).unwrap_err().argument, argument, "{tool}");
        }
    }

    #[test]
    fn an_unknown_argument_is_refused_with_the_nearest_name_or_all() {
        for (tool, argument, reason) in [
            (LIST, "name_contain", "the tool has no such argument; did you mean `name_contains`?"),
            (GET, "nonsense", "the tool has no such argument; it has id, include_extend_info, name"),
        ] {
            assert_eq!(call(tool, json!({ argument: 1 })).map(|_| ()).unwrap_err().reason, reason);
        }
    }
}
