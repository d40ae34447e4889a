//! Shows progress on stderr while the tool waits.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A spinner if stderr is a terminal, and lines that do not disturb it. Clones share it.
#[derive(Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Begins to turn.
    pub fn start(what: &'static str) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let target = if terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let spinner =
            ProgressBar::with_draw_target(None, target).with_style(ProgressStyle::default_spinner()).with_message(what);
        if terminal {
            spinner.enable_steady_tick(Duration::from_millis(100));
        }
        Self(spinner)
    }

    /// Says only lines.
    pub fn silent() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Says beside the spinner what goes on.
    pub fn tell(&self, what: String) {
        self.0.set_message(what);
    }

    /// Prints a line on stderr.
    pub fn say(&self, line: &str) {
        // Whoever closed stderr does not want to know.
        self.0.suspend(|| drop(writeln!(std::io::stderr(), "{line}")));
    }

    /// Takes the spinner away, before anything is printed.
    pub fn stop(&self) {
        self.0.finish_and_clear();
    }
}
