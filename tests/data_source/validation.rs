//! Values that are not valid.

use declarative_plugin::component;
use declarative_plugin::contract::{Severity, Step, Values};
use serde_json::{Value, json};
use servicestage_component::data_source::ServiceStage;

use crate::{PROJECT, about, here, only, refused, run, values};

#[test]
fn invalid_arguments_are_reported_by_attribute_before_any_request() {
    let cases = [
        (json!({"name": ""}), "name"),
        (json!({"name": 5}), "name"),
        (json!({"name_contains": true}), "name_contains"),
        (json!({"statuses": []}), "statuses"),
        (json!({"statuses": ["done"]}), "statuses"),
        (json!({"statuses": [null]}), "statuses"),
        (json!({"config_mode": ""}), "config_mode"),
        (json!({"enterprise_project_id": ""}), "enterprise_project_id"),
        (json!({"created_from": "yesterday"}), "created_from"),
        (json!({"updated_to": "1970-01-01T00:00:00Z"}), "updated_to"),
        (
            json!({"last_trigger_from": "2025-01-01T00:00:00Z", "last_trigger_to": "2024-01-01T00:00:00Z"}),
            "last_trigger_from",
        ),
        (json!({"order_by": "size"}), "order_by"),
        (json!({"order": "up"}), "order"),
        (json!({"limit": 0}), "limit"),
        (json!({"limit": 1.5}), "limit"),
        (json!({"limit": 4_294_967_296_u64}), "limit"),
        (json!({"project_id": "mine"}), "project_id"),
        (json!({"region": "EU"}), "region"),
    ];
    for (arguments, attribute) in cases {
        let diagnostic = only(refused(arguments.clone()));
        assert_eq!(about(&diagnostic), Some(attribute), "{arguments}: {diagnostic:?}");
        assert!(diagnostic.summary.contains(attribute) || diagnostic.detail.contains(attribute), "{diagnostic:?}");
        assert_eq!(
            component::validate_arguments::<ServiceStage>("pipelines", &values(&arguments)),
            [diagnostic],
            "{arguments}"
        );
    }
}

#[test]
fn all_that_is_wrong_is_reported_at_once() {
    let arguments = json!({
        "region": "cn-north-4\n", "project_id": "mine", "name": "", "statuses": ["faild", "failed", "Rolling-Bakc"],
        "created_from": "yesterday", "created_to": "tomorrow", "updated_from": "2025-01-01T00:00:00Z",
        "updated_to": "2024-01-01T00:00:00Z", "order_by": "size", "order": "up", "limit": 0
    });
    let told = component::validate_arguments::<ServiceStage>("pipelines", &values(&arguments));
    let attributes: Vec<&str> = told.iter().map(|told| about(told).unwrap()).collect();
    let expected = [
        "region",
        "project_id",
        "statuses",
        "statuses",
        "created_from",
        "created_to",
        "updated_from",
        "order_by",
        "order",
        "name",
        "limit",
    ];
    assert_eq!(attributes, expected);
    assert_eq!(refused(arguments), told);

    let provider = json!({"region": "EU", "endpoint": "x", "iam_endpoint": "y", "project_id": "z", "max_attempts": 11,
        "timeout": "soon"});
    let told = component::validate_provider::<ServiceStage>(&values(&provider));
    let attributes: Vec<&str> = told.iter().map(|told| about(told).unwrap()).collect();
    assert_eq!(attributes, ["timeout", "region", "endpoint", "iam_endpoint", "project_id", "max_attempts"]);
    let (result, _) = run(provider, json!({"name": ""}), &[]);
    assert_eq!(result.unwrap_err().len(), 7);
}

/// Each as it was written, with an escape for what cannot be seen.
#[test]
fn a_refused_value_is_shown_with_what_is_wrong_with_it() {
    for (arguments, shown) in [
        (
            json!({"statuses": ["faild"]}),
            r#"`statuses`: "faild" is not a status; did you mean `failed`? write a number"#,
        ),
        (json!({"statuses": ["failed\n"]}), r#"`statuses`: "failed\n" is not a status; did you mean `failed`?"#),
        (json!({"created_from": "2025-02-18 "}), r#"`created_from`: "2025-02-18 " is not a time by RFC 3339"#),
        (json!({"order_by": "name\u{202e}"}), r#"`order_by`: "name\u{202e}" is not one of `created_at`"#),
        (json!({"order": "up\t"}), r#"`order`: "up\t" is neither `ascending` nor `descending`"#),
        (json!({"limit": 1.5}), "`limit`: 1.5 is not a whole number"),
        (json!({"updated_to": "1970-01-01T00:00:00Z"}), "\"1970-01-01T00:00:00Z\" is the earliest time there is"),
        (json!({"region": "cn-north-4\n"}), r#""cn-north-4\n""#),
        (
            json!({"created_from": "2025-01-01T00:00:00Z", "created_to": "2024-01-01T00:00:00Z"}),
            r#""2025-01-01T00:00:00Z" is not before `created_to`, which is "2024-01-01T00:00:00Z""#,
        ),
    ] {
        let diagnostic = only(refused(arguments));
        assert!(diagnostic.detail.contains(shown), "{diagnostic:?}");
    }
    let listed = only(refused(json!({"statuses": ["done"]}))).detail;
    assert!(listed.contains("initialized") && listed.contains("rollback_failed"), "{listed}");
}

#[test]
fn a_missing_region_is_reported_without_a_path() {
    let (result, _) = run(json!({}), json!({"name": "a"}), &[]);
    let diagnostic = only(result.unwrap_err());
    assert_eq!((about(&diagnostic), diagnostic.severity), (None, Severity::Error));
    assert_eq!(diagnostic.summary, "There is no region");
    let objects = component::describe::<ServiceStage>().objects;
    let region = objects[0].attributes.iter().find(|attribute| attribute.name == "region").unwrap();
    let variable = &region.environment[0];
    assert!(diagnostic.detail.contains(&format!("`{variable}`")), "{diagnostic:?}");
    let (result, script) =
        run(json!({"endpoint": "https://api.example.com", "project_id": PROJECT}), json!({}), &["[]"]);
    assert_eq!((result.unwrap().0["region"].clone(), script.sent.len()), (Value::Null, 1));
}

#[test]
fn the_configuration_is_checked_as_far_as_it_is_known() {
    let cases = [
        (json!({"region": "EU"}), "region"),
        (json!({"endpoint": "http://example.com"}), "endpoint"),
        (json!({"region": "cn-north-4", "iam_endpoint": "x"}), "iam_endpoint"),
        (json!({"project_id": "x"}), "project_id"),
        (json!({"max_attempts": 11}), "max_attempts"),
        (json!({"timeout": 0}), "timeout"),
        (json!({"timeout": 1e300}), "timeout"),
        (json!({"token": "a\nb"}), "token"),
        (json!({"access_key": "AK"}), "secret_key"),
        (json!({"access_key": "A K", "secret_key": "hush"}), "access_key"),
    ];
    for (provider, attribute) in cases {
        let told = component::validate_provider::<ServiceStage>(&values(&provider));
        assert_eq!(told.iter().map(|told| about(told)).collect::<Vec<_>>(), [Some(attribute)], "{provider}: {told:?}");
        assert!(!format!("{told:?}").contains("hush"), "{told:?}");
        let (result, _) = run(provider, json!({}), &[]);
        let read = only(result.unwrap_err());
        assert_eq!((about(&read), read.detail.contains("provider's")), (None, true), "{read:?}");
    }
    for provider in [json!({}), json!({"iam_endpoint": null}), json!({"access_key": "AK", "secret_key": "SK"}), here()]
    {
        assert_eq!(component::validate_provider::<ServiceStage>(&values(&provider)), [], "{provider}");
    }
}

#[test]
fn unknown_values_are_not_checked() {
    let unknown = Values {
        json: r#"{"name": null, "statuses": ["failed", null]}"#.to_owned(),
        unknown: ["name", "statuses"].map(|name| vec![Step::Attribute(name.to_owned())]).to_vec(),
    };
    assert_eq!(component::validate_arguments::<ServiceStage>("pipelines", &unknown), []);
    let told = component::validate_arguments::<ServiceStage>("pipelines", &Values { unknown: vec![], ..unknown });
    assert_eq!(about(&told[0]), Some("statuses"));
}

#[test]
fn a_misspelt_attribute_and_another_source_are_refused() {
    let diagnostic = only(refused(json!({"nmae": "a"})));
    assert_eq!(diagnostic.summary, "There is no attribute `nmae`");
    assert!(
        component::validate_arguments::<ServiceStage>("pipeline", &values(&json!({})))[0]
            .summary
            .contains("no such data source")
    );
    let text = Values { json: "[]".to_owned(), unknown: vec![] };
    assert_eq!(component::validate_provider::<ServiceStage>(&text)[0].summary, "The values are not a JSON object");
}
