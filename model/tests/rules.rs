//! Tests that are not in the tables: messages, and rules with an unlimited number of inputs.

use model::connection::Connection;
use model::credentials::{AccessKey, Credentials};
use model::error::Timeout;
use model::no_proxy::NoProxy;
use model::origin::{Origin, OriginError};
use model::request::{Name, Need, Pattern, Role, Verb};
use model::status::{Status, StatusError, nearest, words};
use model::term::{Direction, OrderKey};
use model::text::quoted;
use proptest::prelude::*;
use serde_json::json;

#[test]
fn an_origin_is_refused_for_the_reason_that_its_user_can_act_on() {
    for (text, reason) in [
        ("https://example.com\n", OriginError::Padded),
        ("example.com", OriginError::NoScheme),
        ("ftp://example.com", OriginError::Scheme),
        ("http://example.com", OriginError::Plain),
        ("https://user:pass/word@example.com", OriginError::UserInfo),
        ("https://exam\tple.com", OriginError::WhiteSpace),
        ("https://example.com\\x", OriginError::Backslash),
        ("https://example.com//", OriginError::Path),
        ("https://example.com?x/", OriginError::Query),
        ("https://example.com#x", OriginError::Fragment),
        ("https:///", OriginError::NoHost),
        ("https://bücher.example", OriginError::NotAscii),
        ("https://[fe80::1%eth0]", OriginError::Percent),
        ("https://example.com:0443", OriginError::Port),
        ("https://example.com.", OriginError::TrailingDot),
        ("https://127.1", OriginError::Numeric),
        ("https://[::g]", OriginError::Ipv6),
        ("https://[::ffff:127.0.0.1]", OriginError::Mapped),
        (&format!("https://{}", "a.".repeat(127) + "a"), OriginError::Long),
        ("https://a..b", OriginError::Label),
    ] {
        assert_eq!(text.parse::<Origin>(), Err(reason), "{text:?}");
    }
}

#[test]
fn a_part_of_a_declaration_that_is_not_valid_is_shown_with_escapes() {
    for (error, start) in [
        ("Service".parse::<Role>().unwrap_err(), r#""Service" is not a role"#),
        ("GET\n".parse::<Verb>().unwrap_err(), r#""GET\n" is not a method"#),
        ("CONNECT".parse::<Verb>().unwrap_err(), r#""CONNECT" is not a method"#),
        ("/a//b".parse::<Pattern>().unwrap_err(), r#""/a//b" is not a pattern"#),
        ("/a/".parse::<Pattern>().unwrap_err(), r#""/a/" is not a pattern"#),
        ("/a/../b".parse::<Pattern>().unwrap_err(), r#""/a/../b" is not a pattern"#),
        ("/a%20b".parse::<Pattern>().unwrap_err(), r#""/a%20b" is not a pattern"#),
        ("a\u{202e}".parse::<Name>().unwrap_err(), r#""a\u{202e}" is not a name"#),
    ] {
        assert!(error.to_string().starts_with(start), "{error}");
    }
    let unknown = r#"{"role": "service", "method": "GET", "path": "/", "body": true}"#;
    assert!(serde_json::from_str::<Need>(unknown).is_err());
}

#[test]
fn an_entry_of_no_proxy_that_may_hold_a_password_is_not_shown() {
    let error = "example.com,user:secret@proxy".parse::<NoProxy>().unwrap_err().to_string();
    assert!(error.contains('@') && !error.contains("secret"), "{error}");
    let error = "example.com\u{7}".parse::<NoProxy>().unwrap_err().to_string();
    assert!(error.contains(r#""example.com\u{7}""#), "{error}");
}

#[test]
fn a_status_is_read_as_word_in_both_spellings_and_as_number() {
    for word in words() {
        let status: Status = word.parse().unwrap();
        assert_eq!(word.replace('_', "-").parse(), Ok(status));
        assert_eq!(status.number().to_string().parse(), Ok(status));
        assert_eq!(status.to_string(), word);
        assert_eq!(nearest(word), Some(word));
    }
    for number in [6, 8, 0, -1, i64::MIN, i64::MAX] {
        assert_eq!(number.to_string().parse(), Ok(Status::Other(number)));
        assert_eq!(Status::Other(number).to_string(), number.to_string());
    }
    for text in ["", " failed", "failed\n", "done", "1.0", "0x1", "9223372036854775808"] {
        assert!(text.parse::<Status>().is_err(), "{text:?}");
    }
}

#[test]
fn every_documented_status_has_its_own_number_and_the_word_of_its_json_form() {
    for number in -2..20 {
        let status = Status::from_number(number);
        assert_eq!(status.number(), number);
        assert_eq!(Status::Other(number).normal(), status);
        let json = serde_json::to_value(status).unwrap();
        match status.word() {
            Some(word) => assert_eq!(json, word),
            None => assert_eq!((status, json), (Status::Other(number), json!({"other": number}))),
        }
    }
    assert_eq!(words().count(), 12);
}

#[test]
fn an_enumeration_is_read_from_the_number_that_it_is_passed_as() {
    for key in [OrderKey::Creation, OrderKey::Update, OrderKey::LastRun, OrderKey::Name] {
        assert_eq!(OrderKey::_lift(key as u8), key);
    }
    for direction in [Direction::Ascending, Direction::Descending] {
        assert_eq!(Direction::_lift(direction as u8), direction);
    }
    for timeout in [Timeout::Connect, Timeout::FirstByte, Timeout::BetweenBytes, Timeout::Call] {
        assert_eq!(Timeout::_lift(timeout as u8), timeout);
    }
}

#[test]
fn debug_shows_no_secret() {
    let key = AccessKey {
        access_key_id: "id-hush".to_owned(),
        secret_access_key: "sk-hush".to_owned(),
        security_token: Some("st-hush".to_owned()),
    };
    for credentials in [Credentials::AccessKey(key), Credentials::Token("token-hush".to_owned())] {
        let shown = format!("{:?}", Connection { credentials, ..Connection::default() });
        assert!(shown.contains("[redacted]") && !shown.contains("hush"), "{shown}");
    }
}

#[test]
fn a_mistyped_status_is_answered_with_the_nearest_word_and_the_list() {
    for (typed, near) in [
        ("faild", Some("failed")),
        ("FAILED", Some("failed")),
        (" failed ", Some("failed")),
        ("failure", Some("failed")),
        ("succeded", Some("succeeded")),
        ("success", Some("succeeded")),
        ("rollingback", Some("rolling_back")),
        ("roll-back-failed", Some("rollback_failed")),
        ("pending", Some("pending_approval")),
        ("initialised", Some("initialized")),
        ("skiped", Some("skipped")),
        ("psaued", Some("paused")),
        ("pause", Some("paused")),
        ("roled_back", Some("rolled_back")),
        ("rolback_failed", Some("rollback_failed")),
        ("rolling", Some("rolling_back")),
        ("stoped", Some("stopping")),
        ("restart", Some("restarting")),
        ("release", Some("releasing")),
        ("running", None),
        ("error", None),
        ("all", None),
        ("ui", None),
        ("", None),
    ] {
        assert_eq!(nearest(typed), near, "{typed:?}");
    }
    let error: StatusError = "faild\n".parse::<Status>().unwrap_err();
    let message = error.to_string();
    assert!(message.starts_with(r#""faild\n" is not a status; did you mean `failed`?"#), "{message}");
    assert!(words().all(|word| message.contains(word)), "{message}");
    assert_eq!(nearest(&"a".repeat(1 << 20)), None);
}

#[test]
fn a_refused_value_is_shown_in_printable_ascii_and_in_part_if_it_is_long() {
    for (value, shown) in [
        ("", r#""""#),
        ("it's", r#""it's""#),
        (r#"a"b\c"#, r#""a\"b\\c""#),
        ("\r\n\t\u{0}\u{7f}", r#""\r\n\t\u{0}\u{7f}""#),
        ("\u{feff}cn–north\u{202e}", r#""\u{feff}cn\u{2013}north\u{202e}""#),
        ("\u{441}n-north-4", r#""\u{441}n-north-4""#),
    ] {
        assert_eq!(quoted(value), shown);
    }
    assert_eq!(quoted(&"a".repeat(64)), format!("\"{}\"", "a".repeat(64)));
    assert_eq!(quoted(&"a".repeat(65)), format!("\"{}\"...", "a".repeat(64)));
    assert!(quoted(&"\u{10ffff}".repeat(1000)).len() < 1000);
}

proptest! {
    #[test]
    fn no_text_makes_a_reader_panic_and_what_is_read_reads_the_same_again(text in any::<String>(), near in "(https?://)?[a-zA-Z0-9.:\\[\\]x_/*,@%? -]{0,40}") {
        for text in [text, near] {
            if let Ok(origin) = text.parse::<Origin>() {
                prop_assert_eq!(origin.to_string().parse(), Ok(origin));
            }
            if let Ok(no_proxy) = text.parse::<NoProxy>() {
                let _ = no_proxy.covers(&Origin::from_parts("https", "example.com").unwrap());
            }
            if let Ok(status) = text.parse::<Status>() {
                prop_assert_eq!(status.to_string().parse(), Ok(status));
            }
        }
    }
}
