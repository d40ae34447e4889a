//! Where a release task stands and how it is deployed: types, the vendor's numbers, and words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
#[cfg(feature = "wasmtime")]
use wasmtime::component::{ComponentType, Lift, Lower};

use crate::text::{self, quoted};

/// The configuration modes that the vendor documents.
pub const CONFIG_MODES: [&str; 2] = ["ui", "template"];

/// The statuses that the vendor documents, in the order of their numbers. The vendor leaves out 6 and 8.
const DOCUMENTED: [Status; 12] = [
    Status::Initialized,
    Status::Succeeded,
    Status::Failed,
    Status::Releasing,
    Status::PendingApproval,
    Status::Paused,
    Status::Skipped,
    Status::RollingBack,
    Status::RolledBack,
    Status::RollbackFailed,
    Status::Stopping,
    Status::Restarting,
];

/// Where a release task stands. As text it is a word, or the number of a status that has no word.
///
/// ```
/// use model::status::Status;
///
/// let status: Status = "rolling-back".parse()?;
/// assert_eq!((status, status.to_string()), (Status::RollingBack, "rolling_back".to_owned()));
/// assert_eq!("6".parse::<Status>()?, Status::Other(6));
/// assert_eq!(Status::Other(6).to_string(), "6");
/// # Ok::<(), model::status::StatusError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift, Lower), component(variant))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum Status {
    #[cfg_attr(feature = "wasmtime", component(name = "initialized"))]
    Initialized,
    #[cfg_attr(feature = "wasmtime", component(name = "succeeded"))]
    Succeeded,
    #[cfg_attr(feature = "wasmtime", component(name = "failed"))]
    Failed,
    #[cfg_attr(feature = "wasmtime", component(name = "releasing"))]
    Releasing,
    #[cfg_attr(feature = "wasmtime", component(name = "pending-approval"))]
    PendingApproval,
    #[cfg_attr(feature = "wasmtime", component(name = "paused"))]
    Paused,
    #[cfg_attr(feature = "wasmtime", component(name = "skipped"))]
    Skipped,
    #[cfg_attr(feature = "wasmtime", component(name = "rolling-back"))]
    RollingBack,
    #[cfg_attr(feature = "wasmtime", component(name = "rolled-back"))]
    RolledBack,
    #[cfg_attr(feature = "wasmtime", component(name = "rollback-failed"))]
    RollbackFailed,
    #[cfg_attr(feature = "wasmtime", component(name = "stopping"))]
    Stopping,
    #[cfg_attr(feature = "wasmtime", component(name = "restarting"))]
    Restarting,
    #[cfg_attr(feature = "wasmtime", component(name = "other"))]
    Other(i64),
}

/// How a release task is deployed.
///
/// ```
/// use model::status::ConfigMode;
///
/// assert_eq!(ConfigMode::from_word("ui"), ConfigMode::Ui);
/// assert_eq!(ConfigMode::from_word("helm").word(), "helm");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wasmtime", derive(ComponentType, Lift, Lower), component(variant))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "documented in the WIT")]
pub enum ConfigMode {
    #[cfg_attr(feature = "wasmtime", component(name = "ui"))]
    Ui,
    #[cfg_attr(feature = "wasmtime", component(name = "template"))]
    Template,
    #[cfg_attr(feature = "wasmtime", component(name = "other"))]
    Other(String),
}

/// A text that is neither a status nor a number. The message shows the text, the nearest word and all words.
///
/// ```
/// use model::status::Status;
///
/// let error = "faild".parse::<Status>().unwrap_err();
/// assert!(error.to_string().starts_with(r#""faild" is not a status; did you mean `failed`?"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusError(String);

impl Status {
    /// Returns the status for the vendor's number.
    #[must_use]
    pub fn from_number(number: i64) -> Self {
        DOCUMENTED.iter().copied().find(|status| status.number() == number).unwrap_or(Self::Other(number))
    }

    /// Returns the status for a word, with underscores or hyphens.
    ///
    /// ```
    /// use model::status::Status;
    ///
    /// assert_eq!(Status::from_word("pending_approval"), Some(Status::PendingApproval));
    /// assert_eq!(Status::from_word("5"), None);
    /// ```
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.replace('-', "_");
        DOCUMENTED.iter().copied().find(|status| status.word() == Some(&word))
    }

    /// Returns the vendor's number.
    #[must_use]
    pub fn number(self) -> i64 {
        self.number_and_word().0
    }

    /// Returns the word, with underscores. Returns none if the vendor does not document the number.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        self.number_and_word().1
    }

    /// Returns the same status, also where a caller wrote a documented number as `Other`.
    #[must_use]
    pub fn normal(self) -> Self {
        Self::from_number(self.number())
    }

    /// Returns whether a release task keeps this status until somebody starts it again. The vendor documents only the
    /// numbers, so this table is this project's own. A number that is not documented is not final.
    ///
    /// ```
    /// use model::status::Status;
    ///
    /// assert!(Status::Failed.is_final());
    /// assert!(!Status::Paused.is_final());
    /// assert!(!Status::Other(6).is_final());
    /// ```
    #[must_use]
    pub fn is_final(self) -> bool {
        match self.normal() {
            Self::Succeeded | Self::Failed | Self::Skipped | Self::RolledBack | Self::RollbackFailed => true,
            Self::Initialized
            | Self::Releasing
            | Self::PendingApproval
            | Self::Paused
            | Self::RollingBack
            | Self::Stopping
            | Self::Restarting
            | Self::Other(_) => false,
        }
    }

    fn number_and_word(self) -> (i64, Option<&'static str>) {
        match self {
            Self::Initialized => (1, Some("initialized")),
            Self::Succeeded => (2, Some("succeeded")),
            Self::Failed => (3, Some("failed")),
            Self::Releasing => (4, Some("releasing")),
            Self::PendingApproval => (5, Some("pending_approval")),
            Self::Paused => (7, Some("paused")),
            Self::Skipped => (9, Some("skipped")),
            Self::RollingBack => (10, Some("rolling_back")),
            Self::RolledBack => (11, Some("rolled_back")),
            Self::RollbackFailed => (12, Some("rollback_failed")),
            Self::Stopping => (13, Some("stopping")),
            Self::Restarting => (14, Some("restarting")),
            Self::Other(number) => (number, None),
        }
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

/// Returns the words of all documented statuses, in the order of their numbers.
///
/// ```
/// assert!(model::status::words().any(|word| word == "rolling_back"));
/// ```
pub fn words() -> impl Iterator<Item = &'static str> {
    DOCUMENTED.iter().copied().filter_map(Status::word)
}

/// Returns the documented word that is most similar to a mistyped one. Returns none if no word is similar.
///
/// ```
/// use model::status::nearest;
///
/// assert_eq!(nearest("faild"), Some("failed"));
/// assert_eq!(nearest("Rolling-Bakc"), Some("rolling_back"));
/// assert_eq!(nearest("done"), None);
/// ```
#[must_use]
pub fn nearest(word: &str) -> Option<&'static str> {
    text::nearest(&word.trim_ascii().to_ascii_lowercase().replace('-', "_"), words())
}

impl FromStr for Status {
    type Err = StatusError;

    fn from_str(text: &str) -> Result<Self, StatusError> {
        let number = || text.parse().ok().map(Self::from_number);
        Self::from_word(text).or_else(number).ok_or_else(|| StatusError(text.to_owned()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.word() {
            Some(word) => f.write_str(word),
            None => write!(f, "{}", self.number()),
        }
    }
}

impl fmt::Display for StatusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a status;", quoted(&self.0))?;
        if let Some(near) = nearest(&self.0) {
            write!(f, " did you mean `{near}`?")?;
        }
        write!(f, " write a number or one of {}", words().collect::<Vec<_>>().join(", "))
    }
}

impl std::error::Error for StatusError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Row {
        number: i64,
        word: Option<String>,
        #[serde(rename = "final")]
        is_final: bool,
    }

    #[test]
    fn numbers_words_and_finality_are_those_of_the_table_that_every_host_reads() {
        let rows: Vec<Row> = serde_json::from_str(include_str!("../../tests/vectors/statuses.json")).unwrap();
        for Row { number, word, is_final } in &rows {
            let status = Status::from_number(*number);
            assert_eq!((status.word(), status.is_final()), (word.as_deref(), *is_final), "{number}");
            assert_eq!(Status::Other(*number).is_final(), *is_final, "{number}");
        }
        let listed = |status: &Status| rows.iter().any(|row| row.number == status.number());
        assert!(DOCUMENTED.iter().all(listed), "a documented status is missing in the table");
    }
}
