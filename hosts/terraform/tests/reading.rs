//! Data sources, with the real Terraform.

#[path = "reading/sensitive.rs"]
mod sensitive;
mod support;

use std::sync::Barrier;

use serde_json::{Value, json};
use support::{PROJECT, Service, Terraform, assert_snapshot, fixture, provider};

#[test]
fn an_applied_state_can_be_read_refreshed_and_shown() {
    let url = fixture("vendor_example");
    let terraform = Terraform::new(&format!(
        "{}data \"servicestage_pipelines\" \"all\" {{}}\noutput \"all\" {{ value = data.servicestage_pipelines.all }}",
        provider(&url)
    ));
    terraform.succeed(&["validate"]);
    let outputs = terraform.apply();
    let all = &outputs["all"];
    assert_eq!((&all["total"], &all["id"], &all["region"]), (&json!(1), &json!(PROJECT), &json!("cn-north-4")));
    let expected = json!([{
        "id": "4105b37a-947e-4aca-90d8-cec7c04c6f38", "name": "release-gn7mre", "description": "", "version": 1,
        "status": "initialized", "status_code": 1, "config_mode": "ui", "creator": "testcreator-3", "model_version": 2,
        "created_at": "2025-02-18T07:55:12.582Z", "updated_at": "2025-02-18T07:55:12.582Z", "last_trigger_at": null,
        "enterprise_project_id": "0", "enterprise_project": null, "extend_info": null
    }]);
    assert_eq!(all["pipelines"], expected);

    terraform.succeed(&["refresh"]);
    let refreshed = terraform.succeed(&["plan", "-refresh-only"]);
    assert!(refreshed.contains("No changes."), "{refreshed}");
    terraform.folder.write("asked", "data.servicestage_pipelines.all.names[0]\n");
    let mut console = terraform.command(&["console"]);
    console.stdin(std::fs::File::open(terraform.folder.0.join("asked")).unwrap());
    assert_eq!(support::text(&console.output().unwrap().stdout).trim(), "\"release-gn7mre\"");
    terraform.succeed(&["destroy", "-auto-approve"]);
}

#[test]
fn each_block_has_its_own_arguments() {
    let url = fixture("every_status");
    let terraform = Terraform::new(&format!(
        "{}
        data \"servicestage_pipelines\" \"failed\" {{ statuses = [\"failed\", \"rollback_failed\"] }}
        data \"servicestage_pipelines\" \"first\" {{
          order_by = \"name\"
          limit    = 1
        }}
        data \"servicestage_pipelines\" \"none\" {{ name = \"no such thing\" }}
        output \"failed\" {{ value = sort(data.servicestage_pipelines.failed.pipelines[*].status) }}
        output \"first\" {{ value = length(data.servicestage_pipelines.first.ids) }}
        output \"none\" {{ value = data.servicestage_pipelines.none.pipelines }}",
        provider(&url)
    ));
    assert_eq!(terraform.apply(), json!({"failed": ["failed", "rollback_failed"], "first": 1, "none": []}));
}

#[test]
fn surprises_are_warnings() {
    let url = fixture("every_status");
    let terraform = Terraform::new(&format!("{}data \"servicestage_pipelines\" \"all\" {{}}\n", provider(&url)));
    let said = terraform.succeed(&["plan"]);
    assert!(said.contains("Release tasks have a `status` that is not documented"), "{said}");
}

/// Two projects with one release task each, and the projects of two regions.
fn two_projects() -> Service {
    Service::new(|path| {
        let name = if path.contains("aaaa") { "a" } else { "b" };
        (200, format!("[{{\"id\": \"{name}\", \"name\": \"{name}\"}}]"))
    })
}

#[test]
fn one_provider_reads_several_projects() {
    let service = two_projects();
    let (a, b) = ("a".repeat(32), "b".repeat(32));
    let terraform = Terraform::new(&format!(
        "{}
        data \"servicestage_pipelines\" \"of\" {{
          for_each   = {{ one = \"{a}\", two = \"{b}\" }}
          project_id = each.value
        }}
        output \"ids\" {{ value = {{ for name, of in data.servicestage_pipelines.of : name => of.ids }} }}",
        provider(&service.url)
    ));
    assert_eq!(terraform.apply()["ids"], json!({"one": ["a"], "two": ["b"]}));
}

/// The configuration and the variables come before a profile, as in the tool.
#[test]
fn a_profile_brings_its_region_and_its_project() {
    let (service, other) = (two_projects(), "b".repeat(32));
    let configuration = provider(&service.url)
        .replace("\"cn-north-4\"", "null")
        .replace(&format!("\"{PROJECT}\""), "null")
        .replace("\"hush-hush-token\"", "null");
    let configuration = format!(
        "{configuration}
        data \"servicestage_pipelines\" \"all\" {{}}
        output \"place\" {{
          value = [data.servicestage_pipelines.all.region, data.servicestage_pipelines.all.project_id]
        }}"
    );
    let with = |variables: &[(&str, &str)]| {
        let terraform = Terraform::new(&configuration);
        let profile = format!(
            r#"{{"current": "mine", "profiles": [{{"name": "mine", "mode": "AKSK", "accessKeyId": "EXAMPLEAK",
            "secretAccessKey": "hush-hush-key", "region": "ru-moscow-1", "projectId": "{PROJECT}"}}]}}"#
        );
        let file = terraform.folder.write("config.json", &profile).display().to_string();
        let terraform = terraform.env("HW_SHARED_CONFIG_FILE", &file);
        variables.iter().fold(terraform, |terraform, (name, value)| terraform.env(name, value)).apply()
    };
    assert_eq!(with(&[])["place"], json!(["ru-moscow-1", PROJECT]));
    assert_eq!(with(&[("HW_REGION_NAME", "cn-north-4")])["place"], json!(["cn-north-4", PROJECT]));
    assert_eq!(with(&[("HW_PROJECT_ID", &other)])["place"], json!(["ru-moscow-1", other]));
    assert!(service.asked()[0].contains("Access=EXAMPLEAK"), "{:?}", service.asked());
}

#[test]
fn an_argument_may_come_from_what_is_yet_to_be_applied() {
    let service = two_projects();
    let terraform = Terraform::new(&format!(
        "{}
        resource \"terraform_data\" \"name\" {{ input = \"b\" }}
        data \"servicestage_pipelines\" \"of\" {{
          name_contains = terraform_data.name.output
          statuses      = [\"failed\", terraform_data.name.output == \"b\" ? \"paused\" : \"failed\"]
        }}
        output \"names\" {{ value = data.servicestage_pipelines.of.names }}",
        provider(&service.url)
    ));
    let plan = terraform.succeed(&["plan"]);
    assert!(plan.contains("(known after apply)"), "{plan}");
    assert_eq!(service.asked().len(), 0);
    assert_eq!(terraform.apply()["names"], json!([]));
}

#[test]
fn a_provider_that_is_not_known_yet_says_what_to_do() {
    let service = two_projects();
    let configuration = provider(&service.url).replace("\"cn-north-4\"", "terraform_data.region.output");
    let terraform = Terraform::new(&format!(
        "{configuration}
        resource \"terraform_data\" \"region\" {{ input = \"cn-north-4\" }}
        data \"servicestage_pipelines\" \"all\" {{}}"
    ));
    assert_snapshot("unknown_provider.txt", &terraform.fail(&["plan"]));
    assert_eq!(service.asked().len(), 0);
    terraform.succeed(&["apply", "-auto-approve", "-target", "terraform_data.region"]);
    terraform.succeed(&["apply", "-auto-approve"]);
    assert_eq!(service.asked().len(), 1);
}

#[test]
fn invalid_values_are_shown_where_they_are_written() {
    let wrong_provider = provider("http://example.com").replace("max_attempts = 1", "max_attempts = 11")
        + "data \"servicestage_pipelines\" \"all\" {}\n";
    let wrong_keys = provider("http://127.0.0.1:1").replace(
        "token        = \"hush-hush-token\"",
        "access_key = \"hush hush\"\n  secret_key = \"hush\\n\"\n  security_token = \" hush\"\n  token = \"hush\\n\"",
    ) + "data \"servicestage_pipelines\" \"all\" {}\n";
    let blocks = [
        "order_by = \"size\"",
        "statuses = [\"done\"]",
        "statuses = [\"faild\", \"rolling-bakc\"]",
        "region = \"cn-north-4\\n\"\n  name = \"\"\n  created_from = \"2025-02-18 \"\n  order = \"up\"\n  limit = 0",
        "updated_from = \"2025-01-01T00:00:00Z\"\n  updated_to = \"2024-01-01T00:00:00Z\"",
        "created_from = \"yesterday\"",
        "name = \"\"",
        "limit = 0",
        "limit = \"many\"",
        "limit = 1.5",
        "statuses = \"failed\"",
        "name = [\"x\"]",
        "nmae = \"x\"",
    ];
    let blocks = blocks
        .iter()
        .zip('a'..)
        .map(|(argument, name)| format!("data \"servicestage_pipelines\" \"{name}\" {{\n  {argument}\n}}\n"));
    let wrong_blocks = provider("http://127.0.0.1:1") + &blocks.collect::<String>();
    let mut told: Vec<String> = [wrong_provider, wrong_keys, wrong_blocks].iter().flat_map(|text| told(text)).collect();
    told.sort();
    assert_snapshot("not_valid.txt", &told.concat());
}

/// The result of validating lines of a configuration.
fn told(configuration: &str) -> Vec<String> {
    let output = Terraform::new(configuration).run(&["validate", "-json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    // What is about no line is about the way in which these tests install the provider.
    let told = told["diagnostics"].as_array().unwrap().iter().filter(|told| told["range"].is_object());
    let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
    told.map(|told| {
        format!("{}\n  {}\n  {}\n", text(&told["snippet"]["code"]), text(&told["summary"]), text(&told["detail"]))
    })
    .collect()
}

#[test]
fn a_hundred_blocks_cost_one_look_up() {
    let service = Service::new(|path| {
        (
            200,
            if path.starts_with("/v3/projects") {
                format!("{{\"projects\": [{{\"id\": \"{PROJECT}\", \"name\": \"cn-north-4\"}}]}}")
            } else {
                "[]".to_owned()
            },
        )
    });
    let terraform = Terraform::new(&format!(
        "{}
        data \"servicestage_pipelines\" \"of\" {{
          count = 100
          name  = \"number ${{count.index}}\"
        }}",
        provider(&service.url).replace(&format!("\"{PROJECT}\""), "null")
    ));
    let said = terraform.succeed(&["plan"]);
    assert!(said.contains("servicestage_pipelines.of[99]: Read complete"), "{said}");
    let asked = service.asked();
    let look_ups = asked.iter().filter(|head| head.starts_with("GET /v3/projects")).count();
    assert_eq!((look_ups, asked.len()), (1, 101));
}

/// Nobody is answered before all have asked.
#[test]
fn blocks_are_read_at_the_same_time() {
    let all = Barrier::new(5);
    let service = Service::new(move |_| {
        all.wait();
        (200, "[]".to_owned())
    });
    let blocks = "data \"servicestage_pipelines\" \"of\" { count = 5 }";
    Terraform::new(&format!("{}{blocks}", provider(&service.url))).succeed(&["plan"]);
    assert_eq!(service.asked().len(), 5);
}

#[test]
fn a_thousand_release_tasks_are_read_whole() {
    let url = fixture("thousand_records");
    let terraform = Terraform::new(&format!(
        "{}
        data \"servicestage_pipelines\" \"all\" {{}}
        output \"counted\" {{ value = [length(data.servicestage_pipelines.all.pipelines), data.servicestage_pipelines.all.total] }}",
        provider(&url)
    ));
    assert_eq!(terraform.apply()["counted"], json!([1000, 1000]));
}

#[test]
fn the_schemas_are_those_that_people_have_read() {
    let terraform = Terraform::new(&provider("http://127.0.0.1:1"));
    let schemas: Value = serde_json::from_str(&terraform.succeed(&["providers", "schema", "-json"])).unwrap();
    assert_snapshot("schemas.json", &format!("{:#}\n", schemas["provider_schemas"][support::ADDRESS]));
}

#[test]
fn modules_can_be_tested_with_and_without_a_service() {
    let url = fixture("vendor_example");
    let terraform = Terraform::new(
        "terraform {
          required_providers {
            servicestage = { source = \"huaweicloud/servicestage\" }
          }
        }
        data \"servicestage_pipelines\" \"all\" {}
        output \"names\" { value = data.servicestage_pipelines.all.pipelines[*].name }",
    );
    let provider = provider(&url);
    let (_, provider) = provider.split_once("provider ").unwrap();
    terraform.folder.write(
        "tests/real.tftest.hcl",
        &format!(
            "provider {provider}
            run \"reads\" {{
              command = plan
              assert {{
                condition     = output.names == tolist([\"release-gn7mre\"])
                error_message = \"wrong names\"
              }}
            }}"
        ),
    );
    terraform.folder.write(
        "tests/mocked.tftest.hcl",
        "mock_provider \"servicestage\" {
          mock_data \"servicestage_pipelines\" {
            defaults = {
              pipelines = [{
                id = \"a\", name = \"mocked\", description = \"\", status = \"failed\", status_code = 3, config_mode = \"ui\"
                creator = \"me\", created_at = \"\", updated_at = \"\", last_trigger_at = \"\", version = 1
                model_version = 2, enterprise_project_id = \"0\", enterprise_project = \"\", extend_info = \"\"
              }]
            }
          }
        }
        run \"is_mocked\" {
          assert {
            condition     = output.names == tolist([\"mocked\"])
            error_message = \"wrong names\"
          }
        }",
    );
    let said = terraform.succeed(&["test"]);
    assert!(said.contains("2 passed, 0 failed"), "{said}");
}
