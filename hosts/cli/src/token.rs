//! `servicestage auth token`: prints an IAM token.

use std::io::IsTerminal;

use clap::Args;
use jiff::tz::TimeZone;
use servicestage::error::Error;

use crate::args::connection::{Attempts, Call};
use crate::output::Printer;
use crate::progress::Progress;
use crate::{call, stdio};

const OPERATION: &str = "auth-token";

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    pub call: Call,
}

/// Prints the token that is set, or one that IAM issues for the user.
pub fn run(arguments: &Arguments) -> Result<u8, Box<Error>> {
    let client = call::client(&arguments.call, &Attempts::default(), None, OPERATION)?;
    let progress = Progress::start("issuing a token");
    let token = call::perform(&client, &arguments.call, OPERATION, &progress, client.token())?;
    if std::io::stdout().is_terminal() {
        stdio::tell("warning: whoever sees this token can use it for 24 hours; redirect stdout to keep it unseen\n");
    }
    Printer::plain(TimeZone::UTC).print(OPERATION, &format!("{}\n", token.expose()))?;
    Ok(0)
}
