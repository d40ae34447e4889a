//! A component that people bring asks for every secret that it can name, and sees none.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Folder, Terraform};

const ADDRESS: &str = "registry.terraform.io/example/hostile";

/// The values that the component must not see, by the variables that hold them.
const SECRETS: [(&str, &str); 9] = [
    ("HOSTILE_KEY", "hush-own-key-0123456789"),
    ("hostile_key", "hush-lower-key-0123456789"),
    ("AWS_SECRET_ACCESS_KEY", "hush-aws-0123456789"),
    ("aws_secret_access_key", "hush-aws-lower-0123456789"),
    ("TF_VAR_password", "hush-terraform-0123456789"),
    ("HTTPS_PROXY", "http://ann:hush-proxy-0123456789@127.0.0.1:1"),
    ("HW_SECRET_KEY", "hush-huawei-0123456789"),
    ("HW_AUTH_TOKEN", "hush-token-0123456789"),
    ("OTHER_ZONE", "hush-other-zone"),
];

const CONFIGURATION: &str = "terraform {
  required_providers {
    hostile = { source = \"example/hostile\" }
  }
}
provider \"hostile\" {
  sensitive = \"hush-configured-0123456789\"
}
data \"hostile_thing\" \"it\" {
  secret = \"hush-written-0123456789\"
}
output \"seen\" {
  value     = data.hostile_thing.it.seen
  sensitive = true
}
";

/// The provider's executable under another name, and the hostile component beside it.
fn provider() -> Folder {
    let folder = Folder::new();
    support::link(Path::new(support::PROVIDER), &folder.0.join("terraform-provider-hostile"));
    let component = support::root().join("target/component/hostile.wasm");
    fs::copy(&component, folder.0.join("terraform-provider-hostile.wasm"))
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask component` makes it", component.display()));
    folder
}

fn terraform(place: &Path) -> Terraform {
    let terraform = Terraform::with_override(CONFIGURATION, ADDRESS, place).env("HOSTILE_ZONE", "here");
    SECRETS.into_iter().fold(terraform, |terraform, (name, value)| terraform.env(name, value))
}

#[test]
fn a_component_that_asks_for_every_secret_gets_none_of_them() {
    let folder = provider();
    let terraform = terraform(&folder.0).env("TF_LOG", "trace");
    let log = terraform.folder.0.join("trace.log").display().to_string();
    let terraform = terraform.env("TF_LOG_PATH", &log);

    let mut said = String::new();
    for arguments in [&["validate"][..], &["plan", "-out", "plan"], &["apply", "-auto-approve"]] {
        let output = terraform.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", support::text(&output.stderr));
        said.push_str(&support::text(&output.stdout));
        said.push_str(&support::text(&output.stderr));
    }
    let outputs: Value = serde_json::from_str(&terraform.succeed(&["output", "-json"])).unwrap();
    let seen: Value = serde_json::from_str(outputs["seen"]["value"].as_str().unwrap()).unwrap();
    let names = seen.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    let control = json!({"zone": "here", "sensitive": "hush-configured-0123456789"});
    assert_eq!(Value::Object(names.map(|(name, value)| (name.clone(), value.clone())).collect()), control);

    // The component shows what it sees in every diagnostic, also in those of checks.
    assert!(said.contains("[redacted]") && !said.contains("hush"), "{said}");
    for shown in [&["show", "-json"][..], &["show", "-json", "plan"]] {
        said.push_str(&terraform.succeed(shown));
    }
    let mut searched = terraform.folder.contents();
    assert!(searched.iter().any(|(path, _)| path.ends_with("trace.log")));
    searched.push(("what it said".into(), said.into_bytes()));
    for (path, bytes) in searched.iter().filter(|(path, _)| !path.ends_with("main.tf")) {
        let text = support::text(bytes);
        for (name, secret) in SECRETS {
            let part = secret.trim_start_matches("http://ann:").trim_end_matches("@127.0.0.1:1");
            assert!(!text.contains(part), "{name} in {}", path.display());
        }
        // A plan is compressed, so it may hold any byte.
        for control in ['\u{202e}', '\u{2028}', '\u{1b}'] {
            assert!(path.ends_with("plan") || !text.contains(control), "{control:?} in {}", path.display());
        }
    }
}

#[test]
fn a_variable_of_another_program_is_read_where_the_policy_file_grants_it() {
    let folder = provider();
    let terraform = terraform(&folder.0);
    let said = terraform.succeed(&["plan"]);
    let line = "{\"variable\": \"OTHER_ZONE\"}";
    assert!(said.contains("asks for environment variables that it may not read") && said.contains(line), "{said}");

    let policy = format!("{{\"version\": 1, \"allow\": [{line}]}}");
    let policy = terraform.folder.write("policy.json", &policy).display().to_string();
    let terraform = terraform.env("HOSTILE_POLICY", &policy);
    let seen: Value = serde_json::from_str(terraform.apply()["seen"].as_str().unwrap()).unwrap();
    assert_eq!((&seen["granted"], &seen["aws"]), (&json!("hush-other-zone"), &Value::Null));
}

#[test]
fn a_required_argument_names_the_variable_that_was_not_read() {
    let component = support::root().join("target/component/example.wasm");
    let configuration = "terraform {
          required_providers {
            servicestage = { source = \"huaweicloud/servicestage\" }
          }
        }
        data \"servicestage_thing\" \"it\" { name = \"a\" }";
    let terraform = Terraform::new(configuration).env("SERVICESTAGE_COMPONENT", &component.display().to_string());
    let said = terraform.env("EXAMPLE_FLAVOUR", "sour").env("EXAMPLE_KEY", "hush").fail(&["plan"]);
    support::assert_snapshot("withheld.txt", &said);
}
