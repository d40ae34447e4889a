//! Every fixture is a test: a folder without one cannot exist.

use host_test::case::{Case, folders};
use host_test::conformance::{Verdict, report};
use host_test::run::{load, run};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let plugin = load().unwrap_or_else(|error| panic!("{error:#}"));
    let folders = folders().unwrap_or_else(|error| panic!("{error:#}"));
    assert!(!folders.is_empty(), "there is no fixture");
    let tests = folders
        .into_iter()
        .map(|folder| {
            let plugin = plugin.clone();
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || {
                let case = Case::read(&folder).map_err(|error| Failed::from(format!("{error:#}")))?;
                run(&plugin, &case).map_err(|error| Failed::from(format!("{error:#}")))?;
                Ok(report("rust", &case.name, Verdict::Passed)?)
            })
        })
        .collect();
    libtest_mimic::run(&arguments, tests).exit();
}
