//! Requests and connections under a policy. No packet leaves loopback: the resolver is scripted, the dialer counts.

mod support;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};

use component_runtime::client::Client;
use component_runtime::connector::Stream;
use component_runtime::http::{HttpError, Layer, Request, Response, Timeouts, Verdict, full};
use component_runtime::policy::{Reason, Role};
use component_runtime::socket::{Dialer, Dialing, Resolver, Resolving};
use component_runtime::{Declaration, Grant, Network, Policy};
use support::on_each;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const DECLARATION: &str = r#"{"version": 1, "requests": [{"role": "service", "method": "GET", "path": "/"}]}"#;

/// Answers each question with the next list, and the last one from then on.
struct Script(Mutex<Vec<Vec<IpAddr>>>);

impl Resolver for Script {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(async move { Ok(answer) })
    }
}

/// Refuses every connection and remembers where it was to lead.
#[derive(Default)]
struct Counter(Mutex<Vec<SocketAddr>>);

impl Dialer for Counter {
    fn dial(&self, address: SocketAddr) -> Dialing {
        self.0.lock().unwrap().push(address);
        Box::pin(async { Err::<Box<dyn Stream>, _>(io::Error::from(io::ErrorKind::ConnectionRefused)) })
    }
}

/// A grant, a resolver and a dialer.
struct World {
    policy: Policy,
    client: Client<Network>,
    dialed: Arc<Counter>,
}

impl World {
    fn new(answers: &[&[&str]], ranges: &[&str]) -> Self {
        let mut grant = Grant::default();
        for range in ranges {
            grant.allow_address(range).unwrap();
        }
        for origin in ["https://a.example:8443", "http://localhost"] {
            grant.allow_origin("service", origin).unwrap();
        }
        let policy = Policy::new(Declaration::from_json(DECLARATION).unwrap(), grant);
        let answers = answers.iter().map(|answer| answer.iter().map(|ip| ip.parse().unwrap()).collect()).collect();
        let dialed = Arc::new(Counter::default());
        let network = Network::new().unwrap().resolving(Arc::new(Script(Mutex::new(answers)))).dialing(dialed.clone());
        Self { client: Client::new(network).under(&policy), policy, dialed }
    }

    fn dialed(&self) -> Vec<String> {
        self.dialed.0.lock().unwrap().drain(..).map(|address| address.to_string()).collect()
    }
}

async fn send(layers: &[&dyn Layer], url: &str) -> Result<Response, HttpError> {
    let body = full("");
    let mut request: Request = http::Request::get(url).body(body).unwrap();
    for layer in layers {
        match layer.decide(request, &Timeouts::default()).await {
            Verdict::Complete(result) => return result,
            Verdict::Continue(next) => request = next,
        }
    }
    panic!("nobody completed the request");
}

async fn get(world: &World, url: &str) -> HttpError {
    send(&[&world.policy, &world.client], url).await.unwrap_err()
}

#[tokio::test]
async fn the_connection_goes_to_the_very_addresses_that_were_checked() {
    let world = World::new(&[&["1.1.1.1", "2606:4700::1"], &["10.0.0.1"]], &[]);
    let error = get(&world, "https://a.example:8443/").await;
    assert!(matches!(error, HttpError::ConnectionRefused), "{error}");
    assert_eq!(world.dialed(), ["1.1.1.1:8443", "[2606:4700::1]:8443"]);
    // The name was rebound.
    let error = get(&world, "https://a.example:8443/").await;
    assert!(matches!(error, HttpError::DestinationIpProhibited), "{error}");
    assert!(world.dialed().is_empty());
}

#[tokio::test]
async fn of_a_mix_only_the_public_addresses_are_connected_to() {
    let mix: &[&str] = &["10.0.0.1", "127.0.0.1", "1.1.1.1", "::1", "169.254.169.254", "::ffff:192.168.0.1", "0.0.0.0"];
    let world = World::new(&[mix], &[]);
    assert!(matches!(get(&world, "https://a.example:8443/").await, HttpError::ConnectionRefused));
    assert_eq!(world.dialed(), ["1.1.1.1:8443"]);
    assert!(world.policy.denials().is_empty());
}

#[tokio::test]
async fn addresses_that_are_not_public_are_denied_without_a_packet_unless_their_line_is_added() {
    for address in [
        "10.0.0.1",
        "127.0.0.1",
        "::1",
        "169.254.169.254",
        "fd00:ec2::254",
        "100.64.0.1",
        "fe80::1",
        "224.0.0.1",
        "0.0.0.0",
    ] {
        let world = World::new(&[&[address]], &[]);
        for _ in 0..3 {
            let error = get(&world, "https://a.example:8443/").await;
            assert!(matches!(error, HttpError::DestinationIpProhibited), "{address}: {error}");
        }
        assert!(world.dialed().is_empty(), "{address}");

        let denials = world.policy.denials();
        assert_eq!(denials.len(), 1, "a retry tells nothing new");
        let missing = &denials[0].missing()[0];
        assert!(denials[0].to_string().contains(&missing.to_string()), "{}", denials[0]);
        let flag = missing.flag().unwrap();
        let world = World::new(&[&[address]], &[flag.strip_prefix("--allow-address ").unwrap()]);
        assert!(matches!(get(&world, "https://a.example:8443/").await, HttpError::ConnectionRefused), "{address}");
        assert_eq!(world.dialed().len(), 1, "{address}");
    }
}

#[tokio::test]
async fn localhost_is_loopback_or_nothing() {
    let world = World::new(&[&["1.1.1.1", "10.0.0.1"], &["127.0.0.1"]], &["0.0.0.0/0"]);
    assert!(matches!(get(&world, "http://localhost/").await, HttpError::DestinationIpProhibited));
    assert!(world.dialed().is_empty());
    assert!(matches!(world.policy.denials()[0].reason(), Reason::NotLoopback(_)));
    assert!(matches!(get(&world, "http://localhost/").await, HttpError::ConnectionRefused));
    assert_eq!(world.dialed(), ["127.0.0.1:80"]);
}

#[tokio::test]
async fn without_a_policy_the_network_still_keeps_to_public_addresses_and_loopback_by_name() {
    let world = World::new(&[&["127.0.0.1"]], &[]);
    let client = world.client.under(&Policy::default());
    for (url, dialed) in [
        ("https://a.example/", None),
        ("https://10.0.0.1/", None),
        ("https://169.254.169.254/", None),
        ("https://[::ffff:10.0.0.1]/", None),
        ("http://a.example/", None),
        ("https://0177.0.0.1/", None),
        ("https://2130706433/", None),
        ("http://127.0.0.1:4711/", Some("127.0.0.1:4711")),
        ("http://[::1]:4711/", Some("[::1]:4711")),
        ("http://[::ffff:127.0.0.1]:4711/", None),
        ("http://localhost:4711/", Some("127.0.0.1:4711")),
        ("https://1.1.1.1/", Some("1.1.1.1:443")),
    ] {
        let error = send(&[&client], url).await.unwrap_err();
        assert_eq!(matches!(error, HttpError::ConnectionRefused), dialed.is_some(), "{url}: {error}");
        assert_eq!(world.dialed(), Vec::from_iter(dialed), "{url}");
    }
}

#[tokio::test]
async fn the_layer_denies_before_a_name_is_resolved_and_tells_the_role_of_what_passes() {
    let world = World::new(&[&["1.1.1.1"]], &[]);
    for url in ["https://b.example/", "https://a.example:8443/x", "https://a.example:8443/?x=1"] {
        assert!(matches!(get(&world, url).await, HttpError::HttpRequestDenied), "{url}");
    }
    assert!(world.dialed().is_empty());
    assert_eq!(world.policy.denials().len(), 3);
    for at in 0..100 {
        get(&world, &format!("https://b.example/{at}")).await;
    }
    assert_eq!(world.policy.denials().len(), 32);

    let body = full("");
    let request = http::Request::get("https://a.example:8443/").body(body).unwrap();
    let Verdict::Continue(request) = world.policy.decide(request, &Timeouts::default()).await else { panic!() };
    assert_eq!(request.extensions().get::<Role>().unwrap().as_str(), "service");
}

#[tokio::test]
async fn a_granted_loopback_server_answers_through_the_whole_stack() {
    let address = on_each(async |mut stream| {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
    })
    .await;
    let url = format!("http://{address}/");
    let mut grant = Grant::default();
    grant.allow_origin("service", &url).unwrap();
    let policy = Policy::new(Declaration::from_json(DECLARATION).unwrap(), grant);
    let client = Client::new(Network::new().unwrap()).under(&policy);
    assert_eq!(send(&[&policy, &client], &url).await.unwrap().status(), 204);
}
