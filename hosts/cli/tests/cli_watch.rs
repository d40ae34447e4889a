//! `servicestage pipelines watch`: on a pseudo-terminal, and in a pipe.
#![cfg(unix)]

mod support;
#[path = "support/terminal.rs"]
mod terminal;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use rustix::termios::LocalModes;
use serde_json::{Value, json};
use support::Server;
use terminal::Terminal;

fn tasks(statuses: &[u32]) -> Value {
    let tasks = statuses.iter().enumerate().map(|(index, status)| {
        json!({ "id": format!("id-{index}"), "name": format!("task-{index}"), "status": status,
            "create_time": 1_739_865_312_582_u64 - index as u64 })
    });
    Value::Array(tasks.collect())
}

fn watch(server: &Server) -> Command {
    let mut tool = server.command(&["pipelines", "watch", "--interval", "1s"]);
    tool.env("TERM", "xterm");
    tool
}

/// The first lines of an endless output.
fn lines(mut tool: Command, count: usize) -> Vec<String> {
    let mut process = tool.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let reader = BufReader::new(process.stdout.take().unwrap());
    // The reader goes with the lines. The tool ends even if nothing changes any more.
    let lines = reader.lines().take(count).map(Result::unwrap).collect();
    assert_eq!(process.wait().unwrap().code(), Some(0));
    lines
}

#[test]
fn the_table_is_drawn_again_in_its_place_with_marks_until_q_is_pressed() {
    let server = Server::listings(&[tasks(&[4, 2]), tasks(&[2, 2])]);
    let mut terminal = Terminal::start(watch(&server), 80, 24);
    terminal.expect("  task-0  ");
    terminal.expect("releasing");
    terminal.expect("q quits");
    // Four lines were drawn: titles, two tasks and the last one.
    terminal.expect("\u{1b}[4A\r\u{1b}[J");
    terminal.expect("* task-0  ");
    terminal.expect("succeeded");
    terminal.expect("  task-1  ");
    assert!(!terminal.settings().local_modes.intersects(LocalModes::ECHO | LocalModes::ICANON));
    terminal.press("q");
    let (code, printed) = terminal.end();
    assert_eq!(code, Some(0));
    assert!(printed.lines().all(|line| !line.contains("* task-1")), "{printed}");
}

#[test]
fn the_terminal_is_left_as_it_was_found() {
    for (server, keys, code) in [
        (Server::listing(&tasks(&[2])), "xyz\u{3}", 0),
        (Server::answering("HTTP/1.1 401 Unauthorized\ncontent-type: application/json\n\n{}"), "", 3),
    ] {
        let mut terminal = Terminal::start(watch(&server), 80, 24);
        terminal.expect(if code == 0 { "q quits" } else { "error: " });
        terminal.press(keys);
        let (settings, ended) = terminal.ended();
        assert_eq!(ended, Some(code));
        assert!(settings.local_modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG));
    }
}

#[test]
fn a_signal_leaves_the_terminal_as_it_was_found() {
    for signal in ["TERM", "HUP"] {
        let server = Server::listing(&tasks(&[2]));
        let mut terminal = Terminal::start(watch(&server), 80, 24);
        terminal.expect("q quits");
        terminal.signal(signal);
        let (settings, ended) = terminal.ended();
        assert_eq!(ended, Some(0), "{signal}");
        assert!(settings.local_modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG), "{signal}");
    }
}

#[test]
fn a_table_that_is_longer_than_the_screen_says_how_much_is_hidden() {
    let server = Server::listing(&tasks(&[2; 30]));
    let mut terminal = Terminal::start(watch(&server), 80, 12);
    terminal.expect("21 more rows; 30 of 30 release tasks; q quits");
    terminal.press("q");
    let (_, printed) = terminal.end();
    assert!(printed.lines().all(|line| line.trim_end().chars().count() < 80), "{printed}");
}

#[test]
fn a_pipe_gets_a_line_for_each_change() {
    let server = Server::listings(&[tasks(&[4, 2]), tasks(&[2, 2]), tasks(&[2, 2, 1])]);
    let lines = lines(watch(&server), 4);
    let changes: Vec<&str> = lines.iter().map(|line| line.split_once("  ").unwrap().1).collect();
    let expected =
        ["task-0: releasing", "task-1: succeeded", "task-0: releasing -> succeeded", "task-2: new, initialized"];
    assert_eq!(changes, expected);
}

#[test]
fn json_is_an_object_for_each_change() {
    let server = Server::listings(&[tasks(&[4, 2]), tasks(&[4])]);
    let mut tool = watch(&server);
    tool.args(["-o", "json"]);
    let objects: Vec<Value> = lines(tool, 3).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&objects[0]["change"], &objects[0]["pipeline"]["status"]), (&json!("listed"), &json!("releasing")));
    assert_eq!((&objects[2]["change"], &objects[2]["pipeline"]["name"]), (&json!("removed"), &json!("task-1")));
}

#[test]
fn a_listing_that_fails_in_passing_is_tried_again() {
    let server = Server::exchanges(&["HTTP/1.1 500 Oops\n\n", &format!("HTTP/1.1 200 OK\n\n{}", tasks(&[2]))]);
    let mut tool = watch(&server);
    tool.args(["--max-attempts", "1"]);
    let lines = lines(tool, 1);
    assert!(lines[0].ends_with("task-0: succeeded"), "{lines:?}");
}
