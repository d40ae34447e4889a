//! Whole processes, from start to the end or to their first word.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

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

/// Measures the tool beside curl, and the start of the provider.
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
    measured.insert("provider-start", Ok(start(if quick { 60 } else { 300 })?));
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

/// From the start of the provider to the line on which it says where it listens, in milliseconds.
fn start(rounds: usize) -> Result<Figure> {
    let mut command = shell::command(shell::program("release", "terraform-provider-servicestage"), &[]);
    command.env_clear().env(COOKIE.0, COOKIE.1).env("PLUGIN_CLIENT_CERT", CERTIFICATE);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let began = Instant::now();
        let mut child = command.spawn().with_context(|| shell::not_started(&command, "Is it built?"))?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("it has no stdout")?).read_line(&mut line)?;
        times.push(began.elapsed().as_secs_f64() * 1e3);
        child.kill()?;
        child.wait()?;
        ensure!(line.starts_with("1|6|"), "the provider begins with {line:?}");
    }
    let least = times.iter().copied().fold(f64::INFINITY, f64::min);
    let (value, low, high) = middle(times.into_iter())?;
    Ok(Figure { value, low, high, note: format!("at best {least:.2} ms") })
}
