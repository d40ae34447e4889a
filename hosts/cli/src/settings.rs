//! Region, project and credentials: from flags, then from the environment and from files. The environment is a
//! function, so that tests bring their own.

use std::path::Path;

use model::text::quoted;
use servicestage::credentials::Metadata;
use servicestage::credentials::chain::{Found, Sources};
use servicestage::error::InvalidArgument;

use crate::args::{Identity, Place};
use crate::report::invalid;

/// What flags, environment and files say together.
#[derive(Debug)]
pub struct Settings {
    pub region: Setting,
    pub project_id: Setting,
    pub credentials: Found,
    /// The flags of endpoints that are given.
    endpoints: Vec<&'static str>,
}

/// A value that is no secret, and where it came from: the name of a flag or a variable, or a file.
#[derive(Debug)]
pub struct Setting {
    pub value: Option<String>,
    pub source: String,
}

impl Settings {
    /// Takes what the process was given.
    pub fn of_process(place: &Place, identity: &Identity) -> Result<Self, InvalidArgument> {
        // Not the home of the user database: whoever unsets the variable wants none.
        let home = ["HOME", "USERPROFILE"].iter().find_map(std::env::var_os).filter(|home| !home.is_empty());
        Self::gather(place, identity, home.as_deref().map(Path::new), process_variable)
    }

    /// Takes flags first, then what `variable` returns for a name, then what a profile holds. An empty variable counts
    /// as unset, an empty flag does not.
    fn gather(
        place: &Place,
        identity: &Identity,
        home: Option<&Path>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, InvalidArgument> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let sources = Sources {
            explicit: None,
            profile: identity.profile.as_deref(),
            variable: &variable,
            home,
            metadata: metadata(identity)?,
        };
        let credentials = sources.find()?;
        let setting = |flag: (&str, &Option<String>), names: &[&str], offer: &str, otherwise: &str| {
            let of_variable = || names.iter().find_map(|name| Some((variable(name)?, (*name).to_owned())));
            let of_profile = || Some((credentials.offer(offer)?.to_owned(), credentials.origin()));
            let found = flag.1.clone().map(|value| (value, flag.0.to_owned())).or_else(of_variable).or_else(of_profile);
            match found {
                Some((value, source)) => Setting { value: Some(value), source },
                None => Setting { value: None, source: otherwise.to_owned() },
            }
        };
        let region = setting(("--region", &place.region), &["HW_REGION_NAME"], "region", "not given");
        let project_id = setting(
            ("--project-id", &place.project_id),
            &["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"],
            "project_id",
            "not given, looked up by region",
        );
        let endpoints = [("endpoint", &place.endpoint), ("iam-endpoint", &place.iam_endpoint)];
        let endpoints = endpoints.into_iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name).collect();
        Ok(Self { region, project_id, credentials, endpoints })
    }

    /// Where each of them came from, a line each: names, never a value.
    pub fn sources(&self) -> Vec<String> {
        let mut sources =
            vec![format!("region: {}", self.region.source), format!("project id: {}", self.project_id.source)];
        sources.extend(self.endpoints.iter().map(|name| format!("{name}: --{name}")));
        sources.push(format!("credentials: {}", self.credentials.origin()));
        sources
    }
}

/// The metadata, if it is to be asked; elsewhere than on a cloud server it is for tests, on loopback.
fn metadata(identity: &Identity) -> Result<Option<Metadata>, InvalidArgument> {
    match &identity.metadata_endpoint {
        _ if !identity.metadata => Ok(None),
        None => Ok(Some(Metadata::default())),
        Some(url) if ["http://127.0.0.1:", "http://[::1]:"].iter().any(|loopback| url.starts_with(loopback)) => {
            Metadata::at(url).map(Some)
        }
        Some(url) => Err(invalid("metadata-endpoint", format!("{} is not on loopback", quoted(url)))),
    }
}

/// A variable of the process. What is no Unicode becomes text that is refused.
pub fn process_variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use servicestage::credentials;

    use super::*;

    fn gather(region: Option<&str>, variables: &[(&str, &str)]) -> Result<Settings, InvalidArgument> {
        let place = Place { region: region.map(str::to_owned), project_id: None, endpoint: None, iam_endpoint: None };
        Settings::gather(&place, &Identity::default(), None, |name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_an_empty_variable_is_unset() {
        let key = [("HW_ACCESS_KEY", "id"), ("HW_SECRET_KEY", "secret"), ("HW_REGION_NAME", "eu-west-101")];
        let region = |region, variables: &[(&str, &str)]| gather(region, variables).unwrap().region.value;
        assert_eq!(region(Some("cn-north-4"), &key).as_deref(), Some("cn-north-4"));
        assert_eq!(region(None, &key).as_deref(), Some("eu-west-101"));
        assert_eq!(region(None, &[("HW_AUTH_TOKEN", "t"), ("HW_REGION_NAME", "")]), None);
        assert_eq!(region(Some(""), &key).as_deref(), Some(""));
    }

    #[test]
    fn the_project_comes_from_the_provider_s_variable_before_the_sdk_s() {
        let project = |variables: &[(&str, &str)]| gather(None, variables).unwrap().project_id.value;
        let both = [("HW_AUTH_TOKEN", "t"), ("HW_PROJECT_ID", "a"), ("HUAWEICLOUD_SDK_PROJECT_ID", "b")];
        assert_eq!(project(&both).as_deref(), Some("a"));
        let one = [("HW_AUTH_TOKEN", "t"), ("HW_PROJECT_ID", ""), ("HUAWEICLOUD_SDK_PROJECT_ID", "b")];
        assert_eq!(project(&one).as_deref(), Some("b"));
    }

    #[test]
    fn the_first_family_with_any_credential_is_taken() {
        let sdk = [("HUAWEICLOUD_SDK_AK", "id"), ("HUAWEICLOUD_SDK_SK", "secret")];
        let mixed = [&sdk[..], &[("HW_AUTH_TOKEN", "token")]].concat();
        let credentials = |variables: &[(&str, &str)]| gather(None, variables).unwrap().credentials.identity;
        assert!(matches!(credentials(&sdk), credentials::Identity::AccessKey(_)));
        assert!(matches!(credentials(&mixed), credentials::Identity::Token(_)));
    }

    #[test]
    fn credentials_that_are_missing_name_every_variable() {
        for variables in [&[][..], &[("HW_AUTH_TOKEN", ""), ("HW_ACCESS_KEY", "")]] {
            let error = gather(None, variables).unwrap_err();
            assert_eq!(error.argument, "credentials");
            let names = ["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN", "HUAWEICLOUD_SDK_AK"];
            for part in
                names.iter().chain(&["HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "they are missing"])
            {
                assert!(error.reason.contains(part), "{} has no {part}", error.reason);
            }
        }
    }

    #[test]
    fn metadata_is_asked_only_if_wanted_and_elsewhere_only_on_loopback() {
        let with = |metadata, endpoint: Option<&str>| {
            let endpoint = endpoint.map(str::to_owned);
            super::metadata(&Identity { profile: None, metadata, metadata_endpoint: endpoint })
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
        let variables = [("HW_ACCESS_KEY", "id"), ("HW_SECRET_KEY", "hush"), ("HW_PROJECT_ID", "p")];
        let settings = gather(Some("cn-north-4"), &variables).unwrap();
        let expected = ["region: --region", "project id: HW_PROJECT_ID", "credentials: HW_ACCESS_KEY, HW_SECRET_KEY"];
        assert_eq!(settings.sources(), expected);
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
