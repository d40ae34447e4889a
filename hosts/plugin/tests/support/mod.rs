//! Runs the tool as people do. Nothing of the process's environment reaches it but the folder of compiled components.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A component of the repository's tests, which `cargo xtask component` makes.
pub fn component(name: &str) -> PathBuf {
    let file = root().join("target/component").join(format!("{name}.wasm"));
    assert!(file.exists(), "{}: `cargo xtask component` makes it", file.display());
    file
}

/// The tool in a folder.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_data-source"));
    command.args(arguments).current_dir(folder).env_clear();
    // Large components take long to compile.
    for name in ["HOME", "XDG_CACHE_HOME"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}

/// The output of a command, and its exit code.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

pub fn said(command: &mut Command) -> Said {
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: status.code().unwrap(), stdout: text(stdout), stderr: text(stderr) }
}

pub fn run(folder: &Path, arguments: &[&str]) -> Said {
    said(&mut command(folder, arguments))
}

/// Copies a component into a folder, under a name.
pub fn put(folder: &Path, component: &Path, name: &str) {
    fs::copy(component, folder.join(name)).unwrap();
}

/// Answers each connection on loopback with this body, and returns where. Sends what it is asked.
pub fn serve(body: &'static str) -> (String, std::sync::mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = String::new();
            let mut lines = BufReader::new(stream.try_clone().unwrap());
            while lines.read_line(&mut head).unwrap_or(0) > 2 {}
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
            // Nobody waits any more where a test has failed.
            let _ = (stream.write_all(answer.as_bytes()), sender.send(head));
        }
    });
    (url, asked)
}
