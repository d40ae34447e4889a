//! Whole processes, from start to the end or to their first word.

use std::io::{BufRead, BufReader, Write};
use std::process::{self, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use super::Measured;
use super::measure::{self, Figure, middle};
use crate::server::Server;
use crate::{demo, shell};

/// The project of the fixtures.
pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// By this the provider is shown that Terraform starts it.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// With a certificate to compare with, the provider makes one of its own, as under Terraform. Until somebody connects
/// nobody reads it.
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";

/// The messages of a client of the Model Context Protocol up to the server's greeting, and after it.
const INITIALIZE: &str = concat!(
    r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"#,
    r#""clientInfo":{"name":"bench","version":"1"}}}"#,
    "\n"
);
const FIRST_CALL: &str = concat!(
    r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
    "\n",
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_release_tasks","arguments":{}}}"#,
    "\n"
);

/// Measures the tool beside curl, the first call of its server for agents, the start of the provider, and the size.
pub fn measure(quick: bool, measured: &mut Measured) -> Result<()> {
    let server = Server::start(demo::EXAMPLE)?;
    let url = format!("{}/v3/{PROJECT}/pipeline/pipelines", server.address);
    let tool = || {
        let mut command = shell::command(shell::program("release", "servicestage"), &["pipelines", "list"]);
        command.args(["--region", "cn-north-4", "--project-id", PROJECT, "--endpoint", &server.address]);
        run(command.env_clear().env("HW_AUTH_TOKEN", "example-token"))
    };
    let curl = || run(shell::command("curl", &["--silent", "--fail", "--noproxy", "*", &url]).env_remove("HOME"));
    if let Err(error) = curl() {
        measured.insert("cli", Err(format!("{error:#}; is curl installed?")));
    } else {
        measured.insert("cli", Ok(measure::pairs(if quick { 60 } else { 300 }, tool, curl)?.ratio(|cost| cost.wall)?));
    }
    let rounds = if quick { 60 } else { 300 };
    measured.insert("mcp", Ok(of_times(rounds, || first_call(&server.address))?));
    measured.insert("provider-start", Ok(of_times(rounds, handshake)?));
    let program = shell::program("release", "servicestage");
    let bytes = std::fs::metadata(&program).with_context(|| shell::relative(&program).to_string())?.len();
    let megabytes = bytes as f64 / 1e6;
    let note = "the same at every build".to_owned();
    measured.insert("program", Ok(Figure { value: megabytes, low: megabytes, high: megabytes, note }));
    Ok(())
}

/// Runs a command whose output nobody reads, and which succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).stdout(Stdio::null()).output();
    let output = output.with_context(|| shell::not_started(command, "Is it installed?"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), shell::failed(command, output.status, said.trim()));
    Ok(())
}

/// From the start of the server for agents to the answer to its first call.
fn first_call(address: &str) -> Result<Duration> {
    let mut command = shell::command(shell::program("release", "servicestage"), &["mcp", "--project-id", PROJECT]);
    command.args(["--endpoint", address]).env_clear().env("HW_AUTH_TOKEN", "example-token");
    let began = Instant::now();
    let mut server = Child::start(&mut command)?;
    server.write(INITIALIZE)?;
    let greeting = server.read_line()?;
    ensure!(greeting.contains("serverInfo"), "the server begins with {greeting:?}");
    server.write(FIRST_CALL)?;
    let answer = server.read_line()?;
    let took = began.elapsed();
    ensure!(answer.contains(r#""isError":false"#), "the server answers {answer:?}");
    server.end()?;
    Ok(took)
}

/// From the start of the provider to the line on which it says where it listens.
fn handshake() -> Result<Duration> {
    let mut command = shell::command(shell::program("release", "terraform-provider-servicestage"), &[]);
    command.env_clear().env(COOKIE.0, COOKIE.1).env("PLUGIN_CLIENT_CERT", CERTIFICATE);
    let began = Instant::now();
    let mut provider = Child::start(&mut command)?;
    let line = provider.read_line()?;
    let took = began.elapsed();
    ensure!(line.starts_with("1|6|"), "the provider begins with {line:?}");
    provider.end()?;
    Ok(took)
}

/// A process that is measured, with its input and output.
struct Child {
    process: process::Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

impl Child {
    fn start(command: &mut Command) -> Result<Self> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().with_context(|| shell::not_started(command, "Is it built?"))?;
        let stdin = process.stdin.take().context("it has no stdin")?;
        let stdout = BufReader::new(process.stdout.take().context("it has no stdout")?);
        Ok(Self { process, stdin, stdout })
    }

    fn write(&mut self, lines: &str) -> Result<()> {
        Ok(self.stdin.write_all(lines.as_bytes())?)
    }

    fn read_line(&mut self) -> Result<String> {
        let mut line = String::new();
        self.stdout.read_line(&mut line)?;
        Ok(line)
    }

    fn end(mut self) -> Result<()> {
        self.process.kill()?;
        self.process.wait()?;
        Ok(())
    }
}

/// The median of so many times, in milliseconds.
fn of_times(rounds: usize, measure: impl Fn() -> Result<Duration>) -> Result<Figure> {
    let times = (0..rounds).map(|_| Ok(measure()?.as_secs_f64() * 1e3)).collect::<Result<Vec<f64>>>()?;
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let (value, low, high) = middle(times.into_iter())?;
    Ok(Figure { value, low, high, note: format!("at best {least:.2} ms") })
}
