//! Machines that lack something that the provider needs: each has advice of its own, and none is a fault to report.
#![cfg(target_os = "linux")]

#[path = "../../cli/tests/support/machine.rs"]
mod machine;

use std::path::Path;
use std::process::Command;

use machine::{LACKING, limited, without_execution};

/// Returns the error of `--describe`. None if the system does not have the limit, or the provider stays within it.
fn described(command: &mut Command) -> Option<String> {
    let output = command.arg("--describe").output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked") && !said.contains("Report this"), "{said}");
    (!matches!(output.status.code(), Some(0 | 77 | 126))).then_some(said)
}

#[test]
fn a_limit_of_the_machine_is_reported_as_such() {
    let provider = Path::new(env!("CARGO_BIN_EXE_terraform-provider-servicestage"));
    for (limit, why, next) in LACKING {
        match described(&mut limited(provider, limit)) {
            Some(said) => assert!(said.contains(why) && said.contains(next), "{limit}: {said}"),
            None => eprintln!("left out: {limit}"),
        }
    }
    for threads in 2..8 {
        let said = described(&mut limited(provider, &format!("-u {threads}")));
        assert!(said.as_ref().is_none_or(|said| said.contains("(EAGAIN)")), "{threads}: {said:?}");
    }
}

#[test]
fn memory_that_cannot_be_executed_is_reported_as_such() {
    let provider = Path::new(env!("CARGO_BIN_EXE_terraform-provider-servicestage"));
    let Some(said) = described(&mut without_execution(provider)) else {
        return eprintln!("left out: no such limit here");
    };
    assert!(
        said.contains("does not let the process execute memory") && said.contains("MemoryDenyWriteExecute"),
        "{said}"
    );
}
