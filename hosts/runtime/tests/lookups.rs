//! The layer that asks for stable answers once, over a server in its place.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use component_runtime::http::{Decision, HttpError, Request, Response, Timeouts, Verdict, full, whole};
use component_runtime::policy::Role;
use component_runtime::{Layer, LookupLayer, Lookups};

/// Answers with this status after so many seconds, and with the number of the answer. Counts what it is asked.
struct Server {
    status: Mutex<u16>,
    seconds: u64,
    asked: AtomicUsize,
}

impl Server {
    fn new(status: u16, seconds: u64) -> Arc<Self> {
        Arc::new(Self { status: Mutex::new(status), seconds, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Layer for Server {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        Box::pin(async move {
            tokio::time::sleep(Duration::from_secs(self.seconds)).await;
            let status = *self.status.lock().unwrap();
            if status == 0 {
                return Verdict::Complete(Err(HttpError::ConnectionRefused));
            }
            let answer = http::Response::builder().status(status).body(full(number.to_string()));
            Verdict::Complete(Ok(answer.unwrap()))
        })
    }
}

fn layer(lookups: &Arc<Lookups>, identity: &str, server: &Arc<Server>) -> LookupLayer {
    let below = Arc::clone(server) as Arc<dyn Layer>;
    LookupLayer::new(Arc::clone(lookups), identity.to_owned(), vec!["iam".to_owned()], below)
}

fn request(method: &str, url: &str, role: &str) -> Request {
    let mut request = http::Request::builder().method(method).uri(url).body(full("")).unwrap();
    request.extensions_mut().insert(role.parse::<Role>().unwrap());
    request
}

/// Asks the usual question, and returns status and body.
async fn ask(layer: &LookupLayer) -> Result<(u16, String), HttpError> {
    let request = request("GET", "https://iam.example.com/projects?name=a", "iam");
    let Verdict::Complete(answer) = layer.decide(request, &Timeouts::default()).await else { panic!("it completes") };
    read(answer?).await
}

async fn read(answer: Response) -> Result<(u16, String), HttpError> {
    let status = answer.status().as_u16();
    let body = whole(answer.into_body(), 100).await?.unwrap();
    Ok((status, String::from_utf8(body.to_vec()).unwrap()))
}

#[tokio::test(start_paused = true)]
async fn concurrent_callers_share_one_look_up() {
    let (lookups, server) = (Arc::default(), Server::new(200, 1));
    let [a, b, c] = [(); 3].map(|()| layer(&lookups, "ann", &server));
    let answers = tokio::join!(ask(&a), ask(&b), ask(&c));
    for answer in [answers.0, answers.1, answers.2] {
        assert_eq!(answer.unwrap(), (200, "1".to_owned()));
    }
    assert_eq!(server.asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn only_the_same_question_in_the_same_name_is_known() {
    let (lookups, server) = (Arc::default(), Server::new(200, 0));
    let (ann, bob) = (layer(&lookups, "ann", &server), layer(&lookups, "bob", &server));
    for (layer, number) in [(&ann, "1"), (&bob, "2"), (&ann, "1"), (&bob, "2")] {
        assert_eq!(ask(layer).await.unwrap().1, number);
    }
    let other = request("GET", "https://iam.example.com/projects?name=b", "iam");
    let Verdict::Complete(answer) = ann.decide(other, &Timeouts::default()).await else { panic!("it completes") };
    assert_eq!(read(answer.unwrap()).await.unwrap().1, "3");

    // What is not a question goes on to the next layer.
    let url = "https://iam.example.com/projects?name=a";
    let mut without_role = request("GET", url, "iam");
    without_role.extensions_mut().clear();
    for request in [without_role, request("GET", url, "service"), request("POST", url, "iam")] {
        assert!(matches!(ann.decide(request, &Timeouts::default()).await, Verdict::Continue(_)));
    }
}

#[tokio::test(start_paused = true)]
async fn failures_are_not_kept_and_refusals_for_a_minute() {
    for (status, kept) in [(0, false), (500, false), (429, false), (301, false), (401, true), (403, true), (404, true)]
    {
        let server = Server::new(status, 0);
        let layer = layer(&Arc::default(), "ann", &server);
        let asked = async || {
            drop(ask(&layer).await);
            server.asked()
        };
        asked().await;
        assert_eq!(asked().await, if kept { 1 } else { 2 }, "{status}");
        tokio::time::sleep(Duration::from_secs(59)).await;
        assert_eq!(asked().await, if kept { 1 } else { 3 }, "{status}");
        // A permission that was granted is noticed.
        tokio::time::sleep(Duration::from_secs(1)).await;
        *server.status.lock().unwrap() = 200;
        assert_eq!(ask(&layer).await.unwrap().0, 200, "{status}");
        let asked = server.asked();
        tokio::time::sleep(Duration::from_secs(100_000)).await;
        ask(&layer).await.unwrap();
        assert_eq!(server.asked(), asked, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_looked_up_answer_can_be_forgotten_unless_it_is_new_or_a_refusal() {
    let (lookups, server) = (Arc::default(), Server::new(200, 0));
    let [first, second, third] = [(); 3].map(|()| layer(&lookups, "ann", &server));
    for layer in [&first, &second] {
        assert_eq!(ask(layer).await.unwrap().1, "1");
    }
    first.forget();
    assert_eq!(ask(&third).await.unwrap().1, "2");
    // It used the old answer.
    second.forget();
    assert_eq!(ask(&third).await.unwrap().1, "2");

    *server.status.lock().unwrap() = 403;
    let refused = layer(&lookups, "bob", &server);
    ask(&refused).await.unwrap();
    refused.forget();
    assert_eq!((ask(&refused).await.unwrap().1, server.asked()), ("3".to_owned(), 3));
}

#[tokio::test(start_paused = true)]
async fn whoever_gives_up_its_look_up_leaves_it_to_the_next() {
    let (lookups, server) = (Arc::default(), Server::new(200, 100));
    let [slow, impatient, next] = [(); 3].map(|()| layer(&lookups, "ann", &server));
    let within = |seconds, layer| tokio::time::timeout(Duration::from_secs(seconds), ask(layer));
    let (slow, impatient, next) = tokio::join!(within(50, &slow), within(20, &impatient), within(200, &next));
    assert!(slow.is_err() && impatient.is_err());
    assert_eq!((next.unwrap().unwrap().1, server.asked()), ("2".to_owned(), 2));
}

#[tokio::test]
async fn no_more_than_a_thousand_answers_are_kept() {
    let (lookups, server) = (Arc::default(), Server::new(200, 0));
    for identity in 0..1024 {
        ask(&layer(&lookups, &identity.to_string(), &server)).await.unwrap();
    }
    ask(&layer(&lookups, "0", &server)).await.unwrap();
    assert_eq!(server.asked(), 1024);
    ask(&layer(&lookups, "one more", &server)).await.unwrap();
    ask(&layer(&lookups, "0", &server)).await.unwrap();
    assert_eq!(server.asked(), 1026);
}
