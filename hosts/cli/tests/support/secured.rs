//! TLS and proxies on loopback, in front of a server that speaks plain HTTP.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub fn certificate(name: &str) -> CertifiedKey<KeyPair> {
    generate_simple_self_signed(vec![name.to_owned()]).unwrap()
}

/// Takes TLS off connections and passes them on to the server of this URL, asking clients for this certificate if there
/// is one.
pub fn secured(url: &str, own: &CertifiedKey<KeyPair>, client: Option<&CertifiedKey<KeyPair>>) -> SocketAddr {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let builder = match client {
        None => builder.with_no_client_auth(),
        Some(client) => {
            let mut roots = RootCertStore::empty();
            roots.add(client.cert.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().unwrap();
            builder.with_client_cert_verifier(verifier)
        }
    };
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let config = builder.with_single_cert(vec![own.cert.der().clone()], key).unwrap();
    let (acceptor, to) = (TlsAcceptor::from(Arc::new(config)), url.replace("http://", ""));
    start(move |stream| {
        let (acceptor, to) = (acceptor.clone(), to.clone());
        async move {
            let mut stream = acceptor.accept(stream).await?;
            copy_bidirectional(&mut stream, &mut TcpStream::connect(&to).await?).await.map(drop)
        }
    })
}

/// A proxy whose every tunnel leads to this address, and what it was asked.
pub fn proxy(to: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let asked = Arc::<Mutex<Vec<String>>>::default();
    let remembered = Arc::clone(&asked);
    let address = start(move |mut stream| {
        let asked = Arc::clone(&remembered);
        async move {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await?);
            }
            asked.lock().unwrap().push(String::from_utf8_lossy(&head).into_owned());
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
            copy_bidirectional(&mut stream, &mut TcpStream::connect(to).await?).await.map(drop)
        }
    });
    (address, asked)
}

/// A proxy that refuses a tunnel with this answer.
pub fn refusing(answer: &'static str) -> SocketAddr {
    start(move |mut stream| async move {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        stream.write_all(format!("HTTP/1.1 {answer}\r\n\r\n").as_bytes()).await
    })
}

/// Handles connections until the test process ends.
fn start<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                // A client that breaks off harms nobody.
                tokio::spawn(handle(stream));
            }
        });
    });
    address
}
