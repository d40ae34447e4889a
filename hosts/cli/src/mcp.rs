//! Serves the tool to an agent, by the Model Context Protocol.

use clap::Args;
use servicestage::error::{Error, of_host};

use crate::args::connection::Call;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub call: Call,
}

/// Returns the exit code.
pub fn run(arguments: &Arguments) -> Result<u8, Box<Error>> {
    let _ = &arguments.call;
    Err(Box::new(of_host("mcp", "the command does nothing yet", "Use a later version.")))
}
