//! The way to the real endpoints: by https, through the proxy and with the authorities that the environment names.

#[path = "../../cli/tests/support/secured.rs"]
mod secured;
mod support;

use std::fs;

use secured::{certificate, proxy, secured};
use serde_json::json;
use support::{PROJECT, Service, Terraform, provider};

/// A configuration of the documentation as it stands there, with the variables that it tells people to set.
fn example(name: &str) -> Terraform {
    let examples = support::root().join("docs/terraform/examples");
    let read = |name: &str| fs::read_to_string(examples.join(name)).unwrap();
    let terraform = Terraform::new(&format!("{}\n{}", read("provider.tf"), read(name)));
    terraform.env("HW_ACCESS_KEY", "EXAMPLEAK").env("HW_SECRET_KEY", "hush-hush-key")
}

#[test]
fn the_examples_of_the_documentation_work_through_a_proxy_with_a_private_authority() {
    let service = Service::new(|path| {
        let projects = format!("{{\"projects\": [{{\"id\": \"{PROJECT}\", \"name\": \"cn-north-4\"}}]}}");
        let tasks = "[{\"id\": \"a\", \"status\": 3, \"last_trigger_at\": 1739865600000}]".to_owned();
        (200, if path.starts_with("/v3/projects") { projects } else { tasks })
    });
    let own = certificate("*.cn-north-4.myhuaweicloud.com");
    let (proxy, asked) = proxy(secured(&service.url, &own, None));
    let url = format!("http://ann:hush-hush-proxy@{proxy}");
    let through = |name: &str| {
        let terraform = example(name).env("HTTPS_PROXY", &url);
        let file = terraform.folder.write("ca.pem", &own.cert.pem()).display().to_string();
        terraform.env("SSL_CERT_FILE", &file)
    };

    assert_eq!(through("pipelines.tf").apply()["failed"], json!({"a": "2025-02-18T08:00:00Z"}));
    let other = "f".repeat(32);
    let projects = through("pipelines-in-projects.tf").env("TF_VAR_projects", &format!("{{one = \"{other}\"}}"));
    assert_eq!(projects.apply()["how_many"], json!({"one": 1}));

    let mut targets: Vec<String> =
        asked.lock().unwrap().iter().map(|head| head.lines().next().unwrap().to_owned()).collect();
    targets.sort();
    targets.dedup();
    let connect = |role: &str| format!("CONNECT {role}.cn-north-4.myhuaweicloud.com:443 HTTP/1.1");
    assert_eq!(targets, ["iam", "servicestage"].map(connect));

    let untrusted = example("pipelines.tf").env("HTTPS_PROXY", &url).fail(&["plan"]);
    assert!(untrusted.contains("The certificate is not trusted"), "{untrusted}");
    assert!(!untrusted.contains("hush-hush"), "{untrusted}");
}

#[test]
fn a_proxy_that_cannot_be_used_is_named_and_not_shown() {
    let service = Service::new(|_| (200, "[]".to_owned()));
    let configuration = format!("{}data \"servicestage_pipelines\" \"all\" {{}}", provider(&service.url));
    let terraform = Terraform::new(&configuration).env("ALL_PROXY", "socks5://ann:hush-hush-proxy@127.0.0.1:1080");
    let said = terraform.fail(&["plan"]);
    assert!(
        said.contains("The proxy cannot be used") && said.contains("ALL_PROXY is not a usable proxy URL"),
        "{said}"
    );
    assert!(!said.contains("hush-hush") && service.asked().is_empty(), "{said}");
}
