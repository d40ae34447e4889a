//! The ways in which Terraform finds the provider, none of which needs a registry. The other tests use `dev_overrides`.

mod support;

use std::fs;
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use support::{ADDRESS, Folder, PROVIDER, Terraform, fixture, provider};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// This machine, as Terraform names it.
fn platform() -> String {
    let system = if cfg!(target_os = "macos") { "darwin" } else { std::env::consts::OS };
    let processor = if cfg!(target_arch = "aarch64") { "arm64" } else { "amd64" };
    format!("{system}_{processor}")
}

/// Puts the provider where a mirror in this folder has it.
fn lay_out(mirror: &Path) {
    let folder = mirror.join(ADDRESS).join(VERSION).join(platform());
    fs::create_dir_all(&folder).unwrap();
    support::link(Path::new(PROVIDER), &folder.join(format!("terraform-provider-servicestage_v{VERSION}")));
}

/// Puts the provider where a mirror in this folder has it, as it would be downloaded.
fn lay_out_packed(mirror: &Path) {
    let folder = mirror.join(ADDRESS);
    fs::create_dir_all(&folder).unwrap();
    let name = format!("terraform-provider-servicestage_{VERSION}_{}.zip", platform());
    let mut archive = rawzip::ZipArchiveWriter::new(fs::File::create(folder.join(name)).unwrap());
    let executable = format!("terraform-provider-servicestage_v{VERSION}");
    let (mut entry, config) = archive.new_file(executable.as_str()).unix_permissions(0o755).start().unwrap();
    let mut data = config.wrap(&mut entry);
    data.write_all(&fs::read(PROVIDER).unwrap()).unwrap();
    let (_, descriptor) = data.finish().unwrap();
    entry.finish(descriptor).unwrap();
    archive.finish().unwrap();
}

fn configuration() -> String {
    format!("{}data \"servicestage_pipelines\" \"all\" {{}}", provider(&fixture("vendor_example")))
}

fn assert_found(terraform: &Terraform) {
    terraform.succeed(&["init"]);
    let said = terraform.succeed(&["plan"]);
    assert!(said.contains("Read complete"), "{said}");
}

/// With the lines that `cargo xtask terraform` prints and the guide shows.
#[test]
fn a_mirror_is_enough_unpacked_or_packed() {
    let read = |name: &str| fs::read_to_string(support::root().join("docs/terraform").join(name)).unwrap();
    let lines = read("examples/mirror.tfrc");
    assert!(read("guides/installing.md").contains(&lines));
    for lay_out in [lay_out, lay_out_packed] {
        let mirror = Folder::new();
        lay_out(&mirror.0);
        let terraform = Terraform::installed(&configuration(), "");
        terraform.folder.write("cli.tfrc", &lines.replace("/path/to/mirror", &mirror.0.display().to_string()));
        assert_found(&terraform);
    }
}

#[test]
fn a_folder_beside_the_configuration_is_enough() {
    let terraform = Terraform::installed(&configuration(), "");
    // Without a word about installation, as on a machine where nobody has configured anything.
    terraform.folder.write("cli.tfrc", "");
    lay_out(&terraform.folder.0.join("terraform.d/plugins"));
    assert_found(&terraform);
}

#[test]
fn a_provider_under_a_debugger_is_reattached_to() {
    let mut child =
        Command::new(PROVIDER).args(["--debug", ADDRESS]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let reattach = line.trim().strip_prefix("TF_REATTACH_PROVIDERS='").and_then(|rest| rest.strip_suffix('\''));
    let terraform = Terraform::installed(&configuration(), "").env("TF_REATTACH_PROVIDERS", reattach.unwrap());
    // More than once: it goes on after Terraform has ended.
    for _ in 0..2 {
        assert_found(&terraform);
    }
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
}
