//! Checks, describes and reads components, and refuses what is not one.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Said, command, component, put, run, said, serve};

const ANSWER: &str = r#"{"rates": [{"currency": "USD", "rate": 12345678901234567890.1250}]}"#;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &component("rates"), "demo.wasm");
    put(folder.path(), &component("example"), "example.wasm");
    folder
}

fn read(folder: &Path, more: &[&str]) -> Said {
    let mut read = command(folder, &["read", "demo.wasm", "rates"]);
    said(read.args(more).env("DEMO_TOKEN", "hush-hush"))
}

#[test]
fn check_says_what_a_component_is_made_of() {
    let folder = folder();
    let Said { code, stdout, stderr } = run(folder.path(), &["check", "demo.wasm"]);
    assert_eq!((code, stderr.as_str()), (0, ""));
    for part in [
        "wasi:http/outgoing-handler@0.2",
        "declarative:plugin/data-source@0.1.1",
        "demo_rates: Reads the exchange rates of a currency.",
        "GET /v1/rates/{}?date to the role rates",
        "rates, or what `endpoint` names",
        "A host refuses nothing of it.",
    ] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
}

#[test]
fn describe_prints_what_the_component_offers() {
    let folder = folder();
    let Said { code, stdout, .. } = run(folder.path(), &["describe", "example.wasm"]);
    let described: Value = serde_json::from_str(&stdout).unwrap();
    assert_eq!((code, &described["name"]), (0, &"Example".into()));
}

#[test]
fn a_read_prints_a_table_or_json_with_every_digit() {
    let ((url, asked), folder) = (serve(ANSWER), folder());
    let endpoint = format!("--endpoint=rates={url}");
    let table = read(folder.path(), &["base=EUR", "date=2026-01-02", &endpoint]);
    assert_eq!((table.code, table.stderr.as_str()), (0, ""), "{table:?}");
    let expected = "base: EUR\ndate: 2026-01-02\nrates (1):\n  CURRENCY  RATE\n  USD       12345678901234567890.1250\n";
    assert_eq!(table.stdout, expected);
    let head = asked.recv().unwrap();
    assert!(head.starts_with("GET /v1/rates/EUR?date=2026-01-02 HTTP/1.1"), "{head}");
    // The component does not know the token, and the host adds it.
    assert!(head.contains("x-token: hush-hush"), "{head}");
    let json = read(folder.path(), &["base=EUR", &endpoint, "-o", "json"]);
    assert!(json.stdout.contains("\"rate\": 12345678901234567890.1250"), "{json:?}");
}

#[test]
fn values_of_every_type_are_read_by_the_schema_and_what_is_sensitive_is_not_shown() {
    let folder = folder();
    let values = [
        "name=oak",
        "size=12345678901234567890123.50",
        "big=true",
        "labels={\"a\": \"b=c\"}",
        "rules=[{\"port\": 80}]",
        "provider.flavour=sour",
        "provider.key=hush-hush",
    ];
    let arguments = [&["read", "example.wasm", "thing", "-o", "json"][..], &values].concat();
    let Said { code, stdout, .. } = run(folder.path(), &arguments);
    assert_eq!(code, 0);
    for part in ["\"size\": 12345678901234567890123.50", "\"a\": \"b=c\"", "\"secret\": \"(sensitive)\""] {
        assert!(stdout.contains(part), "{part}: {stdout}");
    }
    assert!(!stdout.contains("hush") && !stdout.contains("shh-shh"), "{stdout}");
}

#[test]
fn invalid_values_are_reported_with_their_path() {
    let folder = folder();
    for (values, expected) in [
        (&["provider.flavour=x", "rules=[{\"open\": true}]"][..], "at rules[0].port\n  `rules[0].port` is required"),
        (&["name=a", "size=twelve"], "`size` is not valid: write a number, such as 12.5"),
        (&["name=a", "bog=true"], "there is no argument \"bog\": write one of name, act"),
        (&["name=a", "name=b"], "`name` is set twice: leave one out"),
        (&["name"], "\"name\" is not `key=value`"),
        (&["name=a", "zone=b", "seen=c"], "`seen` is computed by the component: leave it out."),
        (&["name=a", "--endpoint=service=http://127.0.0.1:1"], "the component has no endpoint \"service\""),
    ] {
        let arguments = [&["read", "example.wasm", "thing", "provider.key=k"][..], values].concat();
        let Said { code, stdout, stderr } = run(folder.path(), &arguments);
        assert_eq!((code, stdout.as_str()), (2, ""), "{values:?}");
        assert!(stderr.contains(expected), "{values:?}: {stderr}");
    }
    let said = run(folder.path(), &["read", "example.wasm", "nothing"]);
    assert!(said.stderr.contains("there is no data source \"nothing\": write one of item, thing"), "{said:?}");
}

/// The stack is among them, which the error refers to.
#[test]
fn a_log_is_on_stderr_where_tf_log_asks_for_it() {
    let folder = folder();
    let arguments = ["read", "example.wasm", "thing", "provider.flavour=x", "provider.key=hush", "name=a", "act=trap"];
    let quiet = run(folder.path(), &arguments);
    assert!(quiet.code == 1 && quiet.stderr.contains("TF_LOG=debug") && !quiet.stderr.contains("wasm backtrace"));
    let said = said(command(folder.path(), &arguments).env("TF_LOG", "debug"));
    assert!(said.code == 1 && said.stderr.contains("wasm backtrace") && !said.stderr.contains("hush"), "{said:?}");
}

#[test]
fn no_secret_is_in_what_is_said_of_a_failure() {
    let ((url, _), folder) = (serve("no JSON"), folder());
    let said = read(folder.path(), &["base=EUR", &format!("--endpoint=rates={url}")]);
    assert_eq!(said.code, 1);
    assert!(!format!("{said:?}").contains("hush"), "{said:?}");
}

/// Nothing is sent: an origin of another scheme is granted to nobody.
#[test]
fn an_endpoint_that_is_not_an_origin_reaches_nobody() {
    let folder = folder();
    let said = read(folder.path(), &["base=EUR", "--endpoint=rates=ftp://127.0.0.1"]);
    assert!(said.code == 2 && said.stdout.is_empty() && said.stderr.starts_with("error: "), "{said:?}");
}

#[test]
fn a_component_without_the_contract_is_refused_with_advice() {
    let folder = folder();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("empty.wasm", b"");
    write("text.wasm", b"#!/bin/sh\n");
    write("module.wasm", b"\0asm\x01\0\0\0");
    write("bare.wasm", b"\0asm\x0d\0\x01\0");
    write("cut.wasm", &fs::read(component("rates")).unwrap()[..1000]);
    fs::File::create(folder.path().join("huge.wasm")).unwrap().set_len(1 << 40).unwrap();
    fs::create_dir(folder.path().join("folder.wasm")).unwrap();
    for (file, expected) in [
        ("empty.wasm", "component"),
        ("text.wasm", "component"),
        ("module.wasm", "it is a core module; `wasm-tools component new` makes a component of it"),
        ("bare.wasm", "declarative:plugin/data-source"),
        ("cut.wasm", "component"),
        ("huge.wasm", "is larger than"),
        ("folder.wasm", "it is a folder"),
        ("absent.wasm", "absent.wasm cannot be read"),
        ("/dev/zero", "cannot be read"),
    ] {
        for arguments in [&["check", file][..], &["describe", file], &["read", file, "rates"], &["docs", file]] {
            let Said { code, stdout, stderr } = run(folder.path(), arguments);
            assert_eq!((code, stdout.as_str()), (1, ""), "{arguments:?}: {stderr}");
            assert!(stderr.starts_with("error: ") && stderr.contains(expected), "{arguments:?}: {stderr}");
        }
    }
}

#[test]
fn a_stderr_that_nobody_reads_is_no_panic() {
    let folder = folder();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let status = command(folder.path(), &["check", "absent.wasm"]).stderr(writer).status().unwrap();
    assert_ne!(status.code(), Some(101));
}
