//! Finds the one release task that a person or a program names. Pure.

use std::fmt;

use model::error::message;
use model::listing::ids;
use model::text::{nearest, quoted};

use crate::error::{Error, ErrorKind, InvalidArgument};
use crate::query::Query;
use crate::types::{Listing, Pipeline};

/// The operation that an error names as failed.
pub(crate) const OPERATION: &str = "get";

/// The fewest characters of an id that name a release task.
pub const SHORT_ID: usize = 8;

/// The advice for a release task that is missing.
const LOOK: &str = "Check the name and the project, or list the release tasks.";

/// A release task by its id, its name, or the first characters of its id.
///
/// ```no_run
/// use servicestage::{BlockingClient, Client, TaskSelector};
///
/// let client = BlockingClient::new(Client::builder().region("cn-north-4"))?;
/// let task = client.get_pipeline(TaskSelector::Any("4105b37a".to_owned()))?;
/// println!("{} {:?}", task.id, task.name);
/// # Ok::<(), Box<servicestage::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaskSelector {
    /// The id, the name, or the first characters of the id, 8 or more. The first of these that finds a task decides.
    Any(String),
    /// The exact name.
    Name(String),
    /// The id, or the first characters of the id, 8 or more. A whole id goes before the beginning of another one.
    Id(String),
}

/// The property of a release task that a selector is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Property {
    Id,
    Name,
    ShortId,
}

impl TaskSelector {
    /// Returns the query of a listing that holds the task, if it exists.
    pub(crate) fn query(&self) -> Query {
        match self {
            Self::Name(name) => Query::new().name(name),
            // Neither the service nor the component has a condition for the id.
            Self::Any(_) | Self::Id(_) => Query::new(),
        }
    }

    /// Returns the query, if the text is not empty.
    pub(crate) fn checked_query(&self) -> Result<Query, Box<Error>> {
        self.check().map_err(|invalid| Box::new(Error::invalid_argument(OPERATION, invalid)))?;
        Ok(self.query())
    }

    /// Returns the one release task of a listing that matches. Fails if no task does, or several do.
    pub(crate) fn one(&self, listing: Listing) -> Result<Pipeline, Box<Error>> {
        let error = match self.only(&listing.pipelines) {
            Ok(Some(found)) => return Ok(found.clone()),
            Ok(None) => {
                let message = self.not_found(OPERATION, &listing.pipelines, LOOK);
                Error::unsent(OPERATION, ErrorKind::NotFound, message)
            }
            Err(invalid) => {
                let message = invalid.message(OPERATION);
                Error::unsent(OPERATION, ErrorKind::InvalidArgument(invalid), message)
            }
        };
        Err(Box::new(Error { request_id: listing.request_id, attempts: listing.attempts, ..error }))
    }

    /// Refuses an empty text.
    pub(crate) fn check(&self) -> Result<(), InvalidArgument> {
        let (argument, value) = self.argument();
        let what = match self {
            Self::Any(_) => "id or the name",
            Self::Name(_) => "name",
            Self::Id(_) => "id",
        };
        let empty = || InvalidArgument::new(argument, format!("it is empty; pass the {what} of a release task"));
        if value.is_empty() { Err(empty()) } else { Ok(()) }
    }

    /// Returns the release task that matches, if one does. Refuses a text that several tasks match.
    pub(crate) fn only<'a>(&self, tasks: &'a [Pipeline]) -> Result<Option<&'a Pipeline>, InvalidArgument> {
        match self.find(tasks) {
            None => Ok(None),
            Some((property, found)) => match found.as_slice() {
                [task] => Ok(Some(task)),
                several => Err(self.ambiguous(property, several)),
            },
        }
    }

    /// Returns the message for a task that does not exist, with the nearest of the names.
    pub(crate) fn not_found(&self, operation: &str, tasks: &[Pipeline], next: &str) -> String {
        let names = tasks.iter().filter_map(|task| task.name.as_deref());
        let near = nearest(self.argument().1, names).map(|near| format!(" Did you mean {}?", quoted(near)));
        let why = format!("There is no release task {self}.{}", near.unwrap_or_default());
        message(operation, "the release task was not found", &why, next)
    }

    /// Returns the tasks that match, and the property by which they do.
    fn find<'a>(&self, tasks: &'a [Pipeline]) -> Option<(Property, Vec<&'a Pipeline>)> {
        let properties: &[Property] = match self {
            Self::Any(_) => &[Property::Id, Property::Name, Property::ShortId],
            Self::Name(_) => &[Property::Name],
            Self::Id(_) => &[Property::Id, Property::ShortId],
        };
        let value = self.argument().1;
        let matching = |property: Property| tasks.iter().filter(|task| property.matches(task, value)).collect();
        let found = properties.iter().map(|property| (*property, matching(*property)));
        found.into_iter().find(|(_, found): &(_, Vec<_>)| !found.is_empty())
    }

    fn ambiguous(&self, property: Property, found: &[&Pipeline]) -> InvalidArgument {
        let (argument, value) = self.argument();
        let (number, value) = (found.len(), quoted(value));
        let reason = match property {
            Property::Id => format!("{number} release tasks have the id {value}; pass the name of one of them"),
            Property::Name => {
                let ids = ids(found.iter().copied());
                format!("{number} release tasks have the name {value}, and the ids {ids}; pass one of the ids")
            }
            Property::ShortId => {
                let ids = ids(found.iter().copied());
                format!("{number} release tasks have an id that begins with {value}: {ids}; pass one of the ids")
            }
        };
        InvalidArgument::new(argument, reason)
    }

    /// Returns the argument that names the task, and its value.
    fn argument(&self) -> (&'static str, &str) {
        match self {
            Self::Any(task) => ("task", task),
            Self::Name(name) => ("name", name),
            Self::Id(id) => ("id", id),
        }
    }
}

impl fmt::Display for TaskSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (argument, value) = self.argument();
        let properties = if let Self::Any(_) = self { "id or the name" } else { argument };
        write!(f, "with the {properties} {}", quoted(value))
    }
}

impl Property {
    fn matches(self, task: &Pipeline, value: &str) -> bool {
        match self {
            Self::Id => task.id == value,
            Self::Name => task.name.as_deref() == Some(value),
            Self::ShortId => value.chars().count() >= SHORT_ID && task.id.starts_with(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(tasks: &[(&str, &str)]) -> Listing {
        let task = |(id, name): &(&str, &str)| Pipeline {
            id: (*id).to_owned(),
            name: Some((*name).to_owned()),
            ..Pipeline::default()
        };
        let total = u32::try_from(tasks.len()).unwrap();
        Listing {
            pipelines: tasks.iter().map(task).collect(),
            total,
            matched: total,
            truncated: false,
            request_id: Some("r".to_owned()),
            attempts: 2,
        }
    }

    fn selectors(value: &str) -> [TaskSelector; 3] {
        [TaskSelector::Any, TaskSelector::Name, TaskSelector::Id].map(|selector| selector(value.to_owned()))
    }

    #[test]
    fn an_id_goes_before_a_name_and_a_name_before_the_beginning_of_an_id() {
        let listing = listing(&[("0123456789", "a"), ("0123456780", "b"), ("a", "b"), ("x", "01234567")]);
        for (value, any, name, id) in [
            ("a", &["a"][..], &["0123456789"][..], &["a"][..]),
            ("b", &["0123456780", "a"], &["0123456780", "a"], &[]),
            ("01234567", &["x"], &["x"], &["0123456789", "0123456780"]),
            ("012345678", &["0123456789", "0123456780"], &[], &["0123456789", "0123456780"]),
            ("0123456789", &["0123456789"], &[], &["0123456789"]),
            ("0123", &[], &[], &[]),
        ] {
            for (selector, expected) in selectors(value).iter().zip([any, name, id]) {
                let found = selector.find(&listing.pipelines).map(|(_, found)| found).unwrap_or_default();
                let ids: Vec<&str> = found.iter().map(|task| task.id.as_str()).collect();
                assert_eq!(ids, expected, "{selector:?}");
            }
        }
    }

    #[test]
    fn several_tasks_are_refused_with_a_bounded_list_of_ids() {
        let tasks: Vec<(String, &str)> = (0..25).map(|number| (format!("01234567-{number:02}"), "shop")).collect();
        let tasks: Vec<(&str, &str)> = tasks.iter().map(|(id, name)| (id.as_str(), *name)).collect();
        for (value, why) in [("shop", "have the name \"shop\", and"), ("01234567", "begins with \"01234567\": ")] {
            let selector = TaskSelector::Any(value.to_owned());
            let error = selector.one(listing(&tasks)).unwrap_err();
            let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
            assert_eq!((invalid.argument.as_str(), error.attempts), ("task", 2));
            assert!(invalid.reason.starts_with("25 release tasks have") && invalid.reason.contains(why), "{error}");
            assert!(invalid.reason.ends_with("\"01234567-19\" and 5 more; pass one of the ids"), "{error}");
            assert!(!error.message.contains("nothing was sent"), "{error}");
        }
    }

    #[test]
    fn a_task_that_does_not_exist_is_reported_with_the_nearest_name() {
        let error = TaskSelector::Any("shpo".to_owned()).one(listing(&[("1", "shop")])).unwrap_err();
        assert_eq!((&error.kind, error.request_id.as_deref(), error.attempts), (&ErrorKind::NotFound, Some("r"), 2));
        let why = "There is no release task with the id or the name \"shpo\". Did you mean \"shop\"?";
        assert_eq!(error.message.lines().nth(1), Some(why));
        let long = ["n".repeat(100_000), "n".repeat(99_999)];
        let error = TaskSelector::Any(long[0].clone()).one(listing(&[("1", &long[1])])).unwrap_err();
        assert!(!error.message.contains("Did you mean"), "{error}");
    }

    #[test]
    fn an_empty_text_is_refused() {
        for (selector, argument) in selectors("").iter().zip(["task", "name", "id"]) {
            let error = selector.checked_query().unwrap_err();
            let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
            assert_eq!(invalid.argument, argument);
        }
    }
}
