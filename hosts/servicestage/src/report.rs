//! Where region, project and credentials came from, with values masked.

use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::credentials::Identity;
use crate::credentials::chain::{PartKind, ResolvedCredentials, Source};
use crate::environment::Environment;
use crate::secret::masked_id;
use crate::settings::{self, Arguments, Setting, SettingSource, Settings};

/// The text in place of a secret.
const HIDDEN: &str = "(hidden)";

/// Where region, project and credentials came from. As text it has a line for each. As JSON it is an object that maps
/// `region`, `project_id`, `credentials` and the parts of the credentials to `value` and `source`. No secret is in it.
///
/// ```
/// use servicestage::settings::{Arguments, Settings};
/// use servicestage::{Environment, Report};
///
/// let environment = Environment::of(|name| (name == "HW_AUTH_TOKEN").then(|| "hush".to_owned()), None);
/// let settings = Settings::resolve(Arguments::default(), &environment).unwrap();
/// let report = Report::of(&settings, str::to_owned);
/// assert_eq!((report.rows()[3].name, report.rows()[3].source.as_str()), ("token", "HW_AUTH_TOKEN"));
/// assert!(!report.to_string().contains("hush"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report(Vec<Row>);

/// One line of a report.
///
/// ```
/// use servicestage::{Client, Environment};
///
/// let builder = Client::builder().region("cn-north-4").token("hush").environment(Environment::of(|_| None, None));
/// let report = builder.build()?.credentials_report();
/// let region = &report.rows()[0];
/// assert_eq!((region.name, region.value.as_deref()), ("region", Some("cn-north-4")));
/// assert_eq!(region.source, "argument region");
/// # Ok::<(), Box<servicestage::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name of the setting, such as `project id`.
    pub name: &'static str,
    /// As much of the value as may be shown.
    pub value: Option<String>,
    /// Where the value came from: an argument, a variable, or a profile and its file.
    pub source: String,
}

impl Report {
    /// Reports settings. `argument` names an argument as the host's user knows it.
    #[must_use]
    pub fn of(settings: &Settings, argument: impl Fn(&str) -> String) -> Self {
        let found = &settings.credentials;
        let place = place(found);
        let mut rows = located_rows(&settings.region, &settings.project_id, argument);
        rows.push(Row { name: "credentials", value: Some(kind(&found.identity).to_owned()), source: place.clone() });
        rows.extend(values(&found.identity).into_iter().map(|(kind, name, value)| {
            let part = found.parts.iter().find(|part| part.kind == kind);
            let source = match (part, &found.source) {
                (Some(part), Source::Environment) => part.name.to_owned(),
                (Some(part), _) => format!("{} in {place}", part.name),
                (None, _) => place.clone(),
            };
            Row { name, value: Some(value), source }
        }));
        Self(rows)
    }

    /// Reports region and project where [`Settings::resolve`] finds no usable credentials.
    #[must_use]
    pub fn without_credentials(
        arguments: &Arguments,
        environment: &Environment,
        argument: impl Fn(&str) -> String,
    ) -> Self {
        let (region, project_id) = settings::located(arguments, environment, None);
        let mut rows = located_rows(&region, &project_id, argument);
        rows.push(Row { name: "credentials", value: None, source: "none can be used".to_owned() });
        Self(rows)
    }

    /// Returns the lines.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.0
    }
}

/// Returns the rows of region and project.
fn located_rows(region: &Setting, project_id: &Setting, argument: impl Fn(&str) -> String) -> Vec<Row> {
    let row = |name, Setting { value, source }: &Setting, otherwise: &str| {
        let source = match source {
            SettingSource::Argument(name) => argument(name),
            SettingSource::Variable(name) => (*name).to_owned(),
            SettingSource::Profile(place) | SettingSource::Default(place) => place.clone(),
            SettingSource::Missing => otherwise.to_owned(),
        };
        Row { name, value: value.clone(), source }
    };
    vec![row("region", region, "not given"), row("project id", project_id, "not given, looked up by region")]
}

fn place(found: &ResolvedCredentials) -> String {
    match &found.source {
        Source::Environment => "environment".to_owned(),
        Source::Explicit | Source::Profile { .. } | Source::Metadata => found.origin(),
    }
}

fn kind(identity: &Identity) -> &'static str {
    match identity {
        Identity::AccessKey(key) if key.security_token.is_some() => "temporary access key",
        Identity::AccessKey(_) => "access key",
        Identity::Token(_) => "token",
        Identity::Password(_) => "user and password",
        Identity::Metadata(_) => "metadata",
    }
}

/// Returns as much of each part as may be shown. Names of people and accounts are not secret, and not shown either.
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

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |row: &Row| row.value.as_deref().unwrap_or("-").escape_debug().to_string();
        let width = self.0.iter().map(|row| shown(row).chars().count()).max().unwrap_or(0);
        self.0
            .iter()
            .try_for_each(|row| writeln!(f, "{:<17}  {:<width$}  {}", row.name, shown(row), row.source.escape_debug()))
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for Row { name, value, source } in &self.0 {
            let entry = serde_json::json!({ "value": value, "source": source });
            map.serialize_entry(&name.replace(' ', "_"), &entry)?;
        }
        map.end()
    }
}
