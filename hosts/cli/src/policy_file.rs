//! `servicestage policy init`: a policy file to begin with.

use servicestage::error::{Error, of_host};

/// Prints it.
pub fn init() -> Result<u8, Box<Error>> {
    Err(Box::new(of_host("policy-init", "the command does nothing yet", "Use a later version.")))
}
