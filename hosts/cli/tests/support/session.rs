//! `servicestage mcp` as a client on pipes sees it.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// A running server, and its messages.
pub struct Session {
    process: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
}

impl Session {
    pub fn start(mut tool: Command) -> Self {
        let tool = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = tool.spawn().unwrap();
        let (stdin, stdout) = (process.stdin.take(), process.stdout.take().unwrap());
        Self { process, stdin, messages: listen(stdout) }
    }

    /// Starts a server, and completes the handshake.
    pub fn initialized(tool: Command) -> Self {
        let mut session = Self::start(tool);
        let client = json!({ "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" } });
        session.request(0, "initialize", client);
        assert_eq!(session.receive()["result"]["serverInfo"]["name"], "servicestage");
        session.write_line(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#);
        session
    }

    pub fn write_line(&mut self, line: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line).unwrap();
        stdin.write_all(b"\n").unwrap();
    }

    pub fn request(&mut self, id: u32, method: &str, params: Value) {
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.write_line(request.to_string().as_bytes());
    }

    pub fn call(&mut self, id: u32, tool: &str, arguments: Value) {
        self.request(id, "tools/call", json!({ "name": tool, "arguments": arguments }));
    }

    #[track_caller]
    pub fn receive(&self) -> Value {
        self.messages.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    /// Closes stdin. Returns the exit code and stderr.
    pub fn end(mut self) -> (Option<i32>, String) {
        drop(self.stdin.take());
        let output = self.process.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// Reads the messages. Every line on stdout is one.
fn listen(stdout: ChildStdout) -> Receiver<Value> {
    let (sender, messages) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines() {
            let message: Value = serde_json::from_str(&line.unwrap()).unwrap();
            assert_eq!(message["jsonrpc"], "2.0");
            if sender.send(message).is_err() {
                return;
            }
        }
    });
    messages
}
