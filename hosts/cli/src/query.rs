//! From flags to the component's terms. What is readable is passed on: whether it makes sense, the component judges.

use jiff::tz::TimeZone;
use model::status::StatusError;
use servicestage::error::InvalidArgument;
use servicestage::types::{ConfigMode, Direction, Order, OrderKey, Term, TimeRange};

use crate::filters::{Filters, Key, Way};
use crate::report::invalid;
use crate::time;

/// A term for each filter that is given.
pub fn terms(filters: &Filters, zone: &TimeZone) -> Result<Vec<Term>, InvalidArgument> {
    let range = |name: &str, from: &Option<String>, to: &Option<String>| -> Result<_, InvalidArgument> {
        let read = |end: &str, text: &Option<String>| {
            let read = text.as_deref().map(|text| time::parse(text, zone)).transpose();
            read.map_err(|reason| invalid(&format!("{name}.{end}"), reason))
        };
        let range = TimeRange { from: read("from", from)?, to: read("to", to)? };
        Ok((range.from.is_some() || range.to.is_some()).then_some(range))
    };
    let statuses = filters.status.iter().map(|text| text.parse()).collect::<Result<Vec<_>, StatusError>>();
    let statuses = statuses.map_err(|error| invalid("status", error.to_string()))?;

    let terms = [
        filters.name.clone().map(Term::Name),
        filters.name_contains.clone().map(Term::NameContains),
        (!statuses.is_empty()).then_some(Term::Status(statuses)),
        filters.config_mode.as_deref().map(|word| Term::ConfigMode(ConfigMode::from_word(word))),
        filters.creator.clone().map(Term::Creator),
        filters.enterprise_project_id.clone().map(Term::EnterpriseProjectId),
        range("created", &filters.created_from, &filters.created_to)?.map(Term::Created),
        range("updated", &filters.updated_from, &filters.updated_to)?.map(Term::Updated),
        range("last-run", &filters.last_run_from, &filters.last_run_to)?.map(Term::LastRun),
        order(filters.order_by, filters.order).map(Term::OrderBy),
        filters.limit.map(Term::Limit),
    ];
    Ok(terms.into_iter().flatten().collect())
}

/// Times begin with the newest and names with the first, unless a direction is given.
fn order(key: Option<Key>, way: Option<Way>) -> Option<Order> {
    if key.is_none() && way.is_none() {
        return None;
    }
    let key = key.map_or(OrderKey::Creation, OrderKey::from);
    let natural = if key == OrderKey::Name { Direction::Ascending } else { Direction::Descending };
    Some(Order { key, direction: way.map_or(natural, Direction::from) })
}

#[cfg(test)]
mod tests {
    use servicestage::types::Status;

    use super::*;

    fn text(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn no_filter_is_an_empty_query() {
        assert_eq!(terms(&Filters::default(), &TimeZone::UTC), Ok(vec![]));
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
            updated_from: text("5"),
            updated_to: None,
            last_run_from: None,
            last_run_to: text("7"),
            order_by: Some(Key::LastRun),
            order: Some(Way::Asc),
            limit: Some(9),
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
        assert_eq!(terms(&filters, &TimeZone::UTC), Ok(expected));
    }

    #[test]
    fn an_order_has_a_natural_direction() {
        let order = |key, way| order(key, way).map(|order| (order.key, order.direction));
        assert_eq!(order(Some(Key::Name), None), Some((OrderKey::Name, Direction::Ascending)));
        assert_eq!(order(Some(Key::Update), None), Some((OrderKey::Update, Direction::Descending)));
        assert_eq!(order(None, Some(Way::Asc)), Some((OrderKey::Creation, Direction::Ascending)));
        assert_eq!(order(None, None), None);
    }

    #[test]
    fn what_cannot_be_read_names_the_argument() {
        let created = Filters { created_to: text("soon"), ..Filters::default() };
        assert_eq!(terms(&created, &TimeZone::UTC).unwrap_err().argument, "created.to");
        let status = Filters { status: vec!["done".to_owned()], ..Filters::default() };
        assert_eq!(terms(&status, &TimeZone::UTC).unwrap_err().argument, "status");
    }
}
