//! The sources of credentials, in their order. The first that has any wins as a whole.

use std::path::{Path, PathBuf};

use super::profile::FileSearch;
use super::{Identity, Metadata, environment, koocli, profile};
use crate::error::InvalidArgument;

pub use super::parts::{Part, PartKind, ResolvedCredentials, Source};

/// The variable that names the official SDK's file of profiles, and where it is in the home folder otherwise.
pub(super) const SDK_FILE: (&str, &str) = ("HUAWEICLOUD_SDK_CREDENTIALS_FILE", ".huaweicloud/credentials");

/// Where to look. Nothing else is looked at: the process's environment is read by whoever makes this.
///
/// ```
/// use servicestage::credentials::chain::{Source, Sources};
///
/// let variable = |name: &str| (name == "HW_AUTH_TOKEN").then(|| "hush".to_owned());
/// let (explicit, profile, default_profile, home, metadata) = (None, None, None, None, None);
/// let sources = Sources { explicit, profile, default_profile, variable: &variable, home, metadata };
/// let found = sources.find()?;
/// assert_eq!(found.source, Source::Environment);
/// assert_eq!(found.origin(), "HW_AUTH_TOKEN");
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
pub struct Sources<'a> {
    /// Credentials from the program itself.
    pub explicit: Option<Identity>,
    /// The profile that the user names for this call. It is as explicit as credentials in code, so that variables do
    /// not win over it.
    pub profile: Option<&'a str>,
    /// The value of an environment variable. Empty counts as unset.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The home folder, where the files are unless a variable says otherwise.
    pub home: Option<&'a Path>,
    /// The metadata of the cloud server, if it is to be asked.
    pub metadata: Option<Metadata>,
    /// The profile of a file of defaults, and the name of that file. It counts where the variable names no profile.
    pub default_profile: Option<(&'a str, &'a str)>,
}

/// The files of profiles that had no credentials, each with the reason.
#[derive(Default)]
struct SearchedFiles(Vec<String>);

impl Sources<'_> {
    /// Returns the credentials of the first source that has any. Metadata counts as having some; it is asked when they
    /// are needed.
    ///
    /// # Errors
    /// No source has any; the error names each. Or the first that has some is not complete, has credentials of two
    /// kinds, or has a value that no request can carry.
    pub fn find(self) -> Result<ResolvedCredentials, InvalidArgument> {
        let mut searched = SearchedFiles::default();
        self.search(&mut searched)?.ok_or_else(|| searched.missing_credentials())
    }

    /// Returns the same credentials, or `None` if no source has any.
    ///
    /// # Errors
    /// As [`Sources::find`], but for the missing credentials.
    pub(crate) fn find_any(self) -> Result<Option<ResolvedCredentials>, InvalidArgument> {
        self.search(&mut SearchedFiles::default())
    }

    fn search(self, searched: &mut SearchedFiles) -> Result<Option<ResolvedCredentials>, InvalidArgument> {
        let of = |identity, source| ResolvedCredentials {
            identity,
            source,
            parts: Vec::new(),
            region: None,
            project_id: None,
        };
        if let Some(identity) = self.explicit.clone() {
            identity.check()?;
            return Ok(Some(of(identity, Source::Explicit)));
        }
        if let Some(name) = self.profile {
            let found = self.in_files(Some(name), searched)?;
            return found.map(Some).ok_or_else(|| searched.missing_profile("`profile`", name));
        }
        if let Some(found) = environment::find(self.variable)? {
            return Ok(Some(found));
        }
        let variable = self.variable("HW_PROFILE");
        let named = variable.as_deref().map(|name| (name, "HW_PROFILE")).or(self.default_profile);
        if let Some(found) = self.in_files(named.map(|(name, _)| name), searched)? {
            return Ok(Some(found));
        }
        if let Some((name, place)) = named {
            return Err(searched.missing_profile(place, name));
        }
        Ok(self.metadata.map(|metadata| of(Identity::Metadata(metadata), Source::Metadata)))
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    fn in_files(
        &self,
        profile: Option<&str>,
        searched: &mut SearchedFiles,
    ) -> Result<Option<ResolvedCredentials>, InvalidArgument> {
        type FindIn = fn(&Path, Option<&str>) -> Result<FileSearch, InvalidArgument>;
        let files: [(&str, &str, FindIn); 2] =
            [(SDK_FILE.0, SDK_FILE.1, profile::find), ("HW_SHARED_CONFIG_FILE", ".hcloud/config.json", koocli::find)];
        for (variable, usual, find) in files {
            let named = self.variable(variable).map(PathBuf::from);
            let Some(file) = named.or_else(|| Some(self.home?.join(usual))) else {
                searched.0.push(format!("~/{usual}: there is no home folder"));
                continue;
            };
            match find(&file, profile)? {
                FileSearch::Found(found) => return Ok(Some(*found)),
                FileSearch::Absent(why) => searched.0.push(format!("{file:?}: {why}")),
            }
        }
        Ok(None)
    }
}

impl SearchedFiles {
    fn missing_profile(&self, from: &str, name: &str) -> InvalidArgument {
        let reason = format!("{from} names {name:?}, which no file has with a key ({})", self.0.join("; "));
        InvalidArgument::new("profile", reason)
    }

    fn missing_credentials(&self) -> InvalidArgument {
        let reason = format!(
            "they are missing; {}, or write a profile ({}), or use `metadata` on a cloud server with an agency (it was \
             not asked)",
            environment::ADVICE,
            self.0.join("; ")
        );
        InvalidArgument::new("credentials", reason)
    }
}

impl ResolvedCredentials {
    /// Returns the setting `region` or `project_id` of the profile that the credentials come from. It applies if
    /// nothing else sets it. It is not secret.
    #[must_use]
    pub fn setting(&self, setting: &str) -> Option<&str> {
        match setting {
            "region" => self.region.as_deref(),
            "project_id" => self.project_id.as_deref(),
            _ => None,
        }
    }

    /// Where the credentials come from, as names of variables, profiles and files.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.source {
            Source::Explicit => "the program".to_owned(),
            Source::Environment => self.parts.iter().map(|part| part.name).collect::<Vec<_>>().join(", "),
            Source::Profile { name, file } => format!("profile {name} of {}", file.display()),
            Source::Metadata => "metadata of this cloud server".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::testing::Folder;

    const SDK: &str = "[basic]\nak=SDK\nsk=hush\n[mine]\nak=MINE\nsk=hush\n";
    const KOOCLI: &str = r#"{"current":"c","profiles":[{"name":"c","mode":"AKSK","accessKeyId":"KOO","secretAccessKey":
        "hush","region":"cn-north-4"},{"name":"other","accessKeyId":"OTHER","secretAccessKey":"hush"}]}"#;

    fn find(
        home: Option<&Path>,
        profile: Option<&str>,
        metadata: bool,
        variables: &[(&str, &str)],
    ) -> Result<ResolvedCredentials, InvalidArgument> {
        let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
        let metadata = metadata.then(Metadata::default);
        Sources { explicit: None, profile, variable: &variable, home, metadata, default_profile: None }.find()
    }

    fn id(found: &ResolvedCredentials) -> &str {
        match &found.identity {
            Identity::AccessKey(key) => &key.id,
            Identity::Metadata(_) => "metadata",
            _ => panic!("another kind"),
        }
    }

    fn home(sdk: bool, koocli: bool) -> Folder {
        let folder = Folder::new();
        for (wanted, name, text) in [(sdk, ".huaweicloud/credentials", SDK), (koocli, ".hcloud/config.json", KOOCLI)] {
            if wanted {
                std::fs::create_dir_all(folder.0.join(name).parent().unwrap()).unwrap();
                folder.write(name, text);
            }
        }
        folder
    }

    #[test]
    fn the_first_source_wins() {
        let (both, second, none) = (home(true, true), home(false, true), home(false, false));
        let key = [("HW_ACCESS_KEY", "ENV"), ("HW_SECRET_KEY", "hush")];
        type Case<'a> = (&'a Folder, Option<&'a str>, &'a [(&'a str, &'a str)], &'a str);
        let cases: [Case<'_>; 8] = [
            (&both, None, &key, "ENV"),
            (&both, Some("mine"), &key, "MINE"),
            (&both, Some("other"), &[], "OTHER"),
            (&both, None, &[], "SDK"),
            (&both, None, &[("HW_PROFILE", "mine")], "MINE"),
            (&both, None, &[("HW_ACCESS_KEY", ""), ("HW_PROFILE", "")], "SDK"),
            (&second, None, &[], "KOO"),
            (&none, None, &[], "metadata"),
        ];
        for (home, profile, variables, expected) in cases {
            let found = find(Some(&home.0), profile, true, variables).unwrap();
            assert_eq!(id(&found), expected, "{profile:?} {variables:?}");
        }
        let found = find(Some(&second.0), None, false, &[]).unwrap();
        assert_eq!(found.region.as_deref(), Some("cn-north-4"));
        assert!(found.origin().starts_with("profile c of "), "{}", found.origin());
    }

    #[test]
    fn explicit_credentials_come_before_all_and_are_checked() {
        let with = |token: &str| {
            let explicit = Some(Identity::Token(Secret::new(token)));
            Sources { explicit, profile: None, variable: &|_| None, home: None, metadata: None, default_profile: None }
                .find()
        };
        assert_eq!(with("token").unwrap().source, Source::Explicit);
        assert_eq!(with("hush \n").unwrap_err().argument, "credentials.token");
    }

    #[test]
    fn files_may_be_elsewhere() {
        let elsewhere = Folder::new();
        let file = elsewhere.write("file", SDK);
        let found = find(None, None, false, &[("HUAWEICLOUD_SDK_CREDENTIALS_FILE", file.to_str().unwrap())]).unwrap();
        assert_eq!(id(&found), "SDK");
        let file = elsewhere.write("config", KOOCLI);
        let found = find(None, None, false, &[("HW_SHARED_CONFIG_FILE", file.to_str().unwrap())]).unwrap();
        assert_eq!(id(&found), "KOO");
    }

    #[test]
    fn nothing_anywhere_names_every_source() {
        let none = home(false, false);
        let error = find(Some(&none.0), None, false, &[]).unwrap_err();
        assert_eq!(error.argument, "credentials");
        for part in [
            "HW_ACCESS_KEY",
            "HW_AUTH_TOKEN",
            "HW_USER_NAME",
            "HUAWEICLOUD_SDK_AK",
            ".huaweicloud/credentials",
            ".hcloud/config.json",
            "`metadata`",
        ] {
            assert!(error.reason.contains(part), "{} has no {part}", error.reason);
        }
        let error = find(None, None, false, &[]).unwrap_err();
        assert!(error.reason.contains("~/.hcloud/config.json: there is no home folder"), "{}", error.reason);
    }

    #[test]
    fn a_profile_that_no_file_has_is_named_and_nothing_else_is_tried() {
        let both = home(true, true);
        for (profile, variables) in [(Some("typo"), &[][..]), (None, &[("HW_PROFILE", "typo")])] {
            let error = find(Some(&both.0), profile, true, variables).unwrap_err();
            assert_eq!(error.argument, "profile");
            assert!(error.reason.contains("it has no profile \"typo\""), "{}", error.reason);
        }
    }

    #[test]
    fn half_a_key_stops_at_its_source() {
        let both = home(true, true);
        let error = find(Some(&both.0), None, true, &[("HW_SECRET_KEY", "hush")]).unwrap_err();
        assert_eq!(error.argument, "credentials.access-key-id");
        assert!(!error.reason.contains("hush"));
    }
}
