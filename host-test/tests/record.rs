//! Recording as people do it: the tool at a server on loopback, and the fixture that comes of it.

#[path = "support/recording.rs"]
mod recording;
#[path = "../../hosts/servicestage/tests/support/mod.rs"]
mod server;

use std::collections::BTreeMap;
use std::path::Path;

use host_test::case::Case;
use host_test::serve::serve;
use recording::{Folder, KEY, PROJECT, TOKEN, record, replayed, said};
use serde_json::Value;
use server::{Server, json, token, token_expired};

/// Serves a fixture until the test process ends.
fn serving(name: &str) -> (String, Case) {
    let read = || Case::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name)).unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let served = read();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { serve(tokio::net::TcpListener::from_std(listener).unwrap(), served).await })
    });
    (url, read())
}

/// Asserts that two results are the same, but that each text of one always stands for the same text of the other.
#[track_caller]
fn assert_same_but_for_names(live: &Value, replayed: &Value, names: &mut BTreeMap<String, String>) {
    match (live, replayed) {
        (Value::String(live), Value::String(replayed)) => {
            let known = names.entry(live.clone()).or_insert_with(|| replayed.clone());
            assert_eq!(known, replayed, "{live}");
        }
        (Value::Array(live), Value::Array(replayed)) => {
            assert_eq!(live.len(), replayed.len());
            live.iter().zip(replayed).for_each(|(live, replayed)| assert_same_but_for_names(live, replayed, names));
        }
        (Value::Object(live), Value::Object(replayed)) => {
            assert!(live.keys().eq(replayed.keys()), "{live:?} {replayed:?}");
            live.values().zip(replayed.values()).for_each(|(a, b)| assert_same_but_for_names(a, b, names));
        }
        (live, replayed) => assert_eq!(live, replayed),
    }
}

#[test]
fn recording_and_then_replaying_gives_the_same_listing() {
    type Recorded<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a [&'a str]);
    let cases: &[Recorded<'_>] = &[
        ("vendor_example", &[TOKEN], &[]),
        ("object_form", &KEY[..2], &[]),
        ("temporary_access_key", &KEY, &[]),
        ("project_looked_up", &[TOKEN], &[]),
        ("project_looked_up_signed", &KEY, &[]),
        ("project_lookup_retried", &[TOKEN], &[]),
        ("throttled_then_success", &KEY[..2], &[]),
        ("cut_then_success", &[TOKEN], &[]),
        ("filter_name_contains", &[TOKEN], &["--name-contains", "pay"]),
        ("filter_creator", &[TOKEN], &["--creator", "bob"]),
        ("order_name_descending", &[TOKEN], &["--order-by", "name", "--order", "desc"]),
        ("every_status", &[TOKEN], &["--status", "failed", "--limit", "1"]),
        ("thousand_records", &[TOKEN], &[]),
        ("non_ascii", &[TOKEN], &[]),
        ("extend_info", &[TOKEN], &[]),
        ("neighbouring_scalars", &[TOKEN], &[]),
    ];
    for (name, environment, arguments) in cases {
        let (folder, (url, case)) = (Folder::new(), serving(name));
        let project: Vec<&str> =
            case.connection.project_id.iter().flat_map(|id| ["--project-id", id.as_str()]).collect();
        let output = record(&folder, &url, environment, &[*arguments, project.as_slice()].concat());
        let expected = replayed(&folder, &output);
        let live: Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{name}: {}", said(&output)));
        assert_same_but_for_names(&live, &expected["listing"], &mut BTreeMap::new());
        assert!(said(&output).contains("the replay has the same result"), "{name}: {}", said(&output));
    }
}

#[test]
fn failures_are_recorded_as_well_as_listings() {
    for (name, environment) in [
        ("forbidden", &KEY[..2]),
        ("gateway_clock_skew", &KEY[..2]),
        ("servicestage_not_found_as_401", &[TOKEN]),
        ("no_content", &[TOKEN]),
        ("html_502", &[TOKEN]),
        ("json_cut_short", &[TOKEN]),
        ("redirected_elsewhere", &[TOKEN]),
        ("project_not_found", &[TOKEN]),
    ] {
        let (folder, (url, case)) = (Folder::new(), serving(name));
        let project: Vec<&str> =
            case.connection.project_id.iter().flat_map(|id| ["--project-id", id.as_str()]).collect();
        let output = record(&folder, &url, environment, &[&["--max-attempts", "1"], project.as_slice()].concat());
        let (live, expected) = (&case.expected["error"], &replayed(&folder, &output)["error"]);
        for part in ["http_status", "vendor_code", "retryable"] {
            assert_eq!(expected[part], live[part], "{name}: {part}");
        }
        match (&expected["kind"], &live["kind"]) {
            (Value::Object(expected), Value::Object(live)) => assert!(expected.keys().eq(live.keys()), "{name}"),
            (expected, live) => assert_eq!(expected, live, "{name}"),
        }
    }
}

#[test]
fn a_refused_connection_is_a_fault_of_the_fixture() {
    let url = format!("http://{}", std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let folder = Folder::new();
    let output = record(&folder, &url, &[TOKEN], &["--project-id", PROJECT, "--max-attempts", "2"]);
    let expected = replayed(&folder, &output);
    assert_eq!((&expected["error"]["kind"], &expected["error"]["attempts"]), (&"refused".into(), &2.into()));
    assert!(folder.text().contains("fault = \"connection-refused\""), "{}", folder.text());
}

#[test]
fn a_request_that_only_renewed_what_had_expired_is_left_out() {
    let server = Server::start(|before, request| match request {
        _ if request.starts_with("POST ") => token(&format!("hush-{before}-Kd8Wm3Xq"), "2099-01-01T00:00:00.000000Z"),
        _ if request.contains("hush-0") => token_expired(),
        // A word of the API, as far as the recorder can tell.
        _ => json("200 OK", "", r#"[{"id":"1","config_mode":"hush-0-Kd8Wm3Xq"}]"#),
    });
    let user =
        [("HW_USER_NAME", "hush-user"), ("HW_USER_PASSWORD", "hush-password"), ("HW_DOMAIN_NAME", "hush-account")];
    let folder = Folder::new();
    let output = record(&folder, &server.url, &user, &["--project-id", PROJECT]);
    assert_eq!(replayed(&folder, &output)["listing"]["attempts"], 1);
    assert_eq!((server.count("GET"), Case::read(&folder.0).unwrap().exchanges.len()), (2, 1));
    let text = folder.text();
    assert!(text.contains("x-auth-token: example-token") && !text.contains("hush"), "{text}");
}

#[test]
fn an_exchange_that_cannot_be_recorded_is_refused_and_leaves_no_file() {
    let server = Server::start(|_, request| match request.contains("/v3/projects") {
        true => json("200 OK", "", "[\"ann\"] and more of ann"),
        false => json("200 OK", "", "\u{1f}\u{8b}").replace('\u{8b}', "\u{fffd}"),
    });
    let folder = Folder::new();
    let output = record(&folder, &server.url, &[TOKEN], &[]);
    assert!(
        !output.status.success() && said(&output).contains("it begins as JSON but is not valid JSON"),
        "{}",
        said(&output)
    );
    assert!(!folder.0.exists());

    let output = record(&folder, &server.url, &[TOKEN], &["--project-id", "no id"]);
    assert!(said(&output).contains("nothing was sent, so there is nothing to record"), "{}", said(&output));
    assert!(!folder.0.exists());

    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("notes"), "mine").unwrap();
    let sent = server.requests().len();
    let output = record(&folder, &server.url, &[TOKEN], &["--project-id", PROJECT]);
    assert!(!output.status.success() && said(&output).contains("is not empty; name a new folder"), "{}", said(&output));
    assert_eq!((folder.text().as_str(), server.requests().len()), ("mine", sent));
}
