//! One read, in the steps that Terraform takes: check the values, configure the provider, read the source.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use component_runtime::policy::Origin;
use terraform_provider_servicestage::{Configuration, DataSources, Diagnostic, Value};

use crate::args::{Form, INVALID, invalid};
use crate::values::{Values, split};
use crate::{open, print};

/// The result of a read: the state, unless one of the diagnostics is an error.
pub struct ReadResult {
    pub state: Option<Value>,
    pub told: Vec<Diagnostic>,
}

/// Reads a source of a component and prints it.
pub fn read(file: &Path, source: &str, values: &[String], endpoints: &[String], form: Form) -> Result<ExitCode> {
    open::block_on(async {
        let sources = open::open(file).await?;
        let written = written(&sources, source, values, endpoints).map_err(|error| invalid(format!("{error:#}")))?;
        let given = match checked(&sources, source, &written) {
            Ok(given) => given,
            Err(told) => {
                print::diagnostics(&told);
                return Ok(ExitCode::from(INVALID));
            }
        };
        let outcome = perform(&sources, source, given, async |provider| sources.configure(provider).await).await;
        print::diagnostics(&outcome.told);
        let Some(object) = sources.schema().sources.get(source).map(|found| &found.object) else {
            return Ok(ExitCode::FAILURE);
        };
        let Some(state) = outcome.state else { return Ok(ExitCode::FAILURE) };
        print::state(object, &state, form)?;
        Ok(ExitCode::SUCCESS)
    })
}

/// The JSON of the provider's configuration and of the arguments.
pub struct WrittenValues {
    pub provider: String,
    pub arguments: String,
}

/// The provider's configuration and the arguments, as the schema allows them.
pub struct CheckedValues {
    provider: Value,
    arguments: Value,
}

/// Checks values by the schema.
///
/// # Errors
/// The faults of both.
pub fn checked(sources: &DataSources, source: &str, written: &WrittenValues) -> Result<CheckedValues, Vec<Diagnostic>> {
    match (sources.provider_values(&written.provider), sources.arguments(source, &written.arguments)) {
        (Ok(provider), Ok(arguments)) => Ok(CheckedValues { provider, arguments }),
        (provider, arguments) => Err([provider.err(), arguments.err()].into_iter().flatten().flatten().collect()),
    }
}

/// Reads the values on the command line.
fn written(sources: &DataSources, source: &str, values: &[String], endpoints: &[String]) -> Result<WrittenValues> {
    let schema = sources.schema();
    let Some(object) = schema.sources.get(source).map(|found| &found.object) else {
        let names: Vec<&str> = schema.sources.keys().map(String::as_str).collect();
        bail!("there is no data source {source:?}: write one of {}", names.join(", "))
    };
    let (mut provider, mut arguments) = (Values::default(), Values::default());
    for value in values {
        let (key, text) = split(value)?;
        match key.strip_prefix("provider.") {
            Some(key) => provider.add(&schema.provider, key, text).context("the provider's configuration")?,
            None => arguments.add(object, key, text)?,
        }
    }
    for endpoint in endpoints {
        let (role, url) = split(endpoint).context("--endpoint")?;
        let roles = schema.roles();
        let Some((_, attribute)) = roles.iter().find(|(known, _)| *known == role) else {
            let known: Vec<&str> = roles.iter().map(|(role, _)| *role).collect();
            bail!("--endpoint: the component has no endpoint {role:?}: write one of {}", known.join(", "))
        };
        // The message does not repeat the URL, which may hold a password.
        if let Err(why) = url.parse::<Origin>() {
            bail!("--endpoint {role}: {why}");
        }
        provider.add(&schema.provider, attribute, url).context("--endpoint")?;
    }
    Ok(WrittenValues { provider: provider.to_json(), arguments: arguments.to_json() })
}

/// Reads a source. A diagnostic of two steps is reported once.
pub async fn perform(
    sources: &DataSources,
    source: &str,
    given: CheckedValues,
    configure: impl AsyncFnOnce(Value) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>>,
) -> ReadResult {
    let mut told = Vec::new();
    let state = steps(sources, source, given, configure, &mut told).await;
    let mut once: Vec<Diagnostic> = Vec::new();
    for diagnostic in told {
        if !once.contains(&diagnostic) {
            once.push(diagnostic);
        }
    }
    ReadResult { state, told: once }
}

/// Returns the state. Returns nothing after the first step that reports an error.
async fn steps(
    sources: &DataSources,
    source: &str,
    given: CheckedValues,
    configure: impl AsyncFnOnce(Value) -> Result<(Configuration, Vec<Diagnostic>), Vec<Diagnostic>>,
    told: &mut Vec<Diagnostic>,
) -> Option<Value> {
    let CheckedValues { provider, arguments } = given;
    told.extend(sources.validate_provider(&provider).await);
    told.extend(sources.validate_arguments(source, &arguments).await.unwrap_or_else(|error| vec![error]));
    if told.iter().any(Diagnostic::is_error) {
        return None;
    }
    let (configuration, reported) = taken(configure(provider).await, told)?;
    told.extend(reported);
    if told.iter().any(Diagnostic::is_error) {
        return None;
    }
    let read = sources.read(&Arc::new(configuration), source, &arguments).await.map_err(|error| vec![error]);
    let (state, reported) = taken(read, told)?;
    told.extend(reported);
    state
}

fn taken<T>(result: Result<T, Vec<Diagnostic>>, told: &mut Vec<Diagnostic>) -> Option<T> {
    result.map_err(|reported| told.extend(reported)).ok()
}
