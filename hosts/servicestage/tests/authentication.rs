//! The authentication layer and tokens, by real HTTP on loopback.

#[path = "support/call.rs"]
mod call;
mod support;

use std::time::Duration;

use call::{Hands, connection, explained, layer, listing, send, status};
use http_body_util::BodyExt;
use servicestage::credentials::{AccessKey, Identity, Password};
use servicestage::error::ErrorKind;
use servicestage::types::Connection;
use servicestage::{CallAuthentication, Secret};
use support::{PROJECT, Server, assert_signed, header, json, token, token_expired};

const PASSWORD: &str = "hush-password-\"quoted\"";

fn user() -> Identity {
    Identity::Password(Password { user: "ann".into(), password: Secret::new(PASSWORD), domain: "account".into() })
}

fn key(security_token: Option<&str>) -> Identity {
    Identity::AccessKey(AccessKey {
        id: "EXAMPLEAK0123456789A".to_owned(),
        secret: Secret::new("hush-secret-key"),
        security_token: security_token.map(Secret::new),
    })
}

#[tokio::test]
async fn every_attempt_is_signed_anew_and_a_component_cannot_choose_how() {
    let server = Server::start(|_, _| json("200 OK", "", "[]"));
    let hands = Hands::new();
    let layer = layer(&hands.authenticator(key(Some("hush-security-token"))), &connection(&server));
    let own = [("Authorization", "evil"), ("X-Sdk-Date", "evil"), ("X-Project-Id", "evil"), ("X-Auth-Token", "evil")];
    for _ in 0..2 {
        let headers = [&own[..], &[("Content-Type", "application/json;charset=utf8")]].concat();
        send(&layer, &listing(&server), &headers).await.unwrap();
        hands.forward(60);
    }
    let iam = format!("{}/v3/projects?name=cn-north-4&x=a%20b%2B", server.url);
    send(&layer, &iam, &[]).await.unwrap();

    let requests = server.requests();
    for (request, date) in requests.iter().zip(["20250101T083000Z", "20250101T083100Z", "20250101T083200Z"]) {
        assert!(!request.contains("evil"), "{request}");
        assert_eq!(header(request, "x-sdk-date").as_deref(), Some(date));
        assert_eq!(header(request, "x-security-token").as_deref(), Some("hush-security-token"));
        assert_eq!(request.matches("authorization:").count(), 1);
    }
    for request in &requests[..2] {
        assert_signed(request, "EXAMPLEAK0123456789A", "hush-secret-key");
        assert_eq!(header(request, "x-project-id").as_deref(), Some(PROJECT));
        let signed = "SignedHeaders=content-type;host;x-project-id;x-sdk-date;x-security-token,";
        assert!(header(request, "authorization").unwrap().contains(signed), "{request}");
    }
    assert_eq!(header(&requests[2], "x-project-id"), None);
    assert!(header(&requests[2], "authorization").unwrap().contains("SignedHeaders=host;x-sdk-date;"));
}

#[tokio::test]
async fn headers_of_an_answer_that_repeat_a_secret_go_no_further() {
    let server = Server::start(|_, request| {
        if request.starts_with("POST ") {
            return token("hush-issued-token", "2025-01-02T08:30:00.000000Z");
        }
        let secret =
            ["x-auth-token", "x-security-token", "authorization"].iter().find_map(|name| header(request, name));
        let signature = secret.as_deref().unwrap().rsplit('=').next().unwrap().to_owned();
        let secret = secret.unwrap();
        let headers = format!(
            "Authorization: a\r\nX-Auth-Token: b\r\nX-Security-Token: c\r\nX-Subject-Token: d\r\nX-Request-Id: \
             <{secret}>\r\nVia: 1\r\nVia: {signature}\r\nDate: today\r\n"
        );
        json("200 OK", &headers, "[]")
    });
    let token = Identity::Token(Secret::new("hush-given-token"));
    for identity in [token, key(Some("hush-security-token")), key(None), user()] {
        let layer = layer(&Hands::new().authenticator(identity), &connection(&server));
        let response = send(&layer, &listing(&server), &[]).await.unwrap();
        let mut names: Vec<&str> = response.headers().keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["connection", "content-length", "content-type", "date"]);
    }
}

#[tokio::test]
async fn requests_to_other_servers_carry_no_credentials() {
    let (service, elsewhere) = (Server::start(|_, _| String::new()), Server::start(|_, _| json("200 OK", "", "[]")));
    for identity in [key(Some("hush")), Identity::Token(Secret::new("hush")), user()] {
        let layer = layer(&Hands::new().authenticator(identity), &connection(&service));
        let own = [("Authorization", "evil"), ("X-Auth-Token", "evil"), ("X-Security-Token", "evil")];
        send(&layer, &listing(&elsewhere), &own).await.unwrap();
    }
    let requests = elsewhere.requests();
    assert_eq!(requests.len(), 3);
    for request in requests {
        for name in ["authorization", "x-auth-token", "x-security-token", "x-sdk-date", "x-project-id"] {
            assert_eq!(header(&request, name), None, "{request}");
        }
    }
    assert_eq!(service.requests().len(), 0);
}

#[tokio::test]
async fn concurrent_calls_share_one_token_which_is_renewed_before_it_expires() {
    let server = Server::start(|before, request| {
        if request.starts_with("POST ") {
            std::thread::sleep(Duration::from_millis(50));
            return token(&format!("hush-token-{before}"), "2025-01-01T09:30:00.000000Z");
        }
        json("200 OK", "", "[]")
    });
    let hands = Hands::new();
    let authenticator = hands.authenticator(user());
    let layers: Vec<CallAuthentication> = (0..8).map(|_| layer(&authenticator, &connection(&server))).collect();
    let calls = layers.iter().map(|layer| status(layer, &server));
    let statuses = futures_join(calls.map(|call| Box::pin(call) as _).collect()).await;
    assert_eq!(statuses, [200; 8]);
    assert_eq!(server.count("POST /v3/auth/tokens?nocatalog=true "), 1);
    let requests = server.requests();
    let asked = requests.iter().find(|request| request.starts_with("POST")).unwrap();
    let body: serde_json::Value = serde_json::from_str(asked.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    let user = &body["auth"]["identity"]["password"]["user"];
    assert_eq!((&user["name"], &user["password"]), (&"ann".into(), &PASSWORD.into()));
    assert_eq!(user["domain"]["name"], "account");
    assert_eq!(body["auth"]["scope"]["project"]["name"], "cn-north-4");
    for request in requests.iter().filter(|request| request.starts_with("GET")) {
        assert_eq!(header(request, "x-auth-token").as_deref(), Some("hush-token-0"));
    }

    // It is good for another hour; the last five minutes do not count.
    hands.forward(54 * 60);
    status(&layers[0], &server).await;
    assert_eq!(server.count("POST"), 1);
    hands.forward(2 * 60);
    status(&layers[0], &server).await;
    assert_eq!(server.count("POST"), 2);
}

/// Waits for all of them at once.
async fn futures_join(futures: Vec<std::pin::Pin<Box<dyn Future<Output = u16> + '_>>>) -> Vec<u16> {
    let mut futures: Vec<_> = futures.into_iter().map(Some).collect();
    let mut results = vec![0; futures.len()];
    std::future::poll_fn(move |context| {
        for (future, result) in futures.iter_mut().zip(&mut results) {
            if let Some(pending) = future
                && let std::task::Poll::Ready(status) = pending.as_mut().poll(context)
            {
                (*result, *future) = (status, None);
            }
        }
        match futures.iter().all(Option::is_none) {
            true => std::task::Poll::Ready(std::mem::take(&mut results)),
            false => std::task::Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_only_once() {
    // The second token is good, and then none is.
    let server = Server::start(|before, request| match request {
        _ if request.starts_with("POST ") => token(&format!("hush-token-{before}"), "2025-01-02T08:30:00.000000Z"),
        _ if request.contains("hush-token-2") && before < 4 => json("200 OK", "", "[]"),
        _ => token_expired(),
    });
    let layer = layer(&Hands::new().authenticator(user()), &connection(&server));
    assert_eq!(status(&layer, &server).await, 200);
    assert_eq!((server.count("POST"), server.count("GET")), (2, 2));

    let refusal = send(&layer, &listing(&server), &[]).await.unwrap();
    assert_eq!(refusal.status().as_u16(), 401);
    let body = refusal.into_body().collect().await.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&body).contains("token expires"), "the refusal arrives whole");
    assert_eq!((server.count("POST"), server.count("GET")), (3, 4));
}

#[tokio::test]
async fn any_other_refusal_is_passed_on_as_it_is() {
    let texts = ["no permission", "signature expired, signature time:20250101T083000Z", "decrypt token fail"];
    for text in texts {
        let server = Server::start(move |_, request| match request.starts_with("POST ") {
            true => token("hush-token", "2025-01-02T08:30:00.000000Z"),
            false => json("401 Unauthorized", "", &format!(r#"{{"error_code":"APIGW.0301","error_msg":"{text}"}}"#)),
        });
        let layer = layer(&Hands::new().authenticator(user()), &connection(&server));
        assert_eq!(status(&layer, &server).await, 401);
        assert_eq!((server.count("POST"), server.count("GET")), (1, 1), "{text}");
    }
}

#[tokio::test]
async fn a_wrong_password_is_asked_for_once_and_explained_without_it() {
    let server = Server::start(|_, request| {
        // The server repeats what it was sent.
        let said = request.split("\r\n\r\n").nth(1).unwrap_or_default().replace('\\', "\\\\").replace('"', "\\\"");
        json(
            "401 Unauthorized",
            "X-IAM-Trace-Id: trace\r\n",
            &format!(r#"{{"error":{{"code":401,"message":"{said}"}}}}"#),
        )
    });
    let authenticator = Hands::new().authenticator(user());
    for _ in 0..3 {
        let layer = layer(&authenticator, &connection(&server));
        assert!(send(&layer, &listing(&server), &[]).await.is_err());
        let error = explained(&layer);
        assert_eq!((error.kind.clone(), error.http_status), (ErrorKind::Unauthenticated, Some(401)));
        assert_eq!(error.request_id.as_deref(), Some("trace"));
        assert_eq!(error.message.lines().count(), 3, "{}", error.message);
        assert!(error.message.contains("ann") && error.message.contains("/v3/auth/tokens"), "{}", error.message);
        assert!(!format!("{error:?}").contains("hush"), "{error:?}");
    }
    assert_eq!((server.count("POST"), server.count("GET")), (1, 0));
}

#[tokio::test]
async fn a_token_that_never_comes_is_reported_by_its_kind() {
    let refused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let connection = Connection {
        region: Some("cn-north-4".to_owned()),
        endpoint: Some(format!("http://{refused}")),
        iam_endpoint: Some(format!("http://{refused}")),
        ..Connection::default()
    };
    let nowhere = layer(&Hands::new().authenticator(user()), &connection);
    assert!(send(&nowhere, &format!("http://{refused}/v3/projects"), &[]).await.is_err());
    let error = explained(&nowhere);
    assert_eq!((error.kind, error.retryable), (ErrorKind::Refused, true));

    let server = Server::start(|_, _| json("201 Created", "", "{}"));
    let without = layer(&Hands::new().authenticator(user()), &call::connection(&server));
    assert!(send(&without, &listing(&server), &[]).await.is_err());
    assert!(matches!(explained(&without).kind, ErrorKind::Undecodable(_)));
}
