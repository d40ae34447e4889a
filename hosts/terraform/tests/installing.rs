//! The ways in which Terraform finds the provider, none of which needs a registry.

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use support::{ADDRESS, PROVIDER, Terraform, fixture, provider};

/// Puts the provider where a mirror in this folder has it.
fn lay_out(mirror: &Path) {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    let folder: PathBuf = mirror.join(ADDRESS).join("0.1.0").join(format!("{system}_{processor}"));
    fs::create_dir_all(&folder).unwrap();
    let place = folder.join("terraform-provider-servicestage_v0.1.0");
    // A link across file systems is none.
    if fs::hard_link(PROVIDER, &place).is_err() {
        fs::copy(PROVIDER, &place).unwrap();
    }
}

fn configuration() -> String {
    format!("{}data \"servicestage_pipelines\" \"all\" {{}}", provider(&fixture("vendor_example")))
}

#[test]
fn a_mirror_in_a_folder_is_enough() {
    let mirror = support::Folder::new();
    lay_out(&mirror.0);
    let installation = format!("filesystem_mirror {{ path = {:?} }}", mirror.0.display().to_string());
    let terraform = Terraform::installed(&configuration(), &installation);
    terraform.succeed(&["init"]);
    let said = terraform.succeed(&["plan"]);
    assert!(said.contains("Read complete"), "{said}");
}

#[test]
fn a_folder_beside_the_configuration_is_enough() {
    let terraform = Terraform::installed(&configuration(), "");
    // Without a word about installation, as on a machine where nobody has configured anything.
    terraform.folder.write("cli.tfrc", "");
    lay_out(&terraform.folder.0.join("terraform.d/plugins"));
    terraform.succeed(&["init"]);
    let said = terraform.succeed(&["plan"]);
    assert!(said.contains("Read complete"), "{said}");
}

#[test]
fn a_provider_under_a_debugger_is_reattached_to() {
    let mut child =
        Command::new(PROVIDER).args(["--debug", ADDRESS]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let reattach = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|rest| rest.strip_suffix('\''));
    let terraform = Terraform::installed(&configuration(), "").env("TF_REATTACH_PROVIDERS", reattach.unwrap());
    terraform.succeed(&["init"]);
    // More than once: it goes on after Terraform has ended.
    for _ in 0..2 {
        let said = terraform.succeed(&["plan"]);
        assert!(said.contains("Read complete"), "{said}");
    }
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn the_examples_of_the_documentation_are_valid() {
    let examples = support::root().join("docs/terraform/examples");
    let read = |name: &str| fs::read_to_string(examples.join(name)).unwrap();
    for name in ["pipelines.tf", "projects.tf"] {
        Terraform::new(&format!("{}\n{}", read("provider.tf"), read(name))).succeed(&["validate"]);
    }
}
