//! Where a sensitive argument occurs.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::Digest as _;

use crate::support::{PROJECT, Service, Terraform, provider};

/// A sensitive argument occurs nowhere else, neither as it is nor as a digest.
#[test]
fn a_sensitive_value_is_in_its_argument_alone() {
    // Each is a valid value of the argument, and occurs nowhere else.
    const MARKERS: [(&str, &str); 14] = [
        ("name", "marker-name-7193"),
        ("name_contains", "marker-part-7193"),
        ("config_mode", "marker-mode-7193"),
        ("creator", "marker-creator-7193"),
        ("enterprise_project_id", "marker-enterprise-7193"),
        ("created_from", "2001-02-03T04:05:06.701Z"),
        ("created_to", "2001-02-03T04:05:06.702Z"),
        ("updated_from", "2001-02-03T04:05:06.703Z"),
        ("updated_to", "2001-02-03T04:05:06.704Z"),
        ("last_trigger_from", "2001-02-03T04:05:06.705Z"),
        ("last_trigger_to", "2001-02-03T04:05:06.706Z"),
        ("order_by", "last_trigger_at"),
        ("order", "ascending"),
        ("statuses", "7193719371937"),
    ];
    let service = Service::new(|_| (200, "[{\"id\": \"a\", \"name\": \"b\", \"status\": 3}]".to_owned()));
    let variables = MARKERS.map(|(name, _)| format!("variable \"{name}\" {{ sensitive = true }}\n")).concat();
    let arguments = MARKERS.map(|(name, _)| match name {
        "statuses" => "  statuses = [var.statuses]\n".to_owned(),
        _ => format!("  {name} = var.{name}\n"),
    });
    let terraform = Terraform::new(&format!(
        "{}variable \"limit\" {{ sensitive = true }}\n{variables}
        data \"servicestage_pipelines\" \"of\" {{\n{}  limit = var.limit\n}}
        output \"id\" {{ value = data.servicestage_pipelines.of.id }}
        output \"counted\" {{ value = [data.servicestage_pipelines.of.matched, data.servicestage_pipelines.of.truncated] }}",
        provider(&service.url),
        arguments.concat()
    ));
    let log = terraform.folder.0.join("trace.log");
    let terraform =
        terraform.env("TF_VAR_limit", "719371937").env("TF_LOG", "trace").env("TF_LOG_PATH", log.to_str().unwrap());
    let terraform =
        MARKERS.iter().fold(terraform, |terraform, (name, marker)| terraform.env(&format!("TF_VAR_{name}"), marker));

    let plan = terraform.succeed(&["plan", "-out", "plan"]);
    let applied = terraform.succeed(&["apply", "-auto-approve"]);
    let outputs = terraform.succeed(&["output", "-json"]);
    let told: Value = serde_json::from_str(&outputs).unwrap();
    assert_eq!((&told["id"]["value"], &told["counted"]["value"]), (&json!(PROJECT), &json!([0, false])));
    let mut state: Value = serde_json::from_str(&terraform.succeed(&["show", "-json"])).unwrap();
    let values = &mut state["values"]["root_module"]["resources"][0]["values"];
    assert_eq!((&values["id"], &values["limit"]), (&json!(PROJECT), &json!(719371937)));
    let values = values.as_object_mut().unwrap();
    for (name, marker) in MARKERS {
        let held = values.remove(name).unwrap();
        assert_eq!(held, if name == "statuses" { json!([marker]) } else { json!(marker) });
    }
    values.remove("limit").unwrap();
    let searched = [("plan", &plan), ("apply", &applied), ("output", &outputs), ("state", &state.to_string())];
    let log = std::fs::read_to_string(&log).unwrap();
    let log: String = log.lines().filter(|line| line.contains("@module=servicestage")).collect();
    for (place, text) in searched.into_iter().chain([("log", &log)]) {
        for (name, marker) in MARKERS.iter().chain(&[("limit", "719371937")]) {
            // Words of the API also occur in the schema, as names of attributes.
            if matches!(*name, "order_by" | "order") {
                continue;
            }
            assert!(!text.contains(marker), "{name} in {place}: {text}");
            for digest in digests(marker) {
                assert!(!text.contains(&digest), "the digest of {name} in {place}: {text}");
            }
        }
    }
}

/// The SHA-256 of a text, in the forms in which it is written.
fn digests(text: &str) -> [String; 3] {
    let digest = sha2::Sha256::digest(text);
    let hexadecimal: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    [hexadecimal, STANDARD_NO_PAD.encode(digest), URL_SAFE_NO_PAD.encode(digest)]
}
