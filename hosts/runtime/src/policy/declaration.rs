//! The needs of a component: the requests it makes, in each role. The crate `model` decides which request is covered.
//!
//! It is JSON, in the section [`SECTION`] of the component. `{}` in a path stands for one segment:
//!
//! ```json
//! {
//!   "version": 1,
//!   "requests": [
//!     {"role": "service", "method": "GET", "path": "/v1/{}/things", "query": ["name"]}
//!   ]
//! }
//! ```

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{ParseError, Version};

pub use model::request::Need;

/// The name of the custom section that holds a component's declaration.
pub const SECTION: &str = "network-needs";

/// The most requests that a declaration may list.
const MOST: usize = 256;

/// The requests that a message shows of each declaration.
const SHOWN: usize = 8;

/// The requests that a component declares. The default is empty.
///
/// ```
/// use component_runtime::Declaration;
///
/// let declaration = Declaration::from_json(
///     r#"{"version": 1, "requests": [{"role": "service", "method": "GET", "path": "/v1/things"}]}"#,
/// ).unwrap();
/// assert!(declaration.needs()[0].covers("GET", "/v1/things"));
/// assert!(!declaration.needs()[0].covers("GET", "/v1/secrets"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    version: Version,
    requests: Vec<Need>,
}

impl Declaration {
    /// Reads the declaration of a component, if it has one. Machine code has no place for it; use [`from_json`](Self::from_json).
    ///
    /// # Errors
    /// The bytes are not a component, or its declaration cannot be read.
    #[cfg(feature = "compile")]
    pub fn of_component(wasm: &[u8]) -> Result<Option<Self>, ParseError> {
        let Some(bytes) = super::section::find(wasm, SECTION)? else { return Ok(None) };
        let text = str::from_utf8(bytes).map_err(|_| {
            ParseError(format!("the component's section {SECTION} is not UTF-8: build the component again"))
        })?;
        Self::from_json(text).map(Some)
    }

    /// Reads a declaration.
    ///
    /// # Errors
    /// The text is not a declaration, or it lists more than 256 requests.
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        let Self { version: Version, requests } = serde_json::from_str(text)
            .map_err(|error| ParseError(format!("the declaration cannot be read: {error}")))?;
        Self::new(requests)
    }

    /// Returns the declaration of these requests.
    ///
    /// # Errors
    /// There are more than 256.
    pub fn new(requests: Vec<Need>) -> Result<Self, ParseError> {
        if requests.len() > MOST {
            let count = requests.len();
            return Err(ParseError(format!("the component declares {count} requests, and may declare {MOST}")));
        }
        Ok(Self { version: Version, requests })
    }

    /// Returns the difference from another declaration, in which neither order nor repetition counts: the requests that
    /// only one of them lists. None: they declare the same.
    ///
    /// ```
    /// use component_runtime::Declaration;
    ///
    /// let of = |path: &str| {
    ///     let request = format!(r#"{{"role": "service", "method": "GET", "path": "{path}"}}"#);
    ///     Declaration::from_json(&format!(r#"{{"version": 1, "requests": [{request}]}}"#))
    /// };
    /// let difference = of("/v1/a")?.difference("the function", &of("/v1/b")?, "the section").unwrap();
    /// assert_eq!(difference, "Only the function declares service: GET /v1/a. Only the section declares service: GET /v1/b.");
    /// assert_eq!(of("/v1/a")?.difference("the function", &of("/v1/a")?, "the section"), None);
    /// # Ok::<(), component_runtime::policy::ParseError>(())
    /// ```
    #[must_use]
    pub fn difference(&self, own: &str, other: &Self, others: &str) -> Option<String> {
        let sides = [(own, self.without(other)), (others, other.without(self))];
        let texts = sides.into_iter().filter(|(_, only)| !only.is_empty()).map(|(side, only)| {
            let mut text = format!(
                "Only {side} declares {}",
                only.iter().take(SHOWN).map(ToString::to_string).collect::<Vec<_>>().join("; ")
            );
            if only.len() > SHOWN {
                let _ = write!(text, " and {} more", only.len() - SHOWN);
            }
            text + "."
        });
        let texts: Vec<String> = texts.collect();
        if texts.is_empty() { None } else { Some(texts.join(" ")) }
    }

    fn without(&self, other: &Self) -> Vec<Need> {
        let mut only = Vec::new();
        for need in &self.requests {
            if !other.requests.iter().any(|known| known.is_same(need)) && !only.contains(need) {
                only.push(need.clone());
            }
        }
        only
    }

    /// Returns the requests.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.requests
    }
}
