//! Statuses as words, or as the number of one that has no word: what is read can be written.

use json_text::number;

use crate::pipeline::Status;

/// The status that a word or a number stands for.
pub(super) fn parse(text: &str) -> Option<Status> {
    Status::from_word(text).or_else(|| number::integer(text).map(Status::from_number))
}

/// The word, or the number of a status that has none.
pub(super) fn word(status: Status) -> String {
    status.word().map_or_else(|| number::decimal(status.number()), str::to_owned)
}
