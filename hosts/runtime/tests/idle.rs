//! A runtime that nobody calls does nothing: the only test of its process, because it counts threads.
#![cfg(all(feature = "compile", target_os = "linux"))]

use std::fs;
use std::time::{Duration, SystemTime};

use component_runtime::{Call, CallError, Limits, Plugin, Runtime, Stack};

/// How many threads advance an epoch.
fn ticking() -> usize {
    let names = fs::read_dir("/proc/self/task").unwrap().flatten();
    // A thread may end while it is looked at.
    names.filter(|task| fs::read_to_string(task.path().join("comm")).is_ok_and(|name| name == "epoch\n")).count()
}

async fn run(plugin: &Plugin) -> Result<(), CallError> {
    let http = Stack::new(vec![]);
    plugin.call(Call { interface: "test:idle/probe", function: "run", http, began: SystemTime::now() }, ()).await
}

#[tokio::test]
async fn a_thread_ticks_while_calls_run_and_no_longer() {
    let limits = Limits { slots: 1, cpu: Duration::from_millis(200), ..Limits::default() };
    let runtime = Runtime::new(limits).unwrap();
    let load = |body: &str| {
        let wasm = wat::parse_str(format!(
            r#"(component
                (core module $module (func (export "run") {body}))
                (core instance $instance (instantiate $module))
                (func $run (canon lift (core func $instance "run")))
                (instance $probe (export "run" (func $run)))
                (export "test:idle/probe" (instance $probe)))"#
        ));
        runtime.compile(&wasm.unwrap()).unwrap()
    };
    let (busy, quick) = (load("(loop br 0)"), load("nop"));
    assert_eq!(ticking(), 0, "nobody has called");
    for _ in 0..2 {
        let counted = async {
            tokio::time::sleep(Duration::from_millis(30)).await;
            ticking()
        };
        // One thread serves both engines, and computing ends in both.
        let (slot, beyond, threads) = tokio::join!(run(&busy), run(&busy), counted);
        assert!([slot, beyond].iter().all(|ended| matches!(ended, Err(CallError::CpuExhausted(_)))));
        assert_eq!(threads, 1);
        for _ in 0..100 {
            run(&quick).await.unwrap();
        }
        let mut waited = 0;
        while ticking() > 0 {
            waited += 1;
            assert!(waited < 1000, "it ticks without calls");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}
