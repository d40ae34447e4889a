//! New folders, and the replay of their fixtures.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Said, component, put, root, run};

/// A folder of a language, with the component that its own build leaves.
fn made(language: &str, component: &Path) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let said = run(folder.path(), &["new", language, "rates"]);
    assert_eq!(said.code, 0, "{said:?}");
    let place = folder.path().join("rates");
    put(&place, component, "rates.wasm");
    (folder, place)
}

/// The template is the example, which `cargo xtask languages` builds by its guide. Those that were not built are named.
#[test]
fn the_template_of_each_language_passes_its_own_test() {
    let built = root().join("target/languages");
    let others = ["c", "javascript", "python", "go"].map(|language| (language, built.join(format!("{language}.wasm"))));
    for (language, component) in [("rust", component("rates"))].into_iter().chain(others) {
        if !component.exists() {
            println!("{language} is not tested: {} is not there", component.display());
            continue;
        }
        let (folder, _) = made(language, &component);
        let Said { code, stdout, stderr } = run(folder.path(), &["test", "rates"]);
        assert_eq!((code, stderr.as_str()), (0, ""), "{language}: {stdout}");
        assert!(stdout.ends_with("2 passed, 0 failed\n"), "{language}: {stdout}");
    }
}

/// A data source that people use, in JavaScript: unpaged and paged, and signed by the host. `cargo xtask languages` builds
/// it.
#[test]
fn the_projects_of_an_account_pass_their_test() {
    let component = root().join("target/languages/projects.wasm");
    if !component.exists() {
        println!("the projects are not tested: {} is not there", component.display());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &component, "projects.wasm");
    copy(&root().join("examples/data-sources/projects/tests"), &folder.path().join("tests"));
    let said = run(folder.path(), &["test", "."]);
    assert!(said.code == 0 && said.stdout.ends_with("4 passed, 0 failed\n"), "{said:?}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (from, to) = (entry.as_ref().unwrap().path(), to.join(entry.as_ref().unwrap().file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

/// Under a name that Rust has too, outside the repository.
#[test]
fn a_new_folder_in_rust_builds_and_passes_its_own_test() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(folder.path(), &["new", "rust", "string"]).code, 0);
    let place = folder.path().join("string");
    let target = root().join("target/new-rust");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--release", "--offline", "--target", "wasm32-unknown-unknown"]);
    // The tests' own profile is not wanted.
    build.current_dir(&place).env("CARGO_TARGET_DIR", &target).env_remove("RUSTFLAGS");
    let output = build.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    put(&place, &target.join("wasm32-unknown-unknown/release/string.wasm"), "string.wasm");
    let said = run(&place, &["test", "."]);
    assert!(said.code == 0 && said.stdout.ends_with("2 passed, 0 failed\n"), "{said:?}");
}

#[test]
fn a_fixture_that_differs_fails_with_a_diff_and_one_line_for_each_case() {
    let (folder, place) = made("rust", &component("rates"));
    let case = place.join("tests/fixtures/the_rates_of_a_day");
    let expected = fs::read_to_string(case.join("expected.json")).unwrap();
    fs::write(case.join("expected.json"), expected.replace("7890.1250", "7890.1251")).unwrap();
    let request = fs::read_to_string(case.join("request-1.http")).unwrap();
    fs::write(case.join("request-1.http"), request.replace("EUR", "CHF")).unwrap();
    let Said { code, stdout, .. } = run(folder.path(), &["test", "rates"]);
    assert_eq!(code, 1);
    for part in [
        "ok  a_currency_without_rates: A currency may have no rates.",
        "FAILED  the_rates_of_a_day: ",
        "expected GET /v1/rates/CHF?date=2026-01-02, sent GET /v1/rates/EUR?date=2026-01-02",
        "-        \"rate\": 12345678901234567890.1251",
        "+        \"rate\": 12345678901234567890.1250",
        "1 passed, 1 failed",
    ] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
}

#[test]
fn an_expected_error_is_compared_too() {
    let (folder, place) = made("rust", &component("rates"));
    let case = place.join("tests/fixtures/without_base");
    fs::create_dir(&case).unwrap();
    fs::write(case.join("case.toml"), "shows = \"`base` is required.\"\nsource = \"rates\"\n").unwrap();
    let told = |detail: &str| {
        format!(
            r#"{{"diagnostics": [{{"severity": "error", "summary": "A required argument is missing", "detail": "{detail}",
            "path": "base"}}]}}"#
        )
    };
    fs::write(case.join("expected.json"), told("`base` is required: set it.")).unwrap();
    let said = run(folder.path(), &["test", "rates"]);
    assert!(said.stdout.ends_with("3 passed, 0 failed\n"), "{said:?}");
    fs::write(case.join("expected.json"), told("Another.")).unwrap();
    let said = run(folder.path(), &["test", "rates"]);
    assert!(said.code == 1 && said.stdout.contains("2 passed, 1 failed"), "{said:?}");
}

#[test]
fn a_folder_without_a_component_or_a_case_says_what_is_missing() {
    let (folder, place) = made("rust", &component("rates"));
    put(&place, &component("rates"), "other.wasm");
    let said = |expected: &str| {
        let said = run(folder.path(), &["test", "rates"]);
        assert!(said.code == 1 && (said.stdout + &said.stderr).contains(expected), "{expected}");
    };
    said("rates: 2 components *.wasm are in it: leave one");
    fs::remove_file(place.join("other.wasm")).unwrap();
    // As some builds leave one there.
    fs::write(place.join("core.wasm"), b"\0asm\x01\0\0\0").unwrap();
    fs::write(place.join("tests/fixtures/the_rates_of_a_day/case.toml"), "shows = 1").unwrap();
    said("the_rates_of_a_day\ncase.toml: TOML parse error");
    said("1 passed, 1 failed\n");
    fs::remove_dir_all(place.join("tests/fixtures")).unwrap();
    fs::create_dir(place.join("tests/fixtures")).unwrap();
    said("it holds no fixture");
    fs::remove_file(place.join("rates.wasm")).unwrap();
    said("rates: no component *.wasm is in it: build it first");
}

#[test]
fn nothing_that_is_there_is_overwritten_and_a_bad_name_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("taken"), "mine").unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    for (name, code) in
        [("taken", 1), ("empty", 1), ("../up", 2), ("/tmp/x", 2), ("Upper", 2), ("a-b", 2), ("import", 2)]
    {
        let said = run(folder.path(), &["new", "python", name]);
        assert!(said.code == code && said.stderr.starts_with("error: "), "{name}: {said:?}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("taken")).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(run(folder.path(), &["new", "cobol", "rates"]).code, 2);
}
