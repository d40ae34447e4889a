//! The policy as the tool's user meets it. No test sends a packet to anything but loopback: an address is refused
//! before.

#[path = "support/secured.rs"]
mod secured;
mod support;

use component_runtime::Grant;
use secured::{certificate, secured};
use serde_json::{Value, json};
use support::{Folder, Server, command, printed, said, towards};

#[test]
fn a_private_address_is_denied_with_the_flag_and_the_file_that_would_allow_it() {
    for (endpoint, range) in [
        ("https://10.0.0.1", "10.0.0.1/32"),
        ("https://192.168.1.1:8443", "192.168.1.1/32"),
        ("https://169.254.169.254", "169.254.169.254/32"),
        ("https://100.64.0.1", "100.64.0.1/32"),
        ("https://[fd00::1]", "fd00::1/128"),
    ] {
        let text = said(&mut towards(endpoint), &[], 4);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "error: list-pipelines failed: the host does not allow this request.");
        let next = format!(
            "To allow it, pass `--allow-address {range}`, or name this policy file with `--policy` or \
             SERVICESTAGE_POLICY:"
        );
        let line = format!("    {{\"address\": \"{range}\"}}");
        assert_eq!(lines[2..], [next.as_str(), "{", "  \"version\": 1,", "  \"allow\": [", &line, "  ]", "}"]);
    }
}

/// Linux connects 0.0.0.0 to this machine. So a test can reach a refused address without leaving it.
#[cfg(target_os = "linux")]
#[test]
fn the_policy_file_that_a_denial_prints_works_when_it_is_pasted() {
    let (folder, own) = (Folder::new(), certificate("0.0.0.0"));
    let ca = folder.write("ca.pem", &own.cert.pem());
    let address = secured(&Server::of("vendor_example").url, &own, None);
    let endpoint = format!("https://0.0.0.0:{}", address.port());
    let arguments = ["--ca-file", ca.to_str().unwrap()];

    let used = folder.write("used.json", r#"{"version": 1, "allow": [{"address": "10.0.0.0/8"}]}"#);
    for (used, lines) in [("", 6), (used.to_str().unwrap(), 7)] {
        let denied = said(towards(&endpoint).env("SERVICESTAGE_POLICY", used), &arguments, 4);
        let (_, file) = denied.split_once(":\n{").unwrap();
        assert_eq!(format!("{{{file}").lines().count(), lines, "{denied}");
        let pasted = folder.write("pasted.json", &format!("{{{file}"));
        let listed = printed(towards(&endpoint).env("SERVICESTAGE_POLICY", &pasted), &arguments);
        assert!(listed.contains("release-gn7mre"), "{listed}");
    }
}

/// The files that are shown to people: in the guides, and by the tool.
fn files() -> Vec<String> {
    let guide = |name: &str| {
        let guide = std::fs::read_to_string(format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let (_, rest) = guide.split_once("```json\n").unwrap();
        rest.split_once("```").unwrap().0.to_owned()
    };
    let denied = said(&mut towards("https://10.0.0.1"), &[], 4);
    let (_, denied) = denied.split_once(":\n{").unwrap();
    let begun = printed(&mut command(&["policy", "init"]), &[]);
    vec![guide("policy.md"), begun, format!("{{{denied}")]
}

#[test]
fn every_policy_file_that_is_shown_can_be_used() {
    let folder = Folder::new();
    for (file, grants) in files().iter().zip([3, 2, 1]) {
        let policy = folder.write("policy.json", file);
        let text = printed(&mut command(&["policy", "check"]), &["--policy", policy.to_str().unwrap()]);
        let granted = text.split_once("is granted:\n").unwrap().1;
        assert!(granted.lines().count() == grants && !granted.contains("nothing"), "{file}{text}");
    }
}

/// The schema of policy files, as a validator reads it.
struct Schema(boon::Schemas, boon::SchemaIndex);

impl Schema {
    fn new() -> Self {
        let schema = serde_json::from_str(include_str!("../../../docs/policy.schema.json")).unwrap();
        let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
        compiler.add_resource("policy.schema.json", schema).unwrap();
        let index = compiler.compile("policy.schema.json", &mut schemas).unwrap();
        Self(schemas, index)
    }

    fn accepts(&self, policy: &Value) -> bool {
        self.0.validate(policy, self.1).is_ok()
    }
}

#[test]
fn the_schema_accepts_every_policy_file_that_is_shown() {
    let schema = Schema::new();
    for file in files() {
        assert!(schema.accepts(&serde_json::from_str(&file).unwrap()), "{file}");
    }
}

/// A row has `schema` where the schema cannot say what the tool does.
#[test]
fn the_schema_accepts_what_the_tool_accepts() {
    let schema = Schema::new();
    let rows: Vec<Value> = serde_json::from_str(include_str!("../../../tests/vectors/policies.json")).unwrap();
    assert!(rows.len() > 50, "the table is cut short");
    for row in rows {
        let policy = &row["policy"];
        assert_eq!(Grant::from_json(&policy.to_string()).is_ok(), row["accepted"] == true, "{row}");
        assert_eq!(schema.accepts(policy), row.get("schema").unwrap_or(&row["accepted"]) == true, "{row}");
    }
    let origins: Vec<Value> = serde_json::from_str(include_str!("../../../tests/vectors/origins.json")).unwrap();
    for row in origins.iter().filter(|row| row["normal"].is_string()) {
        let policy = json!({ "version": 1, "allow": [{ "role": "iam", "origin": row["origin"] }] });
        assert!(Grant::from_json(&policy.to_string()).is_ok() && schema.accepts(&policy), "{row}");
    }
}

#[test]
fn a_component_that_declares_nothing_may_ask_nothing() {
    let raw = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../target/wasm32-unknown-unknown/component/servicestage_component.wasm"
    );
    let server = Server::of("vendor_example");
    let text = said(&mut server.tool(), &["--component", raw], 4);
    assert!(text.contains("the component declares no request"), "{text}");
    assert!(printed(&mut command(&["policy", "check"]), &["--component", raw]).contains("declares:\n  nothing\n"));
}

#[test]
fn a_policy_file_is_used_where_it_is_named_and_nowhere_else() {
    let folder = Folder::new();
    let wrong = folder.write("policy.json", r#"{"version": 1, "allow": [{"adress": "10.0.0.0/8"}]}"#);
    let server = Server::of("vendor_example");
    let text = said(&mut server.tool(), &["--policy", wrong.to_str().unwrap()], 2);
    assert!(text.contains("`--policy`") && text.contains("policy.json"), "{text}");
    let text = said(server.tool().env("SERVICESTAGE_POLICY", &wrong), &[], 2);
    assert!(text.contains("`SERVICESTAGE_POLICY`"), "{text}");
    // An empty variable counts as unset, and a file in the working directory is not looked for.
    folder.write("servicestage.json", "no JSON");
    printed(server.tool().env("SERVICESTAGE_POLICY", "").current_dir(&folder.0), &[]);
    let text = said(&mut server.tool(), &["--allow-address", "10.0.0.0/33"], 2);
    assert!(text.contains("`--allow-address`"), "{text}");
}

#[test]
fn the_check_grants_the_origins_of_the_region_that_a_listing_takes_from_a_profile() {
    let folder = Folder::new();
    let profile = r#"{"current": "mine", "profiles": [{"name": "mine", "mode": "AKSK", "accessKeyId": "EXAMPLE",
        "secretAccessKey": "hush-hush-key", "region": "ru-moscow-1"}]}"#;
    let file = folder.write("config.json", profile);
    let check =
        |arguments: &[&str]| printed(command(&["policy", "check"]).env("HW_SHARED_CONFIG_FILE", &file), arguments);
    let granted = r#"{"role": "service", "origin": "https://servicestage.ru-moscow-1."#;
    assert!(check(&[]).contains(granted), "{}", check(&[]));
    assert!(check(&["--profile", "mine"]).contains(granted));
    let unknown = said(command(&["policy", "check"]).env("HW_SHARED_CONFIG_FILE", &file), &["--profile", "typo"], 2);
    assert!(unknown.contains("`--profile` names \"typo\""), "{unknown}");
    assert!(!check(&["--region", "cn-north-4"]).contains("ru-moscow-1"));
    let none = printed(&mut command(&["policy", "check"]), &[]);
    assert!(none.ends_with("is granted:\n  nothing\n"), "{none}");
}

#[test]
fn the_check_shows_what_is_imported_declared_and_granted() {
    let folder = Folder::new();
    let policy = folder.write("policy.json", r#"{"version": 1, "allow": [{"address": "10.1.0.0/16"}]}"#);
    let mut check = command(&["policy", "check"]);
    let text = printed(
        check.env("HW_REGION_NAME", "cn-north-4"),
        &["--policy", policy.to_str().unwrap(), "--allow-address", "fd00::/8"],
    );
    for line in [
        "  wasi:http/outgoing-handler@0.2.12",
        r#"  {"role": "service", "origin": "https://servicestage.cn-north-4.myhuaweicloud.com"}"#,
        r#"  {"role": "iam", "origin": "https://iam.cn-north-4.myhuaweicloud.com"}"#,
        r#"  {"address": "10.1.0.0/16"}"#,
        r#"  {"address": "fd00::/8"}"#,
    ] {
        assert!(text.lines().any(|other| other == line), "{line} is not in:\n{text}");
    }
    assert!(text.contains("/v3/{}/pipeline/pipelines") && text.contains("/v3/projects"), "{text}");
}
