//! The declarative face, over a transport that answers from a script.

#[path = "data_source/times.rs"]
mod times;
#[path = "data_source/validation.rs"]
mod validation;

use std::collections::VecDeque;
use std::time::Duration;

use declarative_plugin::component;
use declarative_plugin::contract::{Diagnostic, ElementType, Severity, Step, Values};
use http::StatusCode;
use model::request::Need;
use serde_json::{Value, json};
use servicestage_component::data_source::ServiceStage;
use servicestage_component::failure::Failure;
use servicestage_component::list::{RequestLimits, Transport};
use servicestage_component::request::Request;
use servicestage_component::response::{Headers, Response};

const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// Answers with success, in turn, and never runs out of time.
#[derive(Default)]
struct Script {
    answers: VecDeque<&'static str>,
    sent: Vec<(String, RequestLimits)>,
}

impl Transport for Script {
    fn now(&self) -> Duration {
        Duration::from_secs(1_735_720_200)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {}

    fn send(&mut self, request: Request, limits: RequestLimits) -> Result<Response, Failure> {
        self.sent.push((format!("{}{}", request.origin.authority(), request.path_and_query), limits));
        let body = Ok(self.answers.pop_front().expect("no more answers").as_bytes().to_vec());
        Ok(Response { status: StatusCode::OK, headers: Headers::default(), body })
    }
}

fn values(json: &Value) -> Values {
    Values { json: json.to_string(), unknown: vec![] }
}

/// The attribute that a diagnostic is about.
fn about(told: &Diagnostic) -> Option<&str> {
    match told.path.as_deref() {
        None => None,
        Some([Step::Attribute(name)]) => Some(name),
        other => panic!("{other:?}"),
    }
}

/// The values that are read, and the warnings beside them.
type Read = (Value, Vec<Diagnostic>);

fn run(provider: Value, arguments: Value, answers: &[&'static str]) -> (Result<Read, Vec<Diagnostic>>, Script) {
    let mut script = Script { answers: answers.iter().copied().collect(), ..Script::default() };
    let reading =
        component::read::<ServiceStage>(&mut script, "pipelines", &values(&provider), &values(&arguments), None);
    (reading.map(|reading| (serde_json::from_str(&reading.json).unwrap(), reading.diagnostics)), script)
}

fn here() -> Value {
    json!({"region": "cn-north-4", "project_id": PROJECT})
}

fn refused(arguments: Value) -> Vec<Diagnostic> {
    let (result, script) = run(here(), arguments, &[]);
    assert!(script.sent.is_empty());
    result.unwrap_err()
}

/// The one thing that is wrong.
fn only(told: Vec<Diagnostic>) -> Diagnostic {
    let [diagnostic] = told.try_into().unwrap();
    diagnostic
}

#[test]
fn a_reading_has_every_computed_attribute_and_no_other() {
    let body = r#"[{"id": "a", "name": "one \"1\"", "create_time": 1739865312582, "update_time": 1739865312000,
        "last_trigger_at": 0, "status": 12, "config_mode": "ui", "model_version": 2, "version": 3, "creator": "me",
        "description": "", "enterprise_project_id": "0", "enterprise_project": null, "extend_info": {"x": [1]}}]"#;
    let (result, _) = run(here(), json!({}), &[body]);
    let expected = json!({
        "id": PROJECT, "region": "cn-north-4", "project_id": PROJECT, "total": 1, "matched": 1, "truncated": false, "ids": ["a"],
        "names": ["one \"1\""],
        "pipelines": [{
            "id": "a", "name": "one \"1\"", "description": "", "status": "rollback_failed", "status_code": 12,
            "config_mode": "ui", "creator": "me", "created_at": "2025-02-18T07:55:12.582Z",
            "updated_at": "2025-02-18T07:55:12Z", "last_trigger_at": null, "version": 3, "model_version": 2,
            "enterprise_project_id": "0", "enterprise_project": null, "extend_info": "{\"x\": [1]}"
        }]
    });
    assert_eq!(result.unwrap(), (expected, vec![]));
}

#[test]
fn every_attribute_of_a_release_task_is_written_under_its_name() {
    let (result, _) = run(here(), json!({}), &[r#"[{"id": "a"}]"#]);
    let (reading, _) = result.unwrap();
    let written: Vec<&String> = reading["pipelines"][0].as_object().unwrap().keys().collect();
    let objects = component::describe::<ServiceStage>().objects;
    let mut described: Vec<&str> = objects[2].attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    described.sort_unstable();
    assert_eq!(written, described);
    assert_eq!(reading["pipelines"][0]["created_at"], Value::Null);
}

#[test]
fn arguments_become_a_query() {
    let body = r#"[
        {"id": "a", "name": "app", "status": 3, "create_time": 1000},
        {"id": "b", "name": "app", "status": 6, "create_time": 2000},
        {"id": "c", "name": "app", "status": 2, "create_time": 3000},
        {"id": "d", "name": "else", "status": 3, "create_time": 4000},
        {"id": "e", "name": "app", "status": 3, "create_time": 5000}
    ]"#;
    let arguments = json!({
        "name_contains": "pp", "statuses": ["failed", "rolling-back", "rollback_failed", "6"], "created_to": "1970-01-01T01:00:05+01:00",
        "order_by": "created_at", "order": "ascending", "limit": 5
    });
    let (result, _) = run(here(), arguments, &[body]);
    let (reading, warnings) = result.unwrap();
    assert_eq!((&reading["ids"], &reading["total"]), (&json!(["a", "b"]), &json!(5)));
    assert_eq!(reading["id"], PROJECT);
    assert_eq!(warnings.len(), 1);
}

#[test]
fn a_mode_to_list_by_that_nobody_documents_is_a_warning_about_that_argument() {
    for mode in ["tempalte", "UI", "ui\n"] {
        let (result, _) = run(here(), json!({ "config_mode": mode }), &[r#"[{"id": "a", "config_mode": "ui"}]"#]);
        let (reading, warnings) = result.unwrap();
        assert_eq!(reading["ids"], json!([]));
        let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
        assert_eq!((warning.severity, about(warning)), (Severity::Warning, Some("config_mode")));
        assert_eq!(warning.detail, "`config_mode` is not one of the documented modes, which are `ui` and `template`.");
    }
    for mode in ["ui", "template"] {
        let (result, _) = run(here(), json!({ "config_mode": mode }), &["[]"]);
        assert_eq!(result.unwrap().1, []);
    }
}

#[test]
fn each_kind_of_surprise_is_one_warning() {
    let body = r#"[
        {"id": "a", "status": 6}, {"id": "b", "status": 8}, {"id": "c", "status": 6}, {"id": "d", "status": 99},
        {"id": "e", "config_mode": "yaml", "model_version": 1}, {"id": "f", "status": 2, "model_version": 2}
    ]"#;
    let (result, _) = run(here(), json!({}), &[body]);
    let (reading, warnings) = result.unwrap();
    assert_eq!(reading["pipelines"][4]["config_mode"], "yaml");
    let told: Vec<_> = warnings.iter().map(|warning| (warning.severity, warning.summary.as_str())).collect();
    let expected = ["status", "config_mode", "model_version"]
        .map(|name| (Severity::Warning, format!("Release tasks have a `{name}` that is not documented")));
    assert_eq!(told, expected.each_ref().map(|(severity, text)| (*severity, text.as_str())));
    assert_eq!(
        warnings[0].detail,
        "Release task a has 6. Release task b has 8. Release task c has 6. So have others: 1. It is passed on as it \
         came; the vendor may have added to its API since this was built."
    );
}

#[test]
fn a_project_is_looked_up_where_none_is_named_and_found_in_the_reading() {
    let projects = r#"{"projects": [{"id": "ffffffffffffffffffffffffffffffff", "name": "cn-north-4"}]}"#;
    let provider = json!({"region": "cn-north-4", "max_attempts": 1, "timeout": 1.5});
    let (result, script) = run(provider, json!({}), &[projects, "[]"]);
    let (reading, _) = result.unwrap();
    assert_eq!(reading["project_id"], "f".repeat(32));
    assert_eq!(script.sent[0].0, "iam.cn-north-4.myhuaweicloud.com/v3/projects?name=cn-north-4");
    assert!(script.sent[1].0.contains(&"f".repeat(32)), "{}", script.sent[1].0);
    let limits = script.sent[1].1;
    assert_eq!((limits.remaining, limits.connect_timeout), (Duration::from_millis(1500), Duration::from_millis(1500)));
}

/// Hosts let nothing else out.
#[test]
fn every_request_is_declared_for_its_role() {
    let declared: Value = serde_json::from_str(&component::network_needs::<ServiceStage>()).unwrap();
    let needs: Vec<Need> = serde_json::from_value(declared["requests"].clone()).unwrap();
    let projects = r#"{"projects": [{"id": "ffffffffffffffffffffffffffffffff", "name": "cn-north-4"}]}"#;
    let (result, script) = run(json!({"region": "cn-north-4"}), json!({}), &[projects, "[]"]);
    result.unwrap();
    for ((sent, _), role) in script.sent.iter().zip(["iam", "service"]) {
        let target = sent.find('/').map(|at| &sent[at..]).unwrap();
        let covered = |need: &&Need| need.covers("GET", target);
        let roles: Vec<&str> = needs.iter().filter(covered).map(|need| need.role.as_str()).collect();
        assert_eq!(roles, [role], "{sent}");
    }
    assert_eq!((script.sent.len(), needs.len()), (2, 2));
}

#[test]
fn arguments_come_before_the_provider_and_another_region_has_another_project() {
    let other = "f".repeat(32);
    let (result, script) = run(here(), json!({"project_id": other}), &["[]"]);
    assert_eq!(result.unwrap().0["id"], other);
    assert!(script.sent[0].0.starts_with("servicestage.cn-north-4."), "{}", script.sent[0].0);

    let projects = r#"[{"id": "ffffffffffffffffffffffffffffffff", "name": "ru-moscow-1"}]"#;
    let (result, script) = run(here(), json!({"region": "ru-moscow-1"}), &[projects, "[]"]);
    assert_eq!(result.unwrap().0["region"], "ru-moscow-1");
    assert!(script.sent[1].0.starts_with("servicestage.ru-moscow-1."), "{}", script.sent[1].0);

    let fixed = json!({"region": "cn-north-4", "endpoint": "https://api.example.com"});
    let (result, script) = run(fixed, json!({"region": "ru-moscow-1"}), &[]);
    assert_eq!((about(&only(result.unwrap_err())), script.sent.len()), (Some("region"), 0));
}

#[test]
fn a_limit_that_leaves_some_out_is_reported() {
    let body = r#"[{"id": "a", "status": 3}, {"id": "b", "status": 3}, {"id": "c", "status": 2}]"#;
    let (result, _) = run(here(), json!({"statuses": ["failed"], "limit": 1}), &[body]);
    let (reading, _) = result.unwrap();
    let counted = (&reading["total"], &reading["matched"], &reading["truncated"]);
    assert_eq!(counted, (&json!(3), &json!(2), &json!(true)));
}

#[test]
fn a_failure_is_reported_in_the_terms_of_the_attributes() {
    let (result, script) = run(here(), json!({"name": "a"}), &["<html>"]);
    let diagnostic = only(result.unwrap_err());
    assert_eq!(
        (diagnostic.summary.as_str(), script.sent.len(), about(&diagnostic)),
        (
            "The release tasks could not be listed: the answer cannot be decoded: at $, expected well-formed JSON",
            1,
            None
        )
    );
    assert!(diagnostic.detail.contains("`endpoint`"), "{diagnostic:?}");
    let (result, _) = run(json!({"region": "cn-north-4"}), json!({}), &["[]"]);
    let diagnostic = only(result.unwrap_err());
    assert!(diagnostic.summary.starts_with("The project could not be looked up: "), "{diagnostic:?}");
    assert!(diagnostic.detail.contains("`project_id` and `iam_endpoint`"), "{diagnostic:?}");
}

#[test]
fn the_tables_keep_to_the_contract() {
    let objects = component::describe::<ServiceStage>().objects;
    for (index, object) in objects.iter().enumerate() {
        for (at, attribute) in object.attributes.iter().enumerate() {
            let name = &attribute.name;
            let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(inner), "{name}");
            assert!(!object.attributes[..at].iter().any(|before| before.name == *name), "{name} twice");
            assert!(attribute.description.ends_with('.'), "{name}");
            assert!(index == 0 || attribute.environment.is_empty(), "{name}");
            if let ElementType::Object(inner) = attribute.holds.element {
                assert!(inner as usize > index && (inner as usize) < objects.len(), "{name}");
            }
        }
    }
}

/// Half of a surrogate pair stands for no character: see `half_surrogate_high` among the fixtures.
#[test]
fn a_text_in_which_a_character_is_lost_is_a_warning() {
    let body = r#"[{"id": "a", "name": "one"}, {"id": "b", "name": "two \ud83d"}, {"id": "c", "creator": "\ude00"}]"#;
    let (result, _) = run(here(), json!({}), &[body]);
    let (reading, warnings) = result.unwrap();
    assert_eq!(reading["names"], json!(["one", "two \u{fffd}", null]));
    let [warning] = warnings.as_slice() else { panic!("{warnings:?}") };
    assert_eq!(warning.summary, "Release tasks have a text in which a character is lost");
    assert!(warning.detail.starts_with("Release task b has such a text. Release task c has"), "{warning:?}");
}
