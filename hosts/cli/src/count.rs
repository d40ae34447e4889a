//! `servicestage pipelines count`: how many release tasks there are of each kind.

use servicestage::error::{Error, of_host};

use crate::args::pipelines::Count;

/// Counts and prints.
pub fn run(arguments: &Count) -> Result<u8, Box<Error>> {
    let _ = &arguments.by;
    Err(Box::new(of_host("count", "the command does nothing yet", "Use a later version.")))
}
