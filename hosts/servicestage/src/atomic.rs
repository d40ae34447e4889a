//! Replaces a file as a whole: whoever reads it meanwhile reads the old one. Of two programs that replace it in the same
//! moment, one may lose its change.

use std::fs::{self, File};
use std::io::{self, Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use component_runtime::files;
use zeroize::Zeroizing;

/// A small text file that is read, edited, and replaced.
///
/// ```
/// use servicestage::atomic::{AtomicFile, Mode};
///
/// # let folder = std::env::temp_dir().join(format!("servicestage-atomic-{}", std::process::id()));
/// let path = folder.join("settings");
/// let file = AtomicFile::open(&path)?;
/// assert_eq!(file.text()?, "");
/// file.replace(b"colour = never\n", Mode::Kept)?;
/// assert_eq!(AtomicFile::open(&path)?.text()?, "colour = never\n");
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct AtomicFile {
    path: PathBuf,
    /// The bytes of the file, if it exists.
    before: Option<Zeroizing<Vec<u8>>>,
}

/// Who may read the new file. A file that did not exist is its owner's alone in both cases.
///
/// ```
/// use servicestage::atomic::{AtomicFile, Mode};
///
/// # let folder = std::env::temp_dir().join(format!("servicestage-mode-{}", std::process::id()));
/// let path = folder.join("credentials");
/// AtomicFile::open(&path)?.replace(b"ak = EXAMPLEAK\n", Mode::Private)?;
/// # #[cfg(unix)]
/// assert_eq!(std::os::unix::fs::MetadataExt::mode(&std::fs::metadata(&path)?) & 0o777, 0o600);
/// # std::fs::remove_dir_all(folder)?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Its owner alone.
    Private,
    /// Those who could read the old one, or its owner alone if the group of the old one cannot be kept.
    Kept,
}

impl AtomicFile {
    /// Reads the file. One that does not exist is empty.
    ///
    /// # Errors
    /// The file cannot be read, is not a regular file, or has more than 1 MiB. Or it is a link to a missing file.
    pub fn open(path: &Path) -> io::Result<Self> {
        let path = path.to_owned();
        read(&path).map(|before| Self { path, before })
    }

    /// Returns the text of the file.
    ///
    /// # Errors
    /// The file is not UTF-8.
    pub fn text(&self) -> io::Result<&str> {
        let bytes = self.before.as_deref().map_or(&[][..], Vec::as_slice);
        str::from_utf8(bytes).map_err(|_| Error::new(ErrorKind::InvalidData, "it is not UTF-8 text; save it as UTF-8"))
    }

    /// Writes a new file beside the old one, which then takes its place. If the old one is a link, the link stays and
    /// the file that it leads to is replaced. A folder that does not exist is made, for its owner alone.
    ///
    /// # Errors
    /// The file cannot be written, belongs to another user, or was changed since it was opened. The old one is still there.
    pub fn replace(&self, content: &[u8], mode: Mode) -> io::Result<()> {
        let exists = self.before.is_some();
        let path = if exists { fs::canonicalize(&self.path)? } else { self.path.clone() };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        make_folder(folder)?;
        // Made with mode 600, under a name that nobody can guess.
        let mut new = tempfile::Builder::new().prefix(".servicestage-").tempfile_in(folder)?;
        new.write_all(content)?;
        if exists {
            let old = fs::metadata(&path)?;
            check_owner(&old, new.as_file())?;
            if mode == Mode::Kept && keep_group(&old, new.as_file()).is_ok() {
                new.as_file().set_permissions(old.permissions())?;
            }
        }
        new.as_file().sync_all()?;
        if read(&path)? != self.before {
            return Err(Error::other("another program changed it meanwhile; try again"));
        }
        new.persist(&path).map_err(|error| error.error)?;
        sync_folder(folder)
    }
}

fn read(file: &Path) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    match files::read_small(file, files::LARGEST_TEXT) {
        Ok(bytes) => Ok(Some(bytes)),
        // A link to nothing is not followed: its target would be made with this program's rights.
        Err(error) if error.kind() == ErrorKind::NotFound && fs::symlink_metadata(file).is_err() => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Refuses the file of another user. The new one would belong to this user.
#[cfg(unix)]
fn check_owner(old: &fs::Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    if old.uid() == new.metadata()?.uid() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::PermissionDenied, "it belongs to another user, who should do this"))
}

#[cfg(not(unix))]
fn check_owner(_: &fs::Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

/// Sets the group of the new file to that of the old one. Otherwise another group could read it.
#[cfg(unix)]
fn keep_group(old: &fs::Metadata, new: &File) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt as _;

    std::os::unix::fs::fchown(new, None, Some(old.gid()))
}

#[cfg(not(unix))]
fn keep_group(_: &fs::Metadata, _: &File) -> io::Result<()> {
    Ok(())
}

/// Makes the new name last through a loss of power.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;
    use crate::testing::Folder;

    fn mode(file: &Path) -> u32 {
        fs::metadata(file).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_file_keeps_its_mode_if_that_is_wanted_and_nothing_is_left_beside_it() {
        let folder = Folder::new();
        for (before, kept) in [(0o644, 0o644), (0o640, 0o640), (0o600, 0o600)] {
            let file = folder.write("settings", "old");
            fs::set_permissions(&file, fs::Permissions::from_mode(before)).unwrap();
            AtomicFile::open(&file).unwrap().replace(b"new", Mode::Kept).unwrap();
            assert_eq!((fs::read_to_string(&file).unwrap().as_str(), mode(&file)), ("new", kept));
            AtomicFile::open(&file).unwrap().replace(b"newer", Mode::Private).unwrap();
            assert_eq!(mode(&file), 0o600);
        }
        assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_and_its_folder_are_their_owner_s_alone() {
        let folder = Folder::new();
        let file = folder.0.join("new/settings");
        AtomicFile::open(&file).unwrap().replace(b"text", Mode::Kept).unwrap();
        assert_eq!((mode(&file), mode(&folder.0.join("new"))), (0o600, 0o700));
    }

    #[test]
    fn a_link_stays_and_its_file_is_replaced() {
        let folder = Folder::new();
        fs::create_dir(folder.0.join("elsewhere")).unwrap();
        let (file, link) = (folder.write("elsewhere/file", ""), folder.0.join("settings"));
        symlink("elsewhere/file", &link).unwrap();
        AtomicFile::open(&link).unwrap().replace(b"text", Mode::Kept).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&file).unwrap(), "text");
        let dangling = folder.0.join("dangling");
        symlink("nowhere", &dangling).unwrap();
        assert!(AtomicFile::open(&dangling).is_err());
        assert!(!folder.0.join("nowhere").exists());
    }

    #[test]
    fn a_change_made_meanwhile_is_not_lost() {
        let folder = Folder::new();
        let file = folder.write("settings", "old");
        let opened = AtomicFile::open(&file).unwrap();
        fs::write(&file, "changed").unwrap();
        assert!(opened.replace(b"new", Mode::Kept).is_err());
        assert_eq!(fs::read_to_string(&file).unwrap(), "changed");
    }
}
