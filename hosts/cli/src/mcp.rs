//! `servicestage mcp`: serves the tool to an agent, by the Model Context Protocol on stdin and stdout.
//!
//! # Layout
//! - this file: the command; `server`: the tools at work
//! - `tools`: their schemas; `arguments`: from arguments to the client; `results`: and back; `find`: one of a listing
//! - `bounded`: the transport, within bounds

mod arguments;
mod bounded;
mod find;
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
use servicestage::error::{Error, of_host};
use servicestage::network::{Http, Security};
use servicestage::wording::Wording;
use servicestage::{Client, Environment};

use crate::args::connection::{Attempts, Call};
use crate::policy::Flags;
use crate::progress::Progress;
use crate::time::Clock;
use crate::{call, log, report};
use bounded::{Bounded, LONGEST_MESSAGE};
use server::Server;

const OPERATION: &str = "mcp";

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
    let clock = Clock::of_process().map_err(refuse)?;
    let progress = Progress::silent();
    // Whether the way to servers can be used, the first call says.
    let http = Http::new(&Security::default(), &Environment::of_process()).ok();
    let max_attempts = arguments.attempts.max_attempts.unwrap_or(call::DEFAULT_ATTEMPTS);
    let log =
        http.and_then(|http| log::start(&arguments.call.verbosity, &progress, max_attempts, &http, &Grant::default()));
    let tokio = machine::start(tokio::runtime::Builder::new_current_thread().enable_all(), 0);
    let tokio = tokio.map_err(|explanation| report::of_machine(OPERATION, &explanation))?;
    let projects = arguments.allow_project.clone();
    let server = Server::new(Box::new(move |project| client(&arguments, project)), projects, clock.zone);
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

/// The client that flags and environment describe, for a project that a tool names.
fn client(arguments: &Arguments, project: Option<&str>) -> Result<Client, Box<Error>> {
    let flags = call::flags(&arguments.call, None, OPERATION)?;
    let mut builder = call::builder(&arguments.call, &arguments.attempts, flags.clone())?;
    if let Some(project) = project {
        builder = builder.project_id(project);
    }
    builder.wording(Arc::new(Words(flags))).build()
}

/// The words of an agent for what it passes, and those of the command line for what was fixed at the start.
struct Words(Flags);

impl Wording for Words {
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
