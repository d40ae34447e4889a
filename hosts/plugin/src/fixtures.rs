//! Replays fixtures: each read runs in virtual time, with recorded responses instead of a network.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail, ensure};
use component_runtime::printable;
use host_test::data_source::{Expected, ExpectedDiagnostic, SourceCase};
use host_test::replay::Replay;
use serde::Serialize;
use similar::TextDiff;
use terraform_provider_servicestage::{DataSources, Diagnostic, Object, TypeMismatch, Value};

use crate::read::{ReadResult, WrittenValues, checked, perform};
use crate::values::Values;
use crate::{open, print};

/// The folder of the fixtures within an author's folder.
const FIXTURES: &str = "tests/fixtures";

/// The first bytes of a core module.
const MODULE: &[u8; 8] = b"\0asm\x01\0\0\0";

/// Replays all fixtures of a folder. Fails if one fails.
pub fn test(folder: &Path) -> Result<ExitCode> {
    let (component, fixtures) = (component(folder)?, cases(&folder.join(FIXTURES))?);
    let (mut passed, mut failed) = (0, 0);
    // Each has its own clock.
    let mut sources = open::block_on(open::open(&component))?;
    for fixture in fixtures {
        let (title, problems) = match SourceCase::read(&fixture) {
            Ok(case) => {
                sources = sources.at(case.clock);
                let problems = replay(&sources, &case).unwrap_or_else(|error| vec![format!("{error:#}")]);
                (format!("{}: {}", case.name, case.shows), problems)
            }
            Err(error) => (fixture.display().to_string(), vec![format!("{error:#}")]),
        };
        let word = if problems.is_empty() { "ok" } else { "FAILED" };
        print::line(&printable::line(&format!("{word}  {title}")))?;
        if problems.is_empty() {
            passed += 1;
        } else {
            failed += 1;
            print::line(&printable::lines(&problems.join("\n")))?;
        }
    }
    print::line(&format!("{passed} passed, {failed} failed"))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Returns the one component in a folder. Core modules, which some builds leave there, are ignored.
fn component(folder: &Path) -> Result<PathBuf> {
    let named_so = |file: &PathBuf| file.is_file() && file.extension().is_some_and(|ending| ending == "wasm");
    let found = entries(folder)?.into_iter().filter(|file| named_so(file) && !is_module(file));
    match found.collect::<Vec<_>>().as_slice() {
        [component] => Ok(component.clone()),
        [] => bail!("{}: no component *.wasm is in it: build it first", folder.display()),
        several => bail!("{}: {} components *.wasm are in it: leave one", folder.display(), several.len()),
    }
}

fn is_module(file: &Path) -> bool {
    let mut head = [0; 8];
    let read = fs::File::open(file).and_then(|mut file| file.read_exact(&mut head));
    read.is_ok() && head == *MODULE
}

fn cases(folder: &Path) -> Result<Vec<PathBuf>> {
    let cases: Vec<PathBuf> = entries(folder)?.into_iter().filter(|entry| entry.is_dir()).collect();
    ensure!(!cases.is_empty(), "{}: it holds no fixture: make a folder for each case", folder.display());
    Ok(cases)
}

/// Returns the entries of a folder, sorted by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = || format!("{} cannot be read", folder.display());
    let entries = fs::read_dir(folder).with_context(unreadable)?.map(|entry| Ok(entry?.path()));
    let mut entries: Vec<PathBuf> = entries.collect::<Result<_>>().with_context(unreadable)?;
    entries.sort();
    Ok(entries)
}

/// Returns the differences of the read and its requests from the fixture.
fn replay(sources: &DataSources, case: &SourceCase) -> Result<Vec<String>> {
    let schema = sources.schema();
    let Some(object) = schema.sources.get(&case.source).map(|found| &found.object) else {
        bail!("{}: case.toml: the component has no data source {:?}", case.name, case.source)
    };
    let within = || format!("{}: case.toml", case.name);
    let written = WrittenValues {
        provider: Values::of_fixture(&schema.provider, &case.provider).with_context(within)?.to_json(),
        arguments: Values::of_fixture(object, &case.arguments).with_context(within)?.to_json(),
    };
    let key = schema.input("sdk-hmac-sha256", "secret-access-key").and_then(|attribute| case.provider.get(attribute));
    let key = key.and_then(|key| key.as_str()).map(str::to_owned);
    let replay = Arc::new(Replay::new(case.exchanges.clone(), key, case.vary.clone()));
    let answers = Arc::clone(&replay);
    let configure = async |provider| sources.configure_apart(provider, answers).await;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build()?;
    let outcome = match checked(sources, &case.source, &written) {
        Ok(given) => runtime.block_on(perform(sources, &case.source, given, configure)),
        Err(told) => ReadResult { state: None, told },
    };

    let seen = replay.seen();
    let mut problems = seen.problems;
    if !problems.is_empty() {
        problems.extend(seen.sent.iter().map(|sent| format!("sent:\n{sent}")));
    }
    problems.extend(difference(object, &case.expected, &outcome).with_context(|| case.name.clone())?);
    Ok(problems)
}

/// Returns the result of a read in the form of `expected.json`.
#[derive(Serialize)]
struct ComparedResult<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    reading: Option<BTreeMap<&'a str, &'a Value>>,
    diagnostics: &'a [ExpectedDiagnostic],
}

/// Returns a diff if the result is not the expected one. A null that is left out does not count as a difference.
fn difference(object: &Object, expected: &Expected, outcome: &ReadResult) -> Result<Option<String>> {
    let reading = expected.reading.as_ref().map(|json| {
        let unexpected =
            |mismatch: TypeMismatch| anyhow!("expected.json: in `reading`, {} was expected", mismatch.expected);
        Value::from_json(json.get(), object).map_err(unexpected)
    });
    let reading = reading.transpose()?;
    let told: Vec<ExpectedDiagnostic> = outcome.told.iter().map(told).collect();
    let text = |state: Option<&Value>, diagnostics| {
        let shown = ComparedResult { reading: state.map(|state| computed(object, state)), diagnostics };
        serde_json::to_string_pretty(&shown).map(|text| text + "\n")
    };
    let (expected, received) = (text(reading.as_ref(), &expected.diagnostics)?, text(outcome.state.as_ref(), &told)?);
    if expected == received {
        return Ok(None);
    }
    let diff = TextDiff::from_lines(&expected, &received);
    let diff = diff.unified_diff().context_radius(3).header("expected.json", "received").to_string();
    Ok(Some(diff.trim_end().to_owned()))
}

/// Returns the computed attributes that are not null.
fn computed<'a>(object: &'a Object, state: &'a Value) -> BTreeMap<&'a str, &'a Value> {
    let computed = object.attributes.iter().filter(|attribute| attribute.is_computed());
    let members = computed.map(|attribute| (attribute.name.as_str(), state.attribute(&attribute.name)));
    members.filter(|(_, value)| **value != Value::Null).collect()
}

fn told(diagnostic: &Diagnostic) -> ExpectedDiagnostic {
    ExpectedDiagnostic {
        severity: if diagnostic.is_error() { "error" } else { "warning" }.to_owned(),
        summary: diagnostic.summary.clone(),
        detail: diagnostic.detail.clone(),
        path: diagnostic.place(),
    }
}
