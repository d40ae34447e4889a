//! How a person or a program sees changes.

use std::collections::HashSet;

use console::Term;
use jiff::Timestamp;
use servicestage::error::Error;
use servicestage::{Listing, Pipeline};

use super::changes::{self, Change};
use crate::output::Printer;
use crate::table::{self, TableStyle};
use crate::text;

use super::OPERATION;

/// Marks a row that changed.
const MARK: &str = "* ";
/// Stands before every other line.
const NO_MARK: &str = "  ";

/// Shows listings, one after the other.
pub enum View<'a> {
    /// The table, drawn again in its place.
    Screen {
        /// Prints it.
        printer: &'a Printer,
        /// The column that the table is sorted by.
        sorted: &'a str,
        /// How many lines are on the screen.
        drawn: usize,
    },
    /// A line for each change.
    Lines {
        /// Prints them.
        printer: &'a Printer,
        /// Whether a line is an object of JSON.
        json: bool,
    },
}

impl View<'_> {
    /// Shows a listing. Returns whether somebody still reads.
    pub fn show(&mut self, before: Option<&Listing>, now: &Listing) -> Result<bool, Box<Error>> {
        let changes = changes::between(before.map(|listing| listing.pipelines.as_slice()), &now.pipelines);
        match self {
            Self::Screen { printer, sorted, drawn } => {
                let table = screen(now, &changes, printer, sorted);
                let text = redrawn(*drawn, &table);
                *drawn = table.lines().count();
                printer.print_all(OPERATION, [Ok(text)])
            }
            Self::Lines { printer, json } => {
                let time = Timestamp::now();
                let lines = changes.iter().map(|change| {
                    Ok(if *json {
                        printer.json(&change.json(&time.to_string()).to_string())
                    } else {
                        format!("{}  {}\n", clock_time(time, printer), change.line())
                    })
                });
                printer.print_all(OPERATION, lines)
            }
        }
    }

    /// Says that a listing failed and is tried again. The last one stays.
    pub fn failed(&mut self, error: &Error) {
        let why = error.message.lines().nth(1).unwrap_or_default();
        crate::stdio::tell(&text::line(&format!("the listing failed, and is tried again: {why}")));
        crate::stdio::tell("\n");
        if let Self::Screen { drawn, .. } = self {
            // The table below the sentence begins anew.
            *drawn = 0;
        }
    }
}

/// The table with its marks, as many lines as fit the screen, and a line below.
fn screen(now: &Listing, changes: &[Change<'_>], printer: &Printer, sorted: &str) -> String {
    let (rows, columns) = Term::stdout().size();
    let width = usize::from(columns).saturating_sub(MARK.len() + 1);
    let look = TableStyle {
        zone: printer.zone(),
        width: Some(width),
        colour: printer.is_coloured(),
        titles: true,
        wide: false,
        columns: &[],
        sorted,
    };
    // By their place in memory, as several tasks may have one id.
    let changed: HashSet<*const Pipeline> = changes
        .iter()
        .filter(|change| !matches!(change, Change::Listed(_)))
        .map(|change| std::ptr::from_ref(change.task()))
        .collect();
    let table = table::render(&now.pipelines, &look);
    let mut lines: Vec<String> = table
        .lines()
        .enumerate()
        .map(|(index, line)| {
            // The first line has the titles.
            let task = index.checked_sub(1).and_then(|row| now.pipelines.get(row));
            let mark =
                if task.is_some_and(|task| changed.contains(&std::ptr::from_ref(task))) { MARK } else { NO_MARK };
            format!("{mark}{line}\n")
        })
        .collect();
    let room = usize::from(rows).saturating_sub(2).max(2);
    let hidden = lines.len().saturating_sub(room);
    lines.truncate(room);
    let more = if hidden > 0 { format!("{hidden} more rows; ") } else { String::new() };
    let seen = clock_time(Timestamp::now(), printer);
    lines.push(format!("{NO_MARK}{seen}, {more}{}; q quits\n", table::summary(now).trim_end()));
    lines.concat()
}

/// Goes back over what was drawn before.
fn redrawn(drawn: usize, table: &str) -> String {
    let back = if drawn > 0 { format!("\u{1b}[{drawn}A\r\u{1b}[J") } else { String::new() };
    format!("{back}{table}")
}

fn clock_time(time: Timestamp, printer: &Printer) -> String {
    time.to_zoned_datetime(printer.zone().clone()).strftime("%H:%M:%S").to_string()
}
