//! `servicestage auth show`: where region, project and credentials come from.

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::{Grant, machine};
use jiff::tz::TimeZone;
use model::text::is_padded;
use serde_json::json;
use servicestage::Authenticator;
use servicestage::credentials::Identity;
use servicestage::credentials::chain::{PartKind, Source};
use servicestage::error::{Error, of_machine};
use servicestage::secret::masked_id;

use crate::args::{Form, Security, Show};
use crate::network::Http;
use crate::output::Printer;
use crate::settings::{Setting, Settings};
use crate::text;

const OPERATION: &str = "auth-show";

/// What is shown in place of a secret.
const HIDDEN: &str = "(hidden)";

/// One line: what it is, what may be shown of it, and where it came from.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    name: &'static str,
    value: Option<String>,
    source: String,
}

/// Prints it.
pub fn show(arguments: &Show) -> Result<(), Box<Error>> {
    let invalid = |invalid| Box::new(Error::invalid_argument(OPERATION, invalid));
    let mut settings = Settings::of_process(&arguments.place, &arguments.identity).map_err(invalid)?;
    if let Identity::Metadata(_) = settings.credentials.identity {
        settings.credentials.identity = ask(settings.credentials.identity.clone())?;
    }
    let rows = rows(&settings);
    let printer = Printer::new(TimeZone::UTC);
    let text = match arguments.output {
        Form::Table => table(&rows),
        Form::Json => printer.json(&json(&rows)),
    };
    printer.print(OPERATION, &text)
}

/// The access key of this cloud server: that there is one is what its user wants to know.
fn ask(metadata: Identity) -> Result<Identity, Box<Error>> {
    let http = Http::of_process(&Security::default())
        .map_err(|invalid| Box::new(Error::invalid_argument(OPERATION, invalid)))?;
    let (own, _) = http.own_layer(&metadata, &Grant::default());
    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| Box::new(of_machine(OPERATION, &explanation)))?;
    let authenticator = Authenticator::new(metadata, own, Arc::new(SystemTime::now));
    tokio.block_on(authenticator.resolve(OPERATION))
}

fn rows(settings: &Settings) -> Vec<Row> {
    let row = |name, Setting { value, source }: &Setting| Row { name, value: value.clone(), source: source.clone() };
    let found = &settings.credentials;
    let place = match &found.source {
        Source::Explicit => "the program".to_owned(),
        Source::Environment => "environment".to_owned(),
        Source::Profile { .. } | Source::Metadata => found.origin(),
    };
    let kind = match &found.identity {
        Identity::AccessKey(key) if key.security_token.is_some() => "temporary access key",
        Identity::AccessKey(_) => "access key",
        Identity::Token(_) => "token",
        Identity::Password(_) => "user and password",
        Identity::Metadata(_) => "metadata",
    };
    let mut rows = vec![
        row("region", &settings.region),
        row("project id", &settings.project_id),
        Row { name: "credentials", value: Some(kind.to_owned()), source: place.clone() },
    ];
    rows.extend(values(&found.identity).into_iter().map(|(kind, name, value)| {
        let part = found.parts.iter().find(|part| part.kind == kind);
        let source = match (part, &found.source) {
            (Some(part), Source::Environment) => part.name.to_owned(),
            (Some(part), _) => format!("{} in {place}", part.name),
            (None, _) => place.clone(),
        };
        Row { name, value: Some(value), source }
    }));
    rows
}

/// What may be shown of each part. Names of people and accounts are no secrets, and not shown either.
fn values(identity: &Identity) -> Vec<(PartKind, &'static str, String)> {
    let hidden = |kind, name| (kind, name, HIDDEN.to_owned());
    match identity {
        Identity::AccessKey(key) => {
            let mut values = vec![
                (PartKind::AccessKeyId, "access key id", masked_id(&key.id)),
                hidden(PartKind::SecretAccessKey, "secret access key"),
            ];
            values.extend(key.security_token.is_some().then(|| hidden(PartKind::SecurityToken, "security token")));
            values
        }
        Identity::Token(_) => vec![hidden(PartKind::Token, "token")],
        Identity::Password(_) => vec![
            hidden(PartKind::UserName, "user name"),
            hidden(PartKind::Password, "password"),
            hidden(PartKind::DomainName, "domain name"),
        ],
        Identity::Metadata(_) => Vec::new(),
    }
}

fn table(rows: &[Row]) -> String {
    let value = |row: &Row| seen(row.value.as_deref().unwrap_or("-"));
    let width = rows.iter().map(|row| value(row).chars().count()).max().unwrap_or(0);
    let line = |row: &Row| format!("{:<17}  {:<width$}  {}\n", row.name, value(row), seen(&row.source));
    rows.iter().map(line).collect()
}

/// Returns the text as it is, or quoted and escaped if part of it could not be seen.
fn seen(text: &str) -> String {
    if is_padded(text) || text::line(text) != text { format!("{text:?}") } else { text.to_owned() }
}

fn json(rows: &[Row]) -> String {
    let entry = |row: &Row| {
        let name = row.name.replace(' ', "_");
        (name, json!({ "value": row.value, "source": row.source }))
    };
    serde_json::Value::Object(rows.iter().map(entry).collect()).to_string()
}
