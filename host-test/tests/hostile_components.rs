//! Components that do everything but what they should: each is contained, and the next call is fine.

use std::time::{Duration, SystemTime};

use component_runtime::{Call, CallError, Limits, Plugin, Runtime, Stack};

const LIMITS: Limits = Limits { memory_bytes: 64 << 20, deadline: Duration::from_millis(500), ..Limits::DEFAULT };

/// A component whose function `run` is lifted from `core`, with this text before it.
fn component(result: &str, before: &str, core: &str, options: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(component {before}
            (core module $module {core})
            (core instance $instance (instantiate $module {options}))
            (alias core export $instance "memory" (core memory $memory))
            (func $run {result} (canon lift (core func $instance "run") (memory $memory)))
            (instance $probe (export "run" (func $run)))
            (export "test:hostile/probe" (instance $probe)))"#
    ))
    .unwrap_or_else(|error| panic!("{error}"))
}

fn load(wasm: &[u8]) -> Plugin {
    Runtime::new(LIMITS).unwrap().compile(wasm).unwrap()
}

async fn text(plugin: &Plugin) -> Result<String, CallError> {
    let call =
        Call { interface: "test:hostile/probe", function: "run", http: Stack::new(vec![]), began: SystemTime::now() };
    plugin.call::<_, (String,)>(call, ()).await.map(|(text,)| text)
}

async fn nothing(plugin: &Plugin) -> Result<(), CallError> {
    let call =
        Call { interface: "test:hostile/probe", function: "run", http: Stack::new(vec![]), began: SystemTime::now() };
    plugin.call(call, ()).await
}

/// A core module that returns this many bytes at this address as its text.
fn text_at(address: u32, length: u32, data: &str) -> Vec<u8> {
    let core = format!(
        r#"(memory (export "memory") 1 1000) (data (i32.const 16) "{data}")
           (func (export "run") (result i32)
               (drop (memory.grow (i32.const 900)))
               (i32.store (i32.const 0) (i32.const {address}))
               (i32.store (i32.const 4) (i32.const {length}))
               (i32.const 0))"#
    );
    component("(result string)", "", &core, "")
}

#[tokio::test]
async fn invalid_text_is_refused() {
    assert_eq!(text(&load(&text_at(16, 5, "hello"))).await.unwrap(), "hello");
    for (what, wasm) in [
        ("beyond the memory", text_at(0xffff_fff0, 5, "")),
        ("longer than the memory", text_at(16, 0x7fff_ffff, "")),
        ("no UTF-8", text_at(16, 2, "\\ff\\ff")),
    ] {
        let plugin = load(&wasm);
        assert!(matches!(text(&plugin).await, Err(CallError::Trapped(_))), "{what}");
        assert!(matches!(text(&plugin).await, Err(CallError::Trapped(_))), "{what}, again");
    }
}

#[tokio::test]
async fn a_result_of_many_megabytes_is_bounded_by_the_memory() {
    let returned = text(&load(&text_at(1024, 56 << 20, ""))).await.unwrap();
    assert_eq!(returned.len(), 56 << 20);
    let core = r#"(memory (export "memory") 1) (func (export "run") (drop (memory.grow (i32.const 2000))))"#;
    assert!(matches!(nothing(&load(&component("", "", core, ""))).await, Err(CallError::Trapped(_))));
}

#[tokio::test]
async fn one_text_returned_thousands_of_times_over_is_a_trap() {
    // A list of texts, all of them the same mebibyte of the component's memory: 4 GiB in the host.
    let core = r#"(memory (export "memory") 1 1000)
        (func (export "run") (result i32) (local $entry i32)
            (drop (memory.grow (i32.const 400)))
            (local.set $entry (i32.const 0x10000))
            (loop $again
                (i32.store (local.get $entry) (i32.const 0x100000))
                (i32.store offset=4 (local.get $entry) (i32.const 0x100000))
                (local.set $entry (i32.add (local.get $entry) (i32.const 8)))
                (br_if $again (i32.lt_u (local.get $entry) (i32.const 0x18000))))
            (i32.store (i32.const 0) (i32.const 0x10000))
            (i32.store (i32.const 4) (i32.const 4096))
            (i32.const 0))"#;
    let plugin = load(&component("(result (list string))", "", core, ""));
    let call =
        Call { interface: "test:hostile/probe", function: "run", http: Stack::new(vec![]), began: SystemTime::now() };
    let result = plugin.call::<_, (Vec<String>,)>(call, ()).await;
    assert!(matches!(result, Err(CallError::Trapped(_))), "{} texts", result.unwrap().0.len());
}

#[tokio::test]
async fn recursion_without_end_is_a_trap() {
    let core = r#"(memory (export "memory") 1) (func $again (export "run") (call $again))"#;
    let error = nothing(&load(&component("", "", core, ""))).await.unwrap_err();
    assert!(matches!(&error, CallError::Trapped(why) if why.contains("stack")), "{error}");
}

const CLOCK: &str = r#"(import "wasi:clocks/monotonic-clock@0.2.12" (instance $clock (export "now" (func (result u64)))))
    (core func $now (canon lower (func $clock "now")))
    (core instance $host (export "now" (func $now)))"#;

#[tokio::test]
async fn calls_of_the_host_without_end_are_ended() {
    let core = r#"(import "host" "now" (func $now (result i64))) (memory (export "memory") 1)
        (func (export "run") (loop $again (drop (call $now)) (br $again)))"#;
    let plugin = load(&component("", CLOCK, core, r#"(with "host" (instance $host))"#));
    assert!(matches!(nothing(&plugin).await, Err(CallError::Overdue(_))));
}

const WAITING: &str = r#"(import "wasi:io/poll@0.2.12" (instance $poll
        (export "pollable" (type $pollable (sub resource)))
        (export "[method]pollable.block" (func (param "self" (borrow $pollable))))))
    (alias export $poll "pollable" (type $pollable))
    (import "wasi:clocks/monotonic-clock@0.2.12" (instance $clock
        (alias outer 1 $pollable (type $outer))
        (export "pollable" (type $own (eq $outer)))
        (export "subscribe-duration" (func (param "when" u64) (result (own $own))))))
    (core func $subscribe (canon lower (func $clock "subscribe-duration")))
    (core func $block (canon lower (func $poll "[method]pollable.block")))
    (core instance $host (export "subscribe" (func $subscribe)) (export "block" (func $block)))"#;

const HOST: &str = r#"(import "host" "subscribe" (func $subscribe (param i64) (result i32)))
    (import "host" "block" (func $block (param i32))) (memory (export "memory") 1)"#;

#[tokio::test]
async fn a_wait_of_years_ends_at_the_deadline() {
    let core =
        format!(r#"{HOST} (func (export "run") (call $block (call $subscribe (i64.const 0x7fffffffffffffff))))"#);
    let plugin = load(&component("", WAITING, &core, r#"(with "host" (instance $host))"#));
    assert!(matches!(nothing(&plugin).await, Err(CallError::Overdue(_))));
}

#[tokio::test]
async fn things_of_the_host_without_end_are_a_trap() {
    let core =
        format!(r#"{HOST} (func (export "run") (loop $again (drop (call $subscribe (i64.const 1))) (br $again)))"#);
    let plugin = load(&component("", WAITING, &core, r#"(with "host" (instance $host))"#));
    assert!(matches!(nothing(&plugin).await, Err(CallError::Trapped(_))));
}

#[tokio::test]
async fn a_thing_that_the_component_does_not_have_is_a_trap() {
    let core = format!(r#"{HOST} (func (export "run") (call $block (i32.const 7)))"#);
    let plugin = load(&component("", WAITING, &core, r#"(with "host" (instance $host))"#));
    assert!(matches!(nothing(&plugin).await, Err(CallError::Trapped(_))));
}
