//! Finds one release task in a listing. Pure.

use model::error::message;
use model::listing::ids;
use model::text::quoted;
use servicestage::error::{Error, ErrorKind, InvalidArgument};
use servicestage::{Listing, Pipeline};

/// The operation that an error names as failed.
const OPERATION: &str = "get";

/// Returns the one release task of a listing that is wanted. Fails if no task or several are.
pub fn one(
    listing: Listing,
    argument: &str,
    value: &str,
    wanted: impl Fn(&Pipeline) -> bool,
) -> Result<Pipeline, Box<Error>> {
    let Listing { pipelines, request_id, attempts, .. } = listing;
    let mut found: Vec<Pipeline> = pipelines.into_iter().filter(|task| wanted(task)).collect();
    let error = match found.len() {
        1 => return found.pop().ok_or_else(|| Box::new(missing(argument, value))),
        0 => missing(argument, value),
        _ => several(&found, argument, value),
    };
    Err(Box::new(Error { request_id, attempts, ..error }))
}

fn missing(argument: &str, value: &str) -> Error {
    let why = format!("There is no release task with the {argument} {}.", quoted(value));
    let next = "Check the name and the project, or list the release tasks.";
    let message = message(OPERATION, "the release task was not found", &why, next);
    Error::unsent(OPERATION, ErrorKind::NotFound, message)
}

fn several(found: &[Pipeline], argument: &str, value: &str) -> Error {
    let reason = format!(
        "{} release tasks have the {argument} {}, and the ids {}; pass one of the ids",
        found.len(),
        quoted(value),
        ids(found)
    );
    let invalid = InvalidArgument::new(argument, reason);
    let message = invalid.message(OPERATION);
    Error::unsent(OPERATION, ErrorKind::InvalidArgument(invalid), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(ids: &[&str]) -> Listing {
        let pipelines = ids.iter().map(|id| Pipeline {
            id: (*id).to_owned(),
            name: Some("shop".to_owned()),
            ..Pipeline::default()
        });
        let total = u32::try_from(ids.len()).unwrap();
        Listing {
            pipelines: pipelines.collect(),
            total,
            matched: total,
            truncated: false,
            request_id: Some("r".to_owned()),
            attempts: 2,
        }
    }

    #[test]
    fn the_only_one_is_found() {
        assert_eq!(one(listing(&["a", "b"]), "id", "b", |task| task.id == "b").unwrap().id, "b");
    }

    #[test]
    fn none_and_several_are_errors_that_keep_what_is_known_of_the_request() {
        let none = one(listing(&["a"]), "id", "b", |task| task.id == "b").unwrap_err();
        assert_eq!((&none.kind, none.request_id.as_deref(), none.attempts), (&ErrorKind::NotFound, Some("r"), 2));
        let several = one(listing(&["a", "b"]), "name", "shop", |_| true).unwrap_err();
        let ErrorKind::InvalidArgument(invalid) = &several.kind else { panic!("{several:?}") };
        assert_eq!(invalid.argument, "name");
        assert!(invalid.reason.contains("\"a\", \"b\""), "{}", invalid.reason);
        assert!(!several.message.contains("nothing was sent"), "{}", several.message);
    }
}
