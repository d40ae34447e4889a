//! The matrix of hosts and fixtures: a table that is written and read again.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Deserialize;

/// The hosts in the order of the columns: the name in their tests' reports, and the name in the heading.
const HOSTS: [(&str, &str); 8] = [
    ("rust", "Rust"),
    ("servicestage", "servicestage"),
    ("terraform", "Terraform"),
    ("python", "Python"),
    ("node", "Node"),
    ("browser", "browser"),
    ("wasmtime-py", "wasmtime-py"),
    ("wasmtime-cli", "wasmtime CLI"),
];

/// The first line of a summary.
const SUMMARY: &str = "| host | passed | differs | not applicable |";

/// The cells of a case, without the number of the note that says why.
const PASSED: &str = "passed";
const DIFFERS: &str = "differs";
const NOT_APPLICABLE: &str = "not applicable";

/// How each fixture came out in each host that has been asked.
#[derive(Debug, Default, PartialEq)]
pub struct Matrix {
    /// The host's name, and how it did.
    columns: BTreeMap<&'static str, Column>,
}

/// How each fixture came out.
type Column = BTreeMap<String, Verdict>;

/// How a fixture came out.
#[derive(Debug, PartialEq)]
enum Verdict {
    /// The answer is the expected one.
    Passed,
    /// The host returns another answer, and why.
    Differs(String),
    /// The host cannot be asked this, and why.
    NotApplicable(String),
}

/// The report of a host's tests on one fixture.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FixtureReport {
    fixture: String,
    host: String,
    result: FixtureResult,
    #[serde(default)]
    why: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum FixtureResult {
    Passed,
    Differs,
    NotApplicable,
}

impl Matrix {
    /// Adds the reports of a host's tests: a JSON object a line.
    pub fn add(&mut self, lines: &str) -> Result<()> {
        for line in lines.lines() {
            let report: FixtureReport =
                serde_json::from_str(line).with_context(|| format!("`{line}` is not understood"))?;
            let is_line = |why: &String| !why.contains('\n');
            let verdict = match (report.result, report.why) {
                (FixtureResult::Passed, None) => Verdict::Passed,
                (FixtureResult::Differs, Some(why)) if is_line(&why) => Verdict::Differs(why),
                (FixtureResult::NotApplicable, Some(why)) if is_line(&why) => Verdict::NotApplicable(why),
                _ => return Err(anyhow!("`{line}`: what passed has no `why`, and all else has one of one line")),
            };
            let known = HOSTS.iter().find(|(host, _)| *host == report.host);
            let (host, _) = known.with_context(|| format!("`{line}`: no host has that name in `HOSTS`"))?;
            self.columns.entry(host).or_default().insert(report.fixture, verdict);
        }
        Ok(())
    }

    /// Takes the columns that are not here from another table. Returns whose they are, for people.
    pub fn complete(&mut self, other: Self) -> Vec<&'static str> {
        let absent = other.columns.into_iter().filter(|(host, _)| !self.columns.contains_key(host)).collect::<Vec<_>>();
        let taken = absent.iter().map(|(host, _)| title(host)).collect();
        self.columns.extend(absent);
        taken
    }

    /// Fails unless each host reported on each of these fixtures, and on no others.
    pub fn check(&self, fixtures: &BTreeSet<String>) -> Result<()> {
        for (host, column) in &self.columns {
            let reported = column.keys().cloned().collect::<BTreeSet<_>>();
            let differing = reported.symmetric_difference(fixtures).cloned().collect::<Vec<_>>().join(", ");
            ensure!(
                differing.is_empty(),
                "the results of {} and the folders of fixtures differ by: {differing}. A failing test reports nothing; a \
                 host that was not asked keeps its earlier report",
                title(host)
            );
        }
        Ok(())
    }

    /// How many cases each host passes, as a table.
    pub fn summary(&self) -> String {
        let rows = self.shown().map(|(title, column)| {
            let count = |of: &str| column.values().filter(|verdict| verdict.parts().0 == of).count();
            row([title.to_owned()].into_iter().chain([PASSED, DIFFERS, NOT_APPLICABLE].map(|of| count(of).to_string())))
        });
        format!("{SUMMARY}\n| --- | --- | --- | --- |\n{}", rows.collect::<String>())
    }

    /// All of it: a row for each fixture, and the reasons as numbered notes.
    pub fn table(&self) -> String {
        let mut notes: Vec<&str> = Vec::new();
        let mut rows = String::new();
        for fixture in self.columns.values().flat_map(Column::keys).collect::<BTreeSet<_>>() {
            let cells = self.shown().map(|(_, column)| match column.get(fixture).map(Verdict::parts) {
                None => String::new(),
                Some((verdict, None)) => verdict.to_owned(),
                Some((verdict, Some(why))) => {
                    let place = notes.iter().position(|note| *note == why).unwrap_or_else(|| {
                        notes.push(why);
                        notes.len() - 1
                    });
                    format!("{verdict} ({})", place + 1)
                }
            });
            rows.push_str(&row(std::iter::once(format!("`{fixture}`")).chain(cells)));
        }
        let heads = std::iter::once("fixture").chain(self.shown().map(|(title, _)| title));
        let rule = std::iter::repeat_n("---", self.columns.len() + 1);
        let notes = notes.iter().enumerate().map(|(place, note)| format!("{}. {note}\n", place + 1));
        format!("{}{}{rows}\n{}", row(heads), row(rule), notes.collect::<String>())
    }

    /// Reads what [`Matrix::table`] wrote, whatever stands around it.
    pub fn read(text: &str) -> Result<Self> {
        let notes = text.lines().filter_map(|line| line.split_once(". "));
        let notes = notes.filter(|(number, _)| number.parse::<usize>().is_ok()).collect::<BTreeMap<_, _>>();
        let mut rows = text.lines().filter(|line| line.starts_with('|')).map(cells);
        let heads = rows.find(|cells| cells.first() == Some(&"fixture")).unwrap_or_default();
        let mut matrix = Self::default();
        for row in rows.skip(1) {
            let mut row = row.into_iter();
            let fixture = row.next().unwrap_or_default().trim_matches('`');
            for (head, cell) in heads.iter().skip(1).zip(row) {
                let (host, _) = *HOSTS.iter().find(|(_, title)| title == head).context("a column is of no host")?;
                let (verdict, number) = cell.trim_end_matches(')').split_once(" (").unwrap_or((cell, ""));
                let why = notes.get(number).map(|why| (*why).to_owned());
                let verdict = match (verdict, why) {
                    (PASSED, None) => Verdict::Passed,
                    (DIFFERS, Some(why)) => Verdict::Differs(why),
                    (NOT_APPLICABLE, Some(why)) => Verdict::NotApplicable(why),
                    _ => return Err(anyhow!("`{cell}` is not a cell, or its note is missing")),
                };
                matrix.columns.entry(host).or_default().insert(fixture.to_owned(), verdict);
            }
        }
        Ok(matrix)
    }

    fn shown(&self) -> impl Iterator<Item = (&'static str, &Column)> {
        HOSTS.iter().filter_map(|(host, title)| Some((*title, self.columns.get(host)?)))
    }
}

impl Verdict {
    /// The verdict as a word, and why.
    fn parts(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Passed => (PASSED, None),
            Self::Differs(why) => (DIFFERS, Some(why)),
            Self::NotApplicable(why) => (NOT_APPLICABLE, Some(why)),
        }
    }
}

fn title(host: &str) -> &'static str {
    HOSTS.iter().find(|(name, _)| *name == host).map_or("a host", |(_, title)| title)
}

fn row(cells: impl Iterator<Item = impl AsRef<str>>) -> String {
    let cells = cells.map(|cell| format!(" {} |", cell.as_ref())).collect::<String>();
    format!("|{cells}\n")
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUST: &str = r#"{"fixture":"a","host":"rust","result":"passed"}
{"fixture":"b","host":"rust","result":"passed"}
"#;
    const NODE: &str = r#"{"fixture":"b","host":"node","result":"not-applicable","why":"a clock. 1"}
{"fixture":"a","host":"node","result":"differs","why":"b"}
"#;
    const TABLE: &str = "| fixture | Rust | Node |\n| --- | --- | --- |\n| `a` | passed | differs (1) |\n\
        | `b` | passed | not applicable (2) |\n\n1. b\n2. a clock. 1\n";

    fn of(lines: &[&str]) -> Matrix {
        let mut matrix = Matrix::default();
        lines.iter().for_each(|lines| matrix.add(lines).unwrap());
        matrix
    }

    #[test]
    fn reports_of_hosts_become_a_table_with_numbered_notes_that_can_be_read_again() {
        let matrix = of(&[NODE, RUST]);
        assert_eq!(matrix.table(), TABLE);
        let text = format!("# Title\n\n{}\n{TABLE}", matrix.summary());
        assert_eq!(Matrix::read(&text).unwrap(), matrix);
    }

    #[test]
    fn cases_are_counted_by_host() {
        let rows = "| --- | --- | --- | --- |\n| Rust | 2 | 0 | 0 |\n| Node | 0 | 1 | 1 |\n";
        assert_eq!(of(&[NODE, RUST]).summary(), format!("{SUMMARY}\n{rows}"));
    }

    #[test]
    fn a_host_that_was_not_asked_keeps_its_column() {
        let mut matrix = of(&[RUST]);
        assert_eq!(matrix.complete(Matrix::read(TABLE).unwrap()), ["Node"]);
        assert_eq!(matrix.table(), TABLE);
    }

    #[test]
    fn a_fixture_without_a_result_is_named_with_its_host() {
        let matrix = of(&[RUST, NODE]);
        let fixtures = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
        assert!(matrix.check(&fixtures(&["a", "b"])).is_ok());
        let error = matrix.check(&fixtures(&["a", "b", "c"])).unwrap_err();
        assert!(error.to_string().starts_with("the results of Node and the folders of fixtures differ by: c. "));
    }

    #[test]
    fn a_line_that_says_too_little_is_refused() {
        for line in [
            r#"{"fixture":"a","host":"rust","result":"failed"}"#,
            r#"{"fixture":"a","host":"rust","result":"differs"}"#,
            r#"{"fixture":"a","host":"rust","result":"differs","why":"a\nb"}"#,
            r#"{"fixture":"a","host":"rust","result":"passed","why":"?"}"#,
            r#"{"fixture":"a","host":"another","result":"passed"}"#,
            "passed",
        ] {
            assert!(Matrix::default().add(line).is_err(), "{line}");
        }
    }
}
