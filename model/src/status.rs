//! The words for the statuses and the configuration modes of a release task, which the vendor sends as numbers and
//! words.

use std::fmt;
use std::str::FromStr;

use crate::text::quoted;

/// The configuration modes that the vendor documents.
pub const CONFIG_MODES: [&str; 2] = ["ui", "template"];

/// The statuses that the vendor documents: its number, and the word for it here. The vendor leaves out 6 and 8.
const DOCUMENTED: [(i64, &str); 12] = [
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

/// A status, by the vendor's number. As text it is a word, or the number that has none.
///
/// ```
/// use model::status::Status;
///
/// let status: Status = "rolling-back".parse()?;
/// assert_eq!((status, status.to_string()), (Status(10), "rolling_back".to_owned()));
/// assert_eq!(Status(6).to_string(), "6");
/// assert_eq!("6".parse::<Status>()?, Status(6));
/// # Ok::<(), model::status::NotAStatus>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub i64);

/// A text that is neither a status nor a number. The message shows the text, the nearest word and all words.
///
/// ```
/// use model::status::Status;
///
/// let error = "faild".parse::<Status>().unwrap_err();
/// assert!(error.to_string().starts_with(r#""faild" is not a status; did you mean `failed`?"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAStatus(String);

impl Status {
    /// Returns the status for a word, with underscores or hyphens.
    ///
    /// ```
    /// use model::status::Status;
    ///
    /// assert_eq!(Status::from_word("pending_approval"), Some(Status(5)));
    /// assert_eq!(Status::from_word("5"), None);
    /// ```
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.replace('-', "_");
        DOCUMENTED.iter().find(|(_, known)| *known == word).map(|(number, _)| Self(*number))
    }

    /// Returns the word, with underscores. Returns none if the vendor does not document the number.
    #[must_use]
    pub fn word(self) -> Option<&'static str> {
        DOCUMENTED.iter().find(|(known, _)| *known == self.0).map(|(_, word)| *word)
    }
}

/// Returns the words of all documented statuses, in the order of their numbers.
///
/// ```
/// assert!(model::status::words().any(|word| word == "rolling_back"));
/// ```
pub fn words() -> impl Iterator<Item = &'static str> {
    DOCUMENTED.iter().map(|(_, word)| *word)
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
    // No documented word is nearly as long, and the time of a comparison grows with the square of the length.
    if word.len() > 64 {
        return None;
    }
    let word = word.trim_ascii().to_ascii_lowercase().replace('-', "_");
    let likeness = words().map(|known| (strsim::jaro_winkler(&word, known), known));
    let likely = likeness.filter(|(likeness, _)| *likeness >= 0.8);
    likely.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}

impl FromStr for Status {
    type Err = NotAStatus;

    fn from_str(text: &str) -> Result<Self, NotAStatus> {
        let number = || text.parse().ok().map(Self);
        Self::from_word(text).or_else(number).ok_or_else(|| NotAStatus(text.to_owned()))
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.word() {
            Some(word) => f.write_str(word),
            None => write!(f, "{}", self.0),
        }
    }
}

impl fmt::Display for NotAStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} is not a status;", quoted(&self.0))?;
        if let Some(near) = nearest(&self.0) {
            write!(f, " did you mean `{near}`?")?;
        }
        write!(f, " write a number or one of {}", words().collect::<Vec<_>>().join(", "))
    }
}

impl std::error::Error for NotAStatus {}
