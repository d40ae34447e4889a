//! Listings compared with a simple model. Filtering while decoding equals filtering afterwards. Order, limit and counts
//! are those of the whole.

use std::cmp::Ordering;
use std::time::Duration;

use http::StatusCode;
use model::connection::Connection;
use model::listing::Listing;
use model::status::{ConfigMode, Status};
use model::term::{Direction, Order, OrderKey, Term, TimeRange};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use servicestage_component::failure::Failure;
use servicestage_component::list::{RequestLimits, Transport, list_pipelines};
use servicestage_component::request::Request;
use servicestage_component::response::{Headers, Response};

/// Answers the one request with this body.
struct Answer(Value);

impl Transport for Answer {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {
        panic!("there is nothing to wait for")
    }

    fn send(&mut self, _: Request, _: RequestLimits) -> Result<Response, Failure> {
        let body = Ok(self.0.to_string().into_bytes());
        Ok(Response { status: StatusCode::OK, headers: Headers::default(), body })
    }
}

fn list(body: Value, terms: Vec<Term>) -> Listing {
    let connection = Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        ..Connection::default()
    };
    list_pipelines(&mut Answer(body), &connection, terms).unwrap()
}

/// A release task as a service may send it: each field there, null or missing. Few values, so that many are equal.
fn task() -> impl Strategy<Value = Map<String, Value>> {
    let name = select(vec![json!(null), json!(""), json!("a"), json!("A"), json!("ab"), json!("é"), json!("b a")]);
    let time = || select(vec![json!(null), json!(0), json!(1), json!(2), json!(3), json!(253_402_300_799_999_u64)]);
    let status = select(vec![json!(null), json!(1), json!(2), json!(3), json!(6), json!(12), json!(-1)]);
    let mode = select(vec![json!(null), json!("ui"), json!("template"), json!("UI"), json!("")]);
    let text = || select(vec![json!(null), json!("x"), json!("y")]);
    let fields = (name, time(), time(), time(), status, mode, text(), text(), any::<[bool; 8]>());
    fields.prop_map(|(name, created, updated, run, status, mode, creator, project, there)| {
        let fields = [
            ("name", name),
            ("create_time", created),
            ("update_time", updated),
            ("last_trigger_at", run),
            ("status", status),
            ("config_mode", mode),
            ("creator", creator),
            ("enterprise_project_id", project),
        ];
        let kept = fields.into_iter().zip(there).filter(|(_, there)| *there);
        kept.map(|((name, value), _)| (name.to_owned(), value)).collect()
    })
}

/// Up to a dozen tasks, the ids of which are in no order.
fn tasks() -> impl Strategy<Value = Vec<Value>> {
    let ids = Just((10..22).collect::<Vec<u32>>()).prop_shuffle();
    (prop::collection::vec(task(), 0..12), ids).prop_map(|(tasks, ids)| {
        let with_id = |(mut task, id): (Map<String, Value>, u32)| {
            task.insert("id".to_owned(), json!(id.to_string()));
            Value::Object(task)
        };
        tasks.into_iter().zip(ids).map(with_id).collect()
    })
}

fn range() -> impl Strategy<Value = TimeRange> {
    let spans = vec![(Some(1), None), (None, Some(2)), (Some(1), Some(3)), (Some(0), Some(1)), (Some(3), None)];
    select(spans).prop_map(|(from, to)| TimeRange { from, to })
}

/// Any terms, each case once at most.
fn terms() -> impl Strategy<Value = Vec<Term>> {
    let text = || select(vec!["a", "b", "x", "é"]).prop_map(str::to_owned);
    let statuses = vec![Status::Initialized, Status::Failed, Status::Other(6), Status::Other(2), Status::Other(-1)];
    let modes = ["ui", "template", "UI"].map(str::to_owned).to_vec();
    let keys = vec![OrderKey::Creation, OrderKey::Update, OrderKey::LastRun, OrderKey::Name];
    let order = (select(keys), select(vec![Direction::Ascending, Direction::Descending]));
    let rare = 0.2;
    (
        prop::option::weighted(rare, text().prop_map(Term::Name)),
        prop::option::weighted(rare, text().prop_map(Term::NameContains)),
        prop::option::weighted(rare, prop::collection::vec(select(statuses), 1..4).prop_map(Term::Status)),
        prop::option::weighted(rare, select(modes).prop_map(|word| Term::ConfigMode(ConfigMode::from_word(&word)))),
        prop::option::weighted(rare, text().prop_map(Term::Creator)),
        prop::option::weighted(rare, text().prop_map(Term::EnterpriseProjectId)),
        prop::option::weighted(rare, range().prop_map(Term::Created)),
        prop::option::weighted(rare, range().prop_map(Term::Updated)),
        prop::option::weighted(rare, range().prop_map(Term::LastRun)),
        prop::option::of(order.prop_map(|(key, direction)| Term::OrderBy(Order { key, direction }))),
        prop::option::of((1_u32..14).prop_map(Term::Limit)),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i, j, k)| [a, b, c, d, e, f, g, h, i, j, k].into_iter().flatten().collect())
}

/// Returns whether a term keeps a record of the JSON as it was sent, by the documentation.
fn keeps(term: &Term, task: &Value) -> bool {
    let text = |field: &str| task[field].as_str();
    let within = |field: &str, range: &TimeRange| {
        // The service writes 0 for a task that never ran.
        let time = task[field].as_u64().filter(|time| field != "last_trigger_at" || *time > 0);
        time.is_some_and(|time| time >= range.from.unwrap_or(0) && range.to.is_none_or(|to| time < to))
    };
    match term {
        Term::Name(name) => text("name") == Some(name),
        Term::NameContains(part) => text("name").is_some_and(|name| name.contains(part.as_str())),
        Term::Status(statuses) => statuses.iter().any(|status| task["status"] == json!(number(*status))),
        Term::ConfigMode(mode) => text("config_mode").is_some_and(|sent| sent == mode.word()),
        Term::Creator(creator) => text("creator") == Some(creator),
        Term::EnterpriseProjectId(id) => text("enterprise_project_id") == Some(id),
        Term::Created(range) => within("create_time", range),
        Term::Updated(range) => within("update_time", range),
        Term::LastRun(range) => within("last_trigger_at", range),
        Term::OrderBy(_) | Term::Limit(_) => true,
    }
}

fn number(status: Status) -> i64 {
    match status {
        Status::Initialized => 1,
        Status::Failed => 3,
        Status::Other(number) => number,
        other => panic!("{other:?} is not among the terms"),
    }
}

/// The ids that a listing must have, in order.
fn expected(tasks: &[Value], terms: &[Term]) -> (Vec<String>, usize) {
    let mut kept: Vec<&Value> = tasks.iter().filter(|task| terms.iter().all(|term| keeps(term, task))).collect();
    let matched = kept.len();
    let order = terms.iter().find_map(|term| if let Term::OrderBy(order) = term { Some(*order) } else { None });
    let order = order.unwrap_or(Order { key: OrderKey::Creation, direction: Direction::Descending });
    kept.sort_by(|a, b| before(order, a, b).then_with(|| a["id"].as_str().cmp(&b["id"].as_str())));
    if let Some(limit) = terms.iter().find_map(|term| if let Term::Limit(limit) = term { Some(*limit) } else { None }) {
        kept.truncate(limit as usize);
    }
    (kept.iter().map(|task| task["id"].as_str().unwrap().to_owned()).collect(), matched)
}

fn before(order: Order, a: &Value, b: &Value) -> Ordering {
    let field = match order.key {
        OrderKey::Creation => "create_time",
        OrderKey::Update => "update_time",
        OrderKey::LastRun => "last_trigger_at",
        OrderKey::Name => "name",
    };
    let never = |value: &Value| value.is_null() || (field == "last_trigger_at" && *value == json!(0));
    match (&a[field], &b[field]) {
        (a, b) if never(a) || never(b) => never(a).cmp(&never(b)),
        (a, b) => {
            let ascending = match (a.as_u64(), b.as_u64()) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => a.as_str().map(str::as_bytes).cmp(&b.as_str().map(str::as_bytes)),
            };
            if order.direction == Direction::Ascending { ascending } else { ascending.reverse() }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn a_listing_is_what_filtering_and_ordering_the_whole_would_give(tasks in tasks(), terms in terms(), object in any::<bool>()) {
        let (ids, matched) = expected(&tasks, &terms);
        let body = if object { json!({"count": tasks.len(), "pipelines": tasks}) } else { json!(tasks) };
        let listing = list(body, terms);
        prop_assert_eq!(listing.pipelines.iter().map(|task| task.id.clone()).collect::<Vec<_>>(), ids);
        prop_assert_eq!((listing.total as usize, listing.matched as usize), (tasks.len(), matched));
        prop_assert_eq!(listing.truncated, listing.pipelines.len() < matched);
    }

    #[test]
    fn listed_tasks_are_as_they_are_without_a_query(tasks in tasks(), terms in terms()) {
        let whole = list(json!(tasks), vec![]).pipelines;
        for task in list(json!(tasks), terms).pipelines {
            prop_assert!(whole.contains(&task), "{task:?}");
        }
    }
}
