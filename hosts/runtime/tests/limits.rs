//! The limits that hold for any component.
#![cfg(feature = "compile")]

use std::time::{Duration, SystemTime};

use component_runtime::{Call, CallError, Limits, Plugin, Runtime, Stack};

/// A component whose one function runs these instructions.
fn component(body: &str) -> Vec<u8> {
    wat::parse_str(format!(
        r#"(component
            (core module $module (memory 1) (func (export "run") {body}))
            (core instance $instance (instantiate $module))
            (func $run (canon lift (core func $instance "run")))
            (instance $probe (export "run" (func $run)))
            (export "test:limits/probe" (instance $probe)))"#
    ))
    .unwrap()
}

fn load(limits: Limits, body: &str) -> Plugin {
    Runtime::new(limits).unwrap().compile(&component(body)).unwrap()
}

async fn run(plugin: &Plugin, function: &str) -> Result<(), CallError> {
    let call = Call { interface: "test:limits/probe", function, http: Stack::new(vec![]), began: SystemTime::now() };
    plugin.call(call, ()).await
}

#[tokio::test]
async fn a_component_that_computes_forever_is_ended() {
    let limits = Limits { deadline: Duration::from_millis(100), ..Limits::default() };
    let plugin = load(limits, "(loop br 0)");
    assert!(matches!(run(&plugin, "run").await, Err(CallError::Overdue(_))));
    // And again: nothing is left behind.
    assert!(matches!(run(&plugin, "run").await, Err(CallError::Overdue(_))));
}

#[tokio::test]
async fn a_component_that_computes_forever_holds_up_nobody_else() {
    let limits = Limits { deadline: Duration::from_secs(5), ..Limits::default() };
    let (busy, quick) = (load(limits, "(loop br 0)"), load(limits, "nop"));
    tokio::select! {
        _ = run(&busy, "run") => panic!("the busy component ended first"),
        result = run(&quick, "run") => result.unwrap(),
    }
}

#[tokio::test]
async fn a_component_that_uses_the_processor_for_too_long_is_ended() {
    let limits = Limits { cpu: Duration::from_millis(100), ..Limits::default() };
    let runtime = Runtime::new(limits).unwrap();
    let busy = runtime.compile(&component("(loop br 0)")).unwrap();
    for _ in 0..2 {
        let error = run(&busy, "run").await.unwrap_err();
        assert!(matches!(error, CallError::CpuExhausted(limit) if limit == limits.cpu), "{error}");
    }
    run(&runtime.compile(&component("nop")).unwrap(), "run").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn where_time_stands_still_the_processor_is_used_all_the_same() {
    let plugin = load(Limits { cpu: Duration::from_millis(100), ..Limits::default() }, "(loop br 0)");
    let error = run(&plugin, "run").await.unwrap_err();
    assert!(matches!(error, CallError::CpuExhausted(_)), "{error}");
}

#[tokio::test]
async fn copying_out_of_the_component_ends_at_the_limit() {
    let text = |length: u32| {
        wat::parse_str(format!(
            r#"(component
                (core module $module (memory (export "memory") 2)
                    (func (export "run") (result i32)
                        (i32.store (i32.const 0) (i32.const 16))
                        (i32.store (i32.const 4) (i32.const {length}))
                        (i32.const 0)))
                (core instance $instance (instantiate $module))
                (alias core export $instance "memory" (core memory $memory))
                (func $run (result string) (canon lift (core func $instance "run") (memory $memory)))
                (instance $probe (export "run" (func $run)))
                (export "test:limits/probe" (instance $probe)))"#
        ))
    };
    let runtime = Runtime::new(Limits { lifted_bytes: 10_000, ..Limits::default() }).unwrap();
    for (length, fits) in [(5000, true), (100_000, false), (5000, true)] {
        let plugin = runtime.compile(&text(length).unwrap()).unwrap();
        let call = Call {
            interface: "test:limits/probe",
            function: "run",
            http: Stack::new(vec![]),
            began: SystemTime::now(),
        };
        match plugin.call::<_, (String,)>(call, ()).await {
            Ok((text,)) => assert!(fits && text.len() == 5000, "{length}"),
            Err(CallError::Trapped(why)) => assert!(!fits && why.contains("too much data"), "{length}: {why}"),
            Err(error) => panic!("{length}: {error}"),
        }
    }
}

#[tokio::test]
async fn memory_ends_at_the_limit() {
    let limits = Limits { memory_bytes: 1 << 20, ..Limits::default() };
    let grow = |pages: u32| format!("(drop (memory.grow (i32.const {pages})))");
    run(&load(limits, &grow(15)), "run").await.unwrap();
    let error = run(&load(limits, &grow(16)), "run").await.unwrap_err();
    let told = "needs more memory than the 1048576 bytes of `Limits::memory_bytes`";
    assert!(matches!(&error, CallError::Trapped(why) if why.contains(told)), "{error}");
}

#[tokio::test]
async fn tables_end_at_the_limit_too() {
    let table = |elements: u32| {
        wat::parse_str(format!(
            r#"(component
                (core module $module (table 1 funcref)
                    (func (export "run") (drop (table.grow (ref.null func) (i32.const {elements})))))
                (core instance $instance (instantiate $module))
                (func $run (canon lift (core func $instance "run")))
                (instance $probe (export "run" (func $run)))
                (export "test:limits/probe" (instance $probe)))"#
        ))
    };
    let runtime = Runtime::new(Limits::default()).unwrap();
    run(&runtime.compile(&table(1000).unwrap()).unwrap(), "run").await.unwrap();
    let error = run(&runtime.compile(&table(100_000).unwrap()).unwrap(), "run").await.unwrap_err();
    assert!(matches!(error, CallError::Trapped(_)), "{error}");
}

/// A component with this many instances of a module with these items, beside its own.
fn parts(count: usize, items: &str) -> Vec<u8> {
    let instances = "(core instance (instantiate $part))".repeat(count);
    let grow = r#"(memory 1) (func (export "run") (drop (memory.grow (i32.const 1))))"#;
    wat::parse_str(format!(
        r#"(component (core module $part {items}) {instances}
            (core module $last {grow})
            (core instance $instance (instantiate $last))
            (func $run (canon lift (core func $instance "run")))
            (instance $probe (export "run" (func $run)))
            (export "test:limits/probe" (instance $probe)))"#
    ))
    .unwrap()
}

#[tokio::test]
async fn a_part_too_many_is_a_trap_that_names_the_limit() {
    const TABLES: &str = "(table 1 funcref) (table 1 funcref)";
    let limits = Limits::default();
    for (fitting, beyond, name) in [
        ((3, "(memory 1)"), (4, "(memory 1)"), "4 memories (`Limits::memories`)"),
        ((63, ""), (64, ""), "64 core instances (`Limits::instances`)"),
        ((32, TABLES), (33, TABLES), "64 tables (`Limits::tables`)"),
        ((7, "(table 9000 funcref)"), (8, "(table 9000 funcref)"), "65536 of `Limits::table_elements`"),
        ((3, "(memory 2000)"), (3, "(memory 3000)"), "536870912 bytes of `Limits::memory_bytes`"),
    ] {
        // With slots and without, beside each other: what needs more than a slot makes its own room.
        for runtime in [Runtime::new(limits).unwrap(), Runtime::with_empty_wasi(limits).unwrap()] {
            let load = |(count, items)| runtime.compile(&parts(count, items)).unwrap();
            let (fitting, beyond) = (load(fitting), load(beyond));
            let (first, second) = tokio::join!(run(&fitting, "run"), run(&fitting, "run"));
            first.and(second).unwrap_or_else(|error| panic!("{name}: {error}"));
            let error = run(&beyond, "run").await.unwrap_err();
            assert!(matches!(&error, CallError::Trapped(why) if why.contains(name)), "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn all_memories_together_end_at_the_limit() {
    let limits = Limits { memory_bytes: 5 << 16, ..Limits::default() };
    let runtime = Runtime::new(limits).unwrap();
    for (pages, fits) in [(1, true), (2, false)] {
        let plugin = runtime.compile(&parts(3, &format!("(memory {pages})"))).unwrap();
        assert_eq!(run(&plugin, "run").await.is_ok(), fits, "{pages}");
    }
}

#[tokio::test]
async fn a_trap_ends_one_call_and_no_other() {
    // Traps if an earlier call of the same instance had left its mark.
    let plugin = load(
        Limits::default(),
        "(if (i32.load (i32.const 0)) (then unreachable)) (i32.store (i32.const 0) (i32.const 1))",
    );
    run(&plugin, "run").await.unwrap();
    run(&plugin, "run").await.unwrap();
    let trapping = load(Limits::default(), "unreachable");
    for _ in 0..2 {
        assert!(matches!(run(&trapping, "run").await, Err(CallError::Trapped(_))));
    }
}

#[tokio::test]
async fn a_call_does_not_see_what_the_previous_one_left_in_its_slot() {
    // Near the beginning of the memory, where a pool slot keeps its pages, far behind, and in pages that were added.
    let marks = [64, 100_000, 1_000_000, 2_000_000, 3_000_000];
    let look = marks.map(|at| format!("(if (i32.load (i32.const {at})) (then unreachable))")).concat();
    let leave = marks.map(|at| format!("(i32.store (i32.const {at}) (i32.const 1))")).concat();
    let wasm = |end: &str| {
        wat::parse_str(format!(
            r#"(component
                (core module $module
                    (memory 16)
                    (table 4 funcref)
                    (elem declare func $marked)
                    (func $marked)
                    (func (export "run")
                        (drop (memory.grow (i32.const 32)))
                        {look}
                        (if (i32.eqz (ref.is_null (table.get (i32.const 3)))) (then unreachable))
                        {leave}
                        (table.set (i32.const 3) (ref.func $marked))
                        {end}))
                (core instance $instance (instantiate $module))
                (func $run (canon lift (core func $instance "run")))
                (instance $probe (export "run" (func $run)))
                (export "test:limits/probe" (instance $probe)))"#
        ))
        .unwrap()
    };
    // One slot for all calls.
    let runtime = Runtime::new(Limits { calls: 1, ..Limits::default() }).unwrap();
    let (returning, trapping) = (runtime.compile(&wasm("")).unwrap(), runtime.compile(&wasm("unreachable")).unwrap());
    for _ in 0..3 {
        run(&returning, "run").await.unwrap();
        assert!(matches!(run(&trapping, "run").await, Err(CallError::Trapped(_))));
    }
}

#[tokio::test]
async fn where_there_is_no_room_for_slots_calls_make_their_own() {
    for slots in [0, usize::MAX] {
        let limits = Limits { calls: usize::MAX, slots, ..Limits::default() };
        run(&load(limits, "nop"), "run").await.unwrap();
    }
}

#[tokio::test]
async fn calls_beyond_the_slots_make_their_own_room_within_the_same_limits() {
    let limits = Limits { slots: 1, cpu: Duration::from_millis(100), memory_bytes: 1 << 20, ..Limits::default() };
    let runtime = Runtime::new(limits).unwrap();
    let load = |body: &str| runtime.compile(&component(body)).unwrap();
    let (busy, quick, growing) = (load("(loop br 0)"), load("nop"), load("(drop (memory.grow (i32.const 16)))"));
    for _ in 0..2 {
        let (slot, beyond, quick, growing) =
            tokio::join!(run(&busy, "run"), run(&busy, "run"), run(&quick, "run"), run(&growing, "run"));
        for ended in [slot, beyond] {
            assert!(matches!(ended, Err(CallError::CpuExhausted(_))), "{ended:?}");
        }
        quick.unwrap();
        assert!(matches!(growing, Err(CallError::Trapped(_))), "{growing:?}");
    }
}

#[tokio::test]
async fn a_function_that_is_not_there_is_reported_by_name() {
    let error = run(&load(Limits::default(), "nop"), "walk").await.unwrap_err();
    assert!(error.to_string().contains("walk in test:limits/probe"), "{error}");
    let plugin = load(Limits::default(), "nop");
    let call =
        Call { interface: "test:limits/probe", function: "run", http: Stack::new(vec![]), began: SystemTime::now() };
    let other_type = plugin.call::<_, (u32,)>(call, ()).await;
    assert!(matches!(other_type, Err(CallError::Incompatible(_))));
}

#[test]
fn imports_that_are_not_granted_do_not_load() {
    let runtime = Runtime::new(Limits::default()).unwrap();
    for import in [
        r#""wasi:cli/environment@0.2.0" (instance (export "get-arguments" (func (result (list string)))))"#,
        r#""wasi:random/random@0.2.0" (instance (export "get-random-u64" (func (result u64))))"#,
        r#""wasi:filesystem/preopens@0.2.0" (instance)"#,
        r#""wasi:sockets/network@0.2.0" (instance (export "network" (type (sub resource))))"#,
        r#""env" (func)"#,
    ] {
        let wasm = wat::parse_str(format!("(component (import {import}))")).unwrap();
        // An imported instance without functions grants nothing.
        assert_eq!(runtime.compile(&wasm).is_err(), !import.ends_with("(instance)"), "{import}");
    }
}

#[test]
fn bytes_that_are_not_a_component_are_refused() {
    let runtime = Runtime::new(Limits::default()).unwrap();
    for bytes in [b"".as_slice(), b"\0asm", b"\0asm\x01\0\0\0", &[0xff; 64]] {
        assert!(runtime.compile(bytes).is_err());
    }
}
