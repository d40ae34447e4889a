//! Requests through a proxy: which ones, what it is told, and how it fails. The proxy is on loopback, and where it leads.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use component_runtime::connector::Stream;
use component_runtime::http::HttpError;
use component_runtime::policy::Reason;
use component_runtime::socket::{Dialer, Dialing, Resolver, Resolving};
use component_runtime::{Client, Declaration, Grant, Network, Policy, Proxy};
use support::{Authority, Server, get, on_each, text};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Resolves nothing, and remembers what it was asked.
#[derive(Default)]
struct Asked(Mutex<Vec<String>>);

impl Resolver for Asked {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        self.0.lock().unwrap().push(name.to_owned());
        Box::pin(async { Err(io::Error::other("Name or service not known")) })
    }
}

/// Connects to loopback alone, and remembers where it was to lead.
#[derive(Default)]
struct Dialed(Mutex<Vec<SocketAddr>>);

impl Dialer for Dialed {
    fn dial(&self, address: SocketAddr) -> Dialing {
        self.0.lock().unwrap().push(address);
        Box::pin(async move {
            if !address.ip().is_loopback() {
                return Err(io::Error::from(io::ErrorKind::ConnectionRefused));
            }
            Ok(Box::new(TcpStream::connect(address).await?) as Box<dyn Stream>)
        })
    }
}

/// A proxy that makes tunnels to one server, whatever it is asked for, and remembers that.
struct Tunnels {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    async fn start(tls: Option<TlsAcceptor>, to: SocketAddr, answer: &'static str) -> Self {
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let remembered = Arc::clone(&heads);
        let address = on_each(move |stream| {
            let (tls, heads) = (tls.clone(), Arc::clone(&remembered));
            async move {
                match tls {
                    None => lead(stream, to, answer, &heads).await,
                    Some(tls) => lead(tls.accept(stream).await.unwrap(), to, answer, &heads).await,
                }
            }
        })
        .await;
        Self { address, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn lead(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    to: SocketAddr,
    answer: &str,
    heads: &Mutex<Vec<String>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.unwrap());
    }
    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
    client.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await.unwrap();
    if answer.starts_with("200") {
        let _ = copy_bidirectional(&mut client, &mut TcpStream::connect(to).await.unwrap()).await;
    }
}

/// A proxy as these variables name it.
fn proxy(variables: &[(&str, &str)]) -> Result<Proxy, String> {
    let found = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
    Proxy::of_environment(found).map_err(|error| error.to_string())
}

/// A client through such a proxy, and what became known of its way.
fn client(authority: &Authority, variables: &[(&str, &str)]) -> (Client<Network>, Arc<Asked>, Arc<Dialed>) {
    let (asked, dialed) = (Arc::<Asked>::default(), Arc::<Dialed>::default());
    let network = authority.network().resolving(asked.clone()).dialing(dialed.clone());
    (Client::new(network.through(proxy(variables).unwrap())), asked, dialed)
}

#[tokio::test]
async fn a_request_goes_through_the_proxy_s_tunnel_and_the_proxy_resolves_its_name() {
    let authority = Authority::of(&["a.example", "127.0.0.1"]);
    for protocols in [&["http/1.1"], &["h2"]] {
        let server = Server::start(Some(authority.server(protocols))).await;
        for secure in [false, true] {
            let tls = secure.then(|| authority.server(&[]));
            let tunnels = Tunnels::start(tls, server.address, "200 Connection established").await;
            let scheme = if secure { "https" } else { "http" };
            let url = format!("{scheme}://ann:s3cret%21@{}", tunnels.address);
            let (client, asked, dialed) = client(&authority, &[("https_proxy", &url)]);
            for _ in 0..2 {
                text(get(&client, "https://a.example/path?name=x").await.unwrap()).await;
            }
            let host = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n";
            let credentials = "Proxy-Authorization: Basic YW5uOnMzY3JldCE=\r\n\r\n";
            assert_eq!(tunnels.heads(), [format!("{host}{credentials}")], "one tunnel, which is kept");
            assert!(asked.0.lock().unwrap().is_empty());
            assert_eq!(*dialed.0.lock().unwrap(), [tunnels.address]);
        }
    }
}

#[tokio::test]
async fn loopback_and_the_exceptions_never_use_the_proxy() {
    let authority = Authority::of(&["127.0.0.1", "localhost"]);
    let tunnels = Tunnels::start(None, ([127, 0, 0, 1], 9).into(), "500 Never").await;
    let url = format!("http://{}", tunnels.address);
    let except = "b.example, .c.example, 1.0.0.0/8, 2606:4700::1";
    let (client, asked, dialed) = client(&authority, &[("ALL_PROXY", &url), ("NO_PROXY", except)]);
    let server = Server::start(Some(authority.server(&[]))).await;
    let plain = Server::start(None).await;
    for url in [format!("https://{}/", server.address), format!("http://{}/", plain.address)] {
        text(get(&client, &url).await.unwrap()).await;
    }
    for url in ["https://b.example/", "https://x.b.example/", "https://d.c.example/", "https://localhost/"] {
        assert!(matches!(get(&client, url).await.unwrap_err(), HttpError::DnsError { .. }), "{url}");
    }
    for url in ["https://x.localhost/", "https://1.2.3.4/", "https://[2606:4700::1]/"] {
        get(&client, url).await.unwrap_err();
    }
    assert_eq!(*asked.0.lock().unwrap(), ["b.example", "x.b.example", "d.c.example", "localhost", "x.localhost"]);
    assert!(tunnels.heads().is_empty());
    assert!(!dialed.0.lock().unwrap().contains(&tunnels.address));
    // A name that only looks like an exception is none.
    get(&client, "https://notb.example/").await.unwrap_err();
    assert_eq!(tunnels.heads().len(), 1);
}

#[tokio::test]
async fn what_the_url_itself_says_is_checked_before_the_proxy_hears_of_it() {
    let authority = Authority::of(&["a.example"]);
    let tunnels = Tunnels::start(None, ([127, 0, 0, 1], 9).into(), "500 Never").await;
    let url = format!("http://{}", tunnels.address);
    let (client, _, dialed) = client(&authority, &[("HTTPS_PROXY", &url)]);
    let policy = Policy::default();
    let client = client.under(&policy);
    for url in ["https://10.0.0.1/", "https://169.254.169.254/", "https://[fd00::1]/"] {
        let error = get(&client, url).await.unwrap_err();
        assert!(matches!(error, HttpError::DestinationIpProhibited), "{url}: {error}");
    }
    for url in ["http://a.example/", "https://0177.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://u@a.example/"] {
        let error = get(&client, url).await.unwrap_err();
        assert!(matches!(error, HttpError::HttpRequestDenied), "{url}: {error}");
    }
    assert!(policy.denials().iter().any(|denial| matches!(denial.reason(), Reason::Addresses(_))));
    assert!(tunnels.heads().is_empty() && dialed.0.lock().unwrap().is_empty());

    let mut grant = Grant::default();
    grant.allow_address("10.0.0.1").unwrap();
    let client = client.under(&Policy::new(Declaration::default(), grant));
    get(&client, "https://10.0.0.1/").await.unwrap_err();
    assert!(tunnels.heads()[0].starts_with("CONNECT 10.0.0.1:443 "), "{:?}", tunnels.heads());
}

#[tokio::test]
async fn a_proxy_that_fails_is_named_without_its_password() {
    let authority = Authority::of(&["a.example"]);
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refusing = Tunnels::start(None, closed, "407 Proxy Authentication Required").await.address;
    let failing = Tunnels::start(None, closed, "502 Bad Gateway").await.address;
    let cases = [
        (closed, "it cannot be reached: connection refused"),
        (refusing, "tunnel error: proxy authorization required"),
        (failing, "tunnel error: unsuccessful"),
    ];
    for (address, why) in cases {
        let (client, ..) = client(&authority, &[("HTTPS_PROXY", &format!("http://ann:s3cret@{address}"))]);
        let error = get(&client, "https://a.example/").await.unwrap_err();
        let HttpError::InternalError(Some(message)) = error else { panic!("{error}") };
        assert_eq!(message.to_lowercase(), format!("no connection through the proxy {address}: {why}"));
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_refused_and_not_repeated() {
    for url in ["socks5://ann:s3cret@127.0.0.1:1080", "ftp://127.0.0.1", "http://", "http:///s3cret", "s3cret proxy"] {
        let error = proxy(&[("ALL_PROXY", url)]).err().unwrap_or_else(|| panic!("{url} is a proxy"));
        assert!(error.starts_with("ALL_PROXY names no proxy") && !error.contains("s3cret"), "{error}");
    }
    for url in ["", "127.0.0.1:3128", "http://proxy.example", "HTTPS://proxy.example:8443/"] {
        assert!(proxy(&[("HTTPS_PROXY", url), ("ALL_PROXY", "")]).is_ok(), "{url}");
    }
}
