//! How the provider ends: when Terraform is done, and by Ctrl-C, which a terminal sends to Terraform and to it at once.
#![cfg(unix)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::channel;

use support::{Folder, Service, Terraform, provider};

const ALL: &str = "data \"servicestage_pipelines\" \"all\" {}\n";

fn start(terraform: &Terraform) -> Child {
    let mut command = terraform.command(&["plan"]);
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Interrupts all processes of the group, and returns what Terraform says of it.
fn interrupt(mut child: Child) -> String {
    let group = -i32::try_from(child.id()).unwrap();
    // SAFETY: the group is that of the process that was started here, which has not been waited for.
    assert_eq!(unsafe { libc::kill(group, libc::SIGINT) }, 0);
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(!child.wait().unwrap().success(), "{said}");
    said
}

/// It ends by itself, and takes its socket along, when Terraform says so.
#[test]
fn nothing_is_left_when_terraform_is_done() {
    let service = Service::new(|_| (200, "[]".to_owned()));
    let temporary = Folder::new();
    let terraform = Terraform::new(&format!("{}{ALL}", provider(&service.url)));
    let terraform = terraform.env("TMPDIR", &temporary.0.display().to_string());
    terraform.succeed(&["plan"]);
    assert_eq!(std::fs::read_dir(&temporary.0).unwrap().count(), 0);
}

#[test]
fn a_read_that_waits_for_the_service_ends() {
    let (asked, is_asked) = channel();
    // Neither sends nor ends before the test does.
    let (_hold, held) = channel::<()>();
    let (asked, held) = (Mutex::new(asked), Mutex::new(held));
    let service = Service::new(move |_| {
        asked.lock().unwrap().send(()).unwrap();
        let _ = held.lock().unwrap().recv();
        (200, "[]".to_owned())
    });
    let terraform = Terraform::new(&format!("{}{ALL}", provider(&service.url)));
    let child = start(&terraform);
    is_asked.recv().unwrap();
    let said = interrupt(child);
    assert!(said.contains("The read was cancelled"), "{said}");
}

#[test]
fn a_component_that_computes_without_end_ends() {
    let component = support::root().join("target/component/example.wasm");
    assert!(component.exists(), "`cargo xtask component` makes it");
    let terraform = Terraform::new(
        "terraform {
           required_providers {
             servicestage = { source = \"huaweicloud/servicestage\" }
           }
         }
         data \"servicestage_thing\" \"it\" {
           name = \"a\"
           act  = \"spin\"
         }",
    );
    let terraform = terraform.env("SERVICESTAGE_COMPONENT", &component.display().to_string());
    let terraform = terraform.env("EXAMPLE_FLAVOUR", "x").env("EXAMPLE_KEY", "hush");
    let mut child = start(&terraform);
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Reading...") {
        assert!(stdout.read_line(&mut said).unwrap() > 0, "{said}");
    }
    let said = interrupt(child);
    assert!(said.contains("The read was cancelled"), "{said}");
}
