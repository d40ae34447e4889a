//! Every error body that is known, and those in the folder named by `VECTORS`.

use std::path::PathBuf;
use std::time::Duration;

use http::StatusCode;
use model::error::{ClockSkew, ErrorKind, Forbidden, Redirected, Throttled};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use servicestage_component::failure::{Failure, Operation};
use servicestage_component::rejection::failure;
use servicestage_component::response::Headers;

#[derive(Deserialize)]
struct Vector {
    name: String,
    status: u16,
    headers: serde_json::Map<String, Value>,
    body: String,
}

/// The meaning of each vector: kind, code, message, request id.
type Meaning = (&'static str, ErrorKind, Option<&'static str>, &'static str, Option<&'static str>);

fn meanings() -> Vec<Meaning> {
    let forbidden = ErrorKind::Forbidden(Forbidden {
        permission: "servicestage:pipeline:list".to_owned(),
        depends_on: vec!["servicestage:environment:get".to_owned(), "servicestage:environment:list".to_owned()],
    });
    let skew = ErrorKind::ClockSkew(ClockSkew { signed_at: 1_779_960_472_000, server_time: 1_779_961_450_000 });
    vec![
        (
            "gateway_bad_signature",
            ErrorKind::Unauthenticated,
            Some("APIGW.0301"),
            "Incorrect IAM authentication information: verify aksk signature fail",
            Some("r-header"),
        ),
        (
            "gateway_clock_skew",
            skew,
            Some("APIGW.0301"),
            "Incorrect IAM authentication information: calc aksk signature fail:signature expired, \
             signature time:20260528T092752Z,server time:20260528T094410Z",
            Some("0fb688fc238981ea543d7b2e35891a10"),
        ),
        (
            "gateway_throttled",
            ErrorKind::Throttled(Throttled { retry_after_ms: None }),
            Some("APIGW.0308"),
            "The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute",
            Some("d4e8174b8df00840aef0c6907ec0e384"),
        ),
        ("servicestage_bad_request", ErrorKind::Rejected, Some("SVCSTG.00100400"), "parameter invalid", Some("r")),
        ("servicestage_not_found_as_401", ErrorKind::NotFound, Some("SVCSTG.00100401"), "application not found", None),
        ("iam_keystone", ErrorKind::Unauthenticated, Some("401"), "The X-Auth-Token is invalid!", Some("r")),
        ("camel_errorCode_errorMsg", ErrorKind::Rejected, Some("ASM.01400001"), "m", None),
        ("html_502", ErrorKind::Unavailable, None, "<html><body>502 Bad Gateway</body></html>", Some("low")),
        ("json_no_known_keys", forbidden, None, r#"{"msg": "no"}"#, None),
        ("array_swr", ErrorKind::Rejected, Some("SVCSTG.SWR.4001048"), "Failed to get Token from Context", None),
    ]
}

#[test]
fn every_vector_means_what_it_should() {
    let vectors = read(&PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors")));
    let meanings = meanings();
    assert_eq!(vectors.len(), meanings.len(), "a vector without a meaning");
    for vector in &vectors {
        let (_, kind, code, message, request_id) =
            meanings.iter().find(|meaning| meaning.0 == vector.name).unwrap_or_else(|| panic!("{}", vector.name));
        let failure = meaning(vector);
        assert_eq!(&failure.kind, kind, "{}", vector.name);
        assert_eq!(failure.response.status, Some(vector.status), "{}", vector.name);
        assert_eq!(failure.response.code.as_deref(), *code, "{}", vector.name);
        assert_eq!(failure.response.message.as_deref(), Some(*message), "{}", vector.name);
        assert_eq!(failure.response.request_id.as_deref(), *request_id, "{}", vector.name);
    }
}

#[test]
fn other_vectors_have_a_meaning_too() {
    let Some(folder) = std::env::var_os("VECTORS").filter(|folder| !folder.is_empty()) else { return };
    for vector in &read(&PathBuf::from(folder)) {
        let failure = meaning(vector);
        let (name, facts) = (&vector.name, &failure.response);
        assert_eq!(facts.status, Some(vector.status), "{name}");
        assert!(vector.status < 400 || !matches!(failure.kind, ErrorKind::Other(_)), "{name}: {:?}", failure.kind);
        assert_eq!(facts.code.is_none() && facts.message.is_none(), vector.body.trim().is_empty(), "{name}");
        let header = vector.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case("x-request-id"));
        if let Some((_, id)) = header {
            assert_eq!(facts.request_id.as_deref(), id.as_str(), "{name}");
        }
    }
}

#[test]
fn the_header_of_iam_tells_the_request_id_too() {
    let headers = headers([("X-IAM-Trace-Id", "trace")]);
    let failure = failure(Operation::FindProject, StatusCode::FORBIDDEN, &headers, b"", Duration::ZERO);
    assert_eq!(failure.response.request_id.as_deref(), Some("trace"));
}

#[test]
fn a_redirect_tells_its_origin_and_no_more() {
    let cases = [
        ("https://a.example.com:8443/login?ticket=secret#x", Some("https://a.example.com:8443")),
        ("https://user:secret@a.example.com", Some("https://a.example.com")),
        ("https://a.example.com?secret", Some("https://a.example.com")),
        ("/login?ticket=secret", None),
        ("", None),
    ];
    for (location, expected) in cases {
        let headers = headers([("location", location)]);
        let failure = failure(Operation::ListPipelines, StatusCode::FOUND, &headers, b"", Duration::ZERO);
        assert_eq!(
            failure.kind,
            ErrorKind::Redirected(Redirected { location: expected.map(str::to_owned) }),
            "{location}"
        );
    }
}

#[test]
fn retry_after_is_read_in_both_forms() {
    let now = Duration::from_secs(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
    let cases = [
        ("0", Some(0)),
        ("120", Some(120)),
        ("99999999999999999999999", Some(u64::from(u32::MAX))),
        ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
        ("Sunday, 06-Nov-94 08:49:47 GMT", Some(10)),
        ("Sun Nov  6 08:49:47 1994", Some(10)),
        ("Sun, 06 Nov 1994 08:49:27 GMT", Some(0)),
        ("soon", None),
        ("-1", None),
        ("1.5", None),
        ("", None),
    ];
    for (value, seconds) in cases {
        let headers = headers([("retry-after", value)]);
        let failure = failure(Operation::ListPipelines, StatusCode::TOO_MANY_REQUESTS, &headers, b"", now);
        assert_eq!(failure.retry_after, seconds.map(Duration::from_secs), "{value:?}");
    }
}

#[test]
fn only_what_may_pass_by_itself_is_transient() {
    for status in (300..600).filter_map(|status| StatusCode::from_u16(status).ok()) {
        let failure = failure(Operation::ListPipelines, status, &Headers::default(), b"", Duration::ZERO);
        assert_eq!(failure.transient, matches!(status.as_u16(), 429 | 502..=504), "{status}");
    }
}

proptest! {
    #[test]
    fn no_body_panics_and_every_text_stays_short(body in prop::collection::vec(any::<u8>(), 0..2000), status in 200_u16..600) {
        let status = StatusCode::from_u16(status).unwrap();
        let failure = failure(Operation::ListPipelines, status, &Headers::default(), &body, Duration::ZERO);
        prop_assert!(failure.response.message.is_none_or(|text| text.chars().count() <= 513));
    }

    #[test]
    fn every_text_that_is_reported_is_one_short_line(
        status in 200_u16..600,
        text in any::<String>(),
        code in any::<String>(),
        id in any::<String>(),
        late in prop::option::of(any::<String>()),
    ) {
        let status = StatusCode::from_u16(status).unwrap();
        let body = json!({"error_code": code, "error_msg": text}).to_string();
        let headers = Headers {
            request_id: Some(id),
            retry_after: late.clone(),
            date: late,
            location: Some(text.clone()),
            content_encoding: Some(text.clone()),
            content_type: Some(text),
        };
        let told = failure(Operation::ListPipelines, status, &headers, body.as_bytes(), Duration::ZERO).response;
        for text in [told.code, told.message, told.request_id].into_iter().flatten() {
            prop_assert!(!text.is_empty() && text.chars().count() <= 513, "{text:?}");
            prop_assert!(!text.contains(char::is_control), "{text:?}");
        }
    }
}

fn read(folder: &std::path::Path) -> Vec<Vector> {
    let file = folder.join("errors.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn meaning(vector: &Vector) -> Failure {
    let headers =
        headers(vector.headers.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default())));
    let status = StatusCode::from_u16(vector.status).unwrap();
    failure(Operation::ListPipelines, status, &headers, vector.body.as_bytes(), Duration::ZERO)
}

fn headers<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Headers {
    let pairs: Vec<_> = pairs.into_iter().collect();
    Headers::look_up(StatusCode::BAD_REQUEST, |name| {
        pairs.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn of_a_success_only_the_request_id_and_the_form_are_looked_up() {
    let asked = std::cell::RefCell::new(vec![]);
    let headers = Headers::look_up(StatusCode::OK, |name| {
        asked.borrow_mut().push(name.to_owned());
        (name == "x-iam-trace-id").then(|| "id".to_owned())
    });
    assert_eq!(headers, Headers { request_id: Some("id".to_owned()), ..Headers::default() });
    assert_eq!(asked.into_inner(), ["x-request-id", "x-iam-trace-id", "content-encoding", "content-type"]);
}
