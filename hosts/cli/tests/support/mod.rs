//! Runs the real binary against the real fixture server. Nothing of the process's environment reaches the binary.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use host_test::case::Case;
use host_test::serve::serve;

pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";
pub const TOKEN: &str = "hush-hush-token";

/// A server that answers with one fixture until the test process ends.
pub struct Server {
    pub url: String,
}

impl Server {
    /// Serves a fixture of the project.
    pub fn of(case: &str) -> Self {
        Self::serve(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures").join(case))
    }

    /// Serves an answer to the listing of [`PROJECT`]: a status line, headers, an empty line, and the body.
    pub fn answering(response: &str) -> Self {
        Self::serve_case(&format!("GET /v3/{PROJECT}/pipeline/pipelines HTTP/1.1\n"), response, "")
    }

    /// Serves an answer like [`Server::answering`], after a delay.
    pub fn answering_after(delay_ms: u32, response: &str) -> Self {
        let manner = format!("[[exchange]]\ndelay_ms = {delay_ms}\n");
        Self::serve_case(&format!("GET /v3/{PROJECT}/pipeline/pipelines HTTP/1.1\n"), response, &manner)
    }

    /// Serves these release tasks.
    pub fn listing(pipelines: &serde_json::Value) -> Self {
        Self::answering(&format!("HTTP/1.1 200 OK\ncontent-type: application/json\n\n{pipelines}"))
    }

    /// Serves IAM, which issues this token to whoever asks.
    pub fn issuing(token: &str) -> Self {
        let response =
            format!("HTTP/1.1 201 Created\nx-subject-token: {token}\ncontent-type: application/json\n\n{{}}");
        Self::serve_case("POST /v3/auth/tokens?nocatalog=true HTTP/1.1\n", &response, "")
    }

    /// Serves one listing after another, and then the first again.
    pub fn listings(listings: &[serde_json::Value]) -> Self {
        let response =
            |tasks: &serde_json::Value| format!("HTTP/1.1 200 OK\ncontent-type: application/json\n\n{tasks}");
        let responses: Vec<String> = listings.iter().map(response).collect();
        Self::exchanges(&responses.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// Serves one answer to the listing after another, and then the first again.
    pub fn exchanges(responses: &[&str]) -> Self {
        let request = format!("GET /v3/{PROJECT}/pipeline/pipelines HTTP/1.1\n");
        let exchanges: Vec<_> = responses.iter().map(|response| (request.clone(), (*response).to_owned())).collect();
        Self::serve_exchanges(&exchanges, "")
    }

    /// Serves IAM, which finds [`PROJECT`], and then this answer to the listing.
    pub fn looking_up(response: &str) -> Self {
        let found = format!(
            "HTTP/1.1 200 OK\ncontent-type: application/json\n\n{{\"projects\":[{{\"id\":\"{PROJECT}\",\"name\":\"cn-north-4\"}}]}}"
        );
        let look_up = ("GET /v3/projects?name=cn-north-4 HTTP/1.1\n".to_owned(), found);
        let listing = (format!("GET /v3/{PROJECT}/pipeline/pipelines HTTP/1.1\n"), response.to_owned());
        Self::serve_exchanges(&[look_up, listing], "")
    }

    fn serve_case(request: &str, response: &str, manner: &str) -> Self {
        Self::serve_exchanges(&[(request.to_owned(), response.to_owned())], manner)
    }

    fn serve_exchanges(exchanges: &[(String, String)], manner: &str) -> Self {
        let folder = Folder::new();
        let case = format!(
            "shows = \"a test of the tool\"\nclock = \"2025-01-01T00:00:00Z\"\n[connection]\ncredentials = \
             \"ambient\"\n{manner}"
        );
        folder.write("case.toml", &case);
        folder.write("expected.json", "{}");
        for (index, (request, response)) in exchanges.iter().enumerate() {
            folder.write(&format!("request-{}.http", index + 1), request);
            folder.write(&format!("response-{}.http", index + 1), response);
        }
        Self::serve(&folder.0)
    }

    fn serve(folder: &Path) -> Self {
        let case = Case::read(folder).unwrap();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { serve(tokio::net::TcpListener::from_std(listener).unwrap(), case).await })
        });
        Self { url }
    }

    /// Another command of the tool with this server, [`PROJECT`] and [`TOKEN`], in UTC.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut tool = command(words);
        tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT).env("TZ", "UTC");
        tool.args(["--endpoint", &self.url]);
        tool
    }

    /// The tool with this server, [`PROJECT`] and [`TOKEN`], in UTC.
    pub fn tool(&self) -> Command {
        let mut tool = towards(&self.url);
        tool.env("TZ", "UTC");
        tool
    }
}

/// A folder that goes with the test.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("servicestage-cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let file = self.0.join(name);
        fs::write(&file, text).unwrap();
        file
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// `servicestage pipelines list` in an empty environment.
pub fn tool() -> Command {
    command(&["pipelines", "list"])
}

/// `servicestage` with these arguments in an empty environment.
pub fn command(arguments: &[&str]) -> Command {
    let mut tool = Command::new(env!("CARGO_BIN_EXE_servicestage"));
    tool.env_clear();
    // Where Windows finds its network.
    if let Some(root) = std::env::var_os("SYSTEMROOT") {
        tool.env("SYSTEMROOT", root);
    }
    tool.args(arguments);
    tool
}

/// The tool with an endpoint, [`PROJECT`] and [`TOKEN`].
pub fn towards(endpoint: &str) -> Command {
    let mut tool = tool();
    tool.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT).args(["--endpoint", endpoint]);
    tool
}

/// Runs to the end.
pub fn run(tool: &mut Command, arguments: &[&str]) -> Output {
    tool.args(arguments).output().unwrap()
}

/// The stdout of a run that succeeds. Beside it, nothing is said but how much of everything it is.
#[track_caller]
pub fn printed(tool: &mut Command, arguments: &[&str]) -> String {
    let output = run(tool, arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    assert!(stderr.is_empty() || stderr.contains(" release tasks") && stderr.lines().count() == 1, "{stderr}");
    String::from_utf8(output.stdout).unwrap()
}

/// The stderr of a run that fails with this code, and prints nothing.
#[track_caller]
pub fn said(tool: &mut Command, arguments: &[&str], code: i32) -> String {
    let output = run(tool, arguments);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{stderr}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    stderr
}
