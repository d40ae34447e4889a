//! The tool compiles its component once, and keeps the result only where nobody else can write.
#![cfg(all(feature = "compile", target_os = "linux"))]

mod support;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::Path;
use std::process::Command;

use support::{Folder, Server, printed};

/// A user who is not root.
const OTHER: Option<u32> = Some(65_533);

/// Below the home of a user.
const CACHE: &str = ".cache/component-runtime";

fn entries(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).map(|entries| entries.map(|entry| entry.unwrap().file_name()).collect());
    let entries: Vec<_> = entries.unwrap_or_default();
    entries.iter().map(|name| name.to_string_lossy().into_owned()).collect()
}

/// The tool in a working folder of its own, where it must leave nothing.
fn tool(server: &Server, working: &Folder) -> Command {
    let mut tool = server.tool();
    tool.current_dir(&working.0);
    tool
}

#[test]
fn compiled_components_are_kept_in_a_private_folder_of_the_user() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    for _ in 0..2 {
        printed(server.tool().env("HOME", &home.0), &[]);
        let folder = home.0.join(CACHE);
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        let files = entries(&folder);
        assert_eq!(files.len(), 1);
        assert_eq!(fs::metadata(folder.join(&files[0])).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let absolute = home.0.join("elsewhere");
    printed(server.tool().env("HOME", "/nowhere").env("XDG_CACHE_HOME", &absolute), &[]);
    assert_eq!(entries(&absolute.join("component-runtime")).len(), 1);
}

#[test]
fn a_home_that_is_not_absolute_is_not_used() {
    let (working, server) = (Folder::new(), Server::of("vendor_example"));
    fs::create_dir(working.0.join("home")).unwrap();
    for home in [".", "home", "./home", "home/.."] {
        printed(tool(&server, &working).env("HOME", home), &[]);
        printed(tool(&server, &working).env("HOME", home).env("XDG_CACHE_HOME", "cache"), &[]);
    }
    assert_eq!(entries(&working.0), ["home"]);
    assert!(entries(&working.0.join("home")).is_empty());

    let home = Folder::new();
    printed(tool(&server, &working).env("HOME", &home.0).env("XDG_CACHE_HOME", "cache"), &[]);
    assert_eq!(entries(&home.0.join(CACHE)).len(), 1, "a relative variable is passed over");
    printed(&mut tool(&server, &working), &[]);
    assert_eq!(entries(&working.0), ["home"]);
}

#[test]
fn a_folder_that_others_can_write_to_is_neither_read_nor_added_to() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    let folder = home.0.join(CACHE);
    fs::create_dir_all(&folder).unwrap();
    for mode in [0o777, 0o770, 0o707, 0o1777] {
        fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
        printed(server.tool().env("HOME", &home.0), &[]);
        assert!(entries(&folder).is_empty(), "{mode:o}");
    }
}

#[test]
fn a_file_of_another_user_is_replaced_and_never_executed() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    printed(server.tool().env("HOME", &home.0), &[]);
    let folder = home.0.join(CACHE);
    let file = folder.join(&entries(&folder)[0]);
    let whole = fs::read(&file).unwrap();
    // As if everybody could write for a while, and the mode was then corrected.
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    if chown(&file, OTHER, None).is_err() {
        eprintln!("only root can give a file away: this part is left out");
    }
    printed(server.tool().env("HOME", &home.0), &[]);
    let about = fs::metadata(&file).unwrap();
    assert_eq!(fs::read(&file).unwrap(), whole);
    assert_eq!(about.uid(), fs::metadata(&home.0).unwrap().uid());
    assert_eq!((about.mtime(), about.mtime_nsec()), (about.ctime(), about.ctime_nsec()), "it was written anew");
}

#[test]
fn the_home_of_another_user_is_left_alone() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    if chown(&home.0, OTHER, None).is_err() {
        eprintln!("only root can give a folder away: this test is left out");
        return;
    }
    printed(server.tool().env("HOME", &home.0), &[]);
    assert!(entries(&home.0).is_empty());
}

#[test]
fn without_a_place_for_it_the_tool_compiles_each_time() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    home.write(".cache", "a file where the folder should be");
    printed(server.tool().env("HOME", &home.0), &[]);
}
