//! A component becomes a provider that the real Terraform finds by the printed lines.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Said, command, component, put, root, run, said, serve};

/// The development build of the provider, which serves any component.
fn provider() -> PathBuf {
    let name = format!("terraform-provider-servicestage{}", std::env::consts::EXE_SUFFIX);
    let file = Path::new(env!("CARGO_BIN_EXE_data-source")).with_file_name(name);
    assert!(file.exists(), "{}: `cargo build --workspace` builds it", file.display());
    file
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &component("rates"), "rates.wasm");
    folder
}

#[test]
fn the_printed_lines_are_enough_for_terraform() {
    let ((url, asked), folder) = (serve(r#"{"rates": [{"currency": "USD", "rate": 1.0843}]}"#), folder());
    let arguments = ["terraform", "rates.wasm", "--address", "example/demo", "--version", "1.2.3"];
    let laid = said(command(folder.path(), &arguments).env("DATA_SOURCE_PROVIDER", provider()));
    assert_eq!((laid.code, laid.stderr.as_str()), (0, ""), "{laid:?}");

    let required = write_lines(folder.path(), &laid.stdout);
    let configuration = format!(
        "{required}\nprovider \"demo\" {{\n  endpoint = \"{url}\"\n}}\n\
         data \"demo_rates\" \"it\" {{ base = \"EUR\" }}\noutput \"rates\" {{ value = data.demo_rates.it.rates }}\n"
    );
    fs::write(folder.path().join("main.tf"), configuration).unwrap();
    let init = terraform(folder.path(), &["init"]);
    assert_eq!(init.code, 0, "{init:?}");
    let plan = terraform(folder.path(), &["plan"]);
    assert!(plan.code == 0 && plan.stdout.contains("1.0843"), "{plan:?}");
    assert!(asked.recv().unwrap().contains("x-token: hush-hush"));
    let applied = terraform(folder.path(), &["apply", "-auto-approve"]);
    assert_eq!(applied.code, 0, "{applied:?}");
    let state = fs::read_to_string(folder.path().join("terraform.tfstate")).unwrap();
    assert!(state.contains("demo_rates") && !state.contains("hush"), "{state}");
}

/// Runs the real Terraform in a folder, with the configuration that the tool printed.
fn terraform(folder: &Path, arguments: &[&str]) -> Said {
    let mut terraform = Command::new("terraform");
    terraform.args(arguments).current_dir(folder).env_clear();
    for name in ["HOME", "PATH", "XDG_CACHE_HOME"] {
        terraform.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    terraform.env("TF_CLI_CONFIG_FILE", folder.join("cli.tfrc")).env("CHECKPOINT_DISABLE", "1");
    said(terraform.env("TF_CLI_ARGS", "-no-color").env("DEMO_TOKEN", "hush-hush"))
}

/// Writes the lines that the tool printed into the files that Terraform reads. Returns the last.
fn write_lines(folder: &Path, printed: &str) -> String {
    let (_, rest) = printed.split_once("names:\n\n").unwrap();
    let (installation, rest) = rest.split_once("\nThen write this").unwrap();
    let (_, required) = rest.split_once("\n\n").unwrap();
    fs::write(folder.join("cli.tfrc"), installation).unwrap();
    fs::write(folder.join("main.tf"), required).unwrap();
    required.to_owned()
}

#[test]
fn terraform_finds_a_mirror_whose_path_holds_what_hcl_escapes() {
    for name in [
        "registry.terraform.io/huaweicloud/servicestage",
        "a\"b",
        "a\\nb",
        "${path}",
        "a${b",
        "$${a}",
        "%{if}",
        "a\nb",
        "100%",
        "it's",
        "发布 é",
        "a\u{202e}b",
        "🚀",
    ] {
        let folder = folder();
        let mirror = folder.path().join(name);
        let provider = provider().display().to_string();
        let arguments = ["terraform", "rates.wasm", "--provider", &provider, "--mirror"];
        let laid = said(command(folder.path(), &arguments).arg(&mirror));
        assert_eq!((laid.code, laid.stderr.as_str()), (0, ""), "{name:?}: {laid:?}");
        write_lines(folder.path(), &laid.stdout);
        let init = terraform(folder.path(), &["init"]);
        assert!(init.code == 0 && init.stdout.contains("Installed example/rates v0.1.0"), "{name:?}: {init:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_mirror_that_no_configuration_can_name_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = folder();
    let provider = provider().display().to_string();
    let arguments = ["terraform", "rates.wasm", "--provider", &provider, "--mirror"];
    let laid = said(command(folder.path(), &arguments).arg(std::ffi::OsStr::from_bytes(b"a\xff")));
    assert!(laid.code == 1 && laid.stderr.contains("is not valid UTF-8"), "{laid:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn the_lines_are_those_of_the_provider_s_guide() {
    let folder = folder();
    let provider = provider().display().to_string();
    let laid = run(folder.path(), &["terraform", "rates.wasm", "--provider", &provider]);
    let guide = fs::read_to_string(root().join("docs/terraform/examples/mirror.tfrc")).unwrap();
    let mirror = folder.path().join("mirror");
    let lines = guide
        .replace("/path/to/mirror", &mirror.display().to_string())
        .replace("registry.terraform.io/huaweicloud/servicestage", "registry.terraform.io/example/rates");
    assert!(laid.stdout.contains(&lines), "{laid:?}");
}

#[test]
fn arguments_that_terraform_would_refuse_are_refused_before_anything_is_written() {
    let folder = folder();
    fs::write(folder.path().join("text.wasm"), "text").unwrap();
    let provider = provider().display().to_string();
    for (expected_code, arguments, expected) in [
        (2, &["rates.wasm", "--address", "demo", "--provider", &provider][..], "\"demo\" is not an address"),
        (2, &["rates.wasm", "--address", "../../x", "--provider", &provider], "is not an address"),
        (2, &["rates.wasm", "--address", "a/terraform-x", "--provider", &provider], "is not an address"),
        (2, &["rates.wasm", "--version", "1", "--provider", &provider], "\"1\" is not a version"),
        (1, &["rates.wasm", "--provider", "absent"], "absent is not there: `cargo xtask terraform --any` builds"),
        (1, &["text.wasm", "--provider", &provider], "text.wasm"),
    ] {
        let Said { code, stderr, .. } = run(folder.path(), &[&["terraform"], arguments].concat());
        assert!(code == expected_code && stderr.contains(expected), "{arguments:?}: {stderr}");
        assert!(!folder.path().join("mirror").exists(), "{arguments:?}");
    }
}
