//! Real connections on loopback: TLS as it must be, and every way to fail by its own name.

mod support;

use std::net::SocketAddr;

use component_runtime::http::{HttpError, Response};
use component_runtime::{Client, Network, network};
use http_body_util::BodyExt;
use support::{Authority, get, on_each};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

async fn serve_tls(acceptor: TlsAcceptor) -> SocketAddr {
    on_each(move |stream| {
        let acceptor = acceptor.clone();
        async move {
            if let Ok(stream) = acceptor.accept(stream).await {
                answer(stream, ANSWER).await;
            }
        }
    })
    .await
}

async fn serve_plain(bytes: &'static [u8]) -> SocketAddr {
    on_each(move |stream| answer(stream, bytes)).await
}

async fn answer(mut stream: impl AsyncRead + AsyncWrite + Unpin, bytes: &[u8]) {
    let mut head = [0; 1024];
    let _ = stream.read(&mut head).await;
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
}

async fn send(network: Network, url: &str) -> Result<Response, HttpError> {
    get(&Client::new(network), url).await
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_is_accepted() {
    let authority = Authority::of(&["127.0.0.1", "localhost"]);
    let address = serve_tls(authority.server(&[])).await;
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("https://{host}:{}/", address.port());
        let response = send(authority.network(), &url).await.unwrap();
        assert_eq!(response.into_body().collect().await.unwrap().to_bytes(), "ok");
    }
}

#[tokio::test]
async fn a_certificate_of_anybody_else_is_not() {
    let authority = Authority::of(&["127.0.0.1"]);
    let address = serve_tls(authority.server(&[])).await;
    for network in [Network::new().unwrap(), Authority::of(&["127.0.0.1"]).network()] {
        let error = send(network, &format!("https://{address}/")).await.unwrap_err();
        assert!(matches!(error, HttpError::TlsCertificateError), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_of_another_name_is_not_accepted() {
    let authority = Authority::of(&["example.com"]);
    let address = serve_tls(authority.server(&[])).await;
    let error = send(authority.network(), &format!("https://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::TlsCertificateError), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_distinguished_from_one_that_is_not_trusted() {
    let address = serve_plain(ANSWER).await;
    let error = send(Network::new().unwrap(), &format!("https://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::TlsProtocolError), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_speak_http_is_reported() {
    let address = serve_plain(b"SSH-2.0-OpenSSH_9.2\r\n").await;
    let error = send(Network::new().unwrap(), &format!("http://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::HttpProtocolError), "{error}");
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let head: &'static [u8] = [b"HTTP/1.1 200 OK\r\nx: ".as_slice(), &[b'a'; 1 << 20]].concat().leak();
    let address = serve_plain(head).await;
    let error = send(Network::new().unwrap(), &format!("http://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::HttpResponseHeaderSectionSize(_)), "{error}");
}

#[tokio::test]
async fn a_server_that_says_nothing_broke_the_connection() {
    let address = serve_plain(b"").await;
    let error = send(Network::new().unwrap(), &format!("http://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::ConnectionTerminated), "{error}");
}

#[tokio::test]
async fn a_port_on_which_nobody_listens_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = send(Network::new().unwrap(), &format!("http://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::ConnectionRefused), "{error}");
}

#[test]
fn the_resolver_s_words_are_understood() {
    let words = |text: &str| network::rcode(&std::io::Error::other(text));
    assert_eq!(words("failed to lookup address information: Name or service not known"), Some("NXDOMAIN"));
    assert_eq!(words("failed to lookup address information: Name does not resolve"), Some("NXDOMAIN"));
    assert_eq!(words("failed to lookup address information: Temporary failure in name resolution"), Some("TRYAGAIN"));
    assert_eq!(words("failed to lookup address information: Try again"), Some("TRYAGAIN"));
    assert_eq!(words("failed to lookup address information: System error"), None);
}
