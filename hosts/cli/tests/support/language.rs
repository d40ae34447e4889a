//! A small language for tests of the command line: a run, and what it prints.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::process::{Command, Output};

/// Runs the tool with these words.
#[track_caller]
pub fn run(mut tool: Command, words: &[&str]) -> Ran {
    let output = tool.args(words).output().unwrap();
    Ran { words: words.join(" "), output }
}

/// A run that has ended.
pub struct Ran {
    words: String,
    output: Output,
}

impl Ran {
    #[track_caller]
    pub fn stdout(self, expected: &str) -> Self {
        assert_eq!(text(&self.output.stdout), expected, "stdout of {self}");
        self
    }

    #[track_caller]
    pub fn stderr(self, expected: &str) -> Self {
        assert_eq!(text(&self.output.stderr), expected, "stderr of {self}");
        self
    }

    #[track_caller]
    pub fn stdout_has(self, part: &str) -> Self {
        assert!(text(&self.output.stdout).contains(part), "{part:?} is not in the stdout of {self}");
        self
    }

    #[track_caller]
    pub fn stderr_has(self, part: &str) -> Self {
        assert!(text(&self.output.stderr).contains(part), "{part:?} is not in the stderr of {self}");
        self
    }

    #[track_caller]
    pub fn exit(self, code: i32) -> Self {
        assert_eq!(self.output.status.code(), Some(code), "exit code of {self}");
        self
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { words, output } = self;
        write!(f, "`{words}`\nstdout: {}\nstderr: {}", text(&output.stdout), text(&output.stderr))
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
