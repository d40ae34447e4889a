//! A listing as a table that fits a width.

use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use servicestage::types::{ConfigMode, Listing, Pipeline, Status};
use unicode_width::UnicodeWidthStr;

use crate::{text, time};

/// Between two columns.
const GAP: &str = "  ";
/// A name is not shortened to less than this for the sake of other columns.
const COMFORTABLE: usize = 24;
/// A name is not shortened to less than this for the sake of the width.
const NARROWEST: usize = 8;

/// One column. Its text may come from the service and be of any length.
struct Column {
    title: &'static str,
    cell: fn(&Pipeline, &TimeZone) -> Option<String>,
    /// The most that it takes, in terminal columns.
    widest: usize,
    /// What does not fit is left out in this order; 0 stays.
    leaves: u8,
}

/// A column with its cells and how wide it is.
type Filled = (&'static Column, Vec<String>, usize);

static COLUMNS: [Column; 8] = [
    Column { title: "ID", cell: |pipeline, _| Some(pipeline.id.clone()), widest: 40, leaves: 0 },
    Column { title: "NAME", cell: |pipeline, _| pipeline.name.clone(), widest: 40, leaves: 0 },
    Column { title: "STATUS", cell: |pipeline, _| pipeline.status.map(word), widest: 20, leaves: 0 },
    Column { title: "LAST RUN", cell: |pipeline, zone| at(pipeline.last_trigger_at, zone), widest: 16, leaves: 5 },
    Column { title: "CREATED", cell: |pipeline, zone| at(pipeline.create_time, zone), widest: 16, leaves: 4 },
    Column { title: "UPDATED", cell: |pipeline, zone| at(pipeline.update_time, zone), widest: 16, leaves: 2 },
    Column { title: "CREATOR", cell: |pipeline, _| pipeline.creator.clone(), widest: 20, leaves: 3 },
    Column { title: "MODE", cell: |pipeline, _| pipeline.config_mode.as_ref().map(mode), widest: 12, leaves: 1 },
];

/// The table and a line that says how much of everything it is.
pub fn render(listing: &Listing, zone: &TimeZone, width: usize, colour: bool) -> String {
    let mut columns: Vec<Filled> = COLUMNS
        .iter()
        .map(|column| {
            let cells: Vec<String> =
                listing.pipelines.iter().map(|pipeline| fit(&cell(column, pipeline, zone), column.widest)).collect();
            let width = cells.iter().map(|cell| cell.width()).max().unwrap_or(0).max(column.title.len());
            (column, cells, width)
        })
        .collect();
    narrow(&mut columns, width);

    let mut lines = vec![line(columns.iter().map(|(column, _, width)| (column.title, *width, Style::new())))];
    for (row, pipeline) in listing.pipelines.iter().enumerate() {
        let cells = columns.iter().map(|(column, cells, width)| {
            let style = if colour && column.title == "STATUS" { style(pipeline.status) } else { Style::new() };
            (cells.get(row).map_or("", String::as_str), *width, style)
        });
        lines.push(line(cells));
    }
    lines.push(summary(listing));
    lines.join("\n") + "\n"
}

/// Leaves columns out, then shortens names, until the table fits or nothing is left to do.
fn narrow(columns: &mut Vec<Filled>, width: usize) {
    let at_least = |columns: &[Filled], shortest: usize| {
        let widths =
            columns.iter().map(|(column, _, width)| if is_name(column) { shortest.min(*width) } else { *width });
        widths.map(|width| width + GAP.len()).sum::<usize>().saturating_sub(GAP.len())
    };
    while at_least(columns, COMFORTABLE) > width {
        let next = columns.iter().map(|(column, ..)| column.leaves).filter(|leaves| *leaves > 0).min();
        let Some(next) = next else { break };
        columns.retain(|(column, ..)| column.leaves != next);
    }
    let excess = at_least(columns, usize::MAX).saturating_sub(width);
    if let Some((_, cells, width)) = columns.iter_mut().find(|(column, ..)| is_name(column)) {
        *width = width.saturating_sub(excess).max(NARROWEST.min(*width));
        cells.iter_mut().for_each(|cell| *cell = fit(cell, *width));
    }
}

fn is_name(column: &Column) -> bool {
    column.title == "NAME"
}

fn cell(column: &Column, pipeline: &Pipeline, zone: &TimeZone) -> String {
    match (column.cell)(pipeline, zone) {
        Some(value) if !value.is_empty() => text::line(&value),
        _ => "-".to_owned(),
    }
}

/// Text that takes at most this many columns; what is cut ends in an ellipsis.
fn fit(text: &str, widest: usize) -> String {
    // Characters may be wide, or take no room at all: no more of them than anybody writes.
    let mut short: String = text.chars().take(widest * 4).collect();
    if short.len() == text.len() && text.width() <= widest {
        return short;
    }
    while short.width() >= widest && short.pop().is_some() {}
    short.push('…');
    short
}

/// Pads beside the style, so that a colour ends with its text.
fn line<'a>(cells: impl Iterator<Item = (&'a str, usize, Style)>) -> String {
    let cells = cells.map(|(text, width, style)| {
        let padding = " ".repeat(width.saturating_sub(text.width()));
        format!("{style}{text}{style:#}{padding}")
    });
    cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
}

fn summary(listing: &Listing) -> String {
    let shown = listing.pipelines.len();
    let all = format!("{shown} of {} release tasks", listing.total);
    if listing.truncated { format!("{all} ({} match, --limit left out the rest)", listing.matched) } else { all }
}

fn style(status: Option<Status>) -> Style {
    let colour = match status {
        Some(Status::Succeeded | Status::RolledBack) => AnsiColor::Green,
        Some(Status::Failed | Status::RollbackFailed) => AnsiColor::Red,
        Some(
            Status::Releasing
            | Status::PendingApproval
            | Status::Paused
            | Status::RollingBack
            | Status::Stopping
            | Status::Restarting,
        ) => AnsiColor::Yellow,
        Some(Status::Initialized | Status::Skipped | Status::Other(_)) | None => return Style::new().dimmed(),
    };
    colour.on_default()
}

fn at(milliseconds: Option<u64>, zone: &TimeZone) -> Option<String> {
    milliseconds.map(|milliseconds| time::format(milliseconds, zone))
}

fn word(status: Status) -> String {
    status.to_string()
}

fn mode(mode: &ConfigMode) -> String {
    mode.word().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(name: &str, status: Status) -> Listing {
        let pipeline = Pipeline {
            id: "4105b37a-947e-4aca-90d8-cec7c04c6f38".to_owned(),
            name: Some(name.to_owned()),
            description: None,
            create_time: Some(1_739_865_312_582),
            update_time: Some(1_739_865_312_582),
            version: None,
            config_mode: Some(ConfigMode::Ui),
            creator: Some("ann".to_owned()),
            model_version: None,
            status: Some(status),
            last_trigger_at: Some(1_739_865_312_582),
            enterprise_project_id: None,
            enterprise_project: None,
            extend_info: None,
        };
        Listing { pipelines: vec![pipeline], total: 1, matched: 1, truncated: false, request_id: None, attempts: 1 }
    }

    fn titles(name: &str, width: usize) -> String {
        let table = render(&listing(name, Status::Failed), &TimeZone::UTC, width, false);
        table.lines().next().unwrap().replace("LAST RUN", "LAST").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_matters_least_leaves_first() {
        assert_eq!(titles("n", 200), "ID NAME STATUS LAST CREATED UPDATED CREATOR MODE");
        assert_eq!(titles("n", 119), "ID NAME STATUS LAST CREATED UPDATED CREATOR MODE");
        assert_eq!(titles("n", 118), "ID NAME STATUS LAST CREATED UPDATED CREATOR");
        assert_eq!(titles("n", 100), "ID NAME STATUS LAST CREATED CREATOR");
        assert_eq!(titles("n", 10), "ID NAME STATUS");
    }

    #[test]
    fn a_long_name_is_shortened_before_what_matters_leaves() {
        let name = "n".repeat(40);
        assert_eq!(titles(&name, 100), "ID NAME STATUS LAST");
        let table = render(&listing(&name, Status::Failed), &TimeZone::UTC, 100, false);
        assert!(table.contains(&format!(" {}…  failed  2025", "n".repeat(35))), "{table}");
    }

    #[test]
    fn a_colour_is_that_of_the_status_and_ends_with_it() {
        let cases = [
            (Status::Succeeded, "\u{1b}[32msucceeded\u{1b}[0m"),
            (Status::RollbackFailed, "\u{1b}[31mrollback_failed\u{1b}[0m"),
            (Status::PendingApproval, "\u{1b}[33mpending_approval\u{1b}[0m"),
            (Status::Other(6), "\u{1b}[2m6\u{1b}[0m"),
        ];
        for (status, expected) in cases {
            let coloured = render(&listing("n", status), &TimeZone::UTC, 200, true);
            assert!(coloured.contains(expected), "{coloured:?}");
            assert!(!render(&listing("n", status), &TimeZone::UTC, 200, false).contains('\u{1b}'));
        }
    }
}
