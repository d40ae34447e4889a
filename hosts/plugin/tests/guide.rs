//! The commands of the guide are run, and print what it shows.

mod support;

use std::fs;
use std::path::Path;

use support::{command, component, put, root, said, serve};

#[test]
fn the_commands_of_the_guide_print_what_it_shows() {
    let (url, _asked) = serve(r#"{"rates": [{"currency": "USD", "rate": 1.0843}]}"#);
    let guide = fs::read_to_string(root().join("docs/plugins/tool.md")).unwrap().replace("http://127.0.0.1:8080", &url);
    let provider = Path::new(env!("CARGO_BIN_EXE_data-source")).with_file_name("terraform-provider-servicestage");
    let folder = tempfile::tempdir().unwrap();
    let blocks: Vec<&str> = guide.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let commands: Vec<&str> = blocks.iter().flat_map(|block| block.split("$ data-source ").skip(1)).collect();
    assert_eq!(commands.len(), 8);
    for shown in commands {
        let (line, expected) = shown.split_once('\n').unwrap();
        let arguments: Vec<&str> = line.split(' ').collect();
        let printed = said(command(folder.path(), &arguments).env("DATA_SOURCE_PROVIDER", &provider));
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{line}");
        if !expected.is_empty() {
            assert_eq!(printed.stdout, expected, "{line}");
        }
        // The folder is there from the first command on, and its own build would leave this.
        put(&folder.path().join("rates"), &component("rates"), "rates.wasm");
    }
}

#[test]
fn the_guide_names_every_command_and_no_other() {
    let help = said(&mut command(&root(), &["--help"])).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let names = commands.lines().map_while(|line| line.strip_prefix("  ")?.split(' ').next());
    let guide = fs::read_to_string(root().join("docs/plugins/tool.md")).unwrap();
    // A long description goes on in a line of its own.
    let names: Vec<&str> = names.filter(|name| !["", "help"].contains(name)).collect();
    assert_eq!(names, ["new", "check", "describe", "read", "test", "docs", "terraform"]);
    for name in names {
        assert!(guide.contains(&format!("$ data-source {name} ")), "{name}");
        let help = said(&mut command(&root(), &[name, "--help"])).stdout;
        assert!(help.starts_with("Examples:\n  "), "{name}: {help}");
    }
}
