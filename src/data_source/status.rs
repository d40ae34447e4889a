//! Statuses as words, or as the number of one that has no word: what is read can be written.

use crate::pipeline::Status;

const WORDS: [(i64, &str); 12] = [
    (1, "initialized"),
    (2, "succeeded"),
    (3, "failed"),
    (4, "releasing"),
    (5, "pending_approval"),
    (7, "paused"),
    (9, "skipped"),
    (10, "rolling_back"),
    (11, "rolled_back"),
    (12, "rollback_failed"),
    (13, "stopping"),
    (14, "restarting"),
];

/// The status that a word or a number stands for.
pub(super) fn parse(text: &str) -> Option<Status> {
    let number = WORDS.iter().find(|(_, word)| *word == text).map(|(number, _)| *number);
    number.or_else(|| text.parse().ok()).map(Status::from_number)
}

/// The vendor's number.
pub(super) fn number(status: Status) -> i64 {
    match status {
        Status::Other(number) => number,
        // Every documented status is in the table.
        documented => WORDS.iter().find(|(n, _)| Status::from_number(*n) == documented).map_or(0, |(n, _)| *n),
    }
}

/// The word, or the number of a status that has none.
pub(super) fn word(number: i64) -> String {
    WORDS.iter().find(|(n, _)| *n == number).map_or_else(|| number.to_string(), |(_, word)| (*word).to_owned())
}
