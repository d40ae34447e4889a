//! Machines that lend little: calls in a process of its own, under a limit of the shell.
#![cfg(all(feature = "compile", target_os = "linux"))]

use std::process::Command;
use std::time::SystemTime;

use component_runtime::{Call, CallError, Limits, Runtime, Stack};

/// Set in the process that is limited.
const CHILD: &str = "COMPONENT_RUNTIME_TEST_CHILD";

/// Says how loading a component and calling it went.
async fn called() -> String {
    let wasm = r#"(component
        (core module $module (memory 1) (func (export "run")))
        (core instance $instance (instantiate $module))
        (func $run (canon lift (core func $instance "run")))
        (instance $probe (export "run" (func $run)))
        (export "test:machine/probe" (instance $probe)))"#;
    let wasm = wat::parse_str(wasm).unwrap();
    let load = || Runtime::new(Limits::default())?.compile(&wasm);
    let plugin = match load() {
        Ok(plugin) => plugin,
        Err(error) => return error.explanation().map_or(format!("unexplained: {error}"), |told| told.to_string()),
    };
    let call =
        Call { interface: "test:machine/probe", function: "run", http: Stack::new(vec![]), began: SystemTime::now() };
    match plugin.call::<_, ()>(call, ()).await {
        Ok(()) => "called".to_owned(),
        Err(CallError::Machine(explanation)) => explanation.to_string(),
        Err(error) => format!("unexplained: {error}"),
    }
}

#[test]
fn a_limit_of_addresses_is_reported_by_its_name_or_leaves_room_for_a_call() {
    if std::env::var_os(CHILD).is_some() {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        println!("said: {}", tokio.block_on(called()));
        return;
    }
    // In KiB: from what a process hardly starts with to what the slots of the pool take.
    let limits = (300_000..1_200_000).step_by(100_000).chain((2_000_000..=20_000_000).step_by(1_500_000));
    let said: Vec<(u32, String)> = limits.map(|kibibytes| (kibibytes, limited(kibibytes))).collect();
    for (kibibytes, said) in &said {
        let told = said.contains(&format!("is {} MiB, and each call takes 4,096 MiB", kibibytes / 1024))
            && said.contains("(RLIMIT_AS)")
            && said.contains("Raise the limit of address space (`ulimit -v`");
        assert!(told || said == "called", "{kibibytes}: {said}");
        // Where the pool has no room, there may be room for a call, which takes little more than its 4 GiB.
        assert_eq!(said == "called", *kibibytes >= 5_000_000, "{kibibytes}: {said}");
    }
}

/// Calls in a process that may have so many addresses.
fn limited(kibibytes: u32) -> String {
    let mut shell = Command::new("bash");
    shell.args(["-c", &format!("ulimit -v {kibibytes} && exec \"$0\" \"$@\"")]).arg(std::env::current_exe().unwrap());
    // Nothing is read from the cache of the user.
    shell.args(["--nocapture", "--test-threads=1"]).env(CHILD, "1").env("HOME", "/nonexistent");
    let output = shell.env_remove("XDG_CACHE_HOME").output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.lines().find_map(|line| line.split_once("said: ")).map(|(_, said)| said.to_owned());
    said.unwrap_or_else(|| format!("unexplained: {text} {}", String::from_utf8_lossy(&output.stderr)))
}
