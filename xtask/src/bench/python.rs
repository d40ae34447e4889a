//! The Python host, by the measurements that lie beside its tests.

use std::process::Command;

use anyhow::{Context, Result};

use super::Measured;
use super::measure::Figure;
use crate::{python, shell};

const REMEDY: &str = "Its own words above say why.";

/// Measures both, or says why not.
pub fn measure(measured: &mut Measured) {
    let why = |error: anyhow::Error| format!("{error:#}");
    measured.insert("python", python::script("tests/bench.py").and_then(per_record).map_err(why));
    measured.insert("vs-sdk", python::script("tests/bench_sdk.py").and_then(over_sdk).map_err(why));
}

/// Reads `list_pipelines: 5.1 µs a record at best, 6.2 in the median; ...`.
fn per_record(mut command: Command) -> Result<Figure> {
    let said = told(&mut command)?;
    let (best, median) = figures(&said, "list_pipelines:").with_context(|| format!("it says {said:?}"))?;
    Ok(Figure { value: median, low: best, high: median, note: format!("{best} µs at best") })
}

/// Reads lines such as the above, of the host and of the SDK.
fn over_sdk(mut command: Command) -> Result<Figure> {
    let said = told(&mut command)?;
    let (ours, theirs) = (figures(&said, "list_pipelines:"), figures(&said, "huaweicloudsdkcore:"));
    let ((_, ours), (_, theirs)) = ours.zip(theirs).with_context(|| format!("it says {said:?}"))?;
    let ratio = ours / theirs;
    Ok(Figure { value: ratio, low: ratio, high: ratio, note: format!("{ours} µs over {theirs} µs a record") })
}

fn told(command: &mut Command) -> Result<String> {
    shell::announce(format_args!("Measure the Python host: {}", shell::words(command)));
    shell::output(command, REMEDY)
}

/// The first two numbers of the line that begins like this.
fn figures(said: &str, name: &str) -> Option<(f64, f64)> {
    let line = said.lines().find_map(|line| line.strip_prefix(name))?;
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse::<f64>().ok());
    numbers.next().zip(numbers.next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_numbers_of_a_line_are_read() {
        let said = "list_pipelines: 20.7 µs a record at best, 22.2 in the median; processor 19.0\nother: 1 2";
        assert_eq!(figures(said, "list_pipelines:"), Some((20.7, 22.2)));
        assert_eq!(figures(said, "huaweicloudsdkcore:"), None);
    }
}
