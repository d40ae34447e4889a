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

use serde::{Deserialize, Serialize};

use super::{ParseError, Version};

pub use model::request::Need;

/// The name of the custom section that holds a component's declaration.
pub const SECTION: &str = "network-needs";

/// The requests that a component needs. The default is nothing.
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
    /// The bytes are not a component, or what it declares cannot be read.
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
    /// The text is not a declaration.
    pub fn from_json(text: &str) -> Result<Self, ParseError> {
        serde_json::from_str(text).map_err(|error| ParseError(format!("the declaration cannot be read: {error}")))
    }

    /// Returns the requests that it declares.
    #[must_use]
    pub fn needs(&self) -> &[Need] {
        &self.requests
    }
}
