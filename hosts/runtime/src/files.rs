//! Reads small files that people name: credentials, certificates, policies, components.
//!
//! Only a regular file is read, and only up to a limit. A pipe that nobody writes to, a device without end, and a file
//! that does not fit into memory are errors at once.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use zeroize::Zeroizing;

/// The largest text file, in bytes. Credentials and policies have a few lines. The certificates of all authorities of
/// the web take less than half of this.
pub const LARGEST_TEXT: u64 = 1 << 20;

/// The largest component, in bytes: three times one in Python, which brings its whole library.
pub const LARGEST_COMPONENT: u64 = 64 << 20;

/// Reads a regular file of at most this many bytes. Links are followed.
///
/// # Errors
/// The file cannot be read, is not a regular file, or is larger than the limit.
pub fn read_small(path: &Path, limit: u64) -> io::Result<Zeroizing<Vec<u8>>> {
    let file = open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(ErrorKind::IsADirectory, "it is a folder, not a file"));
    }
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a regular file; copy its content to one"));
    }
    let too_large = || io::Error::new(ErrorKind::FileTooLarge, format!("it is larger than {limit} bytes"));
    let length = usize::try_from(metadata.len()).ok().filter(|_| metadata.len() <= limit).ok_or_else(too_large)?;
    // Allocated once: a buffer that grows would leave copies of a secret behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(length + 1));
    // The length is not trusted: virtual files report 0, and another program may be writing to this file.
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(too_large()) } else { Ok(bytes) }
}

/// Reads a regular file of UTF-8 text of at most [`LARGEST_TEXT`] bytes, without the byte order mark that some editors
/// put before it.
///
/// # Errors
/// Those of [`read_small`], or the file is not UTF-8.
pub fn read_text(path: &Path) -> io::Result<Zeroizing<String>> {
    let bytes = read_small(path, LARGEST_TEXT)?;
    let text = str::from_utf8(&bytes)
        .map_err(|_| io::Error::new(ErrorKind::InvalidData, "it is not UTF-8 text; save it as UTF-8"))?;
    Ok(Zeroizing::new(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned()))
}

/// Opens a file without waiting for a writer, as opening a pipe would.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;

    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder that is removed after the test.
    struct Folder(std::path::PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("component-runtime-files-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }

        fn write(&self, name: &str, bytes: &[u8]) -> std::path::PathBuf {
            let file = self.0.join(name);
            std::fs::write(&file, bytes).unwrap();
            file
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            drop(std::fs::remove_dir_all(&self.0));
        }
    }

    #[test]
    fn a_file_is_read_up_to_its_limit() {
        let folder = Folder::new("limit");
        let file = folder.write("file", b"12345");
        assert_eq!(*read_small(&file, 5).unwrap(), b"12345");
        assert_eq!(read_small(&file, 4).unwrap_err().to_string(), "it is larger than 4 bytes");
        assert_eq!(read_small(&folder.0.join("none"), 5).unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn a_large_file_is_not_read_at_all() {
        let folder = Folder::new("large");
        let file = folder.write("file", b"");
        File::options().write(true).open(&file).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(read_text(&file).unwrap_err().to_string(), "it is larger than 1048576 bytes");
    }

    #[test]
    fn text_is_utf_8_and_comes_without_its_mark() {
        let folder = Folder::new("text");
        assert_eq!(*read_text(&folder.write("marked", "\u{feff}é".as_bytes())).unwrap(), "é");
        let error = read_text(&folder.write("utf16", b"\xff\xfe[\0")).unwrap_err();
        assert_eq!(error.to_string(), "it is not UTF-8 text; save it as UTF-8");
    }

    #[cfg(unix)]
    #[test]
    fn irregular_files_are_refused_at_once_also_behind_a_link() {
        let folder = Folder::new("kinds");
        let (pipe, socket, link) = (folder.0.join("pipe"), folder.0.join("socket"), folder.0.join("link"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        let _listening = std::os::unix::net::UnixListener::bind(&socket).unwrap();
        std::os::unix::fs::symlink("/dev/zero", &link).unwrap();
        for irregular in [&pipe, &link] {
            let error = read_text(irregular).unwrap_err();
            assert_eq!(error.to_string(), "it is not a regular file; copy its content to one", "{irregular:?}");
        }
        assert!(read_text(&socket).is_err());
        assert_eq!(read_text(&folder.0).unwrap_err().to_string(), "it is a folder, not a file");
        let file = folder.write("file", b"text");
        let to_file = folder.0.join("to-file");
        std::os::unix::fs::symlink(&file, &to_file).unwrap();
        assert_eq!(*read_text(&to_file).unwrap(), "text");
    }
}
