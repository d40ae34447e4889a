//! Reads a fixture.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::{Context, Result, ensure};
use component_runtime::http::HttpError;
use serde::{Deserialize, Serialize};
use servicestage::types::{Connection, Term};

use crate::raw::{Request, Response};

/// How many bytes of a response are sent at once where a case does not say it.
const CHUNK_BYTES: usize = 64 * 1024;

/// A fixture.
#[derive(Debug)]
pub struct Case {
    /// The folder's name.
    pub name: String,
    /// The purpose of the case, in a sentence.
    pub shows: String,
    /// The function that is called.
    pub operation: Operation,
    /// With which connection.
    pub connection: Connection,
    /// With which query; empty for `find-project`.
    pub query: Vec<Term>,
    /// When the call begins.
    pub clock: SystemTime,
    /// Headers of a request that must be there, with any value.
    pub vary: Vec<String>,
    /// The requests and their answers.
    pub exchanges: Vec<Exchange>,
    /// The listing, project or error that comes of it.
    pub expected: serde_json::Value,
}

/// The function that a case calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    /// `list-pipelines`, and `list-pipelines-json` with the same result.
    ListPipelines,
    /// `find-project`.
    FindProject,
}

/// One request and its outcome.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The request that the component must send.
    pub request: Request,
    /// The answer to it.
    pub answer: Answer,
}

/// The outcome of a request.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A server answers.
    Response {
        /// With this.
        response: Response,
        /// In pieces of this many bytes.
        chunk_bytes: usize,
        /// After this many milliseconds.
        delay_ms: u64,
        /// Stopping for this many milliseconds before the last byte.
        pause_ms: u64,
        /// Whether it closes the connection when all is sent; a server that does not leaves it open.
        close: bool,
    },
    /// The request fails before there is a response.
    Fault(Fault),
}

/// How a request can fail before there is a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "named as the error codes of wasi:http")]
pub enum Fault {
    HttpRequestDenied,
    DnsError,
    ConnectionRefused,
    ConnectionTerminated,
    ConnectionTimeout,
    TlsCertificateError,
}

impl Answer {
    /// A response at once and in one piece, after which the connection ends.
    #[must_use]
    pub fn of(response: Response) -> Self {
        Self::Response { response, chunk_bytes: CHUNK_BYTES, delay_ms: 0, pause_ms: 0, close: true }
    }
}

impl Fault {
    /// Each of them.
    pub const ALL: [Self; 6] = [
        Self::HttpRequestDenied,
        Self::DnsError,
        Self::ConnectionRefused,
        Self::ConnectionTerminated,
        Self::ConnectionTimeout,
        Self::TlsCertificateError,
    ];

    /// The error that the component sees.
    #[must_use]
    pub fn error(self) -> HttpError {
        match self {
            Self::HttpRequestDenied => HttpError::HttpRequestDenied,
            Self::DnsError => HttpError::DnsError { rcode: Some("NXDOMAIN".to_owned()), info_code: None },
            Self::ConnectionRefused => HttpError::ConnectionRefused,
            Self::ConnectionTerminated => HttpError::ConnectionTerminated,
            Self::ConnectionTimeout => HttpError::ConnectionTimeout,
            Self::TlsCertificateError => HttpError::TlsCertificateError,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseToml {
    shows: String,
    #[serde(default = "list_pipelines")]
    operation: Operation,
    clock: String,
    #[serde(default)]
    vary: Vec<String>,
    #[serde(default)]
    query: Vec<Term>,
    connection: Connection,
    #[serde(default)]
    exchange: Vec<ExchangeToml>,
}

/// How an exchange differs from a server that answers at once and in one piece.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ExchangeToml {
    fault: Option<Fault>,
    chunk_bytes: Option<usize>,
    delay_ms: u64,
    pause_ms: u64,
    keep_open: bool,
}

fn list_pipelines() -> Operation {
    Operation::ListPipelines
}

impl Case {
    /// Reads the fixture in a folder.
    ///
    /// # Errors
    /// A file is missing, too many, or not in its form.
    pub fn read(folder: &Path) -> Result<Self> {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Self::read_named(name, folder).with_context(|| format!("the fixture {}", folder.display()))
    }

    fn read_named(name: String, folder: &Path) -> Result<Self> {
        let file: CaseToml = toml::from_str(&text(&folder.join("case.toml"))?).context("case.toml")?;
        let expected = serde_json::from_str(&text(&folder.join("expected.json"))?).context("expected.json")?;
        Ok(Self {
            name,
            shows: file.shows,
            operation: file.operation,
            connection: file.connection,
            query: file.query,
            clock: time(&file.clock)?,
            vary: file.vary,
            exchanges: exchanges(folder, file.exchange)?,
            expected,
        })
    }
}

/// The folders of all fixtures, sorted by name.
///
/// # Errors
/// The folder cannot be read.
pub fn folders() -> Result<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures");
    let mut folders = fs::read_dir(&root)
        .with_context(|| root.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    folders.sort();
    Ok(folders)
}

/// Reads the exchanges in a folder, which holds their files, `case.toml` and `expected.json` and no other.
pub(crate) fn exchanges(folder: &Path, manners: Vec<ExchangeToml>) -> Result<Vec<Exchange>> {
    let mut exchanges = Vec::new();
    let mut manners = manners.into_iter();
    while let Some(exchange) = exchange(folder, exchanges.len() + 1, &mut manners)? {
        exchanges.push(exchange);
    }
    ensure!(manners.next().is_none(), "case.toml describes more exchanges than there are requests");
    let known = 2 + exchanges.iter().map(|exchange| if has_response(exchange) { 2 } else { 1 }).sum::<usize>();
    let files = fs::read_dir(folder)?.count();
    ensure!(files == known, "the folder holds {files} files, and the case has {known}");
    Ok(exchanges)
}

/// Reads the time of a case, such as `2025-01-01T08:30:00Z`.
pub(crate) fn time(clock: &str) -> Result<SystemTime> {
    let time: jiff::Timestamp = clock.parse().context("case.toml: clock")?;
    Ok(SystemTime::UNIX_EPOCH + time.duration_since(jiff::Timestamp::UNIX_EPOCH).unsigned_abs())
}

fn exchange(
    folder: &Path,
    number: usize,
    manners: &mut impl Iterator<Item = ExchangeToml>,
) -> Result<Option<Exchange>> {
    let request = folder.join(format!("request-{number}.http"));
    if !request.exists() {
        return Ok(None);
    }
    let manner = manners.next().unwrap_or_default();
    let response = folder.join(format!("response-{number}.http"));
    let answer = match manner.fault {
        Some(fault) => Answer::Fault(fault),
        None => Answer::Response {
            response: Response::parse(&fs::read(&response).with_context(|| response.display().to_string())?)
                .with_context(|| response.display().to_string())?,
            chunk_bytes: manner.chunk_bytes.unwrap_or(CHUNK_BYTES),
            delay_ms: manner.delay_ms,
            pause_ms: manner.pause_ms,
            close: !manner.keep_open,
        },
    };
    let request = Request::parse(&text(&request)?).with_context(|| request.display().to_string())?;
    Ok(Some(Exchange { request, answer }))
}

fn has_response(exchange: &Exchange) -> bool {
    matches!(exchange.answer, Answer::Response { .. })
}

pub(crate) fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| file.display().to_string())
}
