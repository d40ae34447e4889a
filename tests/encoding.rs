//! Answers in a form that was not asked for, and byte order marks.

use std::time::Duration;

use http::StatusCode;
use model::connection::Connection;
use model::error::{Error, ErrorKind};
use model::listing::Listing;
use servicestage_component::failure::Failure;
use servicestage_component::list::{RequestLimits, Transport, find_project, list_pipelines};
use servicestage_component::request::Request;
use servicestage_component::response::{Headers, Response};

const LISTING: &str = r#"[{"id": "a", "name": "发布"}]"#;
const PROJECTS: &str = r#"{"projects": [{"id": "0123456789abcdef0123456789abcdef", "name": "cn-north-4"}]}"#;
const REFUSAL: &str = r#"{"error_code": "SVCSTG.00100400", "error_msg": "parameter invalid"}"#;

/// A server that sends one answer.
#[derive(Clone)]
struct Server {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Transport for Server {
    fn now(&self) -> Duration {
        Duration::from_secs(1_735_720_200)
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {}

    fn send(&mut self, _: Request, _: RequestLimits) -> Result<Response, Failure> {
        let value_of = |name: &str| self.headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
        let headers = Headers::look_up(self.status, value_of);
        Ok(Response { status: self.status, headers, body: Ok(self.body.clone()) })
    }
}

fn server(status: u16, headers: &[(&'static str, &str)], body: &[u8]) -> Server {
    let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    Server { status: StatusCode::from_u16(status).unwrap(), headers, body: body.to_vec() }
}

fn connection() -> Connection {
    Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        max_attempts: Some(1),
        ..Connection::default()
    }
}

fn list(mut server: Server) -> Result<Listing, Error> {
    list_pipelines(&mut server, &connection(), vec![])
}

fn find(mut server: Server) -> Result<String, Error> {
    find_project(&mut server, &Connection { project_id: None, ..connection() })
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

/// Bytes that begin as those of gzip do.
fn gzip() -> Vec<u8> {
    vec![0x1F, 0x8B, 8, 0, 0x4A, 0x7C, 0x0D, 0x6B, 2, 0xFF]
}

/// Headers, a body, and the form that is named.
type Case = (&'static [(&'static str, &'static str)], Vec<u8>, &'static str);

fn cases() -> Vec<Case> {
    let (gbk, latin1) = (b"[{\"id\": \"\xB7\xA2\xB2\xBC\"}]".to_vec(), b"[{\"id\": \"caf\xE9\"}]".to_vec());
    let brotli = vec![0x0B, 2, 0x80, b'[', b']', 3];
    vec![
        (&[("content-encoding", "gzip")], gzip(), "compressed with gzip"),
        (&[("content-encoding", " GZIP ")], gzip(), "compressed with GZIP"),
        (&[("content-encoding", "identity, br")], brotli.clone(), "compressed with br"),
        (&[("content-encoding", "deflate")], vec![0x78, 0x9C, 0xAB], "compressed with deflate"),
        (&[("content-encoding", "zstd")], vec![0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd"),
        (&[("content-encoding", "secret\r\nx")], brotli, "compressed with secret x,"),
        (&[], gzip(), "compressed with gzip"),
        (&[("content-encoding", "identity"), ("content-type", "application/json")], gzip(), "compressed with gzip"),
        (&[("content-type", "application/json;charset=UTF-16")], utf16(LISTING, u16::to_be_bytes), "set UTF-16"),
        (&[("content-type", "application/json; Charset=\"gbk\"")], gbk, "character set gbk"),
        (&[("content-type", "text/json; q=1; charset = 'ISO-8859-1'")], latin1, "character set ISO-8859-1"),
        (&[("content-type", "application/json;charset=utf8")], utf16(LISTING, u16::to_le_bytes), "set UTF-16"),
        (&[], utf16(LISTING, u16::to_be_bytes), "character set UTF-16"),
        (&[], utf16(&format!("\u{feff}{LISTING}"), u16::to_be_bytes), "character set UTF-16"),
        (&[], utf16(&format!("\u{feff}{REFUSAL}"), u16::to_le_bytes), "character set UTF-16"),
        (&[], vec![0xFF, 0xFE, 0, 0, b'[', 0, 0, 0], "character set UTF-32"),
    ]
}

#[test]
fn a_form_that_was_not_asked_for_is_named_in_one_sentence() {
    for (headers, body, form) in cases() {
        let success = server(200, headers, &body);
        for error in [list(success.clone()).unwrap_err(), find(success).unwrap_err()] {
            assert!(matches!(error.kind, ErrorKind::Undecodable(_)), "{}", error.message);
            let why = error.message.lines().nth(1).unwrap();
            assert!(why.starts_with("The answer is ") && why.contains(form), "{why}");
            assert!(why.contains(", which was not asked for. (GET "), "{why}");
        }
        for (status, kind) in [(502, ErrorKind::Unavailable), (401, ErrorKind::Unauthenticated)] {
            let error = list(server(status, headers, &body)).unwrap_err();
            assert_eq!((&error.kind, error.vendor_message.as_deref()), (&kind, None), "{}", error.message);
            let why = error.message.lines().nth(1).unwrap();
            assert!(why.starts_with("The answer is ") && why.contains(form), "{why}");
        }
    }
}

#[test]
fn a_readable_body_is_read_whatever_its_headers_say() {
    let plain = list(server(200, &[], LISTING.as_bytes())).unwrap();
    for headers in [
        ("content-encoding", "gzip"),
        ("content-encoding", "identity"),
        ("content-encoding", "utf-8"),
        ("content-type", "application/json;charset=ISO-8859-1"),
        ("content-type", "application/json;charset="),
        ("content-type", "text/plain"),
    ] {
        assert_eq!(list(server(200, &[headers], LISTING.as_bytes())).as_ref(), Ok(&plain), "{headers:?}");
        let refused = list(server(400, &[headers], REFUSAL.as_bytes())).unwrap_err();
        assert_eq!(refused.vendor_code.as_deref(), Some("SVCSTG.00100400"), "{headers:?}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_wherever_json_is_read() {
    let marked = |text: &str| format!("\u{feff}{text}").into_bytes();
    let answer = |status, text| server(status, &[], &marked(text));
    assert_eq!(list(answer(200, LISTING)), list(server(200, &[], LISTING.as_bytes())));
    assert_eq!(list(answer(200, " [] ")), list(server(200, &[], b"[]")));
    assert_eq!(list(answer(200, "null")), list(server(200, &[], b"null")));
    assert_eq!(list(answer(200, "")), list(server(200, &[], b"")));
    assert_eq!(find(answer(200, PROJECTS)), Ok("0123456789abcdef0123456789abcdef".to_owned()));
    for status in [200, 400] {
        let refused = list(answer(status, REFUSAL)).unwrap_err();
        assert_eq!(refused.vendor_code.as_deref(), Some("SVCSTG.00100400"));
        assert_eq!(refused.vendor_message.as_deref(), Some("parameter invalid"));
    }
    let refused = find(answer(401, r#"{"error": {"code": 401, "message": "no", "title": "Unauthorized"}}"#));
    assert_eq!(refused.unwrap_err().vendor_message.as_deref(), Some("no"));
}

#[test]
fn a_byte_order_mark_that_is_not_whole_or_not_at_the_beginning_is_not_skipped() {
    for body in ["\u{feff}\u{feff}[]", "[\u{feff}]", "{\u{feff}\"pipelines\": []}", "[]\u{feff}"] {
        let error = list(server(200, &[], body.as_bytes())).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Undecodable(_)), "{}", error.message);
    }
    for body in [&b"\xEF"[..], b"\xEF\xBB", b"\xEF\xBB[]", b"\xEF[]", b"\xBB\xBF[]"] {
        let error = list(server(200, &[], body)).unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Undecodable(_) | ErrorKind::CutShort), "{}", error.message);
    }
}
