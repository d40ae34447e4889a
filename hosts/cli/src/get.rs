//! `servicestage pipelines get`: one release task.

use model::text::quoted;
use servicestage::Query;
use servicestage::error::{Error, ErrorKind, of_host};
use servicestage::types::{Listing, Pipeline};

use crate::args::pipelines::Get;
use crate::forms::Forms;
use crate::output::Printer;
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::time::Clock;
use crate::{call, table, text};

/// The operation that an error names as failed.
const OPERATION: &str = "get";

/// Lists all, as the service knows no other way, and shows the one.
pub fn run(arguments: &Get) -> Result<u8, Box<Error>> {
    let Get { task, call, attempts, print, choice } = arguments;
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let printer = Printer::new(Clock::of_process().map_err(refuse)?.zone, print);
    let forms = Forms::new(OPERATION, &printer, print, choice).map_err(refuse)?;

    let progress = Progress::start("looking the release task up");
    let client = call::client(call, attempts, None, OPERATION)?;
    let listing = call::perform(&client, call, OPERATION, &progress, client.list_pipelines(Query::new()))?;
    match found(&listing.pipelines, task).as_slice() {
        [pipeline] => forms.task(pipeline)?,
        [] => return Err(missing(task, &listing)),
        several => {
            let ids: Vec<String> = several.iter().map(|pipeline| text::line(&pipeline.id)).collect();
            let reason =
                format!("{} names several release tasks; write the id of one: {}", quoted(task), ids.join(", "));
            let invalid = invalid("ID|NAME", reason);
            let message = invalid.message(OPERATION);
            let error = Error::unsent(OPERATION, ErrorKind::InvalidArgument(invalid), message);
            return Err(Box::new(Error { attempts: listing.attempts, ..error }));
        }
    }
    Ok(0)
}

/// An id comes before a name, and a name before the beginning of an id.
fn found<'a>(pipelines: &'a [Pipeline], task: &str) -> Vec<&'a Pipeline> {
    let of =
        |named: &dyn Fn(&Pipeline) -> bool| pipelines.iter().filter(|pipeline| named(pipeline)).collect::<Vec<_>>();
    let ways: [&dyn Fn(&Pipeline) -> bool; 3] =
        [&|pipeline| pipeline.id == task, &|pipeline| pipeline.name.as_deref() == Some(task), &|pipeline| {
            task.chars().count() >= table::SHORT_ID && pipeline.id.starts_with(task)
        }];
    ways.into_iter().map(of).find(|found| !found.is_empty()).unwrap_or_default()
}

fn missing(task: &str, listing: &Listing) -> Box<Error> {
    let message = format!(
        "{OPERATION} failed: the release task does not exist.\nNo release task has the id or the name {}.\nLook at \
         `servicestage pipelines list`, and check region and project.",
        quoted(task)
    );
    let (kind, request_id) = (ErrorKind::NotFound, listing.request_id.clone());
    Box::new(Error { kind, message, request_id, attempts: listing.attempts, ..of_host(OPERATION, "", "") })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(id: &str, name: &str) -> Pipeline {
        Pipeline { id: id.to_owned(), name: Some(name.to_owned()), ..Pipeline::default() }
    }

    #[test]
    fn an_id_comes_before_a_name_and_a_name_before_the_beginning_of_an_id() {
        let tasks = [task("0123456789", "a"), task("0123456780", "b"), task("a", "b"), task("x", "01234567")];
        for (typed, expected) in [
            ("a", &["a"][..]),
            ("b", &["0123456780", "a"]),
            ("01234567", &["x"]),
            ("012345678", &["0123456789", "0123456780"]),
            ("0123456789", &["0123456789"]),
            ("0123", &[]),
            ("", &[]),
        ] {
            let ids: Vec<&str> = found(&tasks, typed).iter().map(|pipeline| pipeline.id.as_str()).collect();
            assert_eq!(ids, expected, "{typed}");
        }
    }
}
