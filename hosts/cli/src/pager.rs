//! Shows text by the program that the user reads with.

use std::io::Write;
use std::process::{Child, Command, Stdio};

use crate::settings::process_variable;

/// The program where `PAGER` names none. With these settings it passes colours on, and ends where all fits the screen.
const USUAL: (&str, &str) = ("less", "FRX");

/// Shows a text, and returns whether that was possible. An empty `PAGER` and `cat` mean that none is wanted.
pub fn show(text: &str) -> bool {
    let Some(mut pager) = start() else { return false };
    // Ctrl-C is the pager's. If it ended this process, the pager would lose its terminal.
    let _caught = catch_interrupts();
    if let Some(mut stdin) = pager.stdin.take() {
        // A reader that leaves early has seen enough.
        let _ = stdin.write_all(text.as_bytes());
    }
    pager.wait().is_ok()
}

/// Catches interrupts from now on; nobody looks at them.
#[cfg(unix)]
fn catch_interrupts() -> std::io::Result<tokio::signal::unix::Signal> {
    use tokio::signal::unix::{SignalKind, signal};

    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let _entered = runtime.enter();
    signal(SignalKind::interrupt())
}

/// Where there are no signals, nothing is caught.
#[cfg(not(unix))]
fn catch_interrupts() {}

fn start() -> Option<Child> {
    let named = std::env::var("PAGER").unwrap_or_else(|_| USUAL.0.to_owned());
    let mut words = named.split_whitespace();
    let program = words.next().filter(|program| *program != "cat")?;
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if process_variable("LESS").is_none() {
        command.env("LESS", USUAL.1);
    }
    command.spawn().ok()
}
