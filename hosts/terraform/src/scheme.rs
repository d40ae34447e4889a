//! The schemes that this provider knows by name: all that it knows of any vendor.

use std::path::Path;
use std::sync::Arc;

use component_runtime::{Scheme, Secret};
use servicestage::credentials::AccessKey;
use servicestage::scheme::SdkHmacSha256;

/// The inputs of a scheme, by its names for them.
pub type Inputs<'a> = &'a dyn Fn(&str) -> Option<&'a str>;

/// Where a scheme looks for credentials that nobody configured.
pub struct User<'a> {
    /// The value of an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The home folder.
    pub home: Option<&'a Path>,
}

/// A scheme with its credentials.
pub struct ConfiguredScheme {
    pub scheme: Arc<dyn Scheme>,
    /// The parts of the credentials that must stay secret.
    pub secrets: Vec<Secret>,
}

/// A scheme with the credentials that the user has for it.
pub struct ProfileScheme {
    pub configured: ConfiguredScheme,
    pub values: ProfileValues,
}

/// Values from a profile, beside its key, for attributes of the provider, by name. They are not secret.
pub type ProfileValues = Vec<(&'static str, String)>;

/// A scheme that is known.
pub struct Known {
    name: &'static str,
    /// Returns why a value cannot be used for the input of this name, without showing it.
    pub fault: fn(&str, &str) -> Option<String>,
    /// Makes the scheme from its inputs, none of which has a fault.
    pub of_inputs: fn(Inputs<'_>) -> Option<ConfiguredScheme>,
    /// Makes it of what the user has for it, if that is something, or says what is wrong with that.
    pub of_user: fn(&User<'_>) -> Result<Option<ProfileScheme>, String>,
    /// The variables from which the scheme itself reads keys, tokens and passwords.
    secrets: &'static [&'static str],
    /// The user's other source of credentials, for advice.
    pub advice: &'static str,
}

/// The scheme of this name.
pub fn find(name: &str) -> Option<&'static Known> {
    SCHEMES.iter().find(|known| known.name == name)
}

/// Returns whether a scheme reads a secret from the variable of this name. Some systems ignore the case of names.
pub fn is_secret(variable: &str) -> bool {
    SCHEMES.iter().flat_map(|known| known.secrets).any(|secret| secret.eq_ignore_ascii_case(variable))
}

static SCHEMES: [Known; 1] = [Known {
    name: "sdk-hmac-sha256",
    fault: |name, value| {
        let part = |own| if name == own { value } else { "another" };
        let key = AccessKey {
            id: part("access-key-id").to_owned(),
            secret: Secret::new(part("secret-access-key")),
            security_token: Some(Secret::new(part("security-token"))),
        };
        SdkHmacSha256::new(key).err().map(|invalid| invalid.reason)
    },
    of_inputs: |input| {
        let key = AccessKey {
            id: input("access-key-id").unwrap_or_default().to_owned(),
            secret: Secret::new(input("secret-access-key").unwrap_or_default()),
            security_token: input("security-token").map(Secret::new),
        };
        SdkHmacSha256::new(key).ok().map(ConfiguredScheme::from)
    },
    of_user: |user| {
        let found = SdkHmacSha256::of_user(user.variable, user.home).map_err(|invalid| invalid.reason)?;
        Ok(found.map(|(scheme, found)| {
            let value = |name| Some((name, found.setting(name)?.to_owned()));
            ProfileScheme {
                configured: scheme.into(),
                values: ["region", "project_id"].into_iter().filter_map(value).collect(),
            }
        }))
    },
    secrets: &[
        "HW_ACCESS_KEY",
        "HW_SECRET_KEY",
        "HW_SECURITY_TOKEN",
        "HW_AUTH_TOKEN",
        "HW_USER_PASSWORD",
        "HUAWEICLOUD_SDK_AK",
        "HUAWEICLOUD_SDK_SK",
        "HUAWEICLOUD_SDK_SECURITY_TOKEN",
    ],
    advice: "a profile of the SDK (`~/.huaweicloud/credentials`) or of KooCLI (`~/.hcloud/config.json`)",
}];

impl From<SdkHmacSha256> for ConfiguredScheme {
    fn from(scheme: SdkHmacSha256) -> Self {
        Self { secrets: scheme.secrets(), scheme: Arc::new(scheme) }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// Region, project, profile, files, and the names of users and accounts are not secret.
    const NOT_SECRET: [&str; 5] =
        ["HW_USER_NAME", "HW_DOMAIN_NAME", "HW_PROFILE", "HUAWEICLOUD_SDK_CREDENTIALS_FILE", "HW_SHARED_CONFIG_FILE"];

    #[test]
    fn every_variable_that_a_scheme_asks_for_is_in_its_table_or_is_not_secret() {
        let asked = RefCell::new(Vec::new());
        let variable = |name: &str| {
            asked.borrow_mut().push(name.to_owned());
            None
        };
        for known in &SCHEMES {
            assert!((known.of_user)(&User { variable: &variable, home: None }).unwrap().is_none());
        }
        let asked = asked.into_inner();
        for name in &asked {
            assert_ne!(is_secret(name), NOT_SECRET.contains(&name.as_str()), "{name}");
        }
        for secret in SCHEMES.iter().flat_map(|known| known.secrets) {
            assert!(asked.iter().any(|name| name == secret), "{secret}");
        }
    }
}
