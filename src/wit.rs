//! The types of the interface `pipelines`, as wit-bindgen generates them, and what they know of themselves.

use model::status;

pub use crate::bindings::exports::huaweicloud::servicestage::pipelines::*;

impl Status {
    /// Returns the status for the vendor's number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        match number {
            1 => Self::Initialized,
            2 => Self::Succeeded,
            3 => Self::Failed,
            4 => Self::Releasing,
            5 => Self::PendingApproval,
            7 => Self::Paused,
            9 => Self::Skipped,
            10 => Self::RollingBack,
            11 => Self::RolledBack,
            12 => Self::RollbackFailed,
            13 => Self::Stopping,
            14 => Self::Restarting,
            other => Self::Other(other),
        }
    }

    /// Returns the vendor's number.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Initialized => 1,
            Self::Succeeded => 2,
            Self::Failed => 3,
            Self::Releasing => 4,
            Self::PendingApproval => 5,
            Self::Paused => 7,
            Self::Skipped => 9,
            Self::RollingBack => 10,
            Self::RolledBack => 11,
            Self::RollbackFailed => 12,
            Self::Stopping => 13,
            Self::Restarting => 14,
            Self::Other(number) => number,
        }
    }

    /// Returns the same status, also where a caller wrote a documented number as `other`.
    #[must_use]
    pub fn normal(self) -> Self {
        Self::from_number(self.number())
    }
}

impl From<status::Status> for Status {
    fn from(status: status::Status) -> Self {
        Self::from_number(status.0)
    }
}

/// Its text is the word, or the number of a status that has none.
impl From<Status> for status::Status {
    fn from(status: Status) -> Self {
        Self(status.number())
    }
}

impl ConfigMode {
    /// Returns the mode for the vendor's word.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "ui" => Self::Ui,
            "template" => Self::Template,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Returns the vendor's word.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::Ui => "ui",
            Self::Template => "template",
            Self::Other(word) => word,
        }
    }
}

impl InvalidArgument {
    /// An argument by its name here, and what is wrong with it. The reason must not hold a secret.
    #[must_use]
    pub fn new(argument: &str, reason: impl Into<String>) -> Self {
        Self { argument: argument.to_owned(), reason: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_status_has_a_word_and_its_own_number() {
        for number in -2..20 {
            let status = Status::from_number(number);
            assert_eq!(status.number(), number);
            let word = status::Status::from(status).word();
            assert_eq!(word.is_none(), matches!(status, Status::Other(_)), "{number}");
            if let Some(word) = word {
                assert_eq!(serde_json::to_value(status).ok(), Some(word.into()));
            }
        }
    }
}
