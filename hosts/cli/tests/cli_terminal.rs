//! The tool on a real terminal: its width, its colours and its pager.
#![cfg(unix)]

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use support::{Folder, Server};
use terminal::Terminal;

fn tasks(number: u32) -> Value {
    let task = |n: u32| {
        json!({ "id": format!("{n:08}-947e-4aca-90d8-cec7c04c6f38"), "name": format!("release-to-production-{n}"),
                "status": 4, "create_time": 1_739_865_312_000_u64, "update_time": 1_739_865_312_000_u64,
                "last_trigger_at": 1_739_865_312_000_u64, "creator": "ann", "config_mode": "ui" })
    };
    (0..number).map(task).collect()
}

/// The output on a terminal of this width and 24 lines.
#[track_caller]
fn printed(server: &Server, columns: u16, variables: &[(&str, &str)], words: &[&str]) -> String {
    let mut tool = server.tool();
    tool.env("TERM", "xterm").env("PATH", "/usr/bin:/bin").envs(variables.iter().copied()).args(words);
    let (code, printed) = Terminal::start(tool, columns, 24).end();
    assert_eq!(code, Some(0), "{printed}");
    // The spinner comes and goes on the same line.
    printed.replace("\r\n", "\n")
}

#[test]
fn eighty_columns_show_name_status_last_run_and_creation() {
    let server = Server::listing(&tasks(1));
    let text = printed(&server, 80, &[("NO_COLOR", "1")], &[]);
    let title = "NAME                     STATUS     LAST RUN (UTC)    CREATED (UTC)";
    assert!(text.contains(title), "{text}");
    assert!(text.ends_with("1 of 1 release tasks\n"), "{text}");
    let text = printed(&server, 80, &[("NO_COLOR", "1")], &["--order-by", "update"]);
    assert!(text.contains("UPDATED (UTC)\n"), "{text}");
    let text = printed(&server, 160, &[("NO_COLOR", "1")], &[]);
    assert!(text.contains("  00000000\n") && !text.contains("00000000-947e"), "{text}");
    let text = printed(&server, 80, &[("NO_COLOR", "1")], &["-o", "wide"]);
    assert!(text.contains("00000000-947e-4aca-90d8-cec7c04c6f38"), "{text}");
    let text = printed(&server, 160, &[("NO_COLOR", "1"), ("COLUMNS", "80")], &[]);
    assert!(text.contains(title), "{text}");
}

#[test]
fn a_terminal_has_colours_unless_they_are_not_wanted() {
    let server = Server::listing(&tasks(1));
    let yellow = "\u{1b}[33mreleasing\u{1b}[0m";
    for (variables, words, coloured) in [
        (&[][..], &[][..], true),
        (&[("NO_COLOR", "1")], &[], false),
        (&[("TERM", "dumb")], &[], false),
        (&[], &["--color", "never"], false),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
    ] {
        let text = printed(&server, 80, variables, words);
        assert_eq!(text.contains(yellow), coloured, "{variables:?} {words:?}: {text}");
    }
}

#[test]
fn json_is_in_lines_on_a_terminal_and_compact_elsewhere() {
    let server = Server::listing(&tasks(1));
    assert!(printed(&server, 80, &[], &["-o", "json", "--no-pager"]).contains("\n  \"total\": 1,\n"));
    let elsewhere = support::printed(&mut server.tool(), &["-o", "json"]);
    assert!(elsewhere.contains("\"total\":1,") && elsewhere.lines().count() == 1, "{elsewhere}");
}

#[test]
fn a_pager_shows_what_is_longer_than_the_terminal() {
    let (long, short) = (Server::listing(&tasks(40)), Server::listing(&tasks(2)));
    let pager = [("PAGER", "sed s/^/paged:/")];
    assert!(printed(&long, 80, &pager, &[]).contains("paged:40 of 40 release tasks"));
    for text in [
        printed(&short, 80, &pager, &[]),
        printed(&long, 80, &pager, &["--no-pager"]),
        printed(&long, 80, &[("PAGER", "")], &[]),
        printed(&long, 80, &[("PAGER", "cat")], &[]),
        printed(&long, 80, &[("PAGER", "/no/such/pager")], &[]),
    ] {
        assert!(text.contains(" release tasks\n") && !text.contains("paged:"), "{text}");
    }
}

#[test]
fn an_interrupt_is_the_pagers() {
    let server = Server::listing(&tasks(40));
    let folder = Folder::new();
    let script = "#!/bin/sh\ntrap '' INT\ncat >/dev/null\necho ready\nread end <&2\necho paged-to-the-$end\n";
    let pager = folder.write("pager", script);
    std::fs::set_permissions(&pager, std::fs::Permissions::from_mode(0o755)).unwrap();
    let mut tool = server.command(&["list"]);
    tool.env("PAGER", &pager).env("PATH", "/usr/bin:/bin");
    let mut terminal = Terminal::start(tool, 80, 24);
    terminal.expect("ready");
    terminal.signal("INT");
    terminal.press("end\n");
    terminal.expect("paged-to-the-end");
    assert_eq!(terminal.end().0, Some(0));
}

#[test]
fn a_failed_attempt_is_said_on_a_terminal_at_every_verbosity() {
    let server = Server::answering("HTTP/1.1 503 Service Unavailable\nretry-after: 0\n\n{}");
    for verbosity in [&[][..], &["-v"], &["-vv"]] {
        let mut tool = server.tool();
        tool.env("TERM", "xterm").args(verbosity).args(["--max-attempts", "2"]);
        let (code, printed) = Terminal::start(tool, 100, 24).end();
        assert_eq!(code, Some(6), "{verbosity:?}: {printed}");
        let line = printed.contains("attempt 1 of 2: HTTP 503, next in 0 s\r\n");
        assert_eq!(line, verbosity == ["-v"], "{verbosity:?}: {printed}");
    }
}
