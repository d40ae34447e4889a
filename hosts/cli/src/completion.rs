//! `servicestage completion SHELL`.

use clap::CommandFactory;
use clap_complete::{Shell, generate};
use jiff::tz::TimeZone;
use servicestage::error::Error;

use crate::args::Arguments;
use crate::output::Printer;

/// Prints the script that completes words in this shell.
pub fn run(shell: Shell) -> Result<u8, Box<Error>> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "servicestage", &mut script);
    Printer::plain(TimeZone::UTC).print("completion", &String::from_utf8_lossy(&script))?;
    Ok(0)
}
