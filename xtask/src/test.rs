//! Runs every test and gate, and counts.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::{component, conformance, docs, facade, js, languages, links, python, shell, shipped, sources, tree, words};

/// The results of the tests, the steps that failed, and the time that each step took.
#[derive(Default)]
struct Tally {
    tests: Counts,
    broken: Vec<String>,
    times: Vec<(String, Duration)>,
}

/// The sums of the closing lines of test runners.
#[derive(Debug, Default, PartialEq)]
struct Counts {
    passed: u64,
    failed: u64,
    ignored: u64,
}

/// Runs everything, whatever fails on the way. Ends in the time of each step and one line of summary.
pub fn test() -> ExitCode {
    let mut tally = Tally::default();
    // First, because the command-line tool embeds it, and the tests of the provider load the other one.
    tally.step("the component", |_| component::build().and_then(|_| component::build_examples()));
    // Before the tests of the provider, which load them.
    tally.step("the data sources in other languages", |_| languages::build());
    tally.step("the tests", test_workspace);
    // After the workspace, whose build makes the fixture server.
    tally.step("the Python package", |counts| run_tests("Test the Python package", &mut python::tests()?, counts));
    tally.step("the npm package", test_js);
    tally.step("other engines", |counts| run_tests("Test under other engines", &mut facade::tests()?, counts));
    // After the tests, whose reports it compares.
    tally.step("the conformance matrix", |_| conformance::check());
    tally.step("the wording", |_| words::check());
    tally.step("the spelling", |_| words::check_spelling());
    tally.step("the links", |_| links::check());
    tally.step("the documentation", |_| document());
    tally.step("the generated documents", |_| docs::check());
    tally.step("the dependencies", |_| tree::check());
    tally.step("the source files", |_| sources::check());
    tally.step("the component from another folder", |_| component::check_identity());
    tally.step("what ships", |_| shipped::check());

    for (step, time) in &tally.times {
        println!("{:>7.1} s  {step}", time.as_secs_f64());
    }
    for failure in &tally.broken {
        println!("failed: {failure}");
    }
    println!("{}", tally.summary());
    if tally.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

impl Tally {
    fn step(&mut self, name: &str, step: impl FnOnce(&mut Counts) -> Result<()>) {
        let failed_before = self.tests.failed;
        let start = Instant::now();
        if let Err(error) = step(&mut self.tests) {
            eprintln!("error: {error:#}");
            self.broken.push(format!("{name}: {error:#}"));
            // A step that fails without a test that did counts as one, or the summary would praise it.
            self.tests.failed += u64::from(self.tests.failed == failed_before);
        }
        self.times.push((name.to_owned(), start.elapsed()));
    }

    fn summary(&self) -> String {
        let Counts { passed, failed, ignored } = self.tests;
        // A runner ignores a test that cannot run on this machine.
        format!("summary: {passed} passed, {failed} failed, {ignored} not applicable")
    }
}

fn test_workspace(counts: &mut Counts) -> Result<()> {
    let mut test = shell::cargo(&["test", "--workspace", "--no-fail-fast"]);
    run_tests("Test every member", conformance::reporting(&mut test, "rust")?, counts)
}

fn test_js(counts: &mut Counts) -> Result<()> {
    js::build()?;
    run_tests("Test the npm package", conformance::reporting(&mut js::tests(), "js")?, counts)
}

/// Runs a command that must run at least one test.
fn run_tests(what: &str, command: &mut Command, counts: &mut Counts) -> Result<()> {
    const REMEDY: &str = "The failing tests are named above.";
    shell::announce(format_args!("{what}: {}", shell::words(command)));
    let before = counts.passed;
    let status = count(command, counts).with_context(|| shell::not_started(command, REMEDY))?;
    ensure!(status.success(), shell::failed(command, status, REMEDY));
    ensure!(counts.passed > before, shell::failed(command, "it ran no test", "Is the checkout complete?"));
    Ok(())
}

/// Runs a command, passes on what it prints as it comes, and adds up the results of tests in it.
fn count(command: &mut Command, counts: &mut Counts) -> std::io::Result<std::process::ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = BufReader::new(stdout);
        let mut line = Vec::new();
        // Bytes, because a test may print other text than UTF-8.
        while stdout.read_until(b'\n', &mut line)? > 0 {
            std::io::stdout().write_all(&line)?;
            counts.add(&String::from_utf8_lossy(&line));
            line.clear();
        }
    }
    child.wait()
}

impl Counts {
    /// Adds a line such as `test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`.
    fn add(&mut self, line: &str) {
        let Some((_, numbers)) = line.strip_prefix("test result: ").and_then(|result| result.split_once(". ")) else {
            return;
        };
        for part in numbers.split(';') {
            match part.trim().split_once(' ') {
                Some((number, "passed")) => self.passed += number.parse().unwrap_or(0),
                Some((number, "failed")) => self.failed += number.parse().unwrap_or(0),
                Some((number, "ignored")) => self.ignored += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
}

fn document() -> Result<()> {
    let mut command = shell::cargo(&["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-Dwarnings");
    shell::run("Check the documentation", &mut command, "Rustdoc says why above.")
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn closing_lines_of_runners_add_up_and_others_do_not() {
        let mut counts = Counts::default();
        counts.add("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n");
        counts
            .add("test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.01s\n");
        counts.add("running 14 tests\n");
        counts.add("test a_test ... 99 passed\n");
        assert_eq!(counts, Counts { passed: 12, failed: 2, ignored: 1 });
    }

    #[test]
    fn a_step_that_fails_without_a_test_is_counted() {
        let mut tally = Tally::default();
        tally.step("the documentation", |_| bail!("a broken link"));
        assert_eq!(tally.summary(), "summary: 0 passed, 1 failed, 0 not applicable");
        assert_eq!(tally.broken, ["the documentation: a broken link"]);
        assert_eq!(tally.times.len(), 1);
    }

    #[test]
    fn a_failing_test_is_counted_once() {
        let mut tally = Tally::default();
        tally.step("the tests", |counts| {
            counts.add("test result: FAILED. 7 passed; 2 failed; 1 ignored; 0 measured");
            bail!("`cargo test` failed")
        });
        assert_eq!(tally.summary(), "summary: 7 passed, 2 failed, 1 not applicable");
    }
}
