//! A connection is checked, and keeps its secrets.

use http::Uri;
use model::connection::Connection;
use model::credentials::{AccessKey, Credentials};
use proptest::prelude::*;
use serde::Deserialize;
use servicestage_component::connection::{ProjectSource, check_credentials, project, service};

fn connection() -> Connection {
    Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        ..Connection::default()
    }
}

#[derive(Deserialize)]
struct Case {
    origin: String,
    normal: Option<String>,
}

#[test]
fn endpoints_take_their_normal_form_or_are_refused_as_in_every_host() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("vectors/origins.json")).unwrap();
    for Case { origin, normal } in cases {
        let service = service(&Connection { endpoint: Some(origin.clone()), ..connection() });
        let iam = project(&Connection { iam_endpoint: Some(origin.clone()), project_id: None, ..connection() });
        match normal {
            Some(normal) => {
                let ProjectSource::OfRegion(lookup) = iam.unwrap() else { panic!("the project is known") };
                assert_eq!([service.unwrap().to_string(), lookup.iam.to_string()], [normal.clone(), normal]);
            }
            None => {
                let (service, iam) = (service.expect_err(&origin), iam.expect_err(&origin));
                assert_eq!(
                    (service.argument.as_str(), iam.argument.as_str()),
                    ("endpoint", "iam-endpoint"),
                    "{origin:?}"
                );
                assert!(!format!("{service:?} {iam:?}").contains("secret"), "{service:?}");
            }
        }
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
    for (region, expected, iam) in origins {
        let connection = Connection { region: Some(region.to_owned()), project_id: None, ..connection() };
        assert_eq!(service(&connection).unwrap().authority(), expected);
        let ProjectSource::OfRegion(lookup) = project(&connection).unwrap() else { panic!("the project is known") };
        assert_eq!((lookup.iam.authority().as_str(), lookup.region.as_str()), (iam, region));
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
        let invalid = service(&Connection { region: Some(region.to_owned()), ..connection() }).expect_err(region);
        assert_eq!(invalid.argument, "region", "{region}");
    }
}

#[test]
fn project_ids_have_32_hexadecimal_digits() {
    for id in ["0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF"] {
        assert!(project(&Connection { project_id: Some(id.to_owned()), ..connection() }).is_ok());
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
        let invalid = project(&Connection { project_id: Some(id.to_owned()), ..connection() }).expect_err(id);
        assert_eq!(invalid.argument, "project-id", "{id}");
    }
}

#[test]
fn a_refused_value_shows_its_dirt() {
    for (value, shown) in [
        ("cn-north-4\n", r#""cn-north-4\n""#),
        ("cn-north-4 ", r#""cn-north-4 ""#),
        ("\u{feff}cn-north-4", r#""\u{feff}cn-north-4""#),
        ("cn-north-4\u{a0}", r#""cn-north-4\u{a0}""#),
        ("cn\u{2011}north\u{2013}4", r#""cn\u{2011}north\u{2013}4""#),
        ("cn\u{202e}north-4", r#""cn\u{202e}north-4""#),
        ("cn\u{0}north-4", r#""cn\u{0}north-4""#),
        ("cn\"north-4", r#""cn\"north-4""#),
        ("", r#""""#),
    ] {
        let padded = ["\n", " ", "\u{a0}"].iter().any(|end| value.ends_with(end)) || value.starts_with('\u{feff}');
        let region = service(&Connection { region: Some(value.to_owned()), ..connection() }).unwrap_err();
        let project = project(&Connection { project_id: Some(value.to_owned()), ..connection() }).unwrap_err();
        for invalid in [region, project] {
            assert!(invalid.reason.starts_with(shown), "{}", invalid.reason);
            assert_eq!(invalid.reason.contains("remove the white space at its ends"), padded, "{}", invalid.reason);
        }
    }
}

#[test]
fn no_secret_is_shown_by_debug_or_by_a_refusal() {
    let secrets = ["token-Wq7\r\n", "secret-Wq7\u{7f}", "security-Wq7é"];
    let key = |secret: &str, token: &str| {
        Credentials::AccessKey(AccessKey {
            access_key_id: "AKEXAMPLE".to_owned(),
            secret_access_key: secret.to_owned(),
            security_token: Some(token.to_owned()),
        })
    };
    let all = [Credentials::Token(secrets[0].to_owned()), key(secrets[1], "fine"), key("fine", secrets[2])];
    for (credentials, argument) in
        all.into_iter().zip(["credentials.token", "credentials.secret-access-key", "credentials.security-token"])
    {
        let connection = Connection { credentials, ..connection() };
        let invalid = check_credentials(&connection.credentials).unwrap_err();
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
        let Ok(origin) = service(&connection) else { return Ok(()) };
        let uri: Uri = format!("{origin}/v3").parse().unwrap();
        prop_assert_eq!(uri.authority().unwrap().as_str(), origin.authority());
        prop_assert_eq!((uri.scheme_str() == Some("https"), uri.path()), (origin.is_secure(), "/v3"));
        prop_assert!(!origin.authority().contains('@'));
        let loopback = matches!(uri.host(), Some("localhost" | "[::1]")) || uri.host().unwrap().starts_with("127.");
        prop_assert!(origin.is_secure() || loopback, "{uri}");
    }
}
