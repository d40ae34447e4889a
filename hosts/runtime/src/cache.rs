//! The cache of compiled components. They are machine code that is executed. So the cache reads only files that this
//! user wrote and that nobody else could change since.
//!
//! The folder must belong to the effective user, who alone may write to it. Each folder above it must belong to that
//! user or to root. Others may write to such a folder only if it is sticky, as `/tmp` is. So nobody else can replace a
//! part of the path by a folder or a link. If this does not hold, nothing is kept and components are compiled each time.

use std::fs::{self, DirBuilder, Metadata, OpenOptions};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use directories_next::ProjectDirs;
use rustix::fs::OFlags;
use rustix::process::geteuid;
use sha2::{Digest, Sha256};
use tracing::debug;
use wasmtime::Engine;

/// The most components that are kept. The oldest are removed first.
const MOST: usize = 32;

/// The largest file that is read, in bytes: many times the machine code of a component.
const LARGEST: u64 = 256 << 20;

/// The length of the digest at the end of a file, in bytes.
const DIGEST: usize = 32;

/// The mode bits that let anyone but the owner write.
const OTHERS_WRITE: u32 = 0o022;

/// The sticky bit, which keeps users from renaming and removing the entries of others.
const STICKY: u32 = 0o1000;

/// A folder of compiled components.
pub(crate) struct Cache(PathBuf);

impl Cache {
    /// Returns the cache of the effective user, unless its folder is not safe.
    pub(crate) fn of_user() -> Option<Self> {
        let folders = ProjectDirs::from("", "", "component-runtime")?;
        let folder = folders.cache_dir();
        let log = |error: &io::Error| debug!("compiled components are not kept in {}: {error}", folder.display());
        Self::at(folder).inspect_err(log).ok()
    }

    /// Returns the cache in this folder. Makes the folder if it does not exist.
    fn at(folder: &Path) -> io::Result<Self> {
        if !folder.is_absolute() {
            return Err(io::Error::other("the path is not absolute"));
        }
        // Checked first: nothing is made where somebody else could replace it.
        let above = folder.parent().unwrap_or(folder);
        let existing = above.ancestors().find(|folder| folder.symlink_metadata().is_ok());
        safe_above(&existing.unwrap_or(above).canonicalize()?)?;
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        safe_above(&above.canonicalize()?)?;

        let about = folder.symlink_metadata()?;
        if !about.is_dir() {
            return Err(io::Error::other("it is not a folder"));
        }
        if about.uid() != geteuid().as_raw() {
            return Err(io::Error::other("it belongs to another user"));
        }
        if about.mode() & OTHERS_WRITE != 0 {
            return Err(io::Error::other("others may write to it; remove it"));
        }
        Ok(Self(folder.to_owned()))
    }

    /// Returns the machine code that this engine made from a component, if the cache holds it.
    pub(crate) fn read(&self, engine: &Engine, wasm: &[u8]) -> Option<Vec<u8>> {
        let name = name(engine, wasm);
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
        let file =
            OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(self.0.join(&name)).ok()?;
        if !is_trusted(&file.metadata().ok()?) {
            return None;
        }
        let mut code = Vec::new();
        file.take(LARGEST).read_to_end(&mut code).ok()?;
        let digest = code.split_off(code.len().checked_sub(DIGEST)?);
        (digest == seal(&name, &code)).then_some(code)
    }

    /// Stores the machine code that this engine made from a component. Replaces a file that was refused.
    pub(crate) fn write(&self, engine: &Engine, wasm: &[u8], code: &[u8]) {
        let name = name(engine, wasm);
        let path = self.0.join(&name);
        let _ = fs::remove_file(&path);
        // The file is not renamed, because that would change the inode after the last write. A process that reads too
        // early finds no valid digest and compiles.
        let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).and_then(|mut file| {
            file.write_all(code)?;
            file.write_all(&seal(&name, code))
        });
        if let Err(error) = written.and_then(|()| self.prune()) {
            debug!("a compiled component is not kept: {error}");
        }
    }

    fn prune(&self) -> io::Result<()> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let about = entry.metadata()?;
            if about.is_file() {
                files.push((about.modified()?, entry.path()));
            }
        }
        files.sort_unstable();
        files.iter().take(files.len().saturating_sub(MOST)).try_for_each(|(_, path)| fs::remove_file(path))
    }
}

/// Returns the name of the file that holds this component as compiled by this engine.
fn name(engine: &Engine, wasm: &[u8]) -> String {
    let mut made = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut made);
    let digest: String = Sha256::digest(wasm).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{digest}-{:016x}", made.finish())
}

/// Returns the digest at the end of a complete file. It covers the name, so a file is not accepted under another name.
fn seal(name: &str, code: &[u8]) -> [u8; DIGEST] {
    Sha256::new().chain_update(name).chain_update(code).finalize().into()
}

/// Returns whether this user wrote a file and nobody changed it since. Writing sets both times alike. A change of mode,
/// owner, name or links sets only the second, so a file that others could once write to is refused.
fn is_trusted(about: &Metadata) -> bool {
    about.is_file()
        && about.uid() == geteuid().as_raw()
        && about.mode() & OTHERS_WRITE == 0
        && about.nlink() == 1
        && (about.mtime(), about.mtime_nsec()) == (about.ctime(), about.ctime_nsec())
}

/// Succeeds if only this user and root can change where a path without links leads.
fn safe_above(path: &Path) -> io::Result<()> {
    for folder in path.ancestors() {
        let about = folder.symlink_metadata()?;
        let owned = about.uid() == geteuid().as_raw() || about.uid() == 0;
        let kept = about.mode() & OTHERS_WRITE == 0 || about.mode() & STICKY != 0;
        if !about.is_dir() || !owned || !kept {
            return Err(io::Error::other(format!("others can change {}", folder.display())));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt, chown, symlink};
    use std::sync::atomic::{AtomicU32, Ordering};

    use rustix::fs::{CWD, FileType, Mode, mknodat};

    use super::*;

    const WASM: &[u8] = b"a component";
    const CODE: &[u8] = b"its machine code";

    /// A user who is not root.
    const OTHER: Option<u32> = Some(65_533);

    /// A folder that is removed after the test.
    struct TempFolder(PathBuf);

    impl TempFolder {
        fn new() -> Self {
            static NEXT: AtomicU32 = AtomicU32::new(0);
            let name = format!("component-runtime-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let temp = std::env::temp_dir().join(name);
            DirBuilder::new().mode(0o700).create(&temp).unwrap();
            Self(temp)
        }

        fn folder(&self, name: &str, mode: u32) -> PathBuf {
            let folder = self.0.join(name);
            fs::create_dir(&folder).unwrap();
            allow(&folder, mode);
            folder
        }
    }

    impl Drop for TempFolder {
        fn drop(&mut self) {
            drop(fs::remove_dir_all(&self.0));
        }
    }

    fn allow(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    /// Waits for the clock of the file system, which ticks every few milliseconds.
    fn pass() {
        std::thread::sleep(std::time::Duration::from_millis(50));
    }

    fn refused(folder: &Path) -> String {
        match Cache::at(folder) {
            Ok(_) => panic!("{} is not refused", folder.display()),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_cached_file_counts_for_its_own_component_alone() {
        let (temp, engine) = (TempFolder::new(), Engine::default());
        let folder = temp.0.join("new/cache");
        let cache = Cache::at(&folder).unwrap();
        assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(cache.read(&engine, WASM), None);
        cache.write(&engine, WASM, CODE);
        assert_eq!(Cache::at(&folder).unwrap().read(&engine, WASM).as_deref(), Some(CODE));

        let other = b"another component";
        fs::copy(folder.join(name(&engine, WASM)), folder.join(name(&engine, other))).unwrap();
        assert_eq!(cache.read(&engine, other), None);
        cache.write(&engine, other, CODE);
        assert_eq!(cache.read(&engine, other).as_deref(), Some(CODE));
    }

    #[test]
    fn a_folder_that_others_can_change_is_refused() {
        let temp = TempFolder::new();
        for mode in [0o777, 0o775, 0o757, 0o1777, 0o720] {
            let folder = temp.folder(&format!("{mode:o}"), mode);
            assert_eq!(refused(&folder), "others may write to it; remove it", "{mode:o}");
            if mode & STICKY == 0 {
                assert!(refused(&folder.join("within")).starts_with("others can change "), "{mode:o}");
                assert!(!folder.join("within").exists());
            }
        }
        let (own, link, file) = (temp.folder("own", 0o700), temp.0.join("link"), temp.0.join("file"));
        symlink(&own, &link).unwrap();
        fs::write(&file, "").unwrap();
        assert_eq!(refused(&link), "it is not a folder");
        refused(&file);
        refused(&file.join("within"));
        for relative in ["", ".", "cache", "./cache"] {
            assert_eq!(refused(Path::new(relative)), "the path is not absolute");
        }
        // The target of a link above is checked, not the link.
        assert!(Cache::at(&link.join("within")).is_ok());
        let open = temp.folder("open", 0o777);
        symlink(&open, temp.0.join("astray")).unwrap();
        assert!(refused(&temp.0.join("astray/within")).starts_with("others can change "));
    }

    #[test]
    fn a_folder_of_another_user_is_refused_and_nothing_is_made_in_it() {
        if !geteuid().is_root() {
            return;
        }
        let temp = TempFolder::new();
        let theirs = temp.folder("theirs", 0o755);
        chown(&theirs, OTHER, None).unwrap();
        assert_eq!(refused(&theirs), "it belongs to another user");
        for below in ["cache", ".cache/component-runtime"] {
            assert!(refused(&theirs.join(below)).starts_with("others can change "));
        }
        assert_eq!(fs::read_dir(&theirs).unwrap().count(), 0);
        let ours = theirs.join("ours");
        fs::create_dir(&ours).unwrap();
        refused(&ours);
    }

    #[test]
    fn a_file_that_others_could_change_is_not_read() {
        let (temp, engine) = (TempFolder::new(), Engine::default());
        let cache = Cache::at(&temp.0.join("cache")).unwrap();
        let (path, aside) = (cache.0.join(name(&engine, WASM)), temp.0.join("aside"));
        let kept = || fs::read(&path).unwrap();
        let replaced = |make: &dyn Fn()| {
            fs::remove_file(&path).unwrap();
            make();
        };
        type Spoil<'a> = (&'a str, Box<dyn Fn() + 'a>);
        let mut spoils: Vec<Spoil<'_>> = vec![
            ("others may write", Box::new(|| allow(&path, 0o602))),
            ("the group may write", Box::new(|| allow(&path, 0o620))),
            (
                "others could write once",
                Box::new(|| {
                    allow(&path, 0o666);
                    fs::write(&path, kept()).unwrap();
                    pass();
                    allow(&path, 0o600);
                }),
            ),
            ("a link", Box::new(|| (fs::rename(&path, &aside).unwrap(), symlink(&aside, &path).unwrap()).0)),
            ("two names", Box::new(|| fs::hard_link(&path, temp.0.join("second")).unwrap())),
            ("moved here", Box::new(|| (fs::rename(&path, &aside).unwrap(), fs::rename(&aside, &path).unwrap()).0)),
            ("cut short", Box::new(|| fs::write(&path, kept().split_off(1)).unwrap())),
            ("shorter than its end", Box::new(|| fs::write(&path, "short").unwrap())),
            ("empty", Box::new(|| fs::write(&path, "").unwrap())),
            ("changed", Box::new(|| fs::write(&path, [b"I", kept().get(1..).unwrap()].concat()).unwrap())),
            ("a folder", Box::new(|| replaced(&|| fs::create_dir(&path).unwrap()))),
            (
                "a pipe",
                Box::new(|| replaced(&|| mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap())),
            ),
        ];
        if geteuid().is_root() {
            spoils.push(("of another user", Box::new(|| chown(&path, OTHER, None).unwrap())));
        }
        for (how, spoil) in spoils {
            let _ = fs::remove_dir(&path);
            let _ = fs::remove_file(&aside);
            cache.write(&engine, WASM, CODE);
            assert_eq!(cache.read(&engine, WASM).as_deref(), Some(CODE), "before: {how}");
            pass();
            spoil();
            assert_eq!(cache.read(&engine, WASM), None, "{how}");
        }
    }

    #[test]
    fn the_oldest_files_give_way() {
        let (temp, engine) = (TempFolder::new(), Engine::default());
        let cache = Cache::at(&temp.0.join("cache")).unwrap();
        for component in 0..=u8::try_from(MOST).unwrap() {
            cache.write(&engine, &[component], CODE);
        }
        assert_eq!(fs::read_dir(&cache.0).unwrap().count(), MOST);
        assert!(cache.read(&engine, &[u8::try_from(MOST).unwrap()]).is_some());
    }
}
