//! The imports of components: one that imports more is refused before it is compiled.
#![cfg(feature = "compile")]

use component_runtime::{Limits, Runtime};

fn component(imports: &[&str]) -> Vec<u8> {
    let imports: String = imports.iter().map(|import| format!("(import {import})")).collect();
    wat::parse_str(format!("(component {imports})")).unwrap()
}

/// Why neither runtime loads a component with these imports; none if it does.
fn refusals(imports: &[&str]) -> [Option<String>; 2] {
    let (strict, empty) = (Runtime::new(Limits::default()), Runtime::with_empty_wasi(Limits::default()));
    [strict, empty].map(|runtime| {
        let refused = runtime.unwrap().compile(&component(imports)).err();
        refused.map(|error| error.to_string())
    })
}

const RANDOM: &str = r#""wasi:random/random@0.2.3" (instance (export "get-random-u64" (func (result u64))))"#;

const CLOCK: &str = r#""wasi:clocks/monotonic-clock@0.2.0" (instance (export "now" (func (result u64))))"#;

#[test]
fn all_of_wasi_is_there_for_who_asks_for_it() {
    assert_eq!(refusals(&[CLOCK]), [None, None]);
    let [strict, empty] = refusals(&[CLOCK, RANDOM]);
    assert_eq!(empty, None);
    assert_eq!(
        strict.unwrap(),
        "the component does not load: it imports wasi:random/random@0.2.3, which this host does not offer; it offers version \
         0.2 of wasi:clocks/monotonic-clock, wasi:clocks/wall-clock, wasi:http/outgoing-handler, wasi:http/types, \
         wasi:io/error, wasi:io/poll, wasi:io/streams"
    );
}

#[test]
fn another_version_and_what_is_not_wasi_are_named() {
    let function = |name: &str| format!(r#""{name}" (instance (export "run" (func)))"#);
    for name in ["wasi:random/random@0.3.0", "wasi:random/random", "wasi:nn/graph@0.2.0", "env:host/api@1.0.0"] {
        for refused in refusals(&[&function(name)]) {
            assert!(
                refused.as_ref().is_some_and(|why| why.contains(&format!("it imports {name}, which"))),
                "{refused:?}"
            );
        }
    }
    for refused in refusals(&[r#""env" (func)"#]) {
        assert!(refused.unwrap().contains("it imports env, which"));
    }
    let many: Vec<String> = ["a", "b", "c", "d", "e"].map(|name| function(&format!("x:{name}/y"))).into();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for refused in refusals(&many) {
        assert!(refused.unwrap().contains("it imports x:a/y, x:b/y, x:c/y and 2 more, which"));
    }
}

#[test]
fn an_interface_of_types_alone_need_not_be_there() {
    let types =
        r#""some:package/types@1.0.0" (instance (type $t (record (field "a" u32))) (export "t" (type (eq $t))))"#;
    assert_eq!(refusals(&[types]), [None, None]);
    let resource = r#""some:package/types@1.0.0" (instance (export "t" (type (sub resource))))"#;
    for refused in refusals(&[resource]) {
        assert!(refused.unwrap().contains("some:package/types@1.0.0"));
    }
}

#[test]
fn a_function_that_an_offered_interface_does_not_have_is_named() {
    let absent = r#""wasi:random/random@0.2.3" (instance (export "get-dice" (func (result u64))))"#;
    let [_, empty] = refusals(&[absent]);
    assert!(empty.as_ref().is_some_and(|why| why.contains("get-dice")), "{empty:?}");
}

#[test]
fn a_large_component_is_refused_without_being_compiled() {
    let function = format!("(func (result i64) {} i64.const 0)", "i64.const 1234567890123456 drop ".repeat(1000));
    // The compiler would refuse the last function, of another type than it says.
    let functions = function.repeat(1300) + "(func (result i64) i32.const 0)";
    let component = |import: &str| wat::parse_str(format!("(component {import} (core module {functions}))")).unwrap();
    let runtime = Runtime::new(Limits::default()).unwrap();
    let wasm = component(&format!("(import {RANDOM})"));
    assert!(wasm.len() > 13_000_000, "{} bytes", wasm.len());
    let refused = |wasm: &[u8]| runtime.compile(wasm).err().unwrap().to_string();
    assert!(refused(&wasm).contains("it imports wasi:random/random@0.2.3"));
    assert!(refused(&component("")).contains("type mismatch"));
}
