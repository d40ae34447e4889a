//! How the provider ends: when Terraform is done, by signals, and when Terraform is gone. Where it listens until then.
#![cfg(unix)]

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use support::{Folder, Service, Terraform, provider};

const ALL: &str = "data \"servicestage_pipelines\" \"all\" {}\n";

/// A service that does not answer before the test ends.
struct Silent {
    service: Service,
    asked: Receiver<()>,
    _hold: Sender<()>,
}

impl Silent {
    fn new() -> Self {
        let (asks, asked) = channel();
        let (hold, held) = channel::<()>();
        let (asks, held) = (Mutex::new(asks), Mutex::new(held));
        let service = Service::new(move |_| {
            asks.lock().unwrap().send(()).unwrap();
            let _ = held.lock().unwrap().recv();
            (200, "[]".to_owned())
        });
        Self { service, asked, _hold: hold }
    }
}

/// A plan that waits for the service, with a folder of its own for temporary files.
struct Waiting {
    terraform: Child,
    provider: Pid,
    temporary: Folder,
    _silent: Silent,
    _configuration: Terraform,
}

impl Waiting {
    fn start() -> Self {
        Self::start_by(|terraform| terraform.command(&["plan"]))
    }

    fn start_by(command: impl FnOnce(&Terraform) -> Command) -> Self {
        let (silent, temporary) = (Silent::new(), Folder::new());
        let configuration = Terraform::new(&format!("{}{ALL}", provider(&silent.service.url)));
        let configuration = configuration.env("TMPDIR", &temporary.0.display().to_string());
        let terraform = start(command(&configuration));
        silent.asked.recv().unwrap();
        let provider = child_of(terraform.id());
        Self { terraform, provider, temporary, _silent: silent, _configuration: configuration }
    }

    /// The folders that the provider made.
    fn folders(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.temporary.0).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.display().to_string().contains("terraform-provider-")).collect()
    }

    fn is_over(&self) -> bool {
        !Path::new("/proc").join(self.provider.to_string()).exists() && self.folders().is_empty()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.terraform.kill());
        drop(self.terraform.wait());
    }
}

fn start(mut command: Command) -> Child {
    command.process_group(0).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// The process that this one started.
fn child_of(parent: u32) -> Pid {
    let is_child = |pid: &i32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let (_, after_name) = stat.rsplit_once(')').unwrap_or_default();
        after_name.split_whitespace().nth(1).is_some_and(|of| of == parent.to_string())
    };
    let pids = fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok());
    Pid::from_raw(pids.into_iter().find(is_child).unwrap()).unwrap()
}

/// Returns how long a process has computed, in hundredths of a second. Source: proc_pid_stat(5), `utime`.
fn computed(process: Pid) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{}/stat", process.as_raw_pid())).unwrap();
    let (_, after_name) = stat.rsplit_once(')').unwrap();
    after_name.split_whitespace().nth(11).unwrap().parse().unwrap()
}

/// Waits for a condition that usually takes half a second.
fn eventually(holds: impl Fn() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(30) {
        if holds() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    false
}

/// Interrupts all processes of the group, as a terminal does, and returns what Terraform prints.
fn interrupt(child: &mut Child) -> String {
    kill_process_group(Pid::from_child(child), Signal::INT).unwrap();
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
    assert_eq!(fs::read_dir(&temporary.0).unwrap().count(), 0);
}

#[test]
fn the_socket_is_in_a_private_folder_whose_name_nobody_can_guess() {
    let (one, other) = (Waiting::start(), Waiting::start());
    let name = |waiting: &Waiting| {
        let folders = waiting.folders();
        let [folder] = folders.as_slice() else { panic!("{folders:?}") };
        assert_eq!(fs::metadata(folder).unwrap().permissions().mode() & 0o777, 0o700);
        let name = folder.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(!name.contains(&waiting.provider.to_string()), "{name}");
        name
    };
    assert_ne!(name(&one), name(&other));
}

#[test]
fn a_provider_that_is_asked_to_end_leaves_nothing() {
    for signal in [Signal::TERM, Signal::HUP] {
        let waiting = Waiting::start();
        kill_process(waiting.provider, signal).unwrap();
        assert!(eventually(|| waiting.folders().is_empty()), "{signal:?}: {:?}", waiting.folders());
    }
}

#[test]
fn a_provider_does_not_outlive_a_terraform_that_is_killed() {
    let mut waiting = Waiting::start();
    waiting.terraform.kill().unwrap();
    waiting.terraform.wait().unwrap();
    assert!(eventually(|| waiting.is_over()), "{:?}", waiting.folders());
}

/// Terraform that was started by `nohup` goes on when the terminal is closed.
#[test]
fn a_provider_that_was_started_to_outlive_its_terminal_does() {
    let waiting = Waiting::start_by(|terraform| {
        let plan = terraform.command(&["plan"]);
        let mut shell = Command::new("sh");
        shell.args(["-c", "trap '' HUP; exec terraform plan"]).env_clear().current_dir(&terraform.folder.0);
        shell.envs(plan.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell
    });
    kill_process(waiting.provider, Signal::HUP).unwrap();
    kill_process(waiting.provider, Signal::INT).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    assert_eq!(waiting.folders().len(), 1);
    kill_process(waiting.provider, Signal::TERM).unwrap();
    assert!(eventually(|| waiting.folders().is_empty()));
}

#[test]
fn a_provider_for_a_debugger_ends_by_every_signal_and_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let temporary = Folder::new();
        let mut command = Command::new(support::PROVIDER);
        command
            .args(["--debug", support::ADDRESS])
            .env("TMPDIR", &temporary.0)
            .env("HOME", env!("CARGO_TARGET_TMPDIR"));
        let mut child = start(command);
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.starts_with("TF_REATTACH_PROVIDERS="), "{said}");
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert!(child.wait().unwrap().success(), "{signal:?}");
        assert_eq!(fs::read_dir(&temporary.0).unwrap().count(), 0, "{signal:?}");
    }
}

#[test]
fn a_folder_for_temporary_files_that_takes_no_socket_is_passed_over() {
    let service = Service::new(|_| (200, "[]".to_owned()));
    let folder = Folder::new();
    let long = folder.0.join("x".repeat(120));
    fs::create_dir(&long).unwrap();
    let missing = folder.0.join("missing");
    // Nobody writes there, not even root.
    for temporary in [&long, &missing, Path::new("/proc"), Path::new("/dev/null")] {
        let terraform = Terraform::new(&format!("{}{ALL}", provider(&service.url)));
        let terraform = terraform.env("TMPDIR", &temporary.display().to_string());
        terraform.succeed(&["plan"]);
        assert_eq!(fs::read_dir(&long).unwrap().count(), 0);
    }
}

/// Servers of go-plugin listen there if it is set.
#[test]
fn a_folder_for_sockets_that_is_named_is_used() {
    let folder = Folder::new();
    let waiting = Waiting::start_by(|terraform| {
        let mut command = terraform.command(&["plan"]);
        command.env("PLUGIN_UNIX_SOCKET_DIR", &folder.0);
        command
    });
    assert_eq!((waiting.folders().len(), fs::read_dir(&folder.0).unwrap().count()), (0, 1));
}

/// Every folder that could take a socket is made read-only, but for the one that Terraform runs in.
#[test]
fn where_no_folder_takes_a_socket_terraform_comes_by_loopback() {
    let in_namespace = |script: &str| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]);
        command
    };
    if !in_namespace("mount --bind /tmp /tmp").status().is_ok_and(|status| status.success()) {
        eprintln!("this system lets nobody mount, so this was not tried");
        return;
    }
    let service = Service::new(|_| (200, "[]".to_owned()));
    let terraform = Terraform::new(&format!("{}{ALL}", provider(&service.url)));
    let log = terraform.folder.0.join("trace.log");
    let terraform = terraform.env("TF_LOG", "trace").env("TF_LOG_PATH", &log.display().to_string());
    let plan = terraform.command(&["plan"]);
    let own = terraform.folder.0.display();
    let mut command = in_namespace(&format!(
        "set -e; mount --bind {own} {own}; mount --rbind /tmp /tmp; mount -o remount,bind,ro /tmp; cd {own}; exec \
         terraform plan"
    ));
    command.env_clear().envs(plan.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.output().unwrap();
    let log = fs::read_to_string(log).unwrap_or_default();
    assert!(output.status.success(), "{}{log}", support::text(&output.stderr));
    assert!(log.contains("no folder can hold a socket"), "{log}");
}

#[test]
fn a_read_that_waits_for_the_service_ends() {
    let mut waiting = Waiting::start();
    let said = interrupt(&mut waiting.terraform);
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
         provider \"servicestage\" {
           flavour = \"x\"
           key     = \"hush\"
         }
         data \"servicestage_thing\" \"it\" {
           name = \"a\"
           act  = \"spin\"
         }",
    );
    let terraform = terraform.env("SERVICESTAGE_COMPONENT", &component.display().to_string());
    let mut child = start(terraform.command(&["plan"]));
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Reading...") {
        assert!(stdout.read_line(&mut said).unwrap() > 0, "{said}");
    }
    // Terraform says so just before it asks the provider. An interrupt in between would cancel nothing.
    let provider = child_of(child.id());
    let before = computed(provider);
    assert!(eventually(|| computed(provider) > before + 30), "it does not compute");
    let said = interrupt(&mut child);
    assert!(said.contains("The read was cancelled"), "{said}");
}
