//! `servicestage config`: the configuration file.

use servicestage::error::{Error, of_host};

use crate::args::local::Config;

/// Reads or writes it.
pub fn run(command: &Config) -> Result<u8, Box<Error>> {
    let _ = command;
    Err(Box::new(of_host("config", "the command does nothing yet", "Use a later version.")))
}
