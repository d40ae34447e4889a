//! Runs the real Terraform with the real provider against servers on loopback. Nothing of the process's environment
//! reaches either, and neither reaches another network.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use host_test::case::Case;
use host_test::serve::serve;
use serde_json::Value;

pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";
pub const ADDRESS: &str = "registry.terraform.io/huaweicloud/servicestage";
pub const PROVIDER: &str = env!("CARGO_BIN_EXE_terraform-provider-servicestage");

/// Answers with one fixture until the test process ends, and returns where.
pub fn fixture(case: &str) -> String {
    let case = Case::read(&root().join("tests/fixtures").join(case)).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { serve(tokio::net::TcpListener::from_std(listener).unwrap(), case).await })
    });
    url
}

/// Puts a file where another one is too.
pub fn link(file: &Path, place: &Path) {
    // A hard link cannot cross file systems.
    if fs::hard_link(file, place).is_err() {
        fs::copy(file, place).unwrap();
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// A server that answers by the path, and keeps what it was asked.
pub struct Service {
    pub url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Answers each path with a status and a body, or closes the connection if the status is 0.
    pub fn new<B: Into<Vec<u8>>>(answer: impl Fn(&str) -> (u16, B) + Send + Sync + 'static) -> Self {
        let answer = move |path: &str| {
            let (status, body) = answer(path);
            (status, body.into())
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (answer, asked) = (Arc::new(answer), Arc::<Mutex<Vec<String>>>::default());
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                // A client that leaves early harms nobody.
                std::thread::spawn(move || drop(respond(stream, &*answer, &kept)));
            }
        });
        Self { url, asked }
    }

    /// The heads of the requests so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn respond(
    mut stream: TcpStream,
    answer: &dyn Fn(&str) -> (u16, Vec<u8>),
    kept: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head)? == 0 {
            return Ok(());
        }
    }
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    kept.lock().unwrap().push(head);
    let (status, body) = answer(&path);
    if status == 0 {
        return Ok(());
    }
    let length = body.len();
    write!(stream, "HTTP/1.1 {status} Whatever\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n")?;
    stream.write_all(&body)
}

/// A folder that goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("servicestage-terraform-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, text).unwrap();
        file
    }

    /// Everything in it, as far as it is text or may hide some.
    pub fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut folders = vec![self.0.clone()];
        let mut contents = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let mut bytes = Vec::new();
                    fs::File::open(&path).unwrap().read_to_end(&mut bytes).unwrap();
                    contents.push((path, bytes));
                }
            }
        }
        contents
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// A folder with a configuration, and Terraform in it.
pub struct Terraform {
    pub folder: Folder,
    variables: Vec<(String, String)>,
}

impl Terraform {
    /// This configuration, with the provider of this build in the place of a registry's.
    pub fn new(configuration: &str) -> Self {
        let place = Path::new(PROVIDER).parent().unwrap();
        Self::with_override(configuration, ADDRESS, place)
    }

    /// This configuration, with the provider in this folder in the place of a registry's.
    pub fn with_override(configuration: &str, address: &str, place: &Path) -> Self {
        let overrides = format!("dev_overrides {{\n \"{address}\" = {:?}\n}}", place.display().to_string());
        Self::installed(configuration, &overrides)
    }

    /// This configuration, with providers installed from where this says.
    pub fn installed(configuration: &str, installation: &str) -> Self {
        let folder = Folder::new();
        let terraform = Self { folder, variables: Vec::new() };
        terraform.folder.write("main.tf", configuration);
        let file = terraform.folder.write("cli.tfrc", &format!("provider_installation {{\n{installation}\n}}\n"));
        terraform.env("TF_CLI_CONFIG_FILE", &file.display().to_string())
    }

    /// The same with an environment variable.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A command of Terraform, not yet run.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("terraform");
        command.env_clear().current_dir(&self.folder.0).args(arguments);
        let keep = ["PATH", "SYSTEMROOT"];
        command.envs(keep.into_iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        // Where compiled components are kept, so that not every process compiles its own.
        command.env("HOME", env!("CARGO_TARGET_TMPDIR")).env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1");
        command.env("TF_CLI_ARGS", "-no-color").envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("Terraform 1.11 or newer must be on the PATH")
    }

    /// Runs a command that succeeds, and returns what it says.
    pub fn succeed(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {stdout}\n{stderr}");
        stdout
    }

    /// Runs a command that fails, and returns what it says of errors and warnings.
    pub fn fail(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(!output.status.success(), "{arguments:?}: {stdout}\n{stderr}");
        stderr
    }

    /// Applies, and returns the outputs.
    pub fn apply(&self) -> Value {
        self.succeed(&["apply", "-auto-approve"]);
        let outputs: Value = serde_json::from_str(&self.succeed(&["output", "-json"])).unwrap();
        let outputs = outputs.as_object().unwrap().iter();
        outputs.map(|(name, output)| (name.clone(), output["value"].clone())).collect::<serde_json::Map<_, _>>().into()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The beginning of a configuration: the provider with this server for both roles, and a token.
pub fn provider(url: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    servicestage = {{ source = \"huaweicloud/servicestage\" }}\n  }}\n}}\n\
         provider \"servicestage\" {{\n  region       = \"cn-north-4\"\n  project_id   = \"{PROJECT}\"\n  endpoint     = \
         \"{url}\"\n  iam_endpoint = \"{url}\"\n  max_attempts = 1\n  token        = \"hush-hush-token\"\n}}\n"
    )
}

/// Compares with a file that people have read and found good. Set `UPDATE_SNAPSHOTS` to write what there is now.
pub fn assert_snapshot(name: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots").join(name);
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&file, text).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, expected, "{}", file.display());
}
