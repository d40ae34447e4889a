//! `servicestage mcp`: serves the tool to an agent, by the Model Context Protocol on stdin and stdout.
//!
//! # Layout
//! - this file: the command; `server`: the tools at work
//! - `tools`: their schemas; `arguments`: from arguments to the client; `results`: and back
//! - `bounded`: the transport, within bounds

mod arguments;
mod bounded;
mod results;
mod server;
mod tools;

use std::sync::Arc;

use clap::Args;
use component_runtime::policy::Denial;
use component_runtime::{Grant, machine};
use rmcp::ServiceExt;
use rmcp::service::ServerInitializeError;
use rmcp::transport::async_rw::AsyncRwTransport;
use servicestage::error::{Error, InvalidArgument, of_host};
use servicestage::network::Http;
use servicestage::types::Connection;
use servicestage::wording::Wording;
use servicestage::{Client, Environment, origin};

use crate::args::connection::{Attempts, Call, Place};
use crate::policy::Flags;
use crate::progress::Progress;
use crate::time::Clock;
use crate::{call, log, report};
use bounded::{Bounded, LONGEST_MESSAGE};
use server::Server;

/// The operation that an error names as failed.
const OPERATION: &str = "mcp";

/// The threads beside the first: one reads stdin, one writes stdout, and one makes a client.
const THREADS: usize = 3;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Lets a tool name this project too; repeat the flag for several. Otherwise a tool takes no project.
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Location")]
    pub allow_project: Vec<String>,
    #[command(flatten)]
    pub call: Call,
    #[command(flatten)]
    pub attempts: Attempts,
}

/// Serves until stdin ends.
pub fn run(arguments: Box<Arguments>) -> Result<u8, Box<Error>> {
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let Arguments { allow_project, call, attempts } = &*arguments;
    let clock = Clock::of_process().map_err(refuse)?;
    let flags = call::flags(call, None, OPERATION)?;
    let http = Http::new(&call::security(call), &Environment::of_process()).map_err(refuse)?;
    let grant = grant(call, &flags).map_err(refuse)?;
    let progress = Progress::silent();
    let max_attempts = attempts.max_attempts.unwrap_or(call::DEFAULT_ATTEMPTS);
    let log = log::start(&call.verbosity, &progress, max_attempts, &http, &grant);
    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), THREADS);
    let tokio = tokio.map_err(|explanation| report::of_machine(OPERATION, &explanation))?;
    let (zone, projects) = (clock.zone, allow_project.clone());
    let server = Server::new(move |project| client(&arguments, flags.clone(), project), &projects, zone);
    let served = tokio.block_on(serve(server));
    // A thread may wait for stdin.
    tokio.shutdown_background();
    if let Some(log) = log {
        log.finish();
    }
    served.map(|()| 0)
}

async fn serve(server: Server) -> Result<(), Box<Error>> {
    let transport = AsyncRwTransport::new_server(tokio::io::stdin(), tokio::io::stdout());
    let transport = Bounded::new(transport.with_max_line_length(LONGEST_MESSAGE));
    let next = "Start it from a client of the Model Context Protocol.";
    let failed = |error: String| Box::new(of_host(OPERATION, error, next));
    match server.serve(transport).await {
        Ok(running) => running.waiting().await.map(drop).map_err(|error| failed(error.to_string())),
        // The client left before it began.
        Err(ServerInitializeError::ConnectionClosed(_)) => Ok(()),
        Err(error) => Err(failed(format!("the client and the server do not understand each other: {error}"))),
    }
}

/// Returns what the flags grant. The origins of a region would add nothing: a collector may be at any public address.
fn grant(call: &Call, flags: &Flags) -> Result<Grant, InvalidArgument> {
    let Place { endpoint, iam_endpoint, .. } = &call.place;
    let connection =
        Connection { endpoint: endpoint.clone(), iam_endpoint: iam_endpoint.clone(), ..Connection::default() };
    origin::grant(flags.of_file.clone(), &connection, &call.granted.allow_address)
}

/// Makes the client that flags and environment describe, for a project that a tool names.
fn client(arguments: &Arguments, flags: Flags, project: Option<&str>) -> Result<Client, Box<Error>> {
    let mut builder = call::builder(&arguments.call, &arguments.attempts, flags.clone())?;
    if let Some(project) = project {
        builder = builder.project_id(project);
    }
    builder.wording(Arc::new(ToolWording(flags))).build()
}

/// Names an argument of a tool as the tool does, and what was fixed at the start as its flag.
struct ToolWording(Flags);

impl Wording for ToolWording {
    fn argument(&self, name: &str) -> String {
        match name {
            "for-status" => "for".to_owned(),
            "timeout" => "timeout_seconds".to_owned(),
            "name"
            | "name-contains"
            | "status"
            | "config-mode"
            | "creator"
            | "enterprise-project-id"
            | "created"
            | "created.from"
            | "created.to"
            | "updated"
            | "updated.from"
            | "updated.to"
            | "last-run"
            | "last-run.from"
            | "last-run.to"
            | "order-by"
            | "limit"
            | "id"
            | "fail-on"
            | "started-after"
            | "wait-for-task" => name.replace('-', "_"),
            name => self.0.argument(name),
        }
    }

    fn allow(&self, denial: &Denial) -> String {
        self.0.allow(denial)
    }

    fn build_operation(&self) -> &str {
        self.0.build_operation()
    }
}
