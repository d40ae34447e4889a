//! `servicestage pipelines count`: how many release tasks there are of each kind.

use std::collections::BTreeMap;

use anstyle::Style;
use jiff::tz::TimeZone;
use serde::Serialize;
use servicestage::error::{Error, of_output};
use servicestage::types::Pipeline;

use crate::args::output::OutputFormat;
use crate::args::pipelines::{Count, CountKey};
use crate::delimited::{self, Delimiter};
use crate::grid::{self, Column};
use crate::output::Printer;
use crate::progress::Progress;
use crate::report::{self, invalid};
use crate::time::{self, Clock};
use crate::{call, forms, query, text};

/// The operation that an error names as failed.
const OPERATION: &str = "count";

/// How many release tasks have a value; null where the service sent none.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Row {
    value: Option<String>,
    count: usize,
}

/// Lists, counts and prints.
pub fn run(arguments: &Count) -> Result<u8, Box<Error>> {
    let Count { by, call, attempts, filters, print } = arguments;
    let refuse = |invalid| report::invalid_argument(OPERATION, invalid);
    let clock = Clock::of_process().map_err(refuse)?;
    let query = query::terms(filters, &clock).map_err(refuse)?;
    let output = forms::output(print).map_err(refuse)?;
    if matches!(output, OutputFormat::Id | OutputFormat::Name) {
        return Err(refuse(invalid(
            "--output",
            "a count has no ids and names; write table, json, jsonl, yaml, csv or tsv",
        )));
    }
    if filters.limit.is_some() {
        return Err(refuse(invalid("--limit", "a count is of all release tasks that match; leave `--limit` out")));
    }
    let progress = Progress::start("counting release tasks");
    let client = call::client(call, attempts, Some(filters), OPERATION)?;
    let listing = call::perform(&client, call, OPERATION, &progress, client.list_pipelines(query))?;

    let printer = Printer::new(clock.zone, print);
    let rows = count(&listing.pipelines, *by, printer.zone());
    let title = format!("{by:?}").to_lowercase();
    let separated = |delimiter| printer.raw(delimited::rows_of(cells(&rows, &title, !print.no_headers), delimiter));
    let text = match output {
        OutputFormat::Json => printer.pretty(&rows),
        OutputFormat::Jsonl => {
            rows.iter().map(|row| printer.json(&serde_json::to_string(row).unwrap_or_default())).collect()
        }
        OutputFormat::Yaml => printer.raw(
            serde_saphyr::to_string(&rows)
                .map_err(|error| Box::new(of_output(OPERATION, error, "Use another form.")))?,
        ),
        OutputFormat::Csv => separated(Delimiter::Comma),
        OutputFormat::Tsv => separated(Delimiter::Tab),
        _ => table(&rows, &title, !print.no_headers),
    };
    printer.print(OPERATION, &text)?;
    Ok(0)
}

/// The most frequent first, but days in their order.
fn count(pipelines: &[Pipeline], by: CountKey, zone: &TimeZone) -> Vec<Row> {
    let value = |pipeline: &Pipeline| match by {
        CountKey::Status => pipeline.status.map(|status| status.to_string()),
        CountKey::Creator => pipeline.creator.clone(),
        CountKey::Mode => pipeline.config_mode.as_ref().map(|mode| mode.word().to_owned()),
        CountKey::Day => pipeline.create_time.map(|created| time::day(created, zone)),
    };
    let mut counts = BTreeMap::<Option<String>, usize>::new();
    for pipeline in pipelines {
        *counts.entry(value(pipeline)).or_default() += 1;
    }
    let mut rows: Vec<Row> = counts.into_iter().map(|(value, count)| Row { value, count }).collect();
    if by != CountKey::Day {
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    }
    rows
}

fn cells(rows: &[Row], title: &str, header: bool) -> impl Iterator<Item = Vec<String>> {
    let header = header.then(|| vec![title.to_owned(), "count".to_owned()]);
    let value = |row: &Row| delimited::defused(row.value.as_deref().unwrap_or_default());
    header.into_iter().chain(rows.iter().map(move |row| vec![value(row), row.count.to_string()]))
}

fn table(rows: &[Row], title: &str, titles: bool) -> String {
    let shown = |row: &Row| (text::line(row.value.as_deref().unwrap_or("-")), Style::new());
    let columns = [
        Column { title: title.to_uppercase(), cells: rows.iter().map(shown).collect() },
        Column {
            title: "COUNT".to_owned(),
            cells: rows.iter().map(|row| (row.count.to_string(), Style::new())).collect(),
        },
    ];
    grid::lines(&columns, titles)
}
