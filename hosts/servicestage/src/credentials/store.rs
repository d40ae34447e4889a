//! Writes a profile into the file of the official SDK.

use std::io::Error;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::profile::{self, FileSearch};
use super::{AccessKey, Identity, chain, edit};
use crate::atomic::{AtomicFile, Mode};
use crate::environment::Environment;
use crate::error::InvalidArgument;

/// The file of profiles that the official SDK and this crate read, to write a profile.
///
/// ```
/// use servicestage::credentials::store::ProfileFile;
/// use servicestage::{AccessKey, Environment, Secret};
///
/// # let folder = std::env::temp_dir().join(format!("servicestage-profile-{}", std::process::id()));
/// # let home = folder.clone();
/// let environment = Environment::of(|_| None, Some(home));
/// let file = ProfileFile::of(&environment)?;
/// let key = AccessKey { id: "EXAMPLEAK".to_owned(), secret: Secret::new("example"), security_token: None };
/// assert!(!file.has("basic")?);
/// file.write("basic", &key, "cn-north-4")?;
/// assert!(file.has("basic")?);
/// # std::fs::remove_dir_all(folder).ok();
/// # Ok::<(), servicestage::error::InvalidArgument>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProfileFile(PathBuf);

impl ProfileFile {
    /// Returns the file that `HUAWEICLOUD_SDK_CREDENTIALS_FILE` names, or the one in the home folder.
    ///
    /// # Errors
    /// There is no home folder.
    pub fn of(environment: &Environment) -> Result<Self, InvalidArgument> {
        let named = environment.variable(chain::SDK_FILE.0).map(PathBuf::from);
        let file = named.or_else(|| Some(environment.home()?.join(chain::SDK_FILE.1)));
        let missing = || format!("there is no home folder; set {} to the file of profiles", chain::SDK_FILE.0);
        file.map(Self).ok_or_else(|| InvalidArgument::new("profile", missing()))
    }

    /// Returns where the file is, or will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Returns whether the file has a profile of this name, whatever it holds.
    ///
    /// # Errors
    /// The name cannot be written, or the file cannot be read.
    pub fn has(&self, profile: &str) -> Result<bool, InvalidArgument> {
        check(profile)?;
        let text = profile::read(&self.0)?.unwrap_or_default();
        profile::has(&text, &self.0, profile)
    }

    /// Writes a profile in the place of the one of this name, or as a new one. Other profiles and all comments stay byte
    /// for byte. The file is readable by its owner alone, and exchanged as a whole: whoever reads it meanwhile reads the
    /// old one.
    ///
    /// # Errors
    /// The profile would not be read back as it was given, or the file cannot be written. The old one is still there.
    pub fn write(&self, profile: &str, key: &AccessKey, region: &str) -> Result<(), InvalidArgument> {
        check(profile)?;
        key.check()?;
        let unusable =
            |error: &Error| InvalidArgument::new("profile", format!("{:?} cannot be written: {error}", self.0));
        let file = AtomicFile::open(&self.0).map_err(|error| unusable(&error))?;
        let old = file.text().map_err(|error| unusable(&error))?;
        let mut entries = vec![("ak", key.id.as_str()), ("sk", key.secret.expose())];
        entries.extend(key.security_token.as_ref().map(|token| ("security_token", token.expose())));
        entries.push((profile::REGION, region));
        let text = Zeroizing::new(edit::with_profile(old, profile, &entries));
        self.check_read_back(&text, profile, key, region)?;
        file.replace(text.as_bytes(), Mode::Private).map_err(|error| unusable(&error))
    }

    /// Values of `[DEFAULT]` are those of every profile too, and a value may be one that is read differently.
    fn check_read_back(&self, text: &str, profile: &str, key: &AccessKey, region: &str) -> Result<(), InvalidArgument> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if let FileSearch::Found(found) = profile::of_text(text, &self.0, Some(profile))?
            && let Identity::AccessKey(read) = &found.identity
            && read.id == key.id
            && read.secret.expose() == key.secret.expose()
            && read.security_token.is_some() == key.security_token.is_some()
            && found.region.as_deref() == Some(region)
        {
            return Ok(());
        }
        let reason = format!(
            "the profile {profile:?} would be another one when it is read back; look at the section [DEFAULT] of {:?}",
            self.0
        );
        Err(InvalidArgument::new("profile", reason))
    }
}

/// Checks that a text can be the name of a profile.
///
/// # Errors
/// The text is empty, is `DEFAULT`, holds a bracket or a control character, or has white space at its ends.
///
/// ```
/// use servicestage::credentials::store::check;
///
/// assert!(check("basic").is_ok());
/// assert!(check("DEFAULT").is_err());
/// ```
pub fn check(profile: &str) -> Result<(), InvalidArgument> {
    let reason = if profile.trim().is_empty() {
        "it is empty"
    } else if profile == "DEFAULT" {
        "[DEFAULT] holds values for all profiles, and is not a profile"
    } else if profile != profile.trim() || profile.chars().any(|c| c.is_control() || matches!(c, '[' | ']')) {
        "it holds a bracket or a control character, or begins or ends with white space"
    } else {
        return Ok(());
    };
    Err(InvalidArgument::new("profile", reason))
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    use super::*;
    use crate::secret::Secret;
    use crate::testing::Folder;

    fn key(id: &str, secret: &str) -> AccessKey {
        AccessKey { id: id.to_owned(), secret: Secret::new(secret), security_token: None }
    }

    fn write(file: &Path, profile: &str) -> Result<(), InvalidArgument> {
        ProfileFile(file.to_owned()).write(profile, &key("EXAMPLEAK", "hush"), "cn-north-4")
    }

    #[test]
    fn a_new_file_is_its_owner_s_alone() {
        let folder = Folder::new();
        let file = folder.0.join("new/credentials");
        write(&file, "basic").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "[basic]\nak = EXAMPLEAK\nsk = hush\nregion = cn-north-4\n");
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert_eq!(fs::metadata(folder.0.join("new")).unwrap().mode() & 0o777, 0o700);
    }

    #[test]
    fn a_file_that_others_could_read_cannot_be_read_by_them_any_more() {
        let folder = Folder::new();
        let file = folder.write("credentials", "# mine\n[other]\nak=1\nsk=2\n");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        write(&file, "basic").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().mode() & 0o777, 0o600);
        assert!(fs::read_to_string(&file).unwrap().starts_with("# mine\n[other]\nak=1\nsk=2\n\n[basic]\n"));
        let left: Vec<_> = fs::read_dir(&folder.0).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_profile_that_would_be_read_as_another_one_is_not_written() {
        let folder = Folder::new();
        let file = folder.write("credentials", "[DEFAULT]\nsecurity_token = old\n");
        let error = write(&file, "basic").unwrap_err();
        assert!(error.reason.contains("[DEFAULT]"), "{}", error.reason);
        let quoted = ProfileFile(folder.0.join("other")).write("basic", &key("AK", "\"hush"), "r").unwrap_err();
        assert!(!quoted.reason.contains("hush"), "{}", quoted.reason);
        assert!(!folder.0.join("other").exists());
        assert_eq!(fs::read_to_string(&file).unwrap(), "[DEFAULT]\nsecurity_token = old\n");
    }

    #[test]
    fn a_name_that_no_section_can_have_is_refused() {
        let file = ProfileFile(PathBuf::from("/nonexistent/credentials"));
        for name in ["", " ", "DEFAULT", "a]", "[a", "a\nb", " a"] {
            assert_eq!(file.has(name).unwrap_err().argument, "profile", "{name:?}");
        }
    }
}
