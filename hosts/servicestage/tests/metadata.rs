//! The metadata of a cloud server, by real HTTP on loopback.

#[path = "support/call.rs"]
mod call;
mod support;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use call::{Hands, connection, explained, layer, listing, send, status};
use servicestage::credentials::{Identity, Metadata};
use servicestage::error::ErrorKind;
use support::{Server, assert_signed, header, json, token_expired};

#[tokio::test]
async fn the_key_of_a_cloud_server_is_renewed_before_it_expires_and_used_until_then() {
    let broken = Arc::new(Mutex::new(false));
    let fails = Arc::clone(&broken);
    let metadata = Server::start(move |before, request| {
        if *fails.lock().unwrap() {
            return json("500 Internal Server Error", "", "{}");
        }
        if request.starts_with("PUT /meta-data/latest/api/token ") {
            return json("200 OK", "", "metadata-token");
        }
        assert_eq!(header(request, "x-metadata-token").as_deref(), Some("metadata-token"));
        let body = format!(
            r#"{{"credential":{{"access":"AK{before}","secret":"hush-secret","securitytoken":"hush-session-{before}",
            "expires_at":"2025-01-01T09:30:00.000000Z"}}}}"#
        );
        json("200 OK", "", &body)
    });
    let service = Server::start(|_, _| json("200 OK", "", "[]"));
    let hands = Hands::new();
    let authenticator = hands.authenticator(Identity::Metadata(Metadata::at(&metadata.url).unwrap()));
    let layer = layer(&authenticator, &connection(&service));
    let used = || header(service.requests().last().unwrap(), "x-security-token").unwrap();

    for _ in 0..2 {
        assert_eq!(status(&layer, &service).await, 200);
    }
    assert_signed(&service.requests()[0], "AK1", "hush-secret");
    assert_eq!((used(), metadata.requests().len()), ("hush-session-1".to_owned(), 2));
    assert_eq!(header(&metadata.requests()[0], "x-metadata-token-ttl-seconds").as_deref(), Some("21600"));

    hands.forward(51 * 60);
    status(&layer, &service).await;
    assert_eq!((used(), metadata.requests().len()), ("hush-session-3".to_owned(), 4));

    // A key that cannot be renewed is used for as long as it is good, and no longer.
    *broken.lock().unwrap() = true;
    assert_eq!(status(&layer, &service).await, 200);
    assert_eq!(used(), "hush-session-3");
    hands.forward(9 * 60);
    assert!(send(&layer, &listing(&service), &[]).await.is_err());
    let error = explained(&layer);
    assert_eq!(error.kind, ErrorKind::Unavailable);
    assert!(error.message.contains("cloud server") && !format!("{error:?}").contains("hush"), "{error:?}");
}

#[tokio::test]
async fn a_byte_order_mark_before_what_the_metadata_says_is_skipped() {
    let metadata = Server::start(|_, request| match request.starts_with("PUT ") {
        true => json("405 Method Not Allowed", "", ""),
        false => {
            json("200 OK", "", "\u{feff}{\"credential\":{\"access\":\"AK\",\"secret\":\"s\",\"securitytoken\":\"t\"}}")
        }
    });
    let refusing = Server::start(|_, _| {
        json("400 Bad Request", "", "\u{feff}{\"error_code\":\"IAM.0011\",\"error_msg\":\"not today\"}")
    });
    let service = Server::start(|_, _| json("200 OK", "", "[]"));
    let of = |server: &Server| {
        let authenticator = Hands::new().authenticator(Identity::Metadata(Metadata::at(&server.url).unwrap()));
        layer(&authenticator, &connection(&service))
    };
    assert_eq!(status(&of(&metadata), &service).await, 200);
    let refused = of(&refusing);
    assert!(send(&refused, &listing(&service), &[]).await.is_err());
    assert_eq!(explained(&refused).vendor_message.as_deref(), Some("not today"));
}

#[tokio::test]
async fn metadata_of_the_first_version_has_no_token_and_a_server_without_agency_is_reported() {
    let first = Server::start(|_, request| match request.starts_with("PUT ") {
        true => json("405 Method Not Allowed", "", ""),
        false => json("200 OK", "", r#"{"credential":{"access":"AK","secret":"s","securitytoken":"t"}}"#),
    });
    let of = |server: &Server| Hands::new().authenticator(Identity::Metadata(Metadata::at(&server.url).unwrap()));
    let Identity::AccessKey(key) = of(&first).resolve("auth-show").await.unwrap() else { panic!("no key") };
    assert_eq!(key.id, "AK");
    assert_eq!(header(&first.requests()[1], "x-metadata-token"), None);

    let none = Server::start(|_, _| json("404 Not Found", "", ""));
    assert_eq!(of(&none).resolve("auth-show").await.unwrap_err().kind, ErrorKind::Unauthenticated);
    let hostile = ["{}", "no json", r#"{"credential":{"access":"A K","secret":"hush","securitytoken":"t"}}"#];
    for body in hostile {
        let server = Server::start(move |_, request| match request.starts_with("PUT ") {
            true => json("404 Not Found", "", ""),
            false => json("200 OK", "", body),
        });
        let error = of(&server).resolve("auth-show").await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Undecodable(_)), "{body}");
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
}

#[tokio::test]
async fn a_key_that_the_service_says_has_expired_is_renewed_once() {
    let metadata = Server::start(|before, request| match request.starts_with("PUT ") {
        true => json("200 OK", "", "metadata-token"),
        false => {
            let (secret, session) = ("hush-secret", format!("hush-session-{before}"));
            let key = format!(r#"{{"access":"AK{before}","secret":"{secret}","securitytoken":"{session}"}}"#);
            json("200 OK", "", &format!(r#"{{"credential":{key}}}"#))
        }
    });
    let service = Server::start(|before, _| match before {
        1 => json("200 OK", "", "[]"),
        _ => token_expired(),
    });
    let authenticator = Hands::new().authenticator(Identity::Metadata(Metadata::at(&metadata.url).unwrap()));
    let layer = layer(&authenticator, &connection(&service));
    assert_eq!(status(&layer, &service).await, 200);
    assert_signed(&service.requests()[1], "AK3", "hush-secret");
    assert_eq!((service.requests().len(), metadata.requests().len()), (2, 4));

    assert_eq!(status(&layer, &service).await, 401);
    assert_eq!((service.requests().len(), metadata.requests().len()), (4, 6));
}

#[tokio::test]
async fn the_metadata_s_own_token_is_not_reported_where_the_metadata_repeats_it() {
    const TOKEN: &str = "hushMT/+Qz7Wx2Ec9Rv4Tb6==";
    let server = Server::start(|_, request| match request.starts_with("PUT ") {
        true => json("200 OK", "", TOKEN),
        false => {
            let sent = header(request, "x-metadata-token").unwrap();
            let said = format!("{sent} or {} or {}", sent.replace('/', "%2F"), &sent[4..]);
            json(
                "400 Bad Request",
                &format!("X-Request-Id: {sent}\r\n"),
                &format!(r#"{{"error_code":"{sent}","error_msg":"unknown: {said}"}}"#),
            )
        }
    });
    let authenticator = Hands::new().authenticator(Identity::Metadata(Metadata::at(&server.url).unwrap()));
    let shown = authenticator.resolve("auth-show").await.unwrap_err();
    let layer = layer(&authenticator, &connection(&server));
    assert!(send(&layer, &listing(&server), &[]).await.is_err());
    for error in [*shown, explained(&layer)] {
        let told = format!("{error:?}");
        assert!(error.message.contains("unknown: [redacted] or [redacted] or [redacted]"), "{told}");
        assert!(!told.contains("hush") && !told.contains(&TOKEN[6..]), "{told}");
    }
}

#[tokio::test]
async fn metadata_that_never_answers_is_given_up_soon() {
    let server = Server::start(|_, _| {
        std::thread::sleep(Duration::from_secs(20));
        String::new()
    });
    let authenticator = Hands::new().authenticator(Identity::Metadata(Metadata::at(&server.url).unwrap()));
    let error = authenticator.resolve("auth-show").await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Timeout(_)), "{error:?}");
}
