//! The executable of the tool.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(servicestage_cli::run(std::env::args_os()))
}
