//! A query matches what its terms say, and its order is total.

use model::status::{ConfigMode, Status};
use model::term::{Direction, Order, OrderKey, Term, TimeRange};
use proptest::prelude::*;
use servicestage_component::query::Query;
use servicestage_component::task::Task;

const IDS: [&str; 12] = ["0", "1", "10", "11", "2", "3", "4", "5", "6", "7", "8", "9"];

fn task(id: u8) -> impl Strategy<Value = Task<'static>> {
    let time = || prop::option::of(0_u64..5);
    let name = prop::option::of(prop::sample::select(vec!["", "a", "A", "ab", "é"]));
    (name, time(), time(), time(), prop::option::of(0_i64..16)).prop_map(
        move |(name, created, updated, run, status)| Task {
            name: name.map(Into::into),
            create_time: created,
            update_time: updated,
            last_trigger_at: run,
            status: status.map(Status::from_number),
            id: Some(IDS[usize::from(id)].into()),
            ..Task::default()
        },
    )
}

fn tasks() -> impl Strategy<Value = Vec<Task<'static>>> {
    (0_u8..12).prop_flat_map(|count| (0..count).map(task).collect::<Vec<_>>())
}

fn order() -> impl Strategy<Value = Order> {
    let keys = vec![OrderKey::Creation, OrderKey::Update, OrderKey::LastRun, OrderKey::Name];
    let directions = vec![Direction::Ascending, Direction::Descending];
    (prop::sample::select(keys), prop::sample::select(directions)).prop_map(|(key, direction)| Order { key, direction })
}

/// Places a value for comparison: smaller comes first.
fn rank(order: Order, task: &Task<'_>) -> Option<Vec<i128>> {
    let number = |time: Option<u64>| time.map(|time| vec![i128::from(time)]);
    match order.key {
        OrderKey::Creation => number(task.create_time),
        OrderKey::Update => number(task.update_time),
        OrderKey::LastRun => number(task.last_trigger_at),
        OrderKey::Name => task.name.as_ref().map(|name| name.bytes().map(i128::from).collect()),
    }
}

proptest! {
    #[test]
    fn the_order_does_not_depend_on_how_the_service_sent_it(tasks in tasks(), order in order(), seed in any::<u64>()) {
        let query = Query::new(vec![Term::OrderBy(order)]).unwrap();
        let mut tasks: Vec<&Task<'_>> = tasks.iter().collect();
        let mut shuffled = tasks.clone();
        let places = shuffled.len().max(1);
        for place in 0..shuffled.len() {
            shuffled.swap(place, usize::try_from(seed >> (place % 32)).unwrap() % places);
        }
        query.arrange(&mut tasks);
        query.arrange(&mut shuffled);
        prop_assert_eq!(&tasks, &shuffled);
        for pair in tasks.windows(2) {
            match (rank(order, pair[0]), rank(order, pair[1])) {
                (None, Some(_)) => prop_assert!(false, "a missing key is not last"),
                (Some(a), Some(b)) if a != b => {
                    prop_assert_eq!(order.direction == Direction::Ascending, a < b);
                }
                (Some(_), None) => {}
                _ => prop_assert!(pair[0].id() < pair[1].id(), "equals are not by id"),
            }
        }
    }

    #[test]
    fn a_limit_keeps_the_first(tasks in tasks(), order in order(), limit in 1_u32..15) {
        let mut whole: Vec<&Task<'_>> = tasks.iter().collect();
        let mut cut = whole.clone();
        Query::new(vec![Term::OrderBy(order)]).unwrap().arrange(&mut whole);
        Query::new(vec![Term::Limit(limit), Term::OrderBy(order)]).unwrap().arrange(&mut cut);
        whole.truncate(limit as usize);
        prop_assert_eq!(cut, whole);
    }

    #[test]
    fn a_range_holds_its_start_and_not_its_end(from in prop::option::of(0_u64..5), to in prop::option::of(1_u64..6), time in 0_u64..6) {
        let range = TimeRange { from, to };
        let task = Task { create_time: Some(time), ..Task::default() };
        match Query::new(vec![Term::Created(range)]) {
            Ok(query) => prop_assert_eq!(query.matches(&task), from.unwrap_or(0) <= time && time < to.unwrap_or(u64::MAX)),
            Err(_) => prop_assert!(from.is_none() && to.is_none() || from >= to),
        }
    }
}

#[test]
fn each_case_twice_is_refused_by_its_name() {
    let range = TimeRange { from: Some(1), to: None };
    let order = Order { key: OrderKey::Name, direction: Direction::Ascending };
    let terms = [
        ("name", Term::Name("a".to_owned())),
        ("name-contains", Term::NameContains("a".to_owned())),
        ("status", Term::Status(vec![Status::Failed])),
        ("config-mode", Term::ConfigMode(ConfigMode::Ui)),
        ("creator", Term::Creator("a".to_owned())),
        ("enterprise-project-id", Term::EnterpriseProjectId("0".to_owned())),
        ("created", Term::Created(range)),
        ("updated", Term::Updated(range)),
        ("last-run", Term::LastRun(range)),
        ("order-by", Term::OrderBy(order)),
        ("limit", Term::Limit(1)),
    ];
    let once: Vec<Term> = terms.iter().map(|(_, term)| term.clone()).collect();
    assert!(Query::new(once).is_ok());
    for (name, term) in terms {
        assert_eq!(Query::new(vec![term.clone(), term]).unwrap_err().argument, name);
    }
}
