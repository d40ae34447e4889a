//! Another component becomes another provider, with no change to this host.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Folder, Service, Terraform, assert_snapshot};

const ADDRESS: &str = "registry.terraform.io/example/example";

const PROVIDER: &str = "terraform {
  required_providers {
    example = { source = \"example/example\" }
  }
}
";

/// The provider's executable under another name, and the other component beside it.
fn provider() -> Folder {
    let folder = Folder::new();
    let executable = folder.0.join("terraform-provider-example");
    // A link across file systems is none.
    if fs::hard_link(support::PROVIDER, &executable).is_err() {
        fs::copy(support::PROVIDER, &executable).unwrap();
    }
    let component = support::root().join("target/component/example.wasm");
    fs::copy(&component, folder.0.join("terraform-provider-example.wasm"))
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask component` makes it", component.display()));
    folder
}

fn terraform(place: &Path, configuration: &str) -> Terraform {
    Terraform::with_override(&format!("{PROVIDER}{configuration}"), ADDRESS, place)
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
    let expected = "{\"flavour\":\"sour\"}{\"act\":null,\"big\":true,\"labels\":{\"a\":\"b\"},\"name\":\"quoted \
                    \\\"text\\\" é\",\"rules\":[{\"open\":null,\"port\":80},{\"open\":false,\"port\":0.25}],\"size\":\
                    12345678901234567890123.5,\"tags\":null,\"zone\":null}";
    assert_eq!(it["seen"], expected);
}

#[test]
fn what_is_sensitive_is_not_shown() {
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" { name = \"a\" }
                         output \"secret\" { value = data.example_thing.it.secret }";
    let said = terraform(&folder.0, configuration).env("EXAMPLE_FLAVOUR", "x").fail(&["plan"]);
    assert!(said.contains("Output refers to sensitive values") && !said.contains("shh-shh"), "{said}");
}

#[test]
fn what_is_deprecated_and_what_is_missing_is_told() {
    let folder = provider();
    let configuration = "data \"example_thing\" \"it\" {
          name = \"a\"
          tags = [\"b\"]
        }";
    let said = terraform(&folder.0, configuration).run(&["validate"]);
    assert_snapshot("deprecated.txt", &without_override(&support::text(&said.stdout)));
    assert_snapshot("required.txt", &terraform(&folder.0, configuration).fail(&["plan"]));
}

#[test]
fn a_component_at_fault_fails_its_own_block() {
    let folder = provider();
    let mut told = String::new();
    for act in ["trap", "misfit"] {
        let configuration = format!("data \"example_thing\" \"it\" {{\n  name = \"a\"\n  act  = \"{act}\"\n}}");
        told.push_str(&terraform(&folder.0, &configuration).env("EXAMPLE_FLAVOUR", "x").fail(&["plan"]));
    }
    assert_snapshot("faults.txt", &told);
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

/// What is said without the warning about how these tests install the provider, which names a folder of the machine.
fn without_override(said: &str) -> String {
    let (before, rest) = said.split_once("Warning: Provider development overrides").unwrap();
    let (_, after) = rest.split_once("releases.\n").unwrap();
    format!("{before}{after}")
}
