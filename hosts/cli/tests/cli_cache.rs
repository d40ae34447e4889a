//! The tool compiles its component once, and keeps the result where nobody else can read or write.
#![cfg(all(feature = "compile", target_os = "linux"))]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::{Folder, Server, printed};

#[test]
fn the_folder_of_compiled_components_is_private() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    for _ in 0..2 {
        printed(server.tool().env("HOME", &home.0), &[]);
    }
    let folder = home.0.join(".cache/component-runtime");
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(fs::read_dir(&folder).unwrap().count() > 0);
}

#[test]
fn without_a_place_for_it_the_tool_compiles_each_time() {
    let (home, server) = (Folder::new(), Server::of("vendor_example"));
    home.write(".cache", "a file where the folder should be");
    printed(server.tool().env("HOME", &home.0), &[]);
}
