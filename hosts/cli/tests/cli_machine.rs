//! Machines that lack something that the tool needs: each has advice of its own, and none is a fault to report.
#![cfg(target_os = "linux")]

#[path = "support/machine.rs"]
mod machine;
mod support;

use std::fs::OpenOptions;
use std::path::Path;
use std::process::{Command, Output};

use machine::{LACKING, limited, without_execution};
use support::{PROJECT, Server, TOKEN};

fn listed(command: &mut Command, server: &Server) -> Output {
    command.env("HW_AUTH_TOKEN", TOKEN).env("HW_PROJECT_ID", PROJECT);
    command.args(["pipelines", "list", "--endpoint", &server.url]).output().unwrap()
}

fn said(output: &Output) -> String {
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!stderr.contains("panicked") && !stderr.contains("Report this"), "{stderr}");
    stderr
}

#[test]
fn a_limit_of_the_machine_is_reported_as_such() {
    let (tool, server) = (Path::new(env!("CARGO_BIN_EXE_servicestage")), Server::of("vendor_example"));
    for (limit, why, next) in LACKING {
        let output = listed(&mut limited(tool, limit), &server);
        let said = said(&output);
        // As another user, the tool may not even be found.
        if output.status.code() == Some(126) {
            eprintln!("left out: {limit}: {said}");
            continue;
        }
        assert!(said.contains(why) && said.contains(next), "{limit}: {said}");
        assert_eq!(output.status.code(), Some(1), "{limit}: {said}");
    }
}

#[test]
fn few_threads_are_enough_or_reported() {
    let (tool, server) = (Path::new(env!("CARGO_BIN_EXE_servicestage")), Server::of("vendor_example"));
    for threads in 2..8 {
        let output = listed(&mut limited(tool, &format!("-u {threads}")), &server);
        let said = said(&output);
        assert!(output.status.success() || output.status.code() == Some(126) || said.contains("(EAGAIN)"), "{said}");
    }
}

#[test]
fn memory_that_cannot_be_executed_is_reported_as_such() {
    let (tool, server) = (Path::new(env!("CARGO_BIN_EXE_servicestage")), Server::of("vendor_example"));
    let output = listed(&mut without_execution(tool), &server);
    if output.status.code() == Some(77) {
        eprintln!("left out: this system has no such limit");
        return;
    }
    let said = said(&output);
    assert!(
        said.contains("does not let the process execute memory") && said.contains("MemoryDenyWriteExecute"),
        "{said}"
    );
}

#[test]
fn a_full_disk_is_reported_as_such() {
    let server = Server::of("vendor_example");
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    for arguments in [&[][..], &["--output", "json"], &["--output", "csv"]] {
        let output = server.tool().args(arguments).stdout(full()).output().unwrap();
        let said = said(&output);
        assert!(said.contains("failed: the output cannot be written.") && said.contains("Free space"), "{said}");
        assert_eq!(output.status.code(), Some(1));
    }
    let check =
        Command::new(env!("CARGO_BIN_EXE_servicestage")).args(["policy", "check"]).stdout(full()).output().unwrap();
    assert!(said(&check).contains("Free space"));
}
