//! Declarations and grants: only requests that are both declared and granted pass.

#[path = "policy/properties.rs"]
mod properties;

use component_runtime::policy::{Class, Declaration, Denial, Grant, OriginError, Reason, Role, check};
use http::{Method, Uri};
use serde::Deserialize;
use serde_json::{Value, json};

const DECLARATION: &str = r#"{"version": 1, "requests": [
    {"role": "service", "method": "GET", "path": "/v3/{}/pipeline/pipelines"},
    {"role": "iam", "method": "GET", "path": "/v3/projects", "query": ["name", "page"]}
]}"#;

fn declaration() -> Declaration {
    Declaration::from_json(DECLARATION).unwrap()
}

fn grant(lines: &[(&str, &str)]) -> Grant {
    let mut grant = Grant::default();
    for (role, origin) in lines {
        match *role {
            "address" => grant.allow_address(origin).unwrap(),
            role => grant.allow_origin(role, origin).unwrap(),
        }
    }
    grant
}

fn ask(url: &str, grant: &Grant) -> Result<Role, Denial> {
    check(&Method::GET, &url.parse().unwrap(), &declaration(), grant)
}

#[test]
fn declared_and_granted_requests_pass_in_their_role() {
    let grant = grant(&[("service", "https://service.example.com"), ("iam", "https://iam.example.com:8443")]);
    for (url, role) in [
        ("https://service.example.com/v3/abc/pipeline/pipelines", "service"),
        ("https://SERVICE.example.com:443/v3/abc/pipeline/pipelines", "service"),
        ("https://service.example.com/v3/a-b.c_d~1/pipeline/pipelines", "service"),
        ("https://iam.example.com:8443/v3/projects", "iam"),
        ("https://iam.example.com:8443/v3/projects?name=cn-north-4", "iam"),
        ("https://iam.example.com:8443/v3/projects?page=1&name=%E4%B8%AD", "iam"),
    ] {
        assert_eq!(ask(url, &grant).unwrap().as_str(), role, "{url}");
    }
}

#[derive(Deserialize)]
struct Case {
    need: Value,
    request: Request,
    covered: bool,
}

#[derive(Deserialize)]
struct Request {
    method: String,
    target: String,
}

#[test]
fn a_request_is_declared_or_not_as_in_every_host() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/vectors/requests.json")).unwrap();
    let grant = grant(&[("service", "https://a.example")]);
    for Case { mut need, request: Request { method, target }, covered } in cases {
        need["role"] = json!("service");
        let declaration = Declaration::from_json(&json!({"version": 1, "requests": [need]}).to_string()).unwrap();
        let uri = Uri::builder().scheme("https").authority("a.example").path_and_query(target.as_str()).build();
        // Some methods and targets cannot be part of a request.
        let (Ok(method), Ok(uri)) = (method.parse(), uri) else {
            assert!(!covered, "{method:?} {target:?}");
            continue;
        };
        // Others cannot be part of a URL: a fragment, or no path at all.
        if uri.path_and_query().is_some_and(|sent| sent.as_str() == target) {
            let checked = check(&method, &uri, &declaration, &grant);
            assert_eq!(checked.is_ok(), covered, "{method} {target:?} with {uri}");
        }
    }
}

#[test]
fn undeclared_requests_are_denied_however_much_is_granted() {
    let grant =
        grant(&[("service", "https://a.example"), ("iam", "https://a.example"), ("other", "https://a.example")]);
    for path in [
        "/",
        "",
        "/v3",
        "/v3/projects/",
        "/v3/projects/1",
        "//v3/projects",
        "/v3//projects",
        "/V3/projects",
        "/v3/./projects",
        "/v3/%70rojects",
        "/v3/{}/pipeline/pipelines",
        "/v3//pipeline/pipelines",
        "/v3/../pipeline/pipelines",
        "/v3/./pipeline/pipelines",
        "/v3/%2e%2e/pipeline/pipelines",
        "/v3/a%2Fb/pipeline/pipelines",
        "/v3/a/b/pipeline/pipelines",
        "/v3/a;b/pipeline/pipelines",
        "/v3/a\\b/pipeline/pipelines",
        "/v3/abc/pipeline/pipelines/",
        "/v3/abc/pipeline/pipelines?",
        "/v3/abc/pipeline/pipelines?limit=1",
        "/v3/projects?",
        "/v3/projects?name=a&name=b",
        "/v3/projects?name=a&",
        "/v3/projects?name=a;other=b",
        "/v3/projects?name=a&other=b",
        "/v3/projects?n%61me=a",
        "/v3/projects?name=a=b",
        "/v3/projects?name=%",
        "/v3/projects?name=%2",
        "/v3/projects?name=%zz",
        "/v3/projects?NAME=a",
    ] {
        // Some of them no URL can hold.
        let Ok(uri) = format!("https://a.example{path}").parse::<Uri>() else { continue };
        let denial = check(&Method::GET, &uri, &declaration(), &grant).unwrap_err();
        assert_eq!(*denial.reason(), Reason::NotDeclared, "{path}");
        assert!(denial.missing().is_empty(), "{path}");
    }
    for method in ["POST", "HEAD", "DELETE", "OPTIONS", "CONNECT", "get", "GETS"] {
        let uri = Uri::from_static("https://a.example/v3/projects");
        let denial = check(&method.parse().unwrap(), &uri, &declaration(), &grant).unwrap_err();
        assert_eq!(*denial.reason(), Reason::NotDeclared, "{method}");
    }
}

#[test]
fn requests_that_are_not_granted_are_denied_however_much_is_declared() {
    let grant = grant(&[("service", "https://a.example"), ("iam", "https://b.example")]);
    for (url, line) in [
        ("https://b.example/v3/x/pipeline/pipelines", r#"{"role": "service", "origin": "https://b.example"}"#),
        ("https://a.example/v3/projects", r#"{"role": "iam", "origin": "https://a.example"}"#),
        ("https://b.example:444/v3/projects", r#"{"role": "iam", "origin": "https://b.example:444"}"#),
        ("https://x.b.example/v3/projects", r#"{"role": "iam", "origin": "https://x.b.example"}"#),
        (
            "https://b.example.evil.example/v3/projects",
            r#"{"role": "iam", "origin": "https://b.example.evil.example"}"#,
        ),
        ("http://localhost:443/v3/projects", r#"{"role": "iam", "origin": "http://localhost:443"}"#),
    ] {
        let denial = ask(url, &grant).unwrap_err();
        let lines: Vec<String> = denial.missing().iter().map(ToString::to_string).collect();
        assert_eq!(lines, [line], "{url}");
        assert!(denial.to_string().contains(line), "{denial}");
    }
}

#[test]
fn without_a_declaration_everything_is_denied() {
    let grant = grant(&[("service", "https://a.example"), ("address", "0.0.0.0/0"), ("address", "::/0")]);
    let uri = Uri::from_static("https://a.example/v3/x/pipeline/pipelines");
    let denial = check(&Method::GET, &uri, &Declaration::default(), &grant).unwrap_err();
    assert_eq!(*denial.reason(), Reason::NothingDeclared);
}

#[test]
fn an_address_in_the_url_needs_both_lines_and_hears_of_both_at_once() {
    let url = "https://10.1.2.3/v3/projects";
    let denial = ask(url, &Grant::default()).unwrap_err();
    let lines: Vec<String> = denial.missing().iter().map(ToString::to_string).collect();
    assert_eq!(lines, [r#"{"role": "iam", "origin": "https://10.1.2.3"}"#, r#"{"address": "10.1.2.3/32"}"#]);

    let denial = ask(url, &grant(&[("iam", "https://10.1.2.3")])).unwrap_err();
    assert_eq!(*denial.reason(), Reason::Addresses(vec![("10.1.2.3".parse().unwrap(), Class::Private)]));
    let file = r#"{
  "version": 1,
  "allow": [
    {"address": "10.1.2.3/32"}
  ]
}"#;
    assert!(denial.to_string().ends_with(file), "{denial}");

    ask(url, &grant(&[("iam", "https://10.1.2.3"), ("address", "10.0.0.0/8")])).unwrap();
    ask("http://127.0.0.1:4711/v3/projects", &grant(&[("iam", "http://127.0.0.1:4711")])).unwrap();
    ask("http://[::1]:4711/v3/projects", &grant(&[("iam", "http://[0:0::1]:4711")])).unwrap();
    for (url, origin) in [
        ("http://[::ffff:127.0.0.1]/v3/projects", "http://127.0.0.1"),
        ("https://[::ffff:a9fe:a9fe]/v3/projects", "https://169.254.169.254"),
    ] {
        let denial = ask(url, &grant(&[("iam", origin), ("address", "0.0.0.0/0")])).unwrap_err();
        assert_eq!(*denial.reason(), Reason::Origin(OriginError::Mapped), "{url}");
    }
}

#[test]
fn a_denial_shows_neither_a_password_nor_a_query_nor_control_characters() {
    let long = format!("https://a.example/{}", "x".repeat(10_000));
    for url in ["https://user:s3cret@a.example/v3/projects", "https://a.example/v3/projects?name=s3cret", &long] {
        let text = ask(url, &Grant::default()).unwrap_err().to_string();
        assert!(!text.contains("s3cret") && text.len() < 1000, "{text}");
        assert!(text.contains("a.example"), "{text}");
        let sentences = text.split_once("\n{").map_or(text.as_str(), |(sentences, _)| sentences);
        assert_eq!(sentences.lines().count(), 3, "{text}");
    }
    // Paths may hold UTF-8.
    if let Ok(uri) = "https://a.example/\u{202e}".parse() {
        let denial = check(&Method::GET, &uri, &declaration(), &Grant::default()).unwrap_err();
        assert!(denial.to_string().is_ascii(), "{denial}");
    }
}

#[test]
fn a_policy_file_is_strict() {
    let allow = |line: &str| Grant::from_json(&format!(r#"{{"version": 1, "allow": [{line}]}}"#));
    let good = allow(r#"{"role": "iam", "origin": "HTTPS://IAM.example:443/"}, {"address": "10.0.0.0/8"}"#).unwrap();
    assert_eq!(good, grant(&[("iam", "https://iam.example"), ("address", "10.0.0.0/8")]));
    for (line, told) in [
        (r#"{"role": "iam"}"#, "a role and an origin, or an address alone"),
        (r#"{"origin": "https://a.example"}"#, "a role and an origin, or an address alone"),
        (r#"{"role": "iam", "origin": "https://a.example", "address": "10.0.0.0/8"}"#, "or an address alone"),
        (r#"{"adress": "10.0.0.0/8"}"#, "adress"),
        (r#"{"role": "I AM", "origin": "https://a.example"}"#, r#""I AM" is not a role"#),
        (r#"{"role": "iam", "origin": "http://a.example"}"#, "plain http is accepted for loopback only"),
        (r#"{"role": "iam", "origin": "https://*.example"}"#, "letters, digits, hyphens and underscores"),
        (r#"{"address": "10.0.0.1/8"}"#, "bits behind the prefix"),
        (r#"{"variable": "A=B"}"#, r#""A=B" is not the name of an environment variable"#),
        (r#"{"variable": ""}"#, "is not the name of an environment variable"),
        (r#"{"variable": "A", "address": "10.0.0.0/8"}"#, "or a variable alone"),
    ] {
        let error = allow(line).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains("line 1"), "{line}: {error}");
    }
    for text in
        ["", "{}", r#"{"version": 1}"#, r#"{"version": 2, "allow": []}"#, r#"{"version": 1, "allow": [], "x": 1}"#]
    {
        assert!(Grant::from_json(text).is_err(), "{text}");
    }
    let secret = allow(r#"{"role": "iam", "origin": "https://user:s3cret@a.example"}"#).unwrap_err().to_string();
    assert!(secret.contains("a user name or a password") && !secret.contains("s3cret"), "{secret}");
}

#[test]
fn a_declaration_is_strict() {
    let declare = |need: &str| Declaration::from_json(&format!(r#"{{"version": 1, "requests": [{need}]}}"#));
    declare(r#"{"role": "a", "method": "GET", "path": "/"}"#).unwrap();
    for need in [
        r#"{"method": "GET", "path": "/"}"#,
        r#"{"role": "a", "method": "*", "path": "/"}"#,
        r#"{"role": "a", "method": "get", "path": "/"}"#,
        r#"{"role": "a", "method": "CONNECT", "path": "/"}"#,
        r#"{"role": "a", "method": "GET", "path": ""}"#,
        r#"{"role": "a", "method": "GET", "path": "x"}"#,
        r#"{"role": "a", "method": "GET", "path": "/x/"}"#,
        r#"{"role": "a", "method": "GET", "path": "/*"}"#,
        r#"{"role": "a", "method": "GET", "path": "/{id}"}"#,
        r#"{"role": "a", "method": "GET", "path": "/x{}"}"#,
        r#"{"role": "a", "method": "GET", "path": "/../x"}"#,
        r#"{"role": "a", "method": "GET", "path": "/x?y"}"#,
        r#"{"role": "a", "method": "GET", "path": "/", "query": ["*"]}"#,
        r#"{"role": "a", "method": "GET", "path": "/", "query": [""]}"#,
        r#"{"role": "a", "method": "GET", "path": "/", "origin": "https://a.example"}"#,
    ] {
        assert!(declare(need).is_err(), "{need}");
    }
    assert!(
        Declaration::from_json(r#"{"version": 2, "requests": []}"#).unwrap_err().to_string().contains("version is 2")
    );
    let written = serde_json::to_string(&declaration()).unwrap();
    assert_eq!(Declaration::from_json(&written).unwrap(), declaration());
}

#[test]
fn every_declaration_beside_a_contract_can_be_read() {
    let mut read = 0;
    for folder in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../wit")).unwrap() {
        if let Ok(text) = std::fs::read_to_string(folder.unwrap().path().join("needs.json")) {
            assert!(!Declaration::from_json(&text).unwrap().needs().is_empty());
            read += 1;
        }
    }
    assert!(read > 0);
}

#[test]
fn a_variable_is_granted_by_its_exact_name_and_grants_no_request() {
    let policy = r#"{"version": 1, "allow": [{"variable": "EXAMPLE_ZONE"}]}"#;
    let grant = Grant::from_json(policy).unwrap();
    assert!(grant.has_variable("EXAMPLE_ZONE") && !grant.has_variable("example_zone"));
    assert_eq!(Grant::from_json(&grant.to_string()).unwrap(), grant);
    assert!(ask("https://iam.example/v3/projects", &grant).is_err());
}
