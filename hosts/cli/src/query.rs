//! From flags to the component's terms. A readable value is passed on; the component judges whether it makes sense.

use model::status::StatusError;
use servicestage::error::InvalidArgument;
use servicestage::types::{ConfigMode, Direction, Order, OrderKey, Term, TimeRange};

use crate::args::filters::{Filters, SortDirection, SortKey};
use crate::report::invalid;
use crate::time::{self, Clock};

/// A term for each filter that is given.
pub fn terms(filters: &Filters, clock: &Clock) -> Result<Vec<Term>, InvalidArgument> {
    let range = |flag: &str, whole: &Option<String>, from: &Option<String>, to: &Option<String>| {
        if let Some(text) = whole {
            return time::range(text, clock).map(Some).map_err(|reason| invalid(flag, reason));
        }
        let read = |end: &str, text: &Option<String>| {
            let read = text.as_deref().map(|text| time::parse(text, clock)).transpose();
            read.map_err(|reason| invalid(&format!("{flag}-{end}"), reason))
        };
        let range = TimeRange { from: read("from", from)?, to: read("to", to)? };
        Ok((range.from.is_some() || range.to.is_some()).then_some(range))
    };
    let since = filters.since.as_deref().map(|text| time::parse(text, clock)).transpose();
    let since = since.map_err(|reason| invalid("--since", reason))?;
    let mut last_run = range("--last-run", &filters.last_run, &filters.last_run_from, &filters.last_run_to)?;
    if since.is_some() {
        last_run = Some(TimeRange { from: since, to: last_run.and_then(|range| range.to) });
    }
    let statuses = filters.status.iter().map(|text| text.parse()).collect::<Result<Vec<_>, StatusError>>();
    let statuses = statuses.map_err(|error| invalid("--status", error.to_string()))?;

    let terms = [
        filters.name.clone().map(Term::Name),
        filters.name_contains.clone().map(Term::NameContains),
        (!statuses.is_empty()).then_some(Term::Status(statuses)),
        filters.config_mode.as_deref().map(|word| Term::ConfigMode(ConfigMode::from_word(word))),
        filters.creator.clone().map(Term::Creator),
        filters.enterprise_project_id.clone().map(Term::EnterpriseProjectId),
        range("--created", &filters.created, &filters.created_from, &filters.created_to)?.map(Term::Created),
        range("--updated", &filters.updated, &filters.updated_from, &filters.updated_to)?.map(Term::Updated),
        last_run.map(Term::LastRun),
        order(filters.order_by, filters.order)?.map(Term::OrderBy),
        filters.limit.map(Term::Limit),
    ];
    Ok(terms.into_iter().flatten().collect())
}

/// Times begin with the newest and names with the first, unless a direction is given.
fn order(sort: Option<SortKey>, direction: Option<SortDirection>) -> Result<Option<Order>, InvalidArgument> {
    if sort.is_none() && direction.is_none() {
        return Ok(None);
    }
    let reversed = sort.is_some_and(|sort| sort.descending);
    if reversed && direction == Some(SortDirection::Asc) {
        let reason = "asc contradicts the - before the key of --order-by; leave out one of them";
        return Err(invalid("--order", reason));
    }
    let key = sort.map_or(OrderKey::Creation, |sort| sort.key);
    let natural = if reversed || key != OrderKey::Name { Direction::Descending } else { Direction::Ascending };
    Ok(Some(Order { key, direction: direction.map_or(natural, Direction::from) }))
}

/// Returns the key that a query orders by.
pub fn order_of(terms: &[Term]) -> OrderKey {
    let key = terms.iter().find_map(|term| if let Term::OrderBy(order) = term { Some(order.key) } else { None });
    key.unwrap_or(OrderKey::Creation)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use servicestage::types::Status;

    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn clock() -> Clock {
        Clock { zone: TimeZone::UTC, now: Timestamp::UNIX_EPOCH }
    }

    #[test]
    fn no_filter_is_an_empty_query() {
        assert_eq!(terms(&Filters::default(), &clock()), Ok(vec![]));
    }

    #[test]
    fn every_filter_becomes_its_term() {
        let filters = Filters {
            name: text("a"),
            name_contains: text("b"),
            status: vec!["failed".to_owned(), "rolling-back".to_owned(), "6".to_owned()],
            config_mode: text("template"),
            creator: text("c"),
            enterprise_project_id: text("0"),
            created_from: text("1970-01-01"),
            created_to: text("1970-01-01T00:00:01Z"),
            updated_from: text("1970-01-01T00:00:00.005Z"),
            updated_to: None,
            last_run_from: None,
            last_run_to: text("1970-01-01T00:00:00.007Z"),
            order_by: Some(SortKey { key: OrderKey::LastRun, descending: false }),
            order: Some(SortDirection::Asc),
            limit: Some(9),
            ..Filters::default()
        };
        let expected = vec![
            Term::Name("a".to_owned()),
            Term::NameContains("b".to_owned()),
            Term::Status(vec![Status::Failed, Status::RollingBack, Status::Other(6)]),
            Term::ConfigMode(ConfigMode::Template),
            Term::Creator("c".to_owned()),
            Term::EnterpriseProjectId("0".to_owned()),
            Term::Created(TimeRange { from: Some(0), to: Some(1000) }),
            Term::Updated(TimeRange { from: Some(5), to: None }),
            Term::LastRun(TimeRange { from: None, to: Some(7) }),
            Term::OrderBy(Order { key: OrderKey::LastRun, direction: Direction::Ascending }),
            Term::Limit(9),
        ];
        assert_eq!(terms(&filters, &clock()), Ok(expected));
    }

    #[test]
    fn an_order_has_a_natural_direction() {
        let order = |key: Option<OrderKey>, descending, direction| {
            let sort = key.map(|key| SortKey { key, descending });
            order(sort, direction).unwrap().map(|order| (order.key, order.direction))
        };
        let (up, down) = (Direction::Ascending, Direction::Descending);
        assert_eq!(order(Some(OrderKey::Name), false, None), Some((OrderKey::Name, up)));
        assert_eq!(order(Some(OrderKey::Name), true, None), Some((OrderKey::Name, down)));
        assert_eq!(order(Some(OrderKey::Update), false, None), Some((OrderKey::Update, down)));
        assert_eq!(order(Some(OrderKey::Update), true, None), Some((OrderKey::Update, down)));
        assert_eq!(order(None, false, Some(SortDirection::Asc)), Some((OrderKey::Creation, up)));
        assert_eq!(order(None, false, None), None);
    }

    #[test]
    fn a_range_is_that_of_its_ends() {
        let range = |filters: &Filters| terms(filters, &clock()).unwrap();
        let (from, to) = (Some(0), Some(1000));
        let both = Filters { updated: text("1970-01-01..1970-01-01T00:00:01Z"), ..Filters::default() };
        assert_eq!(range(&both), [Term::Updated(TimeRange { from, to })]);
        let since = Filters { since: text("1970-01-01"), ..Filters::default() };
        assert_eq!(range(&since), [Term::LastRun(TimeRange { from, to: None })]);
        let until = Filters { last_run_to: text("1970-01-01T00:00:01Z"), ..since };
        assert_eq!(range(&until), [Term::LastRun(TimeRange { from, to })]);
    }

    #[test]
    fn unreadable_values_are_named_by_flag() {
        let empty = Filters::default;
        for (filters, flag) in [
            (Filters { created_to: text("soon"), ..empty() }, "--created-to"),
            (Filters { created: text("soon"), ..empty() }, "--created"),
            (Filters { updated: text("..soon"), ..empty() }, "--updated"),
            (Filters { last_run: text("soon.."), ..empty() }, "--last-run"),
            (Filters { since: text("soon"), ..empty() }, "--since"),
            (Filters { status: vec!["done".to_owned()], ..empty() }, "--status"),
            (
                Filters {
                    order_by: Some(SortKey { key: OrderKey::Name, descending: true }),
                    order: Some(SortDirection::Asc),
                    ..empty()
                },
                "--order",
            ),
        ] {
            assert_eq!(terms(&filters, &clock()).unwrap_err().argument, flag);
        }
    }
}
