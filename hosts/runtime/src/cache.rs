//! Where compiled components are kept. What lies there is executed, so that nobody but the user may put anything there.

use std::fs;
use std::io;
use std::path::Path;

use directories_next::ProjectDirs;
use wasmtime::{Cache, CacheConfig};

/// The user's cache of this library. None: there is no place for it, and components are compiled each time.
pub(crate) fn of_user() -> Option<Cache> {
    let folders = ProjectDirs::from("", "", "component-runtime")?;
    make_private(folders.cache_dir()).ok()?;
    let mut config = CacheConfig::new();
    config.with_directory(folders.cache_dir());
    Cache::new(config).ok()
}

/// Makes the folder the user's own, to read and to write, if it is not so already.
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    // A link could lead to a folder of somebody else.
    if !fs::symlink_metadata(folder)?.is_dir() {
        return Err(io::Error::from(io::ErrorKind::NotADirectory));
    }
    restrict(folder)
}

/// Succeeds for the owner alone.
#[cfg(unix)]
fn restrict(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// Elsewhere the place is within the user's profile, which is private by itself.
#[cfg(not(unix))]
fn restrict(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(all(test, unix))]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_folder_is_private_and_no_link() {
        let place = std::env::temp_dir().join(format!("component-runtime-{}", std::process::id()));
        let (open, link, file) = (place.join("open"), place.join("link"), place.join("file"));
        fs::create_dir_all(&open).unwrap();
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
        std::os::unix::fs::symlink(&open, &link).unwrap();
        fs::write(&file, "").unwrap();
        for folder in [place.join("new"), open] {
            make_private(&folder).unwrap();
            assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        }
        assert!(make_private(&link).is_err());
        assert!(make_private(&file).is_err());
        fs::remove_dir_all(&place).unwrap();
    }
}
