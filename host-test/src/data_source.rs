//! Reads a fixture of a data source, whatever component it belongs to.
//!
//! It has the files of every fixture. Its `case.toml` says which source is read, with which values:
//!
//! ```toml
//! shows = "The rates of a day are listed."
//! clock = "2026-01-02T03:04:05Z"
//! source = "rates"
//! vary = ["user-agent"]
//!
//! [provider]
//! token = "example-token"
//!
//! [arguments]
//! base = "EUR"
//! ```
//!
//! Without `clock`, calls begin at 2025-01-01T00:00:00Z. A number with more digits than a double holds is written as
//! text. Each `[[exchange]]` says how an exchange differs from a server that answers at once, as in other fixtures.
//!
//! Its `expected.json` holds the computed attributes in `reading`, unless the read fails, and what is reported in
//! `diagnostics`:
//!
//! ```json
//! {
//!   "reading": {"rates": [{"currency": "USD", "rate": 1.0843}]},
//!   "diagnostics": [{"severity": "warning", "summary": "The rates are old", "detail": "", "path": "date"}]
//! }
//! ```

use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::case::{self, Exchange, ExchangeToml};

/// The time at which calls begin where a case does not say it.
const CLOCK: &str = "2025-01-01T00:00:00Z";

/// A fixture of a data source.
///
/// ```
/// use std::fs;
///
/// use host_test::data_source::SourceCase;
///
/// let folder = std::env::temp_dir().join("a_thing_is_read");
/// fs::create_dir_all(&folder).unwrap();
/// let case = "shows = \"A thing is read.\"\nsource = \"thing\"\n[arguments]\nname = \"oak\"\n";
/// fs::write(folder.join("case.toml"), case).unwrap();
/// fs::write(folder.join("expected.json"), r#"{"reading": {"zone": "here"}}"#).unwrap();
///
/// let case = SourceCase::read(&folder).unwrap();
/// assert_eq!((case.name.as_str(), case.source.as_str()), ("a_thing_is_read", "thing"));
/// assert_eq!(case.arguments["name"], "oak");
/// # fs::remove_dir_all(folder).unwrap();
/// ```
#[derive(Debug)]
pub struct SourceCase {
    /// The folder's name.
    pub name: String,
    /// The purpose of the case, in a sentence.
    pub shows: String,
    /// When the call begins.
    pub clock: SystemTime,
    /// The name of the data source, without the provider's.
    pub source: String,
    /// The provider's configuration.
    pub provider: Map<String, Value>,
    /// The arguments of the data source.
    pub arguments: Map<String, Value>,
    /// The headers of a request that must be there, with any value.
    pub vary: Vec<String>,
    /// The requests and their answers, in order.
    pub exchanges: Vec<Exchange>,
    /// The expected result.
    pub expected: Expected,
}

/// The expected result of a read. [`SourceCase`] has an example.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The computed attributes as JSON, with every digit. None: the read fails.
    pub reading: Option<Box<RawValue>>,
    /// The errors and warnings, in order.
    #[serde(default)]
    pub diagnostics: Vec<ExpectedDiagnostic>,
}

/// An expected error or warning. [`SourceCase`] has an example.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedDiagnostic {
    /// `error` or `warning`.
    pub severity: String,
    /// The problem, in a line.
    pub summary: String,
    /// More about it.
    #[serde(default)]
    pub detail: String,
    /// The path of the argument that it is about, such as `rules[0].port`. Empty: it is about no single one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    shows: String,
    clock: Option<String>,
    source: String,
    #[serde(default)]
    provider: Map<String, Value>,
    #[serde(default)]
    arguments: Map<String, Value>,
    #[serde(default)]
    vary: Vec<String>,
    #[serde(default)]
    exchange: Vec<ExchangeToml>,
}

impl SourceCase {
    /// Reads the fixture in a folder.
    ///
    /// # Errors
    /// A file is missing, too many, or not in its form.
    pub fn read(folder: &Path) -> Result<Self> {
        let file: File = toml::from_str(&case::text(&folder.join("case.toml"))?).context("case.toml")?;
        let expected = serde_json::from_str(&case::text(&folder.join("expected.json"))?).context("expected.json")?;
        Ok(Self {
            name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            shows: file.shows,
            clock: case::time(file.clock.as_deref().unwrap_or(CLOCK))?,
            source: file.source,
            provider: file.provider,
            arguments: file.arguments,
            vary: file.vary,
            exchanges: case::exchanges(folder, file.exchange)?,
            expected,
        })
    }
}
