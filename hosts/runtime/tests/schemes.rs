//! The layer that authenticates, over a server in its place.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::future::ready;
use std::sync::{Arc, Mutex};

use component_runtime::authentication::{Authenticating, ExpiryCheck, SchemeError};
use component_runtime::http::{Decision, HttpError, Request, Response, Timeouts, Verdict, full, whole};
use component_runtime::{Authentication, Layer, Scheme, Secret};
use http::HeaderMap;
use http::request::Parts;

const OWN: &str = "https://api.example.com/things";
const ELSEWHERE: &str = "https://example.org/things";

/// Every header that says in whose name a request is made.
const IDENTIFYING: [&str; 11] = [
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-auth-token",
    "x-subject-token",
    "x-security-token",
    "x-domain-id",
    "x-project-id",
    "x-sdk-date",
    "x-sdk-content-sha256",
    "x-sdk-content-sm3",
];

/// Answers in this order, then with an empty success, and keeps the headers that it was sent.
#[derive(Default)]
struct Server {
    answers: Mutex<VecDeque<Response>>,
    asked: Mutex<Vec<HeaderMap>>,
}

impl Server {
    fn answering(answers: impl IntoIterator<Item = (u16, &'static str)>) -> Arc<Self> {
        let answer = |(status, body)| http::Response::builder().status(status).body(full(body)).unwrap();
        Arc::new(Self { answers: Mutex::new(answers.into_iter().map(answer).collect()), ..Self::default() })
    }

    fn asked(&self) -> Vec<HeaderMap> {
        self.asked.lock().unwrap().clone()
    }
}

impl Layer for Server {
    fn decide<'a>(&'a self, request: Request, _: &'a Timeouts) -> Decision<'a> {
        self.asked.lock().unwrap().push(request.headers().clone());
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(ready(Verdict::Complete(Ok(answer.unwrap_or_else(|| Response::new(full("")))))))
    }
}

/// Sends a token of each number once, up to this one.
struct Tokens {
    next: Mutex<u32>,
    last: u32,
}

#[derive(Debug)]
struct NoMore;

impl fmt::Display for NoMore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there are no more tokens")
    }
}

impl Error for NoMore {}

impl Tokens {
    fn up_to(last: u32) -> Arc<Self> {
        Arc::new(Self { next: Mutex::new(1), last })
    }
}

impl Scheme for Tokens {
    fn authenticate<'a>(
        &'a self,
        head: &'a mut Parts,
        _: &'a [u8],
        expired: Option<&'a [Secret]>,
    ) -> Authenticating<'a> {
        let mut next = self.next.lock().unwrap();
        if let Some(expired) = expired {
            assert_eq!(expired[0].expose(), format!("hush-{}", *next - 1), "it learns what expired");
        }
        if *next > self.last {
            return Box::pin(ready(Err(SchemeError::from(NoMore))));
        }
        let token = format!("hush-{next}");
        *next += 1;
        head.headers.insert("x-auth-token", token.parse().unwrap());
        Box::pin(ready(Ok(vec![Secret::new(token)])))
    }

    fn expiry_check(&self) -> Option<ExpiryCheck> {
        Some(|body| body.starts_with(b"expired"))
    }
}

fn layer(scheme: Arc<dyn Scheme>, below: &Arc<Server>) -> Authentication {
    let below = Arc::clone(below) as Arc<dyn Layer>;
    Authentication::new(Some(scheme), vec!["https://api.example.com".parse().unwrap()], vec![], below)
}

async fn send(layer: &Authentication, request: http::request::Builder) -> Result<(u16, HeaderMap, String), HttpError> {
    let Verdict::Complete(answer) = layer.decide(request.body(full("")).unwrap(), &Timeouts::default()).await else {
        panic!("it completes")
    };
    let (head, body) = answer?.into_parts();
    let body = String::from_utf8(whole(body, 1 << 20).await?.unwrap().to_vec()).unwrap();
    Ok((head.status.as_u16(), head.headers, body))
}

fn get(url: &str) -> http::request::Builder {
    http::Request::get(url)
}

#[tokio::test]
async fn a_component_neither_chooses_nor_reads_in_whose_name_a_request_is_made() {
    for (url, sent) in [(OWN, &["accept", "x-auth-token"][..]), (ELSEWHERE, &["accept"])] {
        let mut answer = http::Response::builder().header("accept-ranges", "none");
        let mut request = get(url).header("accept", "text/plain");
        for name in IDENTIFYING {
            (request, answer) = (request.header(name, "evil").header(name, "evil-2"), answer.header(name, "told"));
        }
        let server = Server::answering([]);
        server.answers.lock().unwrap().push_back(answer.body(full("")).unwrap());
        let (_, told, _) = send(&layer(Tokens::up_to(1), &server), request).await.unwrap();
        let asked = &server.asked()[0];
        let mut names: Vec<&str> = asked.keys().map(http::HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, sent, "{url}");
        assert!(asked.values().all(|value| !value.to_str().unwrap().contains("evil")), "{asked:?}");
        assert_eq!(told.keys().collect::<Vec<_>>(), ["accept-ranges"], "{url}");
    }
}

#[tokio::test]
async fn sent_credentials_are_masked_in_answers_from_anywhere() {
    let server = Server::answering([(200, "<hush-1>"), (200, "<hush-1>")]);
    let layer = layer(Tokens::up_to(1), &server);
    for url in [OWN, ELSEWHERE] {
        assert_eq!(send(&layer, get(url)).await.unwrap().2, "<******>");
    }
    assert_eq!(layer.secrets().iter().map(Secret::expose).collect::<Vec<_>>(), ["hush-1"]);
}

#[tokio::test]
async fn expired_credentials_are_renewed_once() {
    let server = Server::answering([(401, "expired"), (401, "expired"), (401, "wrong"), (403, "expired")]);
    let layer = layer(Tokens::up_to(4), &server);
    for (status, asked) in [(401, 2), (401, 3), (403, 4)] {
        assert_eq!((send(&layer, get(OWN)).await.unwrap().0, server.asked().len()), (status, asked));
    }
    let tokens: Vec<_> = server.asked().iter().map(|headers| headers["x-auth-token"].clone()).collect();
    assert_eq!(tokens, ["hush-1", "hush-2", "hush-3", "hush-4"]);
}

#[tokio::test]
async fn where_nothing_newer_is_to_be_had_the_refusal_arrives_whole() {
    let server = Server::answering([(401, "expired on Monday")]);
    let layer = layer(Tokens::up_to(1), &server);
    let (status, _, body) = send(&layer, get(OWN)).await.unwrap();
    assert_eq!((status, body.as_str()), (401, "expired on Monday"));
    assert!(layer.take_error().is_none());
}

#[tokio::test]
async fn the_scheme_s_own_problem_is_kept_and_the_component_sees_its_text() {
    let server = Server::answering([]);
    let layer = layer(Tokens::up_to(0), &server);
    let error = send(&layer, get(OWN)).await.unwrap_err();
    assert!(matches!(&error, HttpError::InternalError(Some(text)) if text == "there are no more tokens"), "{error}");
    assert!(layer.take_error().unwrap().downcast::<NoMore>().is_ok());
    assert!(layer.take_error().is_none() && server.asked().is_empty());
}

#[tokio::test]
async fn a_component_is_not_signed_for_without_end() {
    let server = Server::answering([]);
    let layer = layer(Tokens::up_to(1000), &server);
    let mut signed = 0;
    while send(&layer, get(OWN)).await.is_ok() {
        signed += 1;
    }
    assert_eq!((signed, server.asked().len()), (256, 256));
    assert!(matches!(send(&layer, get(OWN)).await, Err(HttpError::HttpRequestDenied)));
    assert!(send(&layer, get(ELSEWHERE)).await.is_ok());
}

#[tokio::test]
async fn a_body_that_is_too_large_to_sign_is_refused() {
    let server = Server::answering([]);
    let layer = layer(Tokens::up_to(1), &server);
    let request = get(OWN).body(full(vec![0; (16 << 20) + 1])).unwrap();
    let verdict = layer.decide(request, &Timeouts::default()).await;
    assert!(matches!(verdict, Verdict::Complete(Err(HttpError::HttpRequestBodySize(_)))));
    assert!(server.asked().is_empty());
}
