//! Prints an IAM token.

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
    Err(Box::new(of_host("token", "the command does nothing yet", "Use a later version.")))
}
