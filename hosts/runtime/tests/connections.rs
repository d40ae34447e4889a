//! Connections that are kept: the calls that may use them again, and their protocol.

mod support;

use std::future::pending;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use component_runtime::connector::Stream;
use component_runtime::http::{HttpError, Timeouts};
use component_runtime::policy::Reason;
use component_runtime::socket::{Dialer, Dialing, Resolver, Resolving};
use component_runtime::{Client, Declaration, Direct, Grant, Network, Policy};
use support::{Authority, Server, get, get_with, on_each, text};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Every name stands for this address.
struct Always(IpAddr);

impl Resolver for Always {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        Box::pin(async { Ok(vec![self.0]) })
    }
}

/// Connects to this server, whatever the address.
struct Led(SocketAddr);

impl Dialer for Led {
    fn dial(&self, _: SocketAddr) -> Dialing {
        let address = self.0;
        Box::pin(async move { Ok(Box::new(TcpStream::connect(address).await?) as Box<dyn Stream>) })
    }
}

async fn until_it_ends(mut stream: impl AsyncRead + Unpin) {
    while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
}

fn granting(ranges: &[&str]) -> Policy {
    let mut grant = Grant::default();
    ranges.iter().for_each(|range| grant.allow_address(range).unwrap());
    Policy::new(Declaration::default(), grant)
}

#[tokio::test]
async fn a_connection_serves_one_request_after_the_other() {
    let server = Server::start(None).await;
    let client = Client::new(Network::new().unwrap());
    for _ in 0..3 {
        let response = get(&client.under(&Policy::default()), &format!("http://{}/", server.address)).await.unwrap();
        assert_eq!(text(response).await, "HTTP/1.1 1");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn http2_is_spoken_where_both_sides_can_and_carries_requests_at_a_time() {
    let authority = Authority::of(&["127.0.0.1"]);
    let server = Server::start(Some(authority.server(&["h2", "http/1.1"]))).await;
    let client = Client::new(authority.network());
    let url = format!("https://{}/", server.address);
    assert_eq!(text(get(&client, &url).await.unwrap()).await, "HTTP/2.0 1");
    let both = tokio::join!(get(&client, &url), get(&client, &url));
    for response in [both.0.unwrap(), both.1.unwrap()] {
        assert_eq!(text(response).await, "HTTP/2.0 1");
    }
    for protocols in [&["http/1.1"][..], &[]] {
        let server = Server::start(Some(authority.server(protocols))).await;
        let response = get(&client, &format!("https://{}/", server.address)).await.unwrap();
        assert_eq!(text(response).await, "HTTP/1.1 1");
    }
}

#[tokio::test]
async fn a_call_uses_no_connection_that_only_another_call_may_make() {
    let authority = Authority::of(&["a.example"]);
    for protocols in [&["http/1.1"], &["h2"]] {
        let server = Server::start(Some(authority.server(protocols))).await;
        let network = authority.network().resolving(Arc::new(Always([10, 0, 0, 1].into())));
        let client = Client::new(network.dialing(Arc::new(Led(server.address))));
        let (one, two, none) = (granting(&["10.0.0.0/8"]), granting(&["10.0.0.0/8"]), Policy::default());
        for policy in [&one, &two] {
            text(get(&client.under(policy), "https://a.example/").await.unwrap()).await;
        }
        let error = get(&client.under(&none), "https://a.example/").await.unwrap_err();
        assert!(matches!(error, HttpError::DestinationIpProhibited), "{error}");
        assert!(matches!(none.denials()[0].reason(), Reason::Addresses(_)));
        assert_eq!(server.connections(), 1);
        text(get(&client.under(&granting(&["10.0.0.1"])), "https://a.example/").await.unwrap()).await;
        assert_eq!(server.connections(), 2);
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closed_is_replaced() {
    let address = on_each(async |mut stream| {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
        // And closes it without having said so.
    })
    .await;
    let url = format!("http://{address}/");
    let client = Client::new(Network::new().unwrap());
    for _ in 0..20 {
        assert_eq!(text(get(&client, &url).await.unwrap()).await, "ok");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn bytes_that_a_server_sends_unasked_do_not_answer_the_next_request() {
    let address = on_each(async |mut stream| {
        let _ = stream.read(&mut [0; 1024]).await;
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
        let forged = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged";
        let _ = stream.write_all(&[answer.as_slice(), forged].concat()).await;
        until_it_ends(stream).await;
    })
    .await;
    let url = format!("http://{address}/");
    let client = Client::new(Network::new().unwrap());
    for _ in 0..10 {
        assert_eq!(text(get(&client, &url).await.unwrap()).await, "ok");
    }
}

#[tokio::test]
async fn a_connection_on_which_a_server_fell_silent_is_not_used_again() {
    let authority = Authority::of(&["127.0.0.1"]);
    let acceptor = authority.server(&["h2"]);
    let (counting, mut counted) = tokio::sync::mpsc::unbounded_channel();
    let address = on_each(move |stream| {
        counting.send(()).unwrap();
        let acceptor = acceptor.clone();
        async move {
            let mut stream = acceptor.accept(stream).await.unwrap();
            // Settings, so that the connection stands; then nothing more.
            stream.write_all(&[0, 0, 0, 4, 0, 0, 0, 0, 0]).await.unwrap();
            until_it_ends(stream).await;
        }
    })
    .await;
    let client = Client::new(authority.network());
    for _ in 0..2 {
        let timeouts = Timeouts { first_byte_timeout: Some(Duration::from_millis(100)), ..Timeouts::default() };
        let error = get_with(&client, &format!("https://{address}/"), timeouts).await.unwrap_err();
        assert!(matches!(error, HttpError::HttpResponseTimeout), "{error}");
        counted.recv().await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_never_finishes_the_handshake_is_a_slow_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}/", listener.local_addr().unwrap());
    let timeouts = Timeouts { connect_timeout: Some(Duration::from_millis(100)), ..Timeouts::default() };
    let error = get_with(&Client::new(Network::new().unwrap()), &url, timeouts).await.unwrap_err();
    assert!(matches!(error, HttpError::ConnectionTimeout), "{error}");
}

/// Every name has thousands of addresses.
struct Flooding;

impl Resolver for Flooding {
    fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
        Box::pin(async { Ok((0..4000).map(|number| IpAddr::V4((0x0a00_0000 + number).into())).collect()) })
    }
}

#[tokio::test]
async fn of_thousands_of_addresses_an_error_lists_the_first() {
    let policy = Policy::default();
    let client = Client::new(Network::new().unwrap().resolving(Arc::new(Flooding))).under(&policy);
    assert!(matches!(get(&client, "https://many.example/").await, Err(HttpError::DestinationIpProhibited)));
    assert_eq!(policy.denials()[0].missing().len(), 32);
    assert!(policy.denials()[0].to_string().len() < 4000);
}

/// Never connects.
struct Hanging;

impl Dialer for Hanging {
    fn dial(&self, _: SocketAddr) -> Dialing {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn no_connection_may_take_longer_than_a_minute_however_long_a_component_would_wait() {
    let timeouts = Timeouts { connect_timeout: Some(Duration::from_secs(3600)), ..Timeouts::default() };
    let direct = Client::new(Direct::to("http://127.0.0.1").unwrap().dialing(Arc::new(Hanging)));
    let network = Client::new(Network::new().unwrap().dialing(Arc::new(Hanging)));
    let began = tokio::time::Instant::now();
    for answer in [
        get_with(&direct, "http://127.0.0.1/", timeouts).await,
        get_with(&network, "http://127.0.0.1/", timeouts).await,
    ] {
        assert!(matches!(answer, Err(HttpError::ConnectionTimeout)));
    }
    assert_eq!(began.elapsed().as_secs(), 2 * 60);
}

#[tokio::test]
async fn the_direct_way_leads_to_one_address_alone() {
    let server = Server::start(None).await;
    let direct = Direct::to("http://169.254.169.254").unwrap().dialing(Arc::new(Led(server.address)));
    let client = Client::new(direct);
    let response = get(&client, "http://169.254.169.254/openstack/latest/securitykey").await.unwrap();
    assert_eq!(text(response).await, "HTTP/1.1 1");
    for url in [
        "http://169.254.169.253/",
        "http://169.254.169.254:8080/",
        "https://169.254.169.254/",
        "http://metadata.example/",
        "http://user@169.254.169.254/",
    ] {
        let error = get(&client, url).await.unwrap_err();
        assert!(matches!(error, HttpError::HttpRequestDenied), "{url}: {error}");
    }
    assert_eq!(server.connections(), 1);
    for url in ["https://169.254.169.254", "http://metadata.example", "169.254.169.254", ""] {
        assert!(Direct::to(url).is_none(), "{url}");
    }
}
