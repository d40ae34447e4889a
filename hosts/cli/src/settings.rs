//! Region, project and credentials, as flags say. What flags leave out, the client takes from the environment.

use model::text::quoted;
use servicestage::credentials::Metadata;
use servicestage::error::InvalidArgument;
use servicestage::settings::{Arguments, Defaults, Settings};
use servicestage::{Environment, Report};

use crate::args::connection::{CredentialFlags, Place};
use crate::config;
use crate::report::invalid;

/// The settings of the flags, and those of the configuration file where nothing else has them.
pub fn arguments(place: &Place, identity: &CredentialFlags) -> Result<Arguments, InvalidArgument> {
    let configured = config::of_process()?;
    let file = config::file(&Environment::of_process());
    let source = file.map(|file| file.display().to_string()).unwrap_or_default();
    Ok(Arguments {
        region: place.region.clone(),
        project_id: place.project_id.clone(),
        profile: identity.profile.clone(),
        credentials: None,
        metadata: metadata(identity)?,
        defaults: Defaults { region: configured.region, profile: configured.profile, source },
    })
}

/// Returns the arguments that no flag gives and a variable does, each with the name of the variable.
pub fn variables(place: &Place, identity: &CredentialFlags) -> Vec<(&'static str, &'static str)> {
    let candidates = [
        ("region", &place.region, "HW_REGION_NAME"),
        ("project-id", &place.project_id, "HW_PROJECT_ID"),
        ("project-id", &place.project_id, "HUAWEICLOUD_SDK_PROJECT_ID"),
        ("profile", &identity.profile, "HW_PROFILE"),
    ];
    let counts = |flag: &Option<String>, variable| flag.is_none() && process_variable(variable).is_some();
    let counted = candidates.into_iter().filter(|(_, flag, variable)| counts(flag, variable));
    counted.map(|(argument, _, variable)| (argument, variable)).collect()
}

/// Where settings came from, with flags by their names.
pub fn report(settings: &Settings) -> Report {
    Report::of(settings, flag)
}

/// Returns the flag of an argument.
pub fn flag(argument: &str) -> String {
    format!("--{argument}")
}

/// Where each setting came from, a line each: names, never a value.
pub fn sources(settings: &Settings, place: &Place) -> Vec<String> {
    let report = report(settings);
    let mut sources: Vec<String> =
        report.rows().iter().take(2).map(|row| format!("{}: {}", row.name, row.source)).collect();
    let endpoints = [("endpoint", &place.endpoint), ("iam-endpoint", &place.iam_endpoint)];
    let given = endpoints.into_iter().filter(|(_, value)| value.is_some());
    sources.extend(given.map(|(name, _)| format!("{name}: --{name}")));
    sources.push(format!("credentials: {}", settings.credentials.origin()));
    sources
}

/// The metadata, if it is to be asked; elsewhere than on a cloud server it is for tests, on loopback.
fn metadata(identity: &CredentialFlags) -> Result<Option<Metadata>, InvalidArgument> {
    match &identity.metadata_endpoint {
        _ if !identity.metadata => Ok(None),
        None => Ok(Some(Metadata::default())),
        Some(url) if ["http://127.0.0.1:", "http://[::1]:"].iter().any(|loopback| url.starts_with(loopback)) => {
            Metadata::at(url).map(Some)
        }
        Some(url) => Err(invalid("--metadata-endpoint", format!("{} is not on loopback", quoted(url)))),
    }
}

/// A variable of the process. An empty one counts as unset.
pub fn process_variable(name: &str) -> Option<String> {
    Environment::of_process().variable(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_asked_only_if_wanted_and_elsewhere_only_on_loopback() {
        let with = |metadata, endpoint: Option<&str>| {
            let endpoint = endpoint.map(str::to_owned);
            super::metadata(&CredentialFlags { profile: None, metadata, metadata_endpoint: endpoint })
        };
        assert_eq!(with(false, None).unwrap(), None);
        assert_eq!(with(true, None).unwrap().unwrap().base(), "http://169.254.169.254");
        assert_eq!(with(true, Some("http://127.0.0.1:8080")).unwrap().unwrap().base(), "http://127.0.0.1:8080");
        for url in ["http://example.com", "http://127.0.0.1:80@example.com", "http://127.0.0.1.example.com:80"] {
            assert!(with(true, Some(url)).is_err(), "{url}");
        }
    }

    #[test]
    fn the_sources_are_names_and_never_values() {
        let endpoint = Some("https://api.example.com".to_owned());
        let place = Place { region: Some("cn-north-4".to_owned()), project_id: None, endpoint, iam_endpoint: None };
        let variables = |name: &str| match name {
            "HW_ACCESS_KEY" => Some("id".to_owned()),
            "HW_SECRET_KEY" => Some("hush".to_owned()),
            "HW_PROJECT_ID" => Some("p".to_owned()),
            _ => None,
        };
        let arguments = arguments(&place, &CredentialFlags::default()).unwrap();
        let settings = Settings::resolve(arguments, &Environment::of(variables, None)).unwrap();
        assert_eq!(
            sources(&settings, &place),
            [
                "region: --region",
                "project id: HW_PROJECT_ID",
                "endpoint: --endpoint",
                "credentials: HW_ACCESS_KEY, HW_SECRET_KEY"
            ]
        );
    }
}
