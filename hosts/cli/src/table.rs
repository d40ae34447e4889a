//! A listing as a table: for a width, as many columns as fit; without one, all of every text.

use std::collections::{BTreeSet, HashSet};

use anstyle::{AnsiColor, Style};
use jiff::tz::TimeZone;
use servicestage::task::SHORT_ID;
use servicestage::types::{Listing, Pipeline, Status};

use crate::fields::{self, FIELDS, Field, Value};
use crate::grid::{self, Column};
use crate::{text, time};

/// A name is not shortened to less than this for the sake of the width.
const NARROWEST: usize = 8;
/// How wide a cell of any other column may be.
const WIDEST: usize = 40;

/// The columns of a table, in their order, each with two widths. The first is its own at most. If less than the second
/// would be left for the name, the column is left out.
const COLUMNS: [(&str, usize, usize); 8] = [
    ("name", WIDEST, 0),
    ("status", 20, 0),
    ("last-run", 32, 8),
    ("created", 32, 14),
    ("updated", 32, 31),
    ("creator", 20, 30),
    ("mode", 12, 32),
    ("id", WIDEST, 24),
];

/// The further columns of the wide form, before the id.
const WIDE: [&str; 3] = ["version", "enterprise-project", "description"];

/// How a table is to look.
pub struct TableStyle<'a> {
    /// The zone of its times.
    pub zone: &'a TimeZone,
    /// How wide it may be. Without a width nothing is cut.
    pub width: Option<usize>,
    /// Whether it has colours.
    pub colour: bool,
    /// Whether its first line has the titles.
    pub titles: bool,
    /// Whether it has the further columns.
    pub wide: bool,
    /// The columns that were asked for; none are the usual ones.
    pub columns: &'a [&'static Field],
    /// The column that it is sorted by, which never leaves.
    pub sorted: &'a str,
}

/// Returns the table.
pub fn render(pipelines: &[Pipeline], look: &TableStyle<'_>) -> String {
    let width = look.width.filter(|_| !look.wide);
    let chosen = !look.columns.is_empty();
    let fields = if chosen { look.columns.to_vec() } else { usual(look.wide) };
    let mut columns: Vec<(&str, Column)> =
        fields.iter().map(|field| (field.word, column(field, pipelines, look))).collect();
    if let Some(width) = width {
        for (word, column) in &mut columns {
            let widest = COLUMNS.iter().find(|(known, ..)| known == word).map_or(WIDEST, |(_, widest, _)| *widest);
            if *word == "id" && !chosen {
                shorten_ids(column);
            }
            column.cut(widest);
        }
        if !chosen {
            leave_out(&mut columns, width, look.sorted);
        }
        narrow(&mut columns, width);
    }
    let columns: Vec<Column> = columns.into_iter().map(|(_, column)| column).collect();
    grid::lines(&columns, look.titles)
}

/// Returns one release task as a line for each field.
pub fn sheet(pipeline: &Pipeline, columns: &[&'static Field], zone: &TimeZone, colour: bool) -> String {
    let fields = if columns.is_empty() { FIELDS.iter().collect() } else { columns.to_vec() };
    let look = TableStyle { zone, width: None, colour, titles: false, wide: true, columns, sorted: "" };
    let (mut titles, mut values) = (Vec::new(), Vec::new());
    for field in fields {
        let Column { title, cells } = column(field, std::slice::from_ref(pipeline), &look);
        titles.push((title, Style::new()));
        values.extend(cells);
    }
    let columns = [titles, values].map(|cells| Column { title: String::new(), cells });
    grid::lines(&columns, false)
}

/// Returns the line that says how much of everything a listing is.
pub fn summary(listing: &Listing) -> String {
    let shown = listing.pipelines.len();
    let all = format!("{shown} of {} release tasks", listing.total);
    let more = format!(" ({} match, --limit left out the rest)", listing.matched);
    format!("{all}{}\n", if listing.truncated { more.as_str() } else { "" })
}

fn usual(wide: bool) -> Vec<&'static Field> {
    let (last, first) = COLUMNS.split_last().map(|((last, ..), first)| (*last, first)).unwrap_or_default();
    let first = first.iter().map(|(word, ..)| *word);
    let further = WIDE.iter().copied().filter(|_| wide);
    first.chain(further).chain([last]).filter_map(fields::find).collect()
}

fn column(field: &Field, pipelines: &[Pipeline], look: &TableStyle<'_>) -> Column {
    let mut offsets = BTreeSet::new();
    let cells = pipelines.iter().map(|pipeline| {
        let value = (field.value)(pipeline);
        let style = match value {
            Value::Status(status) if look.colour => style(status),
            _ => Style::new(),
        };
        let shown = match value {
            Value::Time(milliseconds) => {
                offsets.extend(time::offset(milliseconds, look.zone));
                time::format(milliseconds, look.zone)
            }
            value => text::line(&value.to_text(false)),
        };
        (if shown.is_empty() { "-".to_owned() } else { shown }, style)
    });
    let cells = cells.collect();
    let is_time = ["created", "updated", "last-run"].contains(&field.word);
    let title = if is_time {
        format!("{} ({})", field.title, time::zone_title(&offsets, look.zone))
    } else {
        field.title.to_owned()
    };
    Column { title, cells }
}

/// The shortest form in which no two ids are the same.
fn shorten_ids(column: &mut Column) {
    let short = |id: &str, length| id.chars().take(length).collect::<String>();
    let lengths = SHORT_ID..WIDEST;
    let differ = |length: &usize| {
        let ids: HashSet<&String> = column.cells.iter().map(|(id, _)| id).collect();
        ids.iter().map(|id| short(id, *length)).collect::<HashSet<_>>().len() == ids.len()
    };
    let length = lengths.into_iter().find(differ).unwrap_or(WIDEST);
    column.cells.iter_mut().for_each(|(id, _)| *id = short(id, length));
}

/// Leaves columns out, those first that ask for the most room beside them, until the rest fits.
fn leave_out(columns: &mut Vec<(&str, Column)>, width: usize, sorted: &str) {
    let mut leaving: Vec<_> = COLUMNS.iter().filter(|(word, _, room)| *room > 0 && *word != sorted).collect();
    leaving.sort_by_key(|(_, _, room)| std::cmp::Reverse(*room));
    for (word, _, room) in leaving {
        if least(columns, *room) <= width {
            return;
        }
        columns.retain(|(other, _)| other != word);
    }
}

/// How wide a line is if the name is cut to this.
fn least(columns: &[(&str, Column)], name: usize) -> usize {
    let widths =
        columns.iter().map(|(word, column)| if *word == "name" { column.width().min(name) } else { column.width() });
    widths.map(|width| width + 2).sum::<usize>().saturating_sub(2)
}

/// Shortens the names until the table fits, or nothing is left to do.
fn narrow(columns: &mut [(&str, Column)], width: usize) {
    let excess = least(columns, usize::MAX).saturating_sub(width);
    if let Some((_, names)) = columns.iter_mut().find(|(word, _)| *word == "name") {
        let widest = names.width();
        names.cut(widest.saturating_sub(excess).max(NARROWEST.min(widest)));
    }
}

fn style(status: Status) -> Style {
    let colour = match status {
        Status::Succeeded | Status::RolledBack => AnsiColor::Green,
        Status::Failed | Status::RollbackFailed => AnsiColor::Red,
        Status::Releasing
        | Status::PendingApproval
        | Status::Paused
        | Status::RollingBack
        | Status::Stopping
        | Status::Restarting => AnsiColor::Yellow,
        Status::Initialized | Status::Skipped | Status::Other(_) => return Style::new().dimmed(),
    };
    colour.on_default()
}

#[cfg(test)]
mod tests {
    use servicestage::types::ConfigMode;

    use super::*;

    fn task(id: &str, name: &str, status: Status) -> Pipeline {
        Pipeline {
            id: id.to_owned(),
            name: Some(name.to_owned()),
            create_time: Some(1_739_865_312_582),
            update_time: Some(1_739_865_312_582),
            config_mode: Some(ConfigMode::Ui),
            creator: Some("ann".to_owned()),
            status: Some(status),
            last_trigger_at: Some(1_739_865_312_582),
            ..Pipeline::default()
        }
    }

    fn look(width: Option<usize>) -> TableStyle<'static> {
        static UTC: TimeZone = TimeZone::UTC;
        let zone = &UTC;
        TableStyle { zone, width, colour: false, titles: true, wide: false, columns: &[], sorted: "created" }
    }

    fn titles(name: &str, look: &TableStyle<'_>) -> String {
        let table = render(&[task("4105b37a-947e-4aca-90d8-cec7c04c6f38", name, Status::PendingApproval)], look);
        let titles = table.lines().next().unwrap().replace(" (UTC)", "").replace("LAST RUN", "LAST");
        titles.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_id_stands_last_and_what_matters_least_leaves_first() {
        assert_eq!(titles("n", &look(None)), "NAME STATUS LAST CREATED UPDATED CREATOR MODE ID");
        assert_eq!(titles("n", &look(Some(120))), "NAME STATUS LAST CREATED UPDATED CREATOR MODE ID");
        let name = "n".repeat(40);
        assert_eq!(titles(&name, &look(Some(120))), "NAME STATUS LAST CREATED CREATOR ID");
        assert_eq!(titles(&name, &look(Some(80))), "NAME STATUS LAST CREATED");
        assert_eq!(titles(&name, &look(Some(10))), "NAME STATUS CREATED");
    }

    #[test]
    fn the_column_that_is_sorted_by_never_leaves() {
        let name = "n".repeat(40);
        let look = TableStyle { sorted: "updated", ..look(Some(80)) };
        assert_eq!(titles(&name, &look), "NAME STATUS LAST UPDATED");
    }

    #[test]
    fn the_wide_form_has_more_columns_and_nothing_is_cut() {
        let name = "n".repeat(200);
        let look = TableStyle { wide: true, ..look(Some(10)) };
        let table = render(&[task("4105b37a-947e-4aca-90d8-cec7c04c6f38", &name, Status::Failed)], &look);
        assert!(table.contains(&name) && table.contains("4105b37a-947e-4aca-90d8-cec7c04c6f38"), "{table}");
        assert!(table.lines().next().unwrap().contains("ENTERPRISE PROJECT"), "{table}");
    }

    #[test]
    fn the_texts_of_the_table_of_all_hosts_are_harmless_in_a_cell() {
        let vectors = include_str!("../../../tests/vectors/printable.json");
        let vectors: serde_json::Value = serde_json::from_str(vectors).unwrap();
        for text in vectors["texts"].as_array().unwrap() {
            let [given, expected] = ["text", "line"].map(|name| text[name].as_str().unwrap());
            let table =
                sheet(&task("i", given, Status::Failed), &[fields::find("name").unwrap()], &TimeZone::UTC, false);
            let cell = table.split_once("  ").unwrap().1.trim_end_matches('\n');
            assert_eq!(cell, if expected.is_empty() { "-" } else { expected }, "{}", text["what"]);
        }
    }

    #[test]
    fn ids_are_short_as_long_as_they_differ() {
        let last = |ids: [&str; 2], width| {
            let table = render(&ids.map(|id| task(id, "n", Status::Failed)), &look(width));
            table.lines().skip(1).map(|line| line.rsplit(' ').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(last(["0123456789", "1123456789"], Some(200)), ["01234567", "11234567"]);
        assert_eq!(last(["0123456789", "0123456799"], Some(200)), ["012345678", "012345679"]);
        assert_eq!(last(["0123456789", "1123456789"], None), ["0123456789", "1123456789"]);
    }

    #[test]
    fn a_colour_is_that_of_the_status_and_ends_with_it() {
        for (status, expected) in [
            (Status::Succeeded, "\u{1b}[32msucceeded\u{1b}[0m"),
            (Status::RollbackFailed, "\u{1b}[31mrollback_failed\u{1b}[0m"),
            (Status::PendingApproval, "\u{1b}[33mpending_approval\u{1b}[0m"),
            (Status::Other(6), "\u{1b}[2m6\u{1b}[0m"),
        ] {
            let coloured = render(&[task("i", "n", status)], &TableStyle { colour: true, ..look(None) });
            assert!(coloured.contains(expected), "{coloured:?}");
            assert!(!render(&[task("i", "n", status)], &look(None)).contains('\u{1b}'));
        }
    }
}
