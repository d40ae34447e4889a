//! Every error code of wasi:http, and the kind of error that the component makes of it.

use std::sync::Arc;

use component_runtime::http::{Decision, HttpError, Request, Timeouts, Verdict};
use component_runtime::{Layer, Stack};
use host_test::run::load;
use serde_json::{Value, json};
use servicestage::Exports;
use servicestage::types::Connection;

/// A layer that fails every request.
struct Failing(fn() -> HttpError);

impl Layer for Failing {
    fn decide<'a>(&'a self, _request: Request, _timeouts: &'a Timeouts) -> Decision<'a> {
        Box::pin(async { Verdict::Complete(Err((self.0)())) })
    }
}

/// Code, kind, and whether the component tries again.
type Row = (fn() -> HttpError, Value, bool);

fn table() -> Vec<Row> {
    use HttpError as E;
    let too_large = json!({"too_large": {"limit_bytes": null}});
    let other = |text: &str| json!({ "other": text });
    vec![
        (|| E::DnsTimeout, json!("dns"), true),
        (|| E::DnsError { rcode: Some("NXDOMAIN".into()), info_code: None }, json!("dns"), false),
        (|| E::DnsError { rcode: Some("SERVFAIL".into()), info_code: None }, json!("dns"), true),
        (|| E::DnsError { rcode: None, info_code: None }, json!("dns"), false),
        (|| E::DestinationNotFound, json!("dns"), false),
        (|| E::DestinationUnavailable, json!("refused"), true),
        (|| E::DestinationIpProhibited, json!("denied"), false),
        (|| E::DestinationIpUnroutable, json!("refused"), true),
        (|| E::ConnectionRefused, json!("refused"), true),
        (|| E::ConnectionTerminated, json!("reset"), true),
        (|| E::ConnectionTimeout, json!({"timeout": "connect"}), true),
        (|| E::ConnectionReadTimeout, json!({"timeout": "first_byte"}), false),
        (|| E::ConnectionWriteTimeout, json!({"timeout": "first_byte"}), false),
        (|| E::ConnectionLimitReached, json!("refused"), true),
        (|| E::TlsProtocolError, json!("tls"), false),
        (|| E::TlsCertificateError, json!("tls"), false),
        (
            || E::TlsAlertReceived { alert_id: Some(40), alert_message: Some("HandshakeFailure".into()) },
            json!("tls"),
            false,
        ),
        (|| E::HttpRequestDenied, json!("denied"), false),
        (|| E::HttpRequestLengthRequired, other("the request has no length"), false),
        (|| E::HttpRequestBodySize(None), other("the request's body has another size than announced"), false),
        (|| E::HttpRequestMethodInvalid, other("the request's method is not valid"), false),
        (|| E::HttpRequestUriInvalid, other("the request's URL is not valid"), false),
        (|| E::HttpRequestUriTooLong, other("the request's URL is too long"), false),
        (|| E::HttpRequestHeaderSectionSize(None), other("the request's headers are too large"), false),
        (
            || E::HttpRequestHeaderSize { field_name: None, field_size: None },
            other("the request's headers are too large"),
            false,
        ),
        (|| E::HttpRequestTrailerSectionSize(None), other("the request's trailers are too large"), false),
        (
            || E::HttpRequestTrailerSize { field_name: None, field_size: None },
            other("the request's trailers are too large"),
            false,
        ),
        (|| E::HttpResponseIncomplete, json!("cut_short"), true),
        (|| E::HttpResponseHeaderSectionSize(None), too_large.clone(), false),
        (|| E::HttpResponseHeaderSize { field_name: None, field_size: None }, too_large.clone(), false),
        (|| E::HttpResponseBodySize(None), too_large.clone(), false),
        (|| E::HttpResponseTrailerSectionSize(None), too_large.clone(), false),
        (|| E::HttpResponseTrailerSize { field_name: None, field_size: None }, too_large, false),
        (
            || E::HttpResponseTransferCoding(None),
            other("the response has a transfer coding that the host does not know"),
            false,
        ),
        (
            || E::HttpResponseContentCoding(None),
            other("the response has a content coding that the host does not know"),
            false,
        ),
        (|| E::HttpResponseTimeout, json!({"timeout": "first_byte"}), false),
        (|| E::HttpUpgradeFailed, other("the connection was to be upgraded"), false),
        (|| E::HttpProtocolError, other("the answer is not HTTP as the host understands it"), false),
        (|| E::LoopDetected, other("the request runs in a loop between proxies"), false),
        (|| E::ConfigurationError, other("the host's network configuration is not valid"), false),
        (|| E::InternalError(Some("why".into())), other("the host failed: why"), false),
        (|| E::InternalError(None), other("the host failed: no reason given"), false),
    ]
}

#[tokio::test(start_paused = true)]
async fn every_error_code_has_its_kind() {
    let plugin = load().unwrap();
    for (code, kind, tried_again) in table() {
        let client = Exports::new(plugin.clone(), Stack::new(vec![Arc::new(Failing(code))]));
        let connection = Connection {
            region: Some("cn-north-4".to_owned()),
            project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
            max_attempts: Some(2),
            ..Connection::default()
        };
        let Err(error) = client.list_pipelines(connection, vec![]).await else { panic!("{} did not fail", code()) };
        assert_eq!(serde_json::to_value(&error.kind).unwrap(), kind, "{}", code());
        assert_eq!(error.attempts, if tried_again { 2 } else { 1 }, "{}", code());
        assert!(!tried_again || error.retryable, "{}", code());
    }
}

#[tokio::test]
async fn a_request_that_no_layer_completes_is_denied() {
    let client = Exports::new(load().unwrap(), Stack::new(vec![]));
    let connection = Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        ..Connection::default()
    };
    let Err(error) = client.list_pipelines(connection, vec![]).await else { panic!("no error") };
    assert_eq!(serde_json::to_value(&error.kind).unwrap(), json!("denied"));
}
