//! Another component becomes another provider, with no change to this host.

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use support::{Folder, Service, Terraform, assert_snapshot};

const ADDRESS: &str = "registry.terraform.io/example/example";

const KEY: &str = "hush-hush-example-key";

const PROVIDER: &str = "terraform {
  required_providers {
    example = { source = \"example/example\" }
  }
}
";

/// The provider's executable under another name, and the other component beside it.
fn provider() -> Folder {
    let folder = Folder::new();
    support::link(Path::new(support::PROVIDER), &folder.0.join("terraform-provider-example"));
    let component = support::root().join("target/component/example.wasm");
    fs::copy(&component, folder.0.join("terraform-provider-example.wasm"))
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask component` makes it", component.display()));
    folder
}

fn terraform(place: &Path, configuration: &str) -> Terraform {
    let terraform = Terraform::with_override(&format!("{PROVIDER}{configuration}"), ADDRESS, place);
    terraform.env("EXAMPLE_KEY", KEY)
}

#[test]
fn it_has_its_own_schema() {
    let folder = provider();
    let terraform = terraform(&folder.0, "");
    let schemas: Value = serde_json::from_str(&terraform.succeed(&["providers", "schema", "-json"])).unwrap();
    assert_snapshot("another_schema.json", &format!("{:#}\n", schemas["provider_schemas"][ADDRESS]));
}

#[test]
fn values_of_every_type_arrive_exactly_both_ways() {
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" {
          name   = \"quoted \\\"text\\\" é\"
          size   = 12345678901234567890123.5
          big    = true
          labels = { a = \"b\" }
          rules  = [{ port = 80 }, { port = 0.25, open = false }]
        }
        output \"it\" {
          value     = data.example_thing.it
          sensitive = true
        }
        output \"exact\" { value = [for number in data.example_thing.it.exact : tostring(number)] }";
    let outputs = terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", "sour").apply();
    assert_eq!(outputs["exact"], json!(["0.1", "12345678901234567890.125", "18446744073709551615", "-7"]));
    let it = &outputs["it"];
    assert_eq!(it["ports"], json!({"a": [1, 2], "b": []}));
    assert_eq!(it["words"], json!(["x", "y"]));
    let tree = json!([{"name": "oak", "leaves": {"one": {"green": true}}}, {"name": null, "leaves": null}]);
    assert_eq!(it["tree"], tree);
    assert_eq!((&it["zone"], &it["big"], &it["tags"]), (&json!("here"), &json!(true), &Value::Null));
    let expected = "{\"flavour\":\"sour\",\"key\":null}{\"act\":null,\"big\":true,\"labels\":{\"a\":\"b\"},\"name\":\"quoted \
                    \\\"text\\\" é\",\"pin\":null,\"rules\":[{\"note\":null,\"open\":null,\"port\":80},{\"note\":null,\"open\":false,\"port\":0.25}],\"size\":\
                    12345678901234567890123.5,\"tags\":null,\"zone\":null}";
    assert_eq!(it["seen"], expected);
}

#[test]
fn sensitive_values_are_not_shown() {
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" { name = \"a\" }
                         output \"secret\" { value = data.example_thing.it.secret }";
    let said = terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", "x").fail(&["plan"]);
    assert!(said.contains("Output refers to sensitive values") && !said.contains("shh-shh"), "{said}");
}

#[test]
fn deprecated_and_missing_attributes_are_reported() {
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" {
          name = \"a\"
          tags = [\"b\"]
          rules = [{ port = 80 }, { port = 81, note = \"c\" }]
        }
        data \"example_item\" \"it\" { port = 80 }";
    let said = terraform(&folder.0, configuration).run(&["validate"]);
    assert_snapshot("deprecated.txt", &without_override(&support::text(&said.stdout)));
    assert_snapshot("required.txt", &terraform(&folder.0, configuration).fail(&["plan"]));
}

#[test]
fn a_component_at_fault_fails_its_own_block() {
    let folder = provider();
    let mut told = String::new();
    for act in ["trap", "grow", "misfit"] {
        let configuration = format!("data \"example_thing\" \"it\" {{\n  name = \"a\"\n  act  = \"{act}\"\n}}");
        told.push_str(&terraform(&folder.0, &configuration).env("EXAMPLE_FLAVOUR", "x").fail(&["plan"]));
    }
    assert_snapshot("faults.txt", &told);
}

#[test]
fn output_before_a_trap_is_in_the_error_and_in_the_log_without_secrets() {
    let folder = provider();
    let configuration =
        "data \"example_thing\" \"it\" {\n  name = \"a\"\n  act  = \"throw\"\n  pin  = \"hush-hush-example-pin\"\n}";
    let terraform = terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", "x").env("TF_LOG", "info");
    let log = terraform.folder.0.join("info.log");
    let terraform = terraform.env("TF_LOG_PATH", &log.display().to_string());
    let said = terraform.fail(&["plan"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let log = fs::read_to_string(log).unwrap();
    for part in ["Traceback of \\u{1b}[1mread:", "ValueError: unknown thing"] {
        assert!(said.contains(part) && log.contains(&format!("stderr: {part}")), "{part}: {said}");
    }
    assert!(said.contains("[redacted]") && said.contains("instruction executed. It wrote to stderr:"), "{said}");
    for told in [&said, &log] {
        assert!(!told.contains("hush-hush"), "{told}");
    }
}

/// The stack of a component means nothing to its user, and much to those who made it.
#[test]
fn the_cause_of_a_trap_is_logged_without_secrets() {
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" {\n  name = \"a\"\n  act  = \"trap\"\n}";
    let terraform = terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", "x").env("TF_LOG", "trace");
    let log = terraform.folder.0.join("trace.log");
    let terraform = terraform.env("TF_LOG_PATH", &log.display().to_string());
    let said = terraform.fail(&["plan"]);
    let log = std::fs::read_to_string(log).unwrap();
    for part in ["wasm backtrace", "@module=example", "source=example_thing", "operation=read", "outcome=trapped"] {
        assert!(log.contains(part) && !said.contains(part), "{part}: {said}");
    }
    for (path, bytes) in terraform.folder.contents() {
        assert!(!support::text(&bytes).contains(KEY), "{}", path.display());
    }
    assert!(!said.contains(KEY), "{said}");
}

/// The version stands in the names of exports, which are as long as before.
#[test]
fn a_later_version_is_taken_if_it_only_adds_to_the_contract_and_named_if_not() {
    let of_version = |version: &str| {
        let folder = provider();
        let file = folder.0.join("terraform-provider-example.wasm");
        let mut bytes = fs::read(&file).unwrap();
        let (old, new) = (b"data-source@0.1.0", format!("data-source@{version}"));
        let places: Vec<usize> = (0..bytes.len() - old.len()).filter(|at| bytes[*at..].starts_with(old)).collect();
        assert!(!places.is_empty());
        for at in places {
            bytes[at..at + old.len()].copy_from_slice(new.as_bytes());
        }
        fs::write(&file, bytes).unwrap();
        let configuration = "data \"example_thing\" \"it\" { name = \"a\" }";
        let output = terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", "x").run(&["plan"]);
        support::text(&output.stderr).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of_version("0.1.9"), "");
    let told = of_version("0.2.0");
    assert!(told.contains("It exports declarative:plugin/data-source@0.2.0, and this provider knows"), "{told}");
}

/// It describes no endpoint, so nothing would be granted; and it asks for nothing.
#[test]
fn it_reaches_nobody() {
    let service = Service::new(|_| (200, String::new()));
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" { name = \"a\" }";
    terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", &service.url).succeed(&["plan"]);
    assert_eq!(service.asked().len(), 0);
}

/// Returns a message without the warning about how these tests install the provider, which names a folder of the machine.
fn without_override(said: &str) -> String {
    let (before, rest) = said.split_once("Warning: Provider development overrides").unwrap();
    let (_, after) = rest.split_once("releases.\n").unwrap();
    format!("{before}{after}")
}

#[test]
fn under_another_name_the_provider_never_serves_its_own_component() {
    let folder = Folder::new();
    support::link(Path::new(support::PROVIDER), &folder.0.join("terraform-provider-example"));
    let said = terraform(&folder.0, "").fail(&["providers", "schema", "-json"]);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "The component of provider example cannot be used",
        "the component within it is that of servicestage",
        "terraform-provider-example.wasm",
        "EXAMPLE_COMPONENT",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn an_executable_with_a_version_in_its_name_takes_the_component_without() {
    let folder = provider();
    let executable = folder.0.join("terraform-provider-example_v1.2.3");
    fs::rename(folder.0.join("terraform-provider-example"), &executable).unwrap();
    let described =
        Command::new(executable).arg("--describe").env("HOME", env!("CARGO_TARGET_TMPDIR")).output().unwrap();
    assert!(described.status.success() && support::text(&described.stdout).contains("\"thing\""), "{described:?}");
}
