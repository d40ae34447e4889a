//! Prints to stdout: with colours and a pager for people, and as it is for programs.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};
use jiff::tz::TimeZone;
use servicestage::error::Error;

use crate::args::output::{Color, OutputFlags};
use crate::settings::process_variable;
use crate::{pager, stdio, text};

/// Prints to stdout.
pub struct Printer {
    zone: TimeZone,
    terminal: bool,
    colour: bool,
    pager: bool,
}

impl Printer {
    /// A printer that shows times in this zone, in the way that flags and environment ask for.
    pub fn new(zone: TimeZone, print: &OutputFlags) -> Self {
        let terminal = io::stdout().is_terminal();
        Self { zone, terminal, colour: is_coloured(print.color, terminal), pager: terminal && !print.no_pager }
    }

    /// A printer of a few lines, which need neither colours nor a pager.
    pub fn plain(zone: TimeZone) -> Self {
        Self::new(zone, &OutputFlags { color: Color::Never, no_pager: true, ..OutputFlags::default() })
    }

    /// The zone of times.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether somebody looks on.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Whether colours are wanted.
    pub fn is_coloured(&self) -> bool {
        self.colour
    }

    /// How wide a table may be: as `COLUMNS` says, or as the terminal is.
    pub fn width(&self) -> Option<usize> {
        let wanted =
            process_variable("COLUMNS").and_then(|columns| columns.parse().ok()).filter(|columns| *columns > 0);
        wanted.or_else(|| {
            let (_, columns) = console::Term::stdout().size_checked().filter(|_| self.terminal)?;
            Some(columns.into())
        })
    }

    /// Text that others wrote: only for a terminal is it freed of control characters. A program wants it as it is.
    pub fn raw(&self, written: String) -> String {
        if self.terminal { text::lines(&written.replace("\r\n", "\n")) } else { written }
    }

    /// JSON text, in the lines that it has.
    pub fn json(&self, json: &str) -> String {
        format!("{}\n", text::json(json))
    }

    /// JSON of a value: compact for programs, in lines for people.
    pub fn pretty(&self, value: &impl serde::Serialize) -> String {
        let json = if self.terminal { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
        // Values of the tool have names that are text, and no number that JSON does not know.
        self.json(&json.unwrap_or_default())
    }

    /// Writes a text to stdout, by a pager if it is longer than the terminal.
    ///
    /// # Errors
    /// The text cannot be written. The error names the operation that prints it.
    pub fn print(&self, operation: &str, text: &str) -> Result<(), Box<Error>> {
        let rows = console::Term::stdout().size_checked().map_or(usize::MAX, |(rows, _)| rows.into());
        if self.pager && text.lines().count() >= rows && pager::show(text) {
            return Ok(());
        }
        self.print_all(operation, [Ok(text.to_owned())]).map(drop)
    }

    /// Writes texts to stdout as they come, until nobody reads any more. Returns whether somebody still does.
    ///
    /// # Errors
    /// A text could not be made, or cannot be written.
    pub fn print_all(
        &self,
        operation: &str,
        texts: impl IntoIterator<Item = Result<String, Box<Error>>>,
    ) -> Result<bool, Box<Error>> {
        let choice = if self.colour { ColorChoice::Always } else { ColorChoice::AlwaysAnsi };
        let mut stdout = AutoStream::new(io::stdout().lock(), choice);
        for text in texts {
            match stdio::print(&mut stdout, &text?) {
                Ok(true) => {}
                Ok(false) => return Ok(false),
                Err(error) => return Err(stdio::unwritten(operation, &error)),
            }
        }
        Ok(true)
    }
}

/// The flag decides, then `NO_COLOR`, then `CLICOLOR_FORCE`, then whether the terminal has colours.
fn is_coloured(color: Color, terminal: bool) -> bool {
    let unwanted = process_variable("NO_COLOR").is_some();
    let forced = process_variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let unable = process_variable("TERM").is_some_and(|value| value == "dumb");
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !unwanted && (forced || terminal && !unable),
    }
}
