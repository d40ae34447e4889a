//! A program of five lines, in a folder of its own, with this crate as its one dependency.
#![cfg(feature = "embed")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{PROJECT, Server, json};

const PROGRAM: &str = r#"
fn main() -> Result<(), Box<servicestage::Error>> {
    let client = servicestage::BlockingClient::new(servicestage::Client::builder().endpoint(env!("ENDPOINT")))?;
    println!("{} release tasks", client.list_pipelines(servicestage::Query::new())?.total);
    Ok(())
}
"#;

/// Users write the first dependency. The rest repeats the features and profiles of this workspace. So cargo takes
/// wasmtime from there, and does not compile it anew.
const MANIFEST: &str = r#"
[package]
name = "five-lines"
edition = "2024"

[dependencies]
servicestage = { path = "CRATE" }

anyhow = "1"
crypto-common = { version = "0.2", features = ["rand_core"] }
ctutils = { version = "0.4", features = ["subtle"] }
digest = { version = "0.11", features = ["oid"] }
hybrid-array = { version = "0.4", features = ["subtle", "zeroize"] }
subtle = { version = "2.6", default-features = false, features = ["const-generics", "i128"] }
base64 = { version = "0.23", default-features = false, features = ["std"] }
futures-util = { version = "0.3", default-features = false, features = ["async-await-macro", "sink", "std"] }
hyper-util = { version = "0.1", features = ["server", "server-auto"] }
indexmap = "2"
percent-encoding = "2"
semver = "1"
serde_core = "1"
tokio = { version = "1", features = ["macros", "signal", "test-util"] }
tracing = "0.1"
tracing-core = "0.1"
tracing-subscriber = { version = "0.3", default-features = false, features = ["fmt"] }

[build-dependencies]
anyhow = "1"
indexmap = "2"

[workspace]

[profile.dev]
debug = "line-tables-only"

[profile.dev.package."*"]
opt-level = 1
debug = false
"#;

const MEMBERS: [&str; 4] = ["component-runtime", "huaweicloud-sign", "model", "servicestage"];

/// A folder that is new, and goes with the test.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    let file = folder.join(name);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

#[test]
fn a_program_of_five_lines_lists_with_one_dependency() {
    let server = Server::start(|_, _| json("200 OK", "", r#"[{"id":"1"},{"id":"2"}]"#));
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Folder(std::env::temp_dir().join(format!("five-lines-{}", std::process::id())));
    let member = |name: &&str| format!("[profile.dev.package.{name}]\nopt-level = 0\ndebug = \"line-tables-only\"\n");
    let manifest = MANIFEST.replace("CRATE", &own.display().to_string());
    write(&folder.0, "Cargo.toml", &(manifest + &MEMBERS.iter().map(member).collect::<String>()));
    write(&folder.0, "src/main.rs", PROGRAM);
    write(&folder.0, "build.rs", "fn main() {}");
    std::fs::copy(own.join("../../Cargo.lock"), folder.0.join("Cargo.lock")).unwrap();

    // target/debug/deps/five_lines-...
    let target = std::env::current_exe().unwrap().ancestors().nth(3).unwrap().to_owned();
    let built = Command::new(env!("CARGO"))
        .args(["build", "--offline", "--message-format", "json"])
        .current_dir(&folder.0)
        .env("CARGO_TARGET_DIR", &target)
        .env("ENDPOINT", &server.url)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    for line in String::from_utf8(built.stdout).unwrap().lines() {
        let message: serde_json::Value = serde_json::from_str(line).unwrap();
        let of_wasmtime = message["package_id"].as_str().is_some_and(|id| id.contains("#wasmtime@"));
        let slow = of_wasmtime && message["fresh"] == false;
        assert!(!slow, "wasmtime was compiled anew: give the manifest here the features of the workspace");
    }

    let ran = Command::new(target.join("debug/five-lines"))
        .env_clear()
        .env("HW_AUTH_TOKEN", "hush-token")
        .env("HW_PROJECT_ID", PROJECT)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stdout), "2 release tasks\n", "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(server.count(&format!("GET /v3/{PROJECT}/pipeline/pipelines ")), 1);
}
