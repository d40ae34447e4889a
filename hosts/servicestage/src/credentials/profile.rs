//! Credentials in the file of the official SDK: an INI file, one section a profile.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use component_runtime::files;
use zeroize::Zeroizing;

use super::parts::{Found, Names, PartKind, Source, assemble};
use crate::error::InvalidArgument;

/// The profile of the SDK for what belongs to a region, as ServiceStage does.
const DEFAULT: &str = "basic";

const NAMES: Names =
    &[(PartKind::AccessKeyId, "ak"), (PartKind::SecretAccessKey, "sk"), (PartKind::SecurityToken, "security_token")];

/// What a file has to offer.
#[derive(Debug)]
pub(super) enum Outcome {
    Found(Box<Found>),
    /// Why there is nothing, for whoever expected something.
    Absent(String),
}

/// The credentials of the profile that is named, or of the default one.
pub(super) fn find(file: &Path, profile: Option<&str>) -> Result<Outcome, InvalidArgument> {
    let Some(text) = read(file)? else { return Ok(Outcome::Absent("there is no such file".to_owned())) };
    let name = profile.unwrap_or(DEFAULT);
    let Some(section) = section(&text, name) else {
        return Ok(Outcome::Absent(format!("it has no profile {name}")));
    };
    let place = format!(" in the profile {name} of {}", file.display());
    let value = |key: &str| section.get(key).cloned();
    Ok(match assemble(NAMES, &place, value)? {
        None => Outcome::Absent(format!("its profile {name} has neither ak nor sk")),
        Some((identity, parts)) => {
            let source = Source::Profile { name: name.to_owned(), file: file.to_owned() };
            let project_id = value("project_id").filter(|id| !id.is_empty());
            Outcome::Found(Box::new(Found { identity, source, parts, region: None, project_id }))
        }
    })
}

/// The text of a file that exists.
pub(super) fn read(file: &Path) -> Result<Option<Zeroizing<String>>, InvalidArgument> {
    match files::read_text(file) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => {
            let reason = format!("the file {} cannot be read: {error}", file.display());
            Err(InvalidArgument::new("credentials", reason))
        }
        Ok(text) => Ok(Some(text)),
    }
}

/// The keys of a section, in lower case, and their values. As in the SDK a key is followed by `=` or `:`, a line that
/// begins with `#` or `;` is a comment, and a comment takes a line of its own: a secret may hold either character.
fn section(text: &str, name: &str) -> Option<BTreeMap<String, String>> {
    let mut keys = None;
    let mut inside = false;
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim) {
        if let Some(title) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = title == name;
            if inside {
                keys.get_or_insert_with(BTreeMap::new);
            }
        } else if inside
            && !line.starts_with(['#', ';'])
            && let (Some(keys), Some((key, value))) = (&mut keys, line.split_once(['=', ':']))
        {
            keys.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::Identity;
    use crate::testing::Folder;

    fn found(text: &str, profile: Option<&str>) -> Result<Outcome, InvalidArgument> {
        let folder = Folder::new();
        find(&folder.write("credentials", text), profile)
    }

    #[test]
    fn the_default_profile_is_that_of_the_sdk() {
        let text = "\u{feff}# mine\r\n[global]\r\nak = other\r\nsk = other\r\n\r\n[basic]\r\nAK = id\r\nsk: h=u:s#h\r\n\
                    ; no\r\nproject_id=p\r\niam_endpoint = https://example.com\r\n";
        let Outcome::Found(found) = found(text, None).unwrap() else { panic!("nothing") };
        let Identity::AccessKey(key) = &found.identity else { panic!("no key") };
        assert_eq!((key.id.as_str(), key.secret.expose()), ("id", "h=u:s#h"));
        assert_eq!(found.project_id.as_deref(), Some("p"));
        let Source::Profile { name, .. } = &found.source else { panic!("no profile") };
        assert_eq!(name, "basic");
    }

    #[test]
    fn a_profile_is_chosen_by_name() {
        let text = "[basic]\nak=a\nsk=b\n[mine]\nak=c\nsk=d\nsecurity_token=e\n";
        let Outcome::Found(found) = found(text, Some("mine")).unwrap() else { panic!("nothing") };
        let Identity::AccessKey(key) = found.identity else { panic!("no key") };
        assert_eq!((key.id.as_str(), key.security_token.unwrap().expose()), ("c", "e"));
    }

    #[test]
    fn what_is_not_there_says_so() {
        let cases = [("", "it has no profile basic"), ("[basic]\nak=\nidp_id=x", "its profile basic has neither")];
        for (text, why) in cases {
            let Outcome::Absent(reason) = found(text, None).unwrap() else { panic!("{text}") };
            assert!(reason.starts_with(why), "{reason}");
        }
        let folder = Folder::new();
        let Outcome::Absent(reason) = find(&folder.0.join("no/such"), None).unwrap() else { panic!("found") };
        assert_eq!(reason, "there is no such file");
    }

    #[test]
    fn half_a_key_and_a_folder_are_errors_that_name_the_place() {
        let error = found("[basic]\nsk=hush\n", None).unwrap_err();
        assert_eq!(error.argument, "credentials.access-key-id");
        assert!(error.reason.starts_with("sk is set, ak is missing in the profile basic of "), "{}", error.reason);
        assert!(!error.reason.contains("hush"));

        let folder = Folder::new();
        let error = find(&folder.0, None).unwrap_err();
        assert!(error.reason.contains("cannot be read"), "{}", error.reason);
    }
}
