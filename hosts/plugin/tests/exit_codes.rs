//! Every exit code is as the help promises: 0 success, 1 a failure or a refusal, 2 a command line that is not valid.

mod support;

use std::fs;

use support::{component, put, run, serve};

#[test]
fn every_command_ends_with_the_code_that_the_help_promises() {
    let (url, _asked) = serve(r#"{"rates": []}"#);
    let endpoint = format!("--endpoint=rates={url}");
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &component("rates"), "rates.wasm");
    put(folder.path(), &component("rates"), "Rates.wasm");
    put(folder.path(), &component("example"), "example.wasm");
    fs::write(folder.path().join("text.wasm"), "text").unwrap();
    fs::create_dir(folder.path().join("taken")).unwrap();
    let example = ["read", "example.wasm", "thing", "provider.flavour=x", "provider.key=k"];
    let cases: &[(&[&str], i32)] = &[
        (&["--help"], 0),
        (&["--version"], 0),
        (&["check", "rates.wasm"], 0),
        (&["describe", "rates.wasm"], 0),
        (&["read", "rates.wasm", "rates", "base=EUR", "provider.token=t", &endpoint], 0),
        (&["docs", "rates.wasm"], 0),
        (&["new", "rust", "fresh"], 0),
        // The server does not listen, the file is missing, or it is not a component.
        (&["read", "rates.wasm", "rates", "base=EUR", "provider.token=t", "--endpoint=rates=http://127.0.0.1:1"], 1),
        (&["read", "rates.wasm", "rates", "base=EUR", &endpoint], 1),
        (&["check", "absent.wasm"], 1),
        (&["check", "text.wasm"], 1),
        (&["describe", "text.wasm"], 1),
        (&["docs", "text.wasm"], 1),
        (&["read", "text.wasm", "rates"], 1),
        (&["test", "."], 1),
        (&["test", "absent"], 1),
        (&["new", "rust", "taken"], 1),
        (&["terraform", "rates.wasm", "--provider", "absent"], 1),
        // The component refuses it.
        (&[&example[..], &["name=a", "act=trap"]].concat(), 1),
        // The command line is not valid.
        (&[], 2),
        (&["rates"], 2),
        (&["check"], 2),
        (&["check", "rates.wasm", "--wrong"], 2),
        (&["new", "cobol", "rates"], 2),
        (&["new", "rust", "Rates"], 2),
        (&["new", "rust", "a/b"], 2),
        (&["new", "rust", "a b"], 2),
        (&["new", "rust", ""], 2),
        (&["new", "rust", "é"], 2),
        (&["new", "rust", "match"], 2),
        (&["check", "Rates.wasm"], 2),
        (&["read", "rates.wasm", "nothing"], 2),
        (&["read", "rates.wasm", "rates"], 2),
        (&["read", "rates.wasm", "rates", "base"], 2),
        (&["read", "rates.wasm", "rates", "bose=EUR"], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", "base=USD"], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", "provider.wrong=x"], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", "--endpoint=none=http://127.0.0.1:1"], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", "--endpoint=rates"], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", "--endpoint=rates=ftp://127.0.0.1"], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", &endpoint, &endpoint], 2),
        (&["read", "rates.wasm", "rates", "base=EUR", "--output=yaml"], 2),
        (&[&example[..], &["name=a", "size=1e"]].concat(), 2),
        (&[&example[..], &["name=a", "rules=[{\"port\": \"80\"}]"]].concat(), 2),
        (&[&example[..], &["name=a", "seen=x"]].concat(), 2),
        (&["terraform", "rates.wasm", "--address", "rates"], 2),
        (&["terraform", "rates.wasm", "--version", "1"], 2),
        (&["terraform", "Rates.wasm"], 2),
    ];
    for (arguments, code) in cases {
        let said = run(folder.path(), arguments);
        assert_eq!(said.code, *code, "{arguments:?}: {said:?}");
        assert_eq!(said.stderr.is_empty(), *code == 0, "{arguments:?}: {said:?}");
    }
}
