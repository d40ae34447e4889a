//! Credentials in the file of the official SDK: an INI file, in which each section is a profile.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use component_runtime::files;
use zeroize::Zeroizing;

use super::ini::{Ini, IniError};
use super::parts::{Names, PartKind, ResolvedCredentials, Source, assemble};
use crate::error::InvalidArgument;

/// The profile of the SDK for what belongs to a region, as ServiceStage does.
const DEFAULT: &str = "basic";

const PROJECT_ID: &str = "project_id";

/// No key of the SDK's, which passes over it: the tool writes it beside the access key.
pub(super) const REGION: &str = "region";

const NAMES: Names =
    &[(PartKind::AccessKeyId, "ak"), (PartKind::SecretAccessKey, "sk"), (PartKind::SecurityToken, "security_token")];

/// The result of searching a file.
#[derive(Debug)]
pub(super) enum FileSearch {
    Found(Box<ResolvedCredentials>),
    /// The file has no credentials, for this reason.
    Absent(String),
}

/// The credentials of the profile that is named, or of the default one.
pub(super) fn find(file: &Path, profile: Option<&str>) -> Result<FileSearch, InvalidArgument> {
    match read(file)? {
        Some(text) => of_text(&text, file, profile),
        None => Ok(FileSearch::Absent("there is no such file".to_owned())),
    }
}

/// Whether the text of a file has a profile of this name, whatever it holds.
pub(super) fn has(text: &str, file: &Path, profile: &str) -> Result<bool, InvalidArgument> {
    Ok(Ini::parse(text).map_err(|fault| unusable(file, &fault))?.section(profile).is_some())
}

/// The credentials in the text of a file.
pub(super) fn of_text(text: &str, file: &Path, profile: Option<&str>) -> Result<FileSearch, InvalidArgument> {
    let name = profile.unwrap_or(DEFAULT);
    let unusable = |fault| unusable(file, &fault);
    let Some(section) = Ini::parse(text).map_err(unusable)?.section(name) else {
        return Ok(FileSearch::Absent(format!("it has no profile {name:?}")));
    };
    let mut values = BTreeMap::new();
    for key in NAMES.iter().map(|(_, key)| *key).chain([PROJECT_ID, REGION]) {
        if let Some(value) = section.get(key) {
            values.insert(key, value.text().map_err(unusable)?.to_owned());
        }
    }
    let place = format!(" in the profile {name:?} of {file:?}");
    let value = |key: &str| values.get(key).cloned();
    Ok(match assemble(NAMES, &place, value)? {
        None => FileSearch::Absent(format!("its profile {name:?} has neither ak nor sk")),
        Some((identity, parts)) => {
            let source = Source::Profile { name: name.to_owned(), file: file.to_owned() };
            let setting = |key| value(key).filter(|value| !value.is_empty());
            let (region, project_id) = (setting(REGION), setting(PROJECT_ID));
            FileSearch::Found(Box::new(ResolvedCredentials { identity, source, parts, region, project_id }))
        }
    })
}

fn unusable(file: &Path, IniError { line, what }: &IniError) -> InvalidArgument {
    InvalidArgument::new("credentials", format!("line {line} of {file:?} is not understood: {what}"))
}

/// The text of a file that exists.
pub(super) fn read(file: &Path) -> Result<Option<Zeroizing<String>>, InvalidArgument> {
    match files::read_text(file) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => {
            let reason = format!("the file {file:?} cannot be read: {error}");
            Err(InvalidArgument::new("credentials", reason))
        }
        Ok(text) => Ok(Some(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Identity;
    use crate::testing::Folder;

    fn found(text: &str, profile: Option<&str>) -> Result<FileSearch, InvalidArgument> {
        let folder = Folder::new();
        find(&folder.write("credentials", text), profile)
    }

    #[test]
    fn the_default_profile_is_that_of_the_sdk() {
        let text = "\u{feff}# mine\r\n[global]\r\nak = other\r\nsk = other\r\n\r\n[basic]\r\nAK = id\r\nsk: h=u:s#h\r\n\
                    ; no\r\nproject_id=p\r\nregion = cn-north-4\r\niam_endpoint = https://example.com\r\n";
        let FileSearch::Found(found) = found(text, None).unwrap() else { panic!("nothing") };
        let Identity::AccessKey(key) = &found.identity else { panic!("no key") };
        assert_eq!((key.id.as_str(), key.secret.expose()), ("id", "h=u:s#h"));
        assert_eq!((found.project_id.as_deref(), found.region.as_deref()), (Some("p"), Some("cn-north-4")));
        let Source::Profile { name, .. } = &found.source else { panic!("no profile") };
        assert_eq!(name, "basic");
    }

    #[test]
    fn a_wrapped_token_and_the_values_of_the_default_section_are_there_as_a_whole() {
        let text =
            "[DEFAULT]\nsk = hush\nproject_id = p\n[basic] ; mine\nak = id\nsecurity_token = MIIa\n  b/c+\n  d==\n";
        let FileSearch::Found(found) = found(text, None).unwrap() else { panic!("nothing") };
        let Identity::AccessKey(key) = found.identity else { panic!("no key") };
        let token = key.security_token.unwrap();
        assert_eq!((key.id.as_str(), key.secret.expose(), token.expose()), ("id", "hush", "MIIab/c+d=="));
        assert_eq!(found.project_id.as_deref(), Some("p"));
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_with_its_file_and_not_shown() {
        for (text, line, what) in [
            ("[basic]\nexport ak = hush\nsk = hush\n", 2, "the key must be one word"),
            ("[basic]\nak = hush # prod\nsk = hush\n", 2, "a comment follows the value"),
            ("[basic]\nak = hush\nsk = hush\n[other]\nhush\n", 5, "it is neither"),
        ] {
            let error = found(text, None).unwrap_err();
            assert_eq!(error.argument, "credentials");
            assert!(error.reason.starts_with(&format!("line {line} of ")), "{}", error.reason);
            assert!(error.reason.contains(&format!("credentials\" is not understood: {what}")), "{}", error.reason);
            assert!(!error.reason.contains("hush"), "{}", error.reason);
        }
        // A fault in a profile that is not used does not matter if its lines are understood.
        assert!(found("[basic]\nak = id\nsk = hush\n[other]\nak = id # prod\n", None).is_ok());
    }

    #[test]
    fn a_value_that_cannot_be_sent_is_named_by_its_place() {
        let error = found("[basic]\nak = i d\nsk = hush\n", None).unwrap_err();
        assert_eq!(error.argument, "credentials.access-key-id");
        assert!(error.reason.starts_with("it holds white space"), "{}", error.reason);
        assert!(error.reason.contains("(ak in the profile \"basic\" of "), "{}", error.reason);
    }

    #[test]
    fn a_profile_is_chosen_by_name() {
        let text = "[basic]\nak=a\nsk=b\n[mine]\nak=c\nsk=d\nsecurity_token=e\n";
        let FileSearch::Found(found) = found(text, Some("mine")).unwrap() else { panic!("nothing") };
        let Identity::AccessKey(key) = found.identity else { panic!("no key") };
        assert_eq!((key.id.as_str(), key.security_token.unwrap().expose()), ("c", "e"));
    }

    #[test]
    fn missing_profiles_are_reported() {
        let cases =
            [("", "it has no profile \"basic\""), ("[basic]\nak=\nidp_id=x", "its profile \"basic\" has neither")];
        for (text, why) in cases {
            let FileSearch::Absent(reason) = found(text, None).unwrap() else { panic!("{text}") };
            assert!(reason.starts_with(why), "{reason}");
        }
        let folder = Folder::new();
        let FileSearch::Absent(reason) = find(&folder.0.join("no/such"), None).unwrap() else { panic!("found") };
        assert_eq!(reason, "there is no such file");
    }

    #[test]
    fn half_a_key_and_a_folder_are_errors_that_name_the_place() {
        let error = found("[basic]\nsk=hush\n", None).unwrap_err();
        assert_eq!(error.argument, "credentials.access-key-id");
        assert!(error.reason.starts_with("sk is set, ak is missing in the profile \"basic\" of "), "{}", error.reason);
        assert!(!error.reason.contains("hush"));

        let folder = Folder::new();
        let error = find(&folder.0, None).unwrap_err();
        assert!(error.reason.contains("cannot be read"), "{}", error.reason);
    }
}
