//! Region, project and credentials: from flags, then from the environment, which is a function, so that tests bring
//! their own.

use servicestage_host::error::InvalidArgument;
use servicestage_host::types::{AccessKey, Credentials};

use crate::args::Place;
use crate::report::invalid;

/// What flags and environment say together.
#[derive(Debug)]
pub struct Settings {
    pub region: Option<String>,
    pub project_id: Option<String>,
    pub credentials: Credentials,
    /// Where each of them came from: names of flags and variables, never a value.
    pub sources: Vec<String>,
}

/// The variables of one program that hold credentials. Those of two programs are never mixed.
struct Family {
    token: Option<&'static str>,
    access_key_id: &'static str,
    secret_access_key: &'static str,
    security_token: &'static str,
}

/// Those of the official Terraform provider, then those of the official SDK.
const FAMILIES: [Family; 2] = [
    Family {
        token: Some("HW_AUTH_TOKEN"),
        access_key_id: "HW_ACCESS_KEY",
        secret_access_key: "HW_SECRET_KEY",
        security_token: "HW_SECURITY_TOKEN",
    },
    Family {
        token: None,
        access_key_id: "HUAWEICLOUD_SDK_AK",
        secret_access_key: "HUAWEICLOUD_SDK_SK",
        security_token: "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    },
];

impl Settings {
    /// Takes flags first, then what `variable` returns for a name. An empty variable counts as unset, an empty flag
    /// does not.
    pub fn gather(place: &Place, variable: impl Fn(&str) -> Option<String>) -> Result<Self, InvalidArgument> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let first = |what: &str, flag: (&str, &Option<String>), names: &[&str], otherwise: &str| {
            if flag.1.is_some() {
                return (flag.1.clone(), format!("{what}: {}", flag.0));
            }
            match names.iter().find_map(|name| Some((variable(name)?, name))) {
                Some((value, name)) => (Some(value), format!("{what}: {name}")),
                None => (None, format!("{what}: {otherwise}")),
            }
        };
        let (region, region_source) = first("region", ("--region", &place.region), &["HW_REGION_NAME"], "not given");
        let (project_id, project_source) = first(
            "project id",
            ("--project-id", &place.project_id),
            &["HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID"],
            "not given, looked up by region",
        );
        let endpoints = [("endpoint", &place.endpoint), ("iam-endpoint", &place.iam_endpoint)];
        let endpoints = endpoints.into_iter().filter(|(_, value)| value.is_some());
        let (credentials, names) = credentials(&variable)?;

        let mut sources = vec![region_source, project_source];
        sources.extend(endpoints.map(|(name, _)| format!("{name}: --{name}")));
        sources.push(format!("credentials: {}", names.join(", ")));
        Ok(Self { region, project_id, credentials, sources })
    }
}

type Variable<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The credentials of the first family that has any, and the names of its variables.
fn credentials(variable: Variable<'_>) -> Result<(Credentials, Vec<&'static str>), InvalidArgument> {
    for family in &FAMILIES {
        if let Some(found) = family.credentials(variable)? {
            return Ok(found);
        }
    }
    Err(invalid(
        "credentials",
        "they are missing; set HW_ACCESS_KEY and HW_SECRET_KEY (and HW_SECURITY_TOKEN if the key is temporary), or \
         HW_AUTH_TOKEN, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK (and HUAWEICLOUD_SDK_SECURITY_TOKEN)",
    ))
}

impl Family {
    fn credentials(&self, variable: Variable<'_>) -> Result<Option<(Credentials, Vec<&'static str>)>, InvalidArgument> {
        let token = self.token.and_then(|name| Some((name, variable(name)?)));
        let key_names = [self.access_key_id, self.secret_access_key, self.security_token];
        let [id, secret, security_token] = key_names.map(variable);
        let set: Vec<&str> = key_names
            .into_iter()
            .zip([&id, &secret, &security_token])
            .filter(|(_, value)| value.is_some())
            .map(|(name, _)| name)
            .collect();

        if let Some((name, token)) = token {
            return match set.as_slice() {
                [] => Ok(Some((Credentials::Token(token), vec![name]))),
                set => {
                    let reason = format!("{name} is set together with {}; unset one or the other", set.join(", "));
                    Err(invalid("credentials", reason))
                }
            };
        }
        let missing = |part: &str, name: &str| {
            let verb = if set.len() == 1 { "is" } else { "are" };
            invalid(&format!("credentials.{part}"), format!("{} {verb} set, {name} is missing", set.join(" and ")))
        };
        match (id, secret) {
            (Some(access_key_id), Some(secret_access_key)) => {
                let key = AccessKey { access_key_id, secret_access_key, security_token };
                Ok(Some((Credentials::AccessKey(key), set)))
            }
            (Some(_), None) => Err(missing("secret-access-key", self.secret_access_key)),
            (None, Some(_)) => Err(missing("access-key-id", self.access_key_id)),
            (None, None) if security_token.is_some() => Err(missing("access-key-id", self.access_key_id)),
            (None, None) => Ok(None),
        }
    }
}

/// A variable of the process. What is no Unicode becomes text that the component refuses.
pub fn process_variable(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(region: Option<&str>, variables: &[(&str, &str)]) -> Result<Settings, InvalidArgument> {
        let place = Place { region: region.map(str::to_owned), project_id: None, endpoint: None, iam_endpoint: None };
        Settings::gather(&place, |name| {
            variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_flag_wins_over_a_variable_and_an_empty_variable_is_unset() {
        let key = [("HW_ACCESS_KEY", "id"), ("HW_SECRET_KEY", "secret"), ("HW_REGION_NAME", "eu-west-101")];
        let settings = gather(Some("cn-north-4"), &key).unwrap();
        assert_eq!(settings.region.as_deref(), Some("cn-north-4"));
        let settings = gather(None, &key).unwrap();
        assert_eq!(settings.region.as_deref(), Some("eu-west-101"));
        assert_eq!(gather(None, &[("HW_AUTH_TOKEN", "t"), ("HW_REGION_NAME", "")]).unwrap().region, None);
        assert_eq!(gather(Some(""), &key).unwrap().region.as_deref(), Some(""));
    }

    #[test]
    fn the_project_comes_from_the_provider_s_variable_before_the_sdk_s() {
        let both = [("HW_AUTH_TOKEN", "t"), ("HW_PROJECT_ID", "a"), ("HUAWEICLOUD_SDK_PROJECT_ID", "b")];
        assert_eq!(gather(None, &both).unwrap().project_id.as_deref(), Some("a"));
        let one = [("HW_AUTH_TOKEN", "t"), ("HW_PROJECT_ID", ""), ("HUAWEICLOUD_SDK_PROJECT_ID", "b")];
        assert_eq!(gather(None, &one).unwrap().project_id.as_deref(), Some("b"));
    }

    #[test]
    fn the_first_family_with_any_credential_is_taken_as_a_whole() {
        let sdk = [("HUAWEICLOUD_SDK_AK", "id"), ("HUAWEICLOUD_SDK_SK", "secret")];
        let Credentials::AccessKey(key) = gather(None, &sdk).unwrap().credentials else { panic!("no key") };
        assert_eq!((key.access_key_id.as_str(), key.secret_access_key.as_str()), ("id", "secret"));
        assert_eq!(key.security_token, None);

        let mixed = [&sdk[..], &[("HW_AUTH_TOKEN", "token")]].concat();
        assert_eq!(gather(None, &mixed).unwrap().credentials, Credentials::Token("token".to_owned()));

        // Half a key of the first family is not completed by the second.
        let half = [&sdk[..], &[("HW_ACCESS_KEY", "id")]].concat();
        let error = gather(None, &half).unwrap_err();
        assert_eq!(error.argument, "credentials.secret-access-key");
        assert_eq!(error.reason, "HW_ACCESS_KEY is set, HW_SECRET_KEY is missing");
    }

    #[test]
    fn credentials_that_do_not_go_together_are_refused_by_name() {
        type Variables = &'static [(&'static str, &'static str)];
        let cases: [(Variables, &str, &[&str]); 7] = [
            (&[], "credentials", &["HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_SECURITY_TOKEN", "HW_AUTH_TOKEN"]),
            (&[], "credentials", &["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_SECURITY_TOKEN"]),
            (&[("HW_SECRET_KEY", "hush")], "credentials.access-key-id", &["HW_ACCESS_KEY is missing"]),
            (&[("HW_SECURITY_TOKEN", "hush")], "credentials.access-key-id", &["HW_ACCESS_KEY is missing"]),
            (
                &[("HW_AUTH_TOKEN", "hush"), ("HW_ACCESS_KEY", "hush"), ("HW_SECRET_KEY", "hush")],
                "credentials",
                &["HW_AUTH_TOKEN is set together with HW_ACCESS_KEY, HW_SECRET_KEY"],
            ),
            (
                &[("HUAWEICLOUD_SDK_AK", "hush"), ("HUAWEICLOUD_SDK_SECURITY_TOKEN", "hush")],
                "credentials.secret-access-key",
                &["HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SECURITY_TOKEN are set, HUAWEICLOUD_SDK_SK is missing"],
            ),
            (&[("HW_AUTH_TOKEN", ""), ("HW_ACCESS_KEY", "")], "credentials", &["they are missing"]),
        ];
        for (variables, argument, parts) in cases {
            let error = gather(None, variables).unwrap_err();
            assert_eq!(error.argument, argument, "{variables:?}");
            for part in parts {
                assert!(error.reason.contains(part), "{} has no {part}", error.reason);
            }
            assert!(!error.reason.contains("hush"), "{}", error.reason);
        }
    }

    #[test]
    fn the_sources_are_names_and_never_values() {
        let variables = [("HW_ACCESS_KEY", "id"), ("HW_SECRET_KEY", "hush"), ("HW_PROJECT_ID", "p")];
        let settings = gather(Some("cn-north-4"), &variables).unwrap();
        let expected = ["region: --region", "project id: HW_PROJECT_ID", "credentials: HW_ACCESS_KEY, HW_SECRET_KEY"];
        assert_eq!(settings.sources, expected);
        assert!(!format!("{settings:?}").contains("hush"));
    }
}
