//! `servicestage pipelines get`: one release task.

use servicestage::error::{Error, of_host};

use crate::args::pipelines::Get;

/// Shows it.
pub fn run(arguments: &Get) -> Result<u8, Box<Error>> {
    let _ = &arguments.task;
    Err(Box::new(of_host("get", "the command does nothing yet", "Use a later version.")))
}
