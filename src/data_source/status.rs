//! Statuses as words, or as the number of one that has no word: what is read can be written.

use json_text::number;

use crate::data_source::diagnostic::Diagnostic;
use crate::pipeline::Status;

/// The status that a word or a number stands for.
///
/// # Errors
/// It is neither.
pub(super) fn parse(text: &str) -> Result<Status, Box<Diagnostic>> {
    match text.parse() {
        Ok(model::status::Status(number)) => Ok(Status::from_number(number)),
        Err(refused) => {
            let refused: model::status::NotAStatus = refused;
            Err(Diagnostic::of_attribute("statuses", &refused.to_string()))
        }
    }
}

/// The word, or the number of a status that has none.
pub(super) fn word(status: Status) -> String {
    status.word().map_or_else(|| number::decimal(status.number()), str::to_owned)
}
