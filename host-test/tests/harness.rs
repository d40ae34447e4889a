//! The harness itself: whatever differs from the fixture must fail.

use std::path::{Path, PathBuf};
use std::time::Duration;

use host_test::case::Case;
use host_test::run::{load, run};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)
}

/// The harness's report on this fixture after a change to it.
fn verdict(name: &str, change: impl FnOnce(&mut Case)) -> Result<(), String> {
    let mut case = Case::read(&folder(name)).unwrap();
    change(&mut case);
    run(&load().unwrap(), &case).map_err(|error| format!("{error:#}"))
}

#[test]
fn a_change_of_the_fixture_is_noticed() {
    type Change = fn(&mut Case);
    let changes: &[(&str, &str, Change)] = &[
        ("vendor_example", "the result differs", |case| case.expected["listing"]["pipelines"][0]["version"] = 2.into()),
        ("vendor_example", "the result differs", |case| case.expected["listing"]["new"] = 1.into()),
        ("vendor_example", "expected GET /v3/other", |case| {
            "/v3/other".clone_into(&mut case.exchanges[0].request.target)
        }),
        ("vendor_example", "expected POST", |case| "POST".clone_into(&mut case.exchanges[0].request.method)),
        ("vendor_example", "the header accept is not expected", |case| {
            case.exchanges[0].request.headers.retain(|(name, _)| name != "accept");
        }),
        ("vendor_example", "the header x-new is missing", |case| {
            case.exchanges[0].request.headers.push(("x-new".to_owned(), String::new()));
        }),
        ("vendor_example", "the header host is", |case| case.connection.region = Some("cn-north-1".to_owned())),
        ("vendor_example", "request 1 is not in the fixture", |case| case.exchanges.clear()),
        ("vendor_example", "1 of 2 exchanges were used", |case| case.exchanges.push(case.exchanges[0].clone())),
        ("access_key", "the header x-sdk-date is", |case| case.clock += Duration::from_secs(1)),
        ("access_key", "the header authorization is", |case| {
            for (_, value) in &mut case.exchanges[0].request.headers {
                *value = value.replace("host;", "");
            }
        }),
        ("access_key", "the header authorization is", |case| {
            for (_, value) in &mut case.exchanges[0].request.headers {
                *value = value.replace("{signature}", &"0".repeat(64));
            }
        }),
        ("throttled_then_success_seconds", "the header x-sdk-date is", |case| {
            let request = &mut case.exchanges[1].request;
            for (_, value) in &mut request.headers {
                *value = value.replace("083003Z", "083002Z");
            }
        }),
    ];
    for (name, problem, change) in changes {
        let told = verdict(name, change).expect_err(problem);
        assert!(told.contains(problem), "expected {problem:?} in: {told}");
        assert!(told.contains("sent:\nhttps://servicestage."), "what the guest sent is not told: {told}");
    }
    assert_eq!(verdict("access_key", |_| {}), Ok(()));
}

#[test]
fn a_signature_is_recomputed_with_the_secret_key_of_the_case() {
    // The component signs with the same changed key, so the fixture, which holds no signature, still agrees.
    let change = |case: &mut Case| {
        if let servicestage::types::Credentials::AccessKey(key) = &mut case.connection.credentials {
            "AnotherSecretKey".clone_into(&mut key.secret_access_key);
        }
    };
    assert_eq!(verdict("access_key", change), Ok(()));
}

#[test]
fn a_folder_that_is_not_a_fixture_is_refused() {
    let root = std::env::temp_dir().join(format!("fixtures-{}", std::process::id()));
    let copy = |name: &str, change: &dyn Fn(&Path)| {
        let target = root.join(name);
        std::fs::create_dir_all(&target).unwrap();
        for file in std::fs::read_dir(folder("vendor_example")).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), target.join(file.file_name())).unwrap();
        }
        change(&target);
        Case::read(&target).map(drop).map_err(|error| format!("{error:#}"))
    };
    let rename = |from: &'static str, to: &'static str| {
        move |folder: &Path| std::fs::rename(folder.join(from), folder.join(to)).unwrap()
    };
    let append = |text: &'static str| {
        move |folder: &Path| {
            let file = folder.join("case.toml");
            std::fs::write(&file, std::fs::read_to_string(&file).unwrap() + text).unwrap();
        }
    };
    assert_eq!(copy("whole", &|_| {}), Ok(()));
    for (name, problem, change) in [
        (
            "extra",
            "the folder holds 5 files",
            &(|folder: &Path| std::fs::write(folder.join("notes"), "").unwrap()) as &dyn Fn(&Path),
        ),
        ("response", "response-1.http", &rename("response-1.http", "response-2.http")),
        ("request", "the folder holds 4 files, and the case has 2", &rename("request-1.http", "request-2.http")),
        ("expected", "expected.json", &rename("expected.json", "expected.txt")),
        ("misspelt", "unknown field `regoin`", &append("\nregoin = \"a\"\n")),
        ("exchanges", "more exchanges than there are requests", &append("\n[[exchange]]\n[[exchange]]\n")),
    ] {
        let told = copy(name, change).expect_err(name);
        assert!(told.contains(problem), "{name}: {told}");
    }
    std::fs::remove_dir_all(root).unwrap();
}
