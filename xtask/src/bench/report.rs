//! The table, the file, and the comparison with a saved run.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::Measured;
use super::figures::{Aim, FIGURES};
use super::measure::Figure;
use crate::shell;

/// Prints the table and writes `target/bench.json`; with `save`, also the file that later runs are compared with.
pub fn report(measured: &Measured, save: bool) -> Result<()> {
    let saved = shell::target().join("bench-baseline.json");
    let before = read(&saved)?;
    println!();
    println!("{:<17} {:>8} {:>17} {:>6} {:>6}  {:<8} before", "figure", "value", "quartiles", "reach", "aim", "");
    for aim in &FIGURES {
        match find(measured, aim) {
            Ok(figure) => println!("{}", line(aim, figure, value_of(&before, aim.id))),
            Err(why) => println!("{:<17} {:>8}  {why}", aim.id, "none"),
        }
    }
    println!("\nLower is better. Of measured figures the median of pairs in turns; ratios have no unit:");
    for aim in &FIGURES {
        let note = find(measured, aim).map_or("", |figure| figure.note.as_str());
        println!("  {:<17} {} ({note})", aim.id, aim.what);
    }
    let file = shell::target().join("bench.json");
    let entries: Vec<Value> = FIGURES.iter().map(|aim| entry(aim, find(measured, aim))).collect();
    let text = format!("{}\n", serde_json::to_string_pretty(&entries)?);
    for file in std::iter::once(&file).chain(save.then_some(&saved)) {
        fs::write(file, &text).with_context(|| format!("{} cannot be written", file.display()))?;
        println!("{}", shell::relative(file));
    }
    Ok(())
}

fn find<'a>(measured: &'a Measured, aim: &Aim) -> Result<&'a Figure, &'a str> {
    match measured.get(aim.id) {
        Some(Ok(figure)) => Ok(figure),
        Some(Err(why)) => Err(why),
        None => Err("nothing measures it"),
    }
}

fn line(aim: &Aim, figure: &Figure, before: Option<f64>) -> String {
    let Aim { id, unit, reach, aim, .. } = aim;
    let Figure { value, low, high, .. } = figure;
    let verdict = match value {
        value if value <= aim => "aim",
        value if value <= reach => "reached",
        _ => "missed",
    };
    let quartiles = format!("{low:.3}..{high:.3}");
    let unit = if *unit == "ratio" { "" } else { unit };
    let before =
        before.map_or(String::new(), |before| format!("{before:.3} ({:+.0} %)", (value / before - 1.0) * 100.0));
    format!("{id:<17} {value:>8.3} {quartiles:>17} {reach:>6} {aim:>6}  {verdict:<8} {before} {unit}")
}

fn entry(aim: &Aim, figure: Result<&Figure, &str>) -> Value {
    let Aim { id, unit, reach, aim, .. } = aim;
    let mut entry = json!({ "id": id, "value": null, "unit": unit, "reach": reach, "aim": aim });
    match figure {
        Ok(Figure { value, low, high, note }) => {
            entry["value"] = json!(value);
            entry["low"] = json!(low);
            entry["high"] = json!(high);
            entry["note"] = json!(note);
        }
        Err(why) => entry["why"] = json!(why),
    }
    entry
}

/// The entries of a file, none if there is no such file.
fn read(file: &Path) -> Result<Vec<Value>> {
    match fs::read(file) {
        Ok(bytes) => serde_json::from_slice(&bytes)
            .with_context(|| format!("{} does not hold a list of figures", file.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", file.display())),
    }
}

fn value_of(entries: &[Value], id: &str) -> Option<f64> {
    entries.iter().find(|entry| entry["id"] == id)?["value"].as_f64()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(value: f64) -> Figure {
        Figure { value, low: value, high: value, note: String::new() }
    }

    #[test]
    fn a_line_says_whether_the_figure_is_reached_and_what_it_was() {
        let aim = Aim { id: "cli", unit: "ratio", reach: 2.0, aim: 1.2, what: "" };
        assert!(line(&aim, &figure(1.2), None).contains(" aim "));
        assert!(line(&aim, &figure(1.5), Some(1.0)).contains("reached  1.000 (+50 %)"));
        assert!(line(&aim, &figure(2.5), None).contains("missed"));
    }

    #[test]
    fn figures_that_were_not_measured_are_null_with_a_reason() {
        let aim = Aim { id: "cli", unit: "ratio", reach: 2.0, aim: 1.2, what: "" };
        let entry = entry(&aim, Err("curl is not installed"));
        assert_eq!((&entry["value"], &entry["why"]), (&Value::Null, &json!("curl is not installed")));
    }

    #[test]
    fn each_figure_of_the_table_is_there_once() {
        let ids: std::collections::BTreeSet<_> = FIGURES.iter().map(|aim| aim.id).collect();
        assert_eq!(ids.len(), FIGURES.len());
        assert!(FIGURES.iter().all(|aim| aim.aim <= aim.reach));
    }
}
