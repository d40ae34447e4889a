//! What goes to Terraform's log: one JSON object a line on stderr, with the keys of hclog. Terraform shows it where
//! `TF_LOG` asks for it.

use std::io::Write as _;

use serde_json::json;

/// Tells what helps to find a fault.
pub fn debug(message: &str) {
    write("debug", message);
}

/// Tells what went wrong.
pub fn error(message: &str) {
    write("error", message);
}

fn write(level: &str, message: &str) {
    let line = json!({
        "@level": level,
        "@message": message,
        "@module": "provider",
        "@timestamp": format!("{:.6}", jiff::Timestamp::now()),
    });
    // Nobody is left to be told of a log that nobody reads.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
