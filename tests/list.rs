//! The use case, over a transport that answers from a script and whose time is free.

use std::collections::VecDeque;
use std::time::Duration;

use http::StatusCode;
use model::connection::Connection;
use model::credentials::{AccessKey, Credentials};
use model::error::{ErrorKind, InvalidArgument, Timeout};
use model::term::Term;
use servicestage_component::failure::Failure;
use servicestage_component::list::{RequestLimits, Transport, find_project, list_pipelines};
use servicestage_component::request::Request;
use servicestage_component::response::{Headers, Response};

const TOKEN: &str = "example-token-Wq7";
const SECRET_KEY: &str = "secret+Wq7/key==";
const SECURITY_TOKEN: &str = r#"security"Wq7\token"#;

#[derive(Default)]
struct Script {
    answers: VecDeque<Result<Response, Failure>>,
    elapsed: Duration,
    /// How long each request takes.
    passes: Duration,
    sent: Vec<(Request, RequestLimits)>,
}

impl Transport for Script {
    fn now(&self) -> Duration {
        Duration::from_secs(1_735_720_200) + self.elapsed
    }

    fn elapsed(&self) -> Duration {
        self.elapsed
    }

    fn sleep(&mut self, wait: Duration) {
        self.elapsed += wait;
    }

    fn send(&mut self, request: Request, limits: RequestLimits) -> Result<Response, Failure> {
        self.sent.push((request, limits));
        self.elapsed += self.passes;
        self.answers.pop_front().expect("no more answers")
    }
}

fn script(answers: impl IntoIterator<Item = Result<Response, Failure>>) -> Script {
    Script { answers: answers.into_iter().collect(), ..Script::default() }
}

fn response(status: u16, body: &str) -> Result<Response, Failure> {
    let status = StatusCode::from_u16(status).unwrap();
    Ok(Response { status, headers: Headers::default(), body: Ok(body.as_bytes().to_vec()) })
}

fn connection(credentials: Credentials) -> Connection {
    Connection {
        region: Some("cn-north-4".to_owned()),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        credentials,
        connect_timeout_ms: Some(1),
        first_byte_timeout_ms: Some(2),
        between_bytes_timeout_ms: Some(3),
        call_timeout_ms: Some(30_000),
        max_attempts: Some(3),
        max_response_bytes: Some(5),
        ..Connection::default()
    }
}

fn token() -> Connection {
    connection(Credentials::Token(TOKEN.to_owned()))
}

#[test]
fn every_attempt_receives_its_limits_and_what_is_left_of_the_call() {
    let mut transport = script([response(503, ""), response(503, ""), response(200, "[]")]);
    let listing = list_pipelines(&mut transport, &token(), vec![]).unwrap();
    assert_eq!(listing.attempts, 3);
    let remaining: Vec<_> = transport.sent.iter().map(|(_, limits)| limits.remaining).collect();
    assert_eq!(remaining[0], Duration::from_secs(30));
    assert!(remaining[0] > remaining[1] && remaining[1] > remaining[2]);
    for (_, limits) in transport.sent {
        assert_eq!(limits.connect_timeout, Duration::from_millis(1));
        assert_eq!(limits.first_byte_timeout, Duration::from_millis(2));
        assert_eq!(limits.between_bytes_timeout, Duration::from_millis(3));
        assert_eq!(limits.max_response_bytes, 5);
    }
}

#[test]
fn the_look_up_and_the_listing_share_the_time_of_the_call() {
    let projects = r#"{"projects":[{"id":"0123456789abcdef0123456789abcdef","name":"cn-north-4"}]}"#;
    let mut transport = script([response(503, ""), response(200, projects), response(200, "[]")]);
    let connection = Connection { project_id: None, ..token() };
    list_pipelines(&mut transport, &connection, vec![]).unwrap();
    let (_, last) = transport.sent.last().unwrap();
    assert_eq!(last.remaining, Duration::from_secs(30) - transport.elapsed);
    assert!(transport.elapsed >= Duration::from_secs(1));
}

#[test]
fn credentials_that_fail_are_never_tried_twice() {
    for status in [401, 403] {
        let mut transport = script([response(status, "")]);
        assert!(list_pipelines(&mut transport, &token(), vec![]).is_err());
        assert_eq!(transport.sent.len(), 1);
    }
}

#[test]
fn bad_input_is_refused_before_anything_is_sent() {
    let mut transport = script([]);
    let error = list_pipelines(&mut transport, &token(), vec![Term::Limit(0)]).unwrap_err();
    assert_eq!((error.attempts, error.http_status), (0, None));
    let error = find_project(&mut transport, &token()).unwrap_err();
    assert!(
        matches!(error.kind, ErrorKind::InvalidArgument(InvalidArgument { argument, .. }) if argument == "project-id")
    );
    assert!(transport.sent.is_empty());
}

#[test]
fn a_status_counts_also_when_its_body_did_not_arrive() {
    let answer = Response { body: Err(Failure::transient(ErrorKind::Reset, "")), ..response(404, "").unwrap() };
    let error = list_pipelines(&mut script([Ok(answer)]), &token(), vec![]).unwrap_err();
    assert_eq!(error.kind, ErrorKind::NotFound);
}

#[test]
fn no_secret_comes_back_in_an_error_whatever_the_server_repeats() {
    let key = || {
        Credentials::AccessKey(AccessKey {
            access_key_id: "AKEXAMPLE".to_owned(),
            secret_access_key: SECRET_KEY.to_owned(),
            security_token: Some(SECURITY_TOKEN.to_owned()),
        })
    };
    let bodies = [
        "SECRET",
        "[SECRET",
        r#"[{"id":"a","status":"SECRET"}]"#,
        r#"{"error_code":"SECRET","error_msg":"SECRET","request_id":"SECRET"}"#,
        r#"{"error":{"code":"SECRET","message":"x SECRET y"}}"#,
        "<html><title>SECRET</title></html>",
        r#"{"SECRET":1}"#,
        r#"{"projects":[{"id":"SECRET","name":"SECRET"}]}"#,
        r#"{"projects":[{"id":"SECRET","name":"cn-north-4"}]}"#,
    ];
    for credentials in [|| Credentials::Token(TOKEN.to_owned()), key as fn() -> Credentials] {
        for secret in [TOKEN, SECRET_KEY, SECURITY_TOKEN] {
            for (status, body) in [200, 302, 400, 401, 403, 500].into_iter().flat_map(|s| bodies.map(|body| (s, body)))
            {
                let written = serde_json::to_string(secret).unwrap();
                let answer = || {
                    let mut answer = response(status, &body.replace("SECRET", written.trim_matches('"'))).unwrap();
                    answer.headers.location = Some(format!("https://{secret}.example.com/"));
                    answer.headers.request_id = Some(secret.to_owned());
                    Ok(answer)
                };
                let own = match credentials() {
                    Credentials::Token(token) => token == secret,
                    _ => secret != TOKEN,
                };
                let connection = connection(credentials());
                let lookup = Connection { project_id: None, ..connection.clone() };
                let once = Connection { max_attempts: Some(1), ..connection };
                let found = find_project(&mut script([answer()]), &lookup);
                let listed = list_pipelines(&mut script([answer()]), &once, vec![]);
                for error in [found.unwrap_err(), listed.unwrap_err()] {
                    let told = format!("{error:?} {}", error.message);
                    for form in [secret, &written, &format!("{secret:?}"), &secret[..8]] {
                        assert!(!own || !told.contains(form.trim_matches('"')), "{status} {body}: {told}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_user_agent_names_the_component_and_its_version() {
    let mut transport = script([response(200, "[]")]);
    list_pipelines(&mut transport, &token(), vec![]).unwrap();
    let header = transport.sent[0].0.headers.iter().find(|header| header.name == "user-agent").unwrap();
    assert_eq!(header.value, concat!("servicestage-component/", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_wait_that_outlasts_the_call_tells_the_failure_before_it() {
    // Sleeps longer than it was asked to, as a machine that was suspended does.
    struct Oversleeps(Script);
    impl Transport for Oversleeps {
        fn now(&self) -> Duration {
            self.0.now()
        }
        fn elapsed(&self) -> Duration {
            self.0.elapsed()
        }
        fn sleep(&mut self, wait: Duration) {
            self.0.sleep(wait + Duration::from_secs(60));
        }
        fn send(&mut self, request: Request, limits: RequestLimits) -> Result<Response, Failure> {
            self.0.send(request, limits)
        }
    }
    let mut transport = Oversleeps(script([response(503, "busy")]));
    let error = list_pipelines(&mut transport, &token(), vec![]).unwrap_err();
    assert_eq!((error.kind, error.attempts, error.http_status), (ErrorKind::Unavailable, 1, Some(503)));
    assert!(error.message.contains("Not tried again"), "{}", error.message);

    let projects = r#"{"projects":[{"id":"0123456789abcdef0123456789abcdef","name":"cn-north-4"}]}"#;
    let lookup = Connection { project_id: None, call_timeout_ms: Some(1), ..token() };
    let mut transport = script([response(200, projects)]);
    transport.passes = Duration::from_millis(1);
    let error = list_pipelines(&mut transport, &lookup, vec![]).unwrap_err();
    assert_eq!((error.kind, error.attempts), (ErrorKind::Timeout(Timeout::Call), 0));
}

#[test]
fn headers_that_hold_secrets_are_marked_so() {
    let mut transport = script([response(200, "[]")]);
    list_pipelines(&mut transport, &token(), vec![]).unwrap();
    assert!(!format!("{:?}", transport.sent[0].0).contains(TOKEN));
}
