//! Local processes that connect to the provider and say nothing do not end it.
#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use serde_json::Value;
use support::{ADDRESS, PROVIDER, Service, Terraform, provider};

/// The most files that the provider may have open: enough for itself and few connections.
const FILES: usize = 64;

#[test]
fn a_provider_that_ran_out_of_files_serves_again_when_some_are_closed() {
    let mut debug = Command::new("sh");
    debug.args(["-c", &format!("ulimit -n {FILES}; exec \"$0\" --debug {ADDRESS}"), PROVIDER]);
    debug.env("HOME", env!("CARGO_TARGET_TMPDIR")).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = debug.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let reattach =
        line.trim().strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|rest| rest.strip_suffix('\'')).unwrap();
    let described: Value = serde_json::from_str(reattach).unwrap();
    let socket = described[ADDRESS]["Addr"]["String"].as_str().unwrap();

    let service = Service::new(|_| (200, "[]".to_owned()));
    let configuration = format!("{}data \"servicestage_pipelines\" \"all\" {{}}", provider(&service.url));
    let terraform = Terraform::installed(&configuration, "").env("TF_REATTACH_PROVIDERS", reattach);
    // It has loaded by then.
    terraform.succeed(&["plan"]);
    let silent: Vec<UnixStream> = (0..2 * FILES).map(|_| UnixStream::connect(socket).unwrap()).collect();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(child.try_wait().unwrap().is_none(), "the provider has ended");
    drop(silent);
    terraform.succeed(&["plan"]);
    child.kill().unwrap();
    child.wait().unwrap();
}
