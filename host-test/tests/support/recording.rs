//! Records a fixture as people do: by the tool, at a server on loopback.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use host_test::case::Case;
use host_test::run::{load, run};
use serde_json::Value;

pub const PROJECT: &str = "5e1f0a2b3c4d5e6f708192a3b4c5d6e7";
pub const KEY: [(&str, &str); 3] = [
    ("HW_ACCESS_KEY", "HUSHAK9TRUE8ID7QX6ZW"),
    ("HW_SECRET_KEY", "hushSK+Qw7Zr2Xk9Lm4Vn8Tb3Yc6/Fh1Jd5Gp0A="),
    ("HW_SECURITY_TOKEN", "hushST/+Jy5Gf6Dd1Wq0Ps8Ua3Ek7Rz2Nv9Bm4Cx=="),
];
pub const TOKEN: (&str, &str) = ("HW_AUTH_TOKEN", "hushUT/+Hf3Yt8Lp6Oi1Gd4Sa9Qw2Er7Ty5Ui0==");

/// A folder that does not exist yet, and goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("record-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        Self(std::env::temp_dir().join(name))
    }

    /// All files, one after the other.
    pub fn text(&self) -> String {
        let files = std::fs::read_dir(&self.0).unwrap();
        files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// Records `servicestage pipelines list` at this server, which is the service and IAM at once.
pub fn record(folder: &Folder, url: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_host-test"));
    tool.env_clear().envs(environment.iter().copied());
    // Where Windows finds its network.
    if let Some(root) = std::env::var_os("SYSTEMROOT") {
        tool.env("SYSTEMROOT", root);
    }
    tool.arg("record").arg(&folder.0).args(["--", "pipelines", "list", "--output", "json", "--region", "cn-north-4"]);
    tool.args(["--endpoint", url, "--iam-endpoint", url]).args(arguments).output().unwrap()
}

pub fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Replays a recorded fixture, and returns what is expected of it.
#[track_caller]
pub fn replayed(folder: &Folder, output: &Output) -> Value {
    assert!(output.status.success(), "{}", said(output));
    let case = Case::read(&folder.0).unwrap();
    run(&load().unwrap(), &case).unwrap();
    case.expected
}
