//! Credentials in the configuration of KooCLI, the vendor's command-line tool: JSON, several profiles.

use std::path::Path;

use huaweicloud_sign::header;
use serde::{Deserialize, Deserializer};

use super::is_access_key_id;
use super::parts::{Names, PartKind, ResolvedCredentials, Source, assemble};
use super::profile::{FileSearch, read};
use crate::error::InvalidArgument;

/// The only mode whose profile holds the credentials themselves.
const MODE: &str = "AKSK";

const NAMES: Names = &[
    (PartKind::AccessKeyId, "accessKeyId"),
    (PartKind::SecretAccessKey, "secretAccessKey"),
    (PartKind::SecurityToken, "securityToken"),
];

#[derive(Deserialize)]
struct Configuration {
    #[serde(default, deserialize_with = "null_is_default")]
    current: String,
    #[serde(default, deserialize_with = "null_is_default")]
    profiles: Vec<Profile>,
}

/// Neither `Debug` nor kept: it holds secrets as plain text.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Profile {
    #[serde(deserialize_with = "null_is_default")]
    name: String,
    #[serde(deserialize_with = "null_is_default")]
    mode: String,
    #[serde(deserialize_with = "null_is_default")]
    access_key_id: String,
    #[serde(deserialize_with = "null_is_default")]
    secret_access_key: String,
    #[serde(deserialize_with = "null_is_default")]
    security_token: String,
    #[serde(deserialize_with = "null_is_default")]
    region: String,
    #[serde(deserialize_with = "null_is_default")]
    project_id: String,
}

/// Programs in Go write `null` for a list without members.
fn null_is_default<'de, T: Default + Deserialize<'de>, D: Deserializer<'de>>(value: D) -> Result<T, D::Error> {
    Option::deserialize(value).map(Option::unwrap_or_default)
}

/// The credentials of the profile that is named, or of the current one.
pub(super) fn find(file: &Path, profile: Option<&str>) -> Result<FileSearch, InvalidArgument> {
    let Some(text) = read(file)? else { return Ok(FileSearch::Absent("there is no such file".to_owned())) };
    // The position alone: what the parser found there could be a secret.
    let malformed = |error: serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        let reason = format!(
            "the file {file:?} is not what KooCLI writes, at line {line}, column {column}; `hcloud configure` repairs it"
        );
        InvalidArgument::new("credentials", reason)
    };
    let configuration: Configuration = serde_json::from_str(&text).map_err(malformed)?;
    let name = profile.unwrap_or(&configuration.current);
    let named = profile.is_some();
    let Some(profile) = configuration.profiles.iter().find(|profile| profile.name == name && !name.is_empty()) else {
        let current = if name.is_empty() { "it has no current profile".to_owned() } else { no_profile(name) };
        return Ok(FileSearch::Absent(current));
    };
    // Profiles of older versions name no mode, and hold a key.
    if !profile.mode.is_empty() && profile.mode != MODE {
        let mode: String = profile.mode.chars().take(32).collect();
        let why = format!("its profile {name:?} has the mode {mode:?}, and only {MODE} holds a key");
        // Whoever names a profile wants it; the current one may be there for another tool.
        return if named {
            let reason = format!("{file:?} is not usable: {why}; {}", advice(&mode));
            Err(InvalidArgument::new("profile", reason))
        } else {
            Ok(FileSearch::Absent(why))
        };
    }
    let place = format!(" in the profile {name:?} of {file:?}");
    // An encrypted value is Base64, or has a mark of its own, and is not a key id. Neither form holds white space,
    // which `assemble` reports.
    let id = &profile.access_key_id;
    if header::fault(id).is_none() && !is_access_key_id(id) {
        let reason = format!(
            "it is encrypted{place}; have it written plainly by `hcloud configure set --cli-auth-encrypt=false`"
        );
        return Err(InvalidArgument::new(PartKind::AccessKeyId.argument(), reason));
    }
    let value = |name: &str| match name {
        "accessKeyId" => Some(profile.access_key_id.clone()),
        "secretAccessKey" => Some(profile.secret_access_key.clone()),
        "securityToken" => Some(profile.security_token.clone()),
        _ => None,
    };
    let optional = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Ok(match assemble(NAMES, &place, value)? {
        None => FileSearch::Absent(format!("its profile {name:?} holds no key")),
        Some((identity, parts)) => FileSearch::Found(Box::new(ResolvedCredentials {
            identity,
            source: Source::Profile { name: name.to_owned(), file: file.to_owned() },
            parts,
            region: optional(&profile.region),
            project_id: optional(&profile.project_id),
        })),
    })
}

/// The advice for each other mode of KooCLI, in which it obtains temporary keys by itself.
fn advice(mode: &str) -> &'static str {
    match mode {
        "ecsAgency" => "on that cloud server, use `metadata` instead of a profile",
        _ => {
            "name a profile of an access key, or set HW_ACCESS_KEY, HW_SECRET_KEY and HW_SECURITY_TOKEN to a temporary \
             one"
        }
    }
}

fn no_profile(name: &str) -> String {
    format!("it has no profile {name:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Identity;
    use crate::testing::Folder;

    fn found(text: &str, profile: Option<&str>) -> Result<FileSearch, InvalidArgument> {
        let folder = Folder::new();
        find(&folder.write("config.json", text), profile)
    }

    const CONFIGURATION: &str = r#"{
        "language": "cn", "current": "default", "offline": "false",
        "profiles": [
            {"name": "default", "mode": "AKSK", "accessKeyId": "AK1", "secretAccessKey": "hush", "securityToken": null,
             "region": "cn-north-4", "projectId": "p", "domainId": "d", "skipSecureVerify": "false"},
            {"name": "sso", "mode": "SSO", "accessKeyId": "", "region": "cn-north-1", "ssoAuth": {"stsToken": {}}},
            {"name": "server", "mode": "ecsAgency", "region": "cn-north-1"},
            {"name": "role", "mode": "AssumeRole", "agencyName": "a", "agencyDomainName": "d", "sourceProfile": "x"},
            {"name": "half", "mode": "AKSK", "accessKeyId": "AK2", "secretAccessKey": ""},
            {"name": "locked", "mode": "AKSK", "accessKeyId": "aGVsbG8+/w==", "secretAccessKey": "hush+/=="}
        ]}"#;

    #[test]
    fn the_current_profile_is_the_default_and_brings_region_and_project() {
        let FileSearch::Found(found) = found(CONFIGURATION, None).unwrap() else { panic!("nothing") };
        let Identity::AccessKey(key) = &found.identity else { panic!("no key") };
        assert_eq!((key.id.as_str(), key.secret.expose(), &key.security_token.is_none()), ("AK1", "hush", &true));
        assert_eq!((found.region.as_deref(), found.project_id.as_deref()), (Some("cn-north-4"), Some("p")));
    }

    #[test]
    fn unusable_profiles_say_why() {
        let current = CONFIGURATION.replace(r#""current": "default""#, r#""current": "sso""#);
        for (text, profile, why) in [
            (CONFIGURATION, Some("none"), "it has no profile \"none\""),
            (&current, None, "its profile \"sso\" has the mode \"SSO\", and only AKSK holds a key"),
            ("{}", None, "it has no current profile"),
            (r#"{"current": null, "profiles": null}"#, None, "it has no current profile"),
            (r#"{"current": "a", "profiles": [{"name": null}]}"#, None, "it has no profile \"a\""),
        ] {
            let FileSearch::Absent(reason) = found(text, profile).unwrap() else { panic!("{profile:?}") };
            assert_eq!(reason, why);
        }
    }

    #[test]
    fn a_profile_that_is_named_and_holds_no_key_is_refused_with_its_mode_and_what_to_do() {
        for (profile, mode, next) in [
            ("sso", "the mode \"SSO\"", "name a profile of an access key, or set HW_ACCESS_KEY"),
            ("role", "the mode \"AssumeRole\"", "name a profile of an access key, or set HW_ACCESS_KEY"),
            ("server", "the mode \"ecsAgency\"", "on that cloud server, use `metadata`"),
        ] {
            let error = found(CONFIGURATION, Some(profile)).unwrap_err();
            assert_eq!(error.argument, "profile");
            assert!(error.reason.contains(mode) && error.reason.contains(next), "{}", error.reason);
        }
    }

    #[test]
    fn a_broken_one_is_an_error_without_its_secrets() {
        let cases = [
            (CONFIGURATION, Some("half"), "accessKeyId is set, secretAccessKey is missing in the profile \"half\" of "),
            (CONFIGURATION, Some("locked"), "it is encrypted in the profile \"locked\" of "),
            (r#"{"current": "a", "profiles": [{"name": "a", "secretAccessKey": 5hush}]}"#, None, "the file "),
            (r#"{"current": "a", "profiles": "hush"}"#, None, "the file "),
        ];
        for (text, profile, why) in cases {
            let error = found(text, profile).unwrap_err();
            assert!(error.reason.starts_with(why), "{}", error.reason);
            assert!(!error.reason.contains("hush"), "{}", error.reason);
        }
    }

    #[test]
    fn a_key_with_white_space_is_not_taken_for_an_encrypted_one() {
        for (id, why) in [("AK1 ", "it begins or ends with white space"), ("A K1", "it holds white space")] {
            let error = found(&CONFIGURATION.replace("AK1", id), None).unwrap_err();
            assert_eq!(error.argument, "credentials.access-key-id");
            assert!(error.reason.starts_with(why), "{}", error.reason);
            assert!(error.reason.contains("(accessKeyId in the profile \"default\" of "), "{}", error.reason);
        }
    }

    #[test]
    fn a_byte_order_mark_is_passed_over() {
        assert!(matches!(found(&format!("\u{feff}{CONFIGURATION}"), None).unwrap(), FileSearch::Found(_)));
    }
}
