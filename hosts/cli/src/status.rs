//! Statuses as words and numbers.

use std::borrow::Cow;

use servicestage_host::types::Status;

/// The vendor's numbers.
const DOCUMENTED: [(i64, Status); 12] = [
    (1, Status::Initialized),
    (2, Status::Succeeded),
    (3, Status::Failed),
    (4, Status::Releasing),
    (5, Status::PendingApproval),
    (7, Status::Paused),
    (9, Status::Skipped),
    (10, Status::RollingBack),
    (11, Status::RolledBack),
    (12, Status::RollbackFailed),
    (13, Status::Stopping),
    (14, Status::Restarting),
];

/// The WIT's word in snake_case, or the number that has none. What is printed can be typed as `--status`.
pub fn word(status: Status) -> Cow<'static, str> {
    Cow::Borrowed(match status {
        Status::Initialized => "initialized",
        Status::Succeeded => "succeeded",
        Status::Failed => "failed",
        Status::Releasing => "releasing",
        Status::PendingApproval => "pending_approval",
        Status::Paused => "paused",
        Status::Skipped => "skipped",
        Status::RollingBack => "rolling_back",
        Status::RolledBack => "rolled_back",
        Status::RollbackFailed => "rollback_failed",
        Status::Stopping => "stopping",
        Status::Restarting => "restarting",
        Status::Other(number) => return Cow::Owned(number.to_string()),
    })
}

/// Reads a word, with underscores or hyphens, or any number.
pub fn parse(text: &str) -> Result<Status, String> {
    if let Ok(number) = text.parse::<i64>() {
        let documented = DOCUMENTED.iter().find(|(known, _)| *known == number);
        return Ok(documented.map_or(Status::Other(number), |(_, status)| *status));
    }
    let wanted = text.replace('-', "_");
    let mut statuses = DOCUMENTED.iter().map(|(_, status)| *status);
    statuses.find(|status| word(*status) == wanted).ok_or_else(|| {
        let words = DOCUMENTED.map(|(_, status)| word(status));
        format!("{text:?} is no status; give a number or one of {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_as_word_in_both_forms_and_as_number() {
        for (number, status) in DOCUMENTED {
            assert_eq!(parse(&word(status)), Ok(status));
            assert_eq!(parse(&word(status).replace('_', "-")), Ok(status));
            assert_eq!(parse(&number.to_string()), Ok(status));
        }
        assert_eq!(parse("6"), Ok(Status::Other(6)));
        assert_eq!(parse("-1"), Ok(Status::Other(-1)));
        assert!(parse("done").unwrap_err().contains("rolling_back"));
        assert!(parse("").is_err());
    }

    #[test]
    fn the_words_are_those_of_the_json_form() {
        for (_, status) in DOCUMENTED {
            assert_eq!(serde_json::to_value(status).unwrap(), word(status).as_ref());
        }
    }
}
