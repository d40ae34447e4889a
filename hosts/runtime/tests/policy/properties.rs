//! Properties of any URL, grant and text.

use component_runtime::policy::{Declaration, Entry, Grant, Role, check};
use http::{Method, Uri};
use proptest::prelude::*;

use crate::{declaration, grant};

/// URLs of good and bad parts.
fn url() -> impl Strategy<Value = String> {
    let scheme = prop::sample::select(vec!["https", "http", "HTTPS", "ftp"]);
    let host = prop::sample::select(vec![
        "a.example",
        "A.Example.",
        "localhost",
        "localhost.",
        "127.0.0.1",
        "10.0.0.1",
        "0177.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[fe80::1]",
        "169.254.169.254",
        "8.8.8.8",
        "[64:ff9b::a00:1]",
        "user@a.example",
    ]);
    let port = prop::sample::select(vec!["", ":443", ":80", ":8443", ":0", ":"]);
    let path = prop::sample::select(vec![
        "/v3/projects",
        "/v3/projects?name=x",
        "/v3/x/pipeline/pipelines",
        "/v3/../pipeline/pipelines",
        "/other",
        "",
    ]);
    (scheme, host, port, path).prop_map(|(scheme, host, port, path)| format!("{scheme}://{host}{port}{path}"))
}

fn some_grant() -> impl Strategy<Value = Grant> {
    let entry = prop::sample::select(vec![
        ("iam", "https://a.example"),
        ("service", "https://a.example"),
        ("iam", "http://localhost"),
        ("service", "https://10.0.0.1"),
        ("iam", "https://8.8.8.8:8443"),
        ("address", "10.0.0.0/8"),
        ("address", "0.0.0.0/0"),
        ("address", "::/0"),
    ]);
    prop::collection::vec(entry, 0..6).prop_map(|entries| grant(&entries))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn the_policy_file_that_a_denial_prints_makes_the_same_request_pass(url in url(), grant in some_grant()) {
        let Ok(uri) = url.parse::<Uri>() else { return Ok(()) };
        if let Err(denial) = check(&Method::GET, &uri, &declaration(), &grant) {
            // As the user would: from the text that is shown.
            match denial.policy(&grant) {
                Some(policy) => {
                    let policy = Grant::from_json(&policy.to_string()).unwrap();
                    prop_assert!(grant.entries().iter().all(|entry| policy.entries().contains(entry)), "{}", url);
                    prop_assert!(check(&Method::GET, &uri, &declaration(), &policy).is_ok(), "{}", url);
                }
                None => prop_assert!(denial.to_string().contains("No policy allows this: "), "{denial}"),
            }
        }
    }

    #[test]
    fn a_grant_comes_back_from_its_file(grant in some_grant()) {
        prop_assert_eq!(Grant::from_json(&grant.to_string()).unwrap(), grant);
    }

    #[test]
    fn passing_requests_are_declared_and_granted(url in url(), grant in some_grant()) {
        let Ok(uri) = url.parse::<Uri>() else { return Ok(()) };
        if let Ok(role) = check(&Method::GET, &uri, &declaration(), &grant) {
            let origin = component_runtime::policy::origin::of(&uri).unwrap();
            prop_assert!(grant.has(&role, &origin));
            let target = uri.path_and_query().unwrap().as_str();
            prop_assert!(declaration().needs().iter().any(|need| need.role == role && need.covers("GET", target)));
            prop_assert!(check(&Method::GET, &uri, &Declaration::default(), &grant).is_err());
            prop_assert!(check(&Method::GET, &uri, &declaration(), &Grant::default()).is_err());
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*", json in r#"[\[\]{}",:a-z0-9 /]{0,60}"#) {
        for text in [&text, &json] {
            let _ = Grant::from_json(text);
            let _ = Declaration::from_json(text);
            let _ = text.parse::<Entry>();
            let _ = text.parse::<Role>();
            if let Ok(uri) = text.parse::<Uri>() {
                let _ = check(&Method::GET, &uri, &declaration(), &Grant::default());
            }
        }
    }
}
