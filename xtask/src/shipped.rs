//! Searches every shipped file for paths of the machine that built it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::machine::Machine;
use crate::{python, shell};

/// The shipped files, under `target`. Every file of a folder ships.
const SHIPPED: [&str; 7] = [
    "component/servicestage.wasm",
    "component/servicestage.cwasm",
    "release/servicestage",
    "release/servicestage.exe",
    "terraform",
    "terraform-any",
    "facade",
];

/// Folders under `target` of which only the files with this extension ship. Tests keep other files beside them.
const PACKAGES: [(&str, &str); 2] = [("python", "whl"), ("js", "tgz")];

/// The file extensions of archives, and their formats.
const ARCHIVES: [(&str, &str); 3] = [("whl", "zip"), ("zip", "zip"), ("tgz", "gztar")];

/// Unpacks an archive, by Python's library. The arguments are the archive, the folder and the format.
const UNPACK: &str = "import shutil, sys; shutil.unpack_archive(*sys.argv[1:])";

/// Checks all shipped files that exist, and the files within archives.
pub fn check() -> Result<()> {
    let machine = Machine::look()?;
    let mut files = Vec::new();
    for place in SHIPPED {
        list(&shell::target().join(place), &mut files)?;
    }
    for (folder, ending) in PACKAGES {
        let mut packages = entries(&shell::target().join(folder))?;
        packages.retain(|file| file.extension().is_some_and(|extension| extension == ending));
        files.append(&mut packages);
    }
    shell::announce(format_args!("Search {} shipped files for paths of this machine", files.len()));
    files.iter().try_for_each(|file| check_file(&machine, file))
}

fn check_file(machine: &Machine, file: &Path) -> Result<()> {
    let place = || format!("{}, which ships (if it is old, build it again)", shell::relative(file));
    let bytes = fs::read(file).with_context(place)?;
    machine.check(&bytes).with_context(place)?;
    let ending = file.extension().unwrap_or_default();
    let Some((_, format)) = ARCHIVES.iter().find(|(archive, _)| ending == *archive) else { return Ok(()) };

    let folder = shell::target().join("unpacked");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| folder.display().to_string())?;
    }
    let mut unpack = shell::command(python::system(), &["-c", UNPACK]);
    shell::output(unpack.args([file, &folder]).arg(format), "Is the archive whole?")?;
    let mut files = Vec::new();
    list(&folder, &mut files)?;
    files.iter().try_for_each(|inner| check_file(machine, inner)).with_context(place)
}

/// Lists the files in a folder and in the folders within it. A file lists itself.
fn list(place: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if place.is_file() {
        files.push(place.to_owned());
        return Ok(());
    }
    entries(place)?.iter().try_for_each(|entry| list(entry, files))
}

/// Returns what a folder holds. One that does not exist holds nothing.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_in_a_file_and_within_archives() {
        const PACK: &str = "import shutil, sys; shutil.make_archive(*sys.argv[1:])";
        let folder = std::env::temp_dir().join(format!("xtask-shipped-{}", std::process::id()));
        let inner = folder.join("inner");
        fs::create_dir_all(&inner).unwrap();
        let machine = Machine::look().unwrap();
        for (text, clean) in
            [("/servicestage/src".to_owned(), true), (format!("{}/src", shell::root().display()), false)]
        {
            fs::write(inner.join("file"), text).unwrap();
            let mut files = vec![inner.join("file")];
            for (format, made, ending) in [("zip", "zip", "whl"), ("zip", "zip", "zip"), ("gztar", "tar.gz", "tgz")] {
                let mut pack = shell::command(python::system(), &["-c", PACK]);
                shell::output(pack.arg(folder.join("packed")).arg(format).arg(&inner), "Is Python installed?").unwrap();
                let archive = folder.join(format!("archive.{ending}"));
                fs::rename(folder.join(format!("packed.{made}")), &archive).unwrap();
                files.push(archive);
            }
            for file in files {
                let checked = check_file(&machine, &file);
                assert_eq!(checked.is_ok(), clean, "{}: {checked:?}", file.display());
            }
        }
        fs::remove_dir_all(&folder).unwrap();
    }
}
