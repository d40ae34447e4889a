//! What a connection may hold, and that it keeps its secrets.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use http::Uri;
use proptest::prelude::*;
use servicestage_component::connection::{Connection, Credentials, Project};

fn connection() -> Connection {
    Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        endpoint: None,
        iam_endpoint: None,
        credentials: Credentials::Ambient,
        connect_timeout_ms: None,
        first_byte_timeout_ms: None,
        between_bytes_timeout_ms: None,
        call_timeout_ms: None,
        max_attempts: None,
        max_response_bytes: None,
    }
}

#[test]
fn endpoints_take_their_normal_form_or_are_refused() {
    let taken = [
        ("https://example.com", "https", "example.com"),
        ("https://example.com/", "https", "example.com"),
        ("HTTPS://EXAMPLE.com:443", "https", "example.com"),
        ("https://example.com:8443", "https", "example.com:8443"),
        ("https://10.0.0.1", "https", "10.0.0.1"),
        ("http://localhost", "http", "localhost"),
        ("http://127.0.0.1:80", "http", "127.0.0.1"),
        ("http://127.255.0.9:8080", "http", "127.255.0.9:8080"),
        ("http://[::1]:8080", "http", "[::1]:8080"),
        ("https://[2001:db8::1]", "https", "[2001:db8::1]"),
    ];
    for (endpoint, scheme, authority) in taken {
        let origin = Connection { endpoint: Some(endpoint.to_owned()), ..connection() }.service().expect(endpoint);
        assert_eq!((origin.scheme, origin.authority.as_str()), (scheme, authority), "{endpoint}");
    }
    let refused = [
        "",
        "example.com",
        "//example.com",
        "https://",
        "https:///",
        "https://:443",
        "https://example.com:",
        "https://example.com:0",
        "https://example.com:65536",
        "https://example.com:+443",
        "https://example.com//",
        "https://example.com/v3",
        "https://example.com\\@evil.example.com",
        "https://user@example.com",
        "https://user:secret@example.com",
        "https://example.com?x",
        "https://example.com#x",
        "https://exa mple.com",
        "https://example.com\r\nx: y",
        "https://exämple.com",
        "https://.example.com",
        "https://example..com",
        "https://example.com.",
        "https://[::1",
        "https://::1",
        "https://[localhost]",
        "https://[fe80::1%25eth0]",
        "http://example.com",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://2130706433",
        "http://0177.0.0.1",
        "http://[::ffff:127.0.0.1]",
        "http://[::1].example.com",
        "ws://localhost",
        "file:///etc/passwd",
    ];
    for endpoint in refused {
        let invalid = Connection { endpoint: Some(endpoint.to_owned()), ..connection() }.service().expect_err(endpoint);
        assert_eq!(invalid.argument, "endpoint", "{endpoint}");
        assert!(!invalid.reason.contains("secret"), "{}", invalid.reason);
        let iam = Connection { iam_endpoint: Some(endpoint.to_owned()), ..connection() }.project().expect_err(endpoint);
        assert_eq!(iam.argument, "iam-endpoint", "{endpoint}");
    }
}

#[test]
fn regions_are_names_and_lead_to_their_cloud() {
    let origins = [
        ("cn-north-4", "servicestage.cn-north-4.myhuaweicloud.com", "iam.cn-north-4.myhuaweicloud.com"),
        (
            "my-kualalumpur-1",
            "servicestage.my-kualalumpur-1.myhuaweicloud.com",
            "iam.my-kualalumpur-1.myhuaweicloud.com",
        ),
        ("eu-west-101", "servicestage.eu-west-101.myhuaweicloud.eu", "iam.eu-west-101.myhuaweicloud.eu"),
        ("eu-west-0", "servicestage.eu-west-0.myhuaweicloud.com", "iam.eu-west-0.myhuaweicloud.com"),
    ];
    for (region, service, iam) in origins {
        let connection = Connection { region: Some(region.to_owned()), project_id: None, ..connection() };
        assert_eq!(connection.service().unwrap().authority, service);
        let Project::OfRegion(lookup) = connection.project().unwrap() else { panic!("the project is known") };
        assert_eq!((lookup.iam.authority.as_str(), lookup.region.as_str()), (iam, region));
    }
    for region in [
        "",
        " ",
        "CN-NORTH-4",
        "cn_north_4",
        "cn-north-4.evil.com",
        "cn-north-4/",
        "-a",
        "a-",
        "4",
        "é",
        "a@b",
        &"a".repeat(64),
    ] {
        let invalid = Connection { region: Some(region.to_owned()), ..connection() }.service().expect_err(region);
        assert_eq!(invalid.argument, "region", "{region}");
    }
}

#[test]
fn project_ids_have_32_hexadecimal_digits() {
    for id in ["0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF"] {
        assert!(Connection { project_id: Some(id.to_owned()), ..connection() }.project().is_ok());
    }
    for id in [
        "",
        "0",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0",
        "0123456789abcdef0123456789abcdeg",
        "../../../../../../../../../../..",
        "0123456789abcdef 123456789abcdef",
    ] {
        let invalid = Connection { project_id: Some(id.to_owned()), ..connection() }.project().expect_err(id);
        assert_eq!(invalid.argument, "project-id", "{id}");
    }
}

#[test]
fn no_secret_is_shown_by_debug_or_by_a_refusal() {
    let secrets = ["token-Wq7\r\n", "secret-Wq7\u{7f}", "security-Wq7é"];
    let key = |secret: &str, token: &str| Credentials::AccessKey {
        access_key_id: "AKEXAMPLE".to_owned(),
        secret_access_key: secret.to_owned(),
        security_token: Some(token.to_owned()),
    };
    let all = [Credentials::Token(secrets[0].to_owned()), key(secrets[1], "fine"), key("fine", secrets[2])];
    for (credentials, argument) in
        all.into_iter().zip(["credentials.token", "credentials.secret-access-key", "credentials.security-token"])
    {
        let connection = Connection { credentials, ..connection() };
        let invalid = connection.credentials().unwrap_err();
        assert_eq!(invalid.argument, argument);
        assert!(!format!("{connection:?} {invalid:?}").contains("Wq7"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn an_endpoint_that_is_taken_leads_where_it_says_and_is_secure_or_loopback(
        scheme in "(https|http|HTTPS|ftp|)(://|:/|)",
        host in r"[a-zA-Z0-9.\[\]:@%/\\?# é-]{0,20}|localhost|127\.0\.0\.1|\[::1\]",
        port in "(:[0-9]{0,6})?/?",
    ) {
        let connection = Connection { endpoint: Some(format!("{scheme}{host}{port}")), ..connection() };
        let Ok(origin) = connection.service() else { return Ok(()) };
        let uri: Uri = format!("{}://{}/v3", origin.scheme, origin.authority).parse().unwrap();
        prop_assert_eq!(uri.authority().unwrap().as_str(), origin.authority.as_str());
        prop_assert_eq!((uri.scheme_str(), uri.path()), (Some(origin.scheme), "/v3"));
        prop_assert!(!origin.authority.contains('@'));
        let loopback = matches!(uri.host(), Some("localhost" | "[::1]")) || uri.host().unwrap().starts_with("127.");
        prop_assert!(origin.scheme == "https" || loopback, "{uri}");
    }
}
