//! `servicestage mcp` and hostile clients. What a friendly client sees, the tests of the Python package ask.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};
use support::{Server, command};

/// The longest message that the server reads, and the most requests that it has under way.
const LONGEST: usize = 64 * 1024;
const MOST: usize = 64;

/// A server of the protocol, and what it says.
struct Session {
    process: Child,
    stdin: Option<ChildStdin>,
    said: Receiver<Value>,
}

impl Session {
    fn start(mut tool: std::process::Command) -> Self {
        let tool = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tool.spawn().unwrap();
        let (stdin, stdout) = (process.stdin.take(), process.stdout.take().unwrap());
        Self { process, stdin, said: listen(stdout) }
    }

    /// Starts a server, and greets it.
    fn greeted(tool: std::process::Command) -> Self {
        let mut session = Self::start(tool);
        let client = json!({ "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" } });
        session.ask(0, "initialize", client);
        assert_eq!(session.hear()["result"]["serverInfo"]["name"], "servicestage");
        session.write(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        session
    }

    fn write(&mut self, line: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line).unwrap();
        stdin.write_all(b"\n").unwrap();
    }

    fn ask(&mut self, id: u32, method: &str, params: Value) {
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.write(request.to_string().as_bytes());
    }

    fn call(&mut self, id: u32, tool: &str, arguments: Value) {
        self.ask(id, "tools/call", json!({ "name": tool, "arguments": arguments }));
    }

    #[track_caller]
    fn hear(&self) -> Value {
        self.said.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    /// Ends the input. Returns the exit code, and what the server said on stderr.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        let output = self.process.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// Everything on stdout is a line of the protocol.
fn listen(stdout: ChildStdout) -> Receiver<Value> {
    let (tell, said) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let message: Value = serde_json::from_str(&line.unwrap()).unwrap();
            assert_eq!(message["jsonrpc"], "2.0");
            if tell.send(message).is_err() {
                return;
            }
        }
    });
    said
}

#[test]
fn lines_that_are_no_messages_do_not_end_the_server() {
    let mut session = Session::greeted(command(&["mcp"]));
    session.write(b"");
    session.write(b"{");
    session.write(b"\xff\xfe not text");
    session.write("[".repeat(60_000).as_bytes());
    session.write("x".repeat(LONGEST * 40).as_bytes());
    session.write(br#"{"jsonrpc":"2.0","method":"notifications/nonsense","params":[1]}"#);
    session.write(br#"{"jsonrpc":"2.0","id":7,"result":{}}"#);
    session.ask(8, "tools/nonsense", json!({}));
    session.call(9, "nonsense", json!({}));
    session.ask(10, "tools/list", json!({}));
    let answers: Vec<Value> = (0..3).map(|_| session.hear()).collect();
    let of = |id: u32| answers.iter().find(|answer| answer["id"] == id).unwrap();
    assert_eq!(of(8)["error"]["code"], -32601);
    assert_eq!(of(9)["error"]["code"], -32602);
    assert_eq!(of(10)["result"]["tools"].as_array().unwrap().len(), 3);
    assert_eq!(session.end(), (Some(0), String::new()));
}

#[test]
fn ten_thousand_calls_at_once_are_answered_or_refused() {
    let server = Server::answering_after(20, "HTTP/1.1 200 OK\ncontent-type: application/json\n\n[]");
    let mut session = Session::greeted(server.command(&["mcp"]));
    let calls = 10_000;
    for id in 1..=calls {
        session.call(id, "list_release_tasks", json!({}));
    }
    let (mut answered, mut refused) = (0, 0);
    for _ in 0..calls {
        let answer = session.hear();
        match answer["error"]["message"].as_str() {
            None => answered += u32::from(answer["result"]["isError"] == false),
            Some(message) => refused += u32::from(message.contains("requests are under way")),
        }
    }
    assert_eq!(answered + refused, calls);
    assert!(answered >= MOST as u32, "{answered}");
    session.call(calls + 1, "list_release_tasks", json!({}));
    assert_eq!(session.hear()["result"]["isError"], false);
    assert_eq!(session.end(), (Some(0), String::new()));
}

#[test]
fn an_id_that_is_under_way_is_not_used_twice() {
    let server = Server::answering_after(500, "HTTP/1.1 200 OK\ncontent-type: application/json\n\n[]");
    let mut session = Session::greeted(server.command(&["mcp"]));
    session.call(1, "list_release_tasks", json!({}));
    session.call(1, "list_release_tasks", json!({}));
    assert!(session.hear()["error"]["message"].as_str().unwrap().contains("this id"));
    assert_eq!(session.hear()["result"]["isError"], false);
}

#[test]
fn waits_that_are_cancelled_make_room() {
    let server = Server::listing(&json!([{ "id": "a", "name": "shop", "status": 4 }]));
    let mut session = Session::greeted(server.command(&["mcp"]));
    for round in 0..3 {
        for id in 1..=MOST as u32 {
            session.call(round * 1000 + id, "wait_for_release_task", json!({ "name": "shop" }));
        }
        for id in 1..=MOST as u32 {
            let cancelled = json!({ "jsonrpc": "2.0", "method": "notifications/cancelled",
                "params": { "requestId": round * 1000 + id } });
            session.write(cancelled.to_string().as_bytes());
        }
    }
    session.call(5000, "list_release_tasks", json!({}));
    let answer = session.hear();
    assert_eq!((&answer["id"], &answer["result"]["isError"]), (&json!(5000), &json!(false)));
}

#[test]
fn a_client_that_leaves_at_once_is_not_an_error() {
    assert_eq!(Session::start(command(&["mcp"])).end(), (Some(0), String::new()));
}

#[test]
fn a_message_before_the_greeting_is_passed_over() {
    let mut session = Session::start(command(&["mcp"]));
    session.write(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
    session.write(br#"{"jsonrpc":"2.0","id":7,"result":{}}"#);
    session.ask(1, "ping", json!({}));
    assert_eq!(session.hear()["id"], 1);
}
