//! Whole calls of the component in which the host authenticates.
#![cfg(feature = "compile")]

mod support;

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::client::Client;
use component_runtime::http::{Decision, Request, Timeouts};
use component_runtime::{Declaration, Grant, Layer, Limits, Network, Policy, Runtime};
use servicestage::credentials::{AccessKey, Identity};
use servicestage::error::{ErrorKind, Timeout};
use servicestage::types::{self, Connection, Credentials};
use servicestage::{Authenticator, Secret, Session};
use support::{PROJECT, Server, assert_signed, header, json};

const ID: &str = "EXAMPLEAK0123456789A";
const SECRET: &str = "hushSK-Qw7Zr2Xk9Lm4Vn8Tb3";

/// A session that may reach this server alone.
fn session(identity: Identity, server: &Server) -> Session {
    let policy = policy(&server.url);
    let http = Arc::new(Client::new(Network::new().unwrap()).under(&policy));
    session_over(identity, policy, http)
}

fn session_over(identity: Identity, policy: Policy, http: Arc<dyn Layer>) -> Session {
    let plugin = Runtime::new(Limits::default()).unwrap().compile(&component()).unwrap();
    let authenticator = Authenticator::new(identity, Arc::clone(&http), Arc::new(SystemTime::now));
    Session::new(plugin, vec![Arc::new(policy)], Arc::new(authenticator), http)
}

fn policy(origin: &str) -> Policy {
    let mut grant = Grant::default();
    ["service", "iam"].iter().for_each(|role| grant.allow_origin(role, origin).unwrap());
    Policy::new(Declaration::of_component(&component()).unwrap().unwrap(), grant)
}

fn component() -> Vec<u8> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/component/servicestage.wasm");
    std::fs::read(file).expect("`cargo xtask component` makes it")
}

fn key() -> Identity {
    Identity::AccessKey(AccessKey { id: ID.to_owned(), secret: Secret::new(SECRET), security_token: None })
}

fn connection(server: &Server) -> Connection {
    Connection {
        region: Some("cn-north-4".to_owned()),
        endpoint: Some(server.url.clone()),
        iam_endpoint: Some(server.url.clone()),
        ..Connection::default()
    }
}

fn project(id: &str) -> String {
    json("200 OK", "", &format!(r#"{{"projects":[{{"id":"{id}","name":"cn-north-4"}}]}}"#))
}

#[tokio::test]
async fn concurrent_listings_share_one_look_up_and_each_is_signed() {
    let server = Server::start(|_, request| match request.contains("/v3/projects") {
        true => project(PROJECT),
        false => json("200 OK", "", "[]"),
    });
    let session = session(key(), &server);
    let list = || session.list_pipelines(connection(&server), vec![]);
    let (a, b, c) = tokio::join!(list(), list(), list());
    assert_eq!([a, b, c].map(|listing| listing.unwrap().total), [0; 3]);
    assert_eq!((server.count("GET /v3/projects?name=cn-north-4 "), server.requests().len()), (1, 4));
    server.requests().iter().for_each(|request| assert_signed(request, ID, SECRET));
}

#[tokio::test]
async fn a_project_that_the_service_does_not_know_is_forgotten() {
    let server = Server::start(|before, request| match request.contains("/v3/projects") {
        true => project(&format!("{before:032x}")),
        false if request.contains(&format!("{:032x}", 0)) => json("404 Not Found", "", "{}"),
        false => json("200 OK", "", "[]"),
    });
    let session = session(key(), &server);
    let Err(error) = session.list_pipelines(connection(&server), vec![]).await else { panic!("found") };
    assert_eq!(error.kind, ErrorKind::NotFound);
    for _ in 0..2 {
        session.list_pipelines_json(connection(&server), vec![]).await.unwrap();
    }
    assert_eq!(session.find_project(connection(&server)).await.unwrap(), format!("{:032x}", 2));
    assert_eq!(server.count("GET /v3/projects"), 2);
}

#[tokio::test]
async fn an_answer_that_is_not_one_project_is_looked_up_again() {
    let none = || json("200 OK", "", r#"{"projects":[]}"#);
    let two = || json("200 OK", "", &format!(r#"{{"projects":[{0},{0}]}}"#, r#"{"id":"a","name":"cn-north-4"}"#));
    let server = Server::start(move |before, request| match before {
        0 => none(),
        1 => two(),
        2 => json("200 OK", "", "<html>"),
        _ if request.contains("/v3/projects") => project(PROJECT),
        _ => json("200 OK", "", "[]"),
    });
    let session = session(key(), &server);
    for looked_up in 1..=3 {
        session.list_pipelines(connection(&server), vec![]).await.unwrap_err();
        assert_eq!(server.count("GET /v3/projects"), looked_up);
    }
    session.list_pipelines(connection(&server), vec![]).await.unwrap();
}

/// A wrong key must not be asked with again and again, and a right one of the same id is another identity.
#[tokio::test]
async fn a_refused_look_up_is_not_repeated_in_the_same_name() {
    let server = Server::start(|_, request| match request.contains("/v3/projects") {
        true => json("401 Unauthorized", "", r#"{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}"#),
        false => json("200 OK", "", "[]"),
    });
    let session = session(key(), &server);
    for _ in 0..3 {
        let error = session.list_pipelines(connection(&server), vec![]).await.unwrap_err();
        assert_eq!((error.kind, error.http_status, error.attempts), (ErrorKind::Unauthenticated, Some(401), 1));
    }
    assert_eq!(server.count("GET /v3/projects"), 1);
    let other = types::AccessKey {
        access_key_id: ID.to_owned(),
        secret_access_key: "hush-the-right-one".to_owned(),
        security_token: None,
    };
    let connection = Connection { credentials: Credentials::AccessKey(other), ..connection(&server) };
    session.list_pipelines(connection, vec![]).await.unwrap_err();
    assert_eq!(server.count("GET /v3/projects"), 2);
}

/// A server that takes a request and never answers.
struct Silence;

impl Layer for Silence {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_waits_for_another_s_look_up_waits_no_longer_than_its_own_call_may_take() {
    let iam = "https://iam.cn-north-4.myhuaweicloud.com";
    let session = session_over(key(), policy(iam), Arc::new(Silence));
    let began = tokio::time::Instant::now();
    let list = async |call_timeout_ms| {
        let connection = Connection {
            region: Some("cn-north-4".to_owned()),
            call_timeout_ms: Some(call_timeout_ms),
            ..Connection::default()
        };
        let error = session.list_pipelines(connection, vec![]).await.unwrap_err();
        assert_eq!((&error.kind, error.operation.as_str()), (&ErrorKind::Timeout(Timeout::Call), "find-project"));
        assert_eq!((error.attempts, error.retryable), (1, true));
        assert!(error.message.contains("/v3/projects?name=cn-north-4"), "{}", error.message);
        began.elapsed().as_secs()
    };
    assert_eq!(tokio::join!(list(90_000), list(20_000)), (90, 20));
}

#[tokio::test]
async fn credentials_in_a_connection_take_the_place_of_the_session_s() {
    let server = Server::start(|_, _| json("200 OK", "", "[]"));
    let connection = Connection {
        project_id: Some(PROJECT.to_owned()),
        credentials: Credentials::Token("hush-token".to_owned()),
        ..connection(&server)
    };
    session(key(), &server).list_pipelines(connection, vec![]).await.unwrap();
    let request = &server.requests()[0];
    assert_eq!(header(request, "x-auth-token").as_deref(), Some("hush-token"));
    assert_eq!(header(request, "authorization"), None);
}

#[tokio::test]
async fn credentials_that_cannot_be_sent_are_the_component_s_own_error() {
    let server = Server::start(|_, _| json("200 OK", "", "[]"));
    let session = session(Identity::Token(Secret::new("hush\r\nx-evil: 1")), &server);
    let Err(error) = session.list_pipelines_json(connection(&server), vec![]).await else { panic!("sent") };
    let ErrorKind::InvalidArgument(invalid) = &error.kind else { panic!("{error:?}") };
    assert_eq!(invalid.argument, "credentials.token");
    assert_eq!((error.operation.as_str(), error.attempts), ("list-pipelines", 0));
    assert!(!format!("{error:?}").contains("hush"));
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn no_secret_comes_back_in_an_error_whatever_the_server_repeats() {
    let server = Server::start(|_, request| {
        let said = serde_json::to_string(request).unwrap();
        let sent = header(request, "x-auth-token").or_else(|| header(request, "x-security-token"));
        json(
            "400 Bad Request",
            &format!("X-Request-Id: {}\r\n", sent.unwrap_or_default()),
            &format!(r#"{{"error_code":{said},"error_msg":{said}}}"#),
        )
    });
    let connection = || Connection { project_id: Some(PROJECT.to_owned()), ..connection(&server) };
    let temporary = AccessKey {
        id: ID.to_owned(),
        secret: Secret::new(SECRET),
        security_token: Some(Secret::new("hushST/+Jy5Gf6Dd1Wq0Ps8Ua3==")),
    };
    for identity in [key(), Identity::AccessKey(temporary), Identity::Token(Secret::new("hushUT/+Hf3Yt8Lp6Oi1Gd4=="))] {
        let failure = session(identity, &server).list_pipelines(connection(), vec![]).await.unwrap_err();
        let told = format!("{failure:?}");
        assert!(!told.contains("hush"), "{told}");
        let request = server.requests().last().unwrap().clone();
        if let Some((_, signature)) = header(&request, "authorization").unwrap_or_default().split_once("Signature=") {
            assert!(!told.contains(&signature[..16]), "{told}");
        }
    }
}
