//! Servers on loopback that follow a script instead of a protocol.
#![allow(dead_code, reason = "each test uses its part")]

pub mod guest;
pub mod witness;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A server's behaviour after it has seen a request.
#[derive(Clone)]
pub enum Act {
    /// Sends bytes.
    Send(Vec<u8>),
    /// Sends the same bytes without end, as fast as they are taken.
    Forever(Vec<u8>),
    /// Sends bytes one at a time, this many milliseconds apart.
    Trickle(Vec<u8>, u64),
    /// Does nothing, and keeps the connection open.
    Wait,
    /// Ends the connection so that the other side sees a reset.
    Reset,
}

/// Bytes to send.
pub fn send(bytes: impl AsRef<[u8]>) -> Act {
    Act::Send(bytes.as_ref().to_vec())
}

/// How a server secures its connections.
#[derive(Clone)]
pub enum Security {
    /// By TLS.
    Tls(TlsAcceptor),
    /// Not at all.
    Plain,
}

/// A certificate authority for one test.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    /// A new authority.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    /// A client that trusts this authority alone.
    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).unwrap();
        roots
    }

    /// A server with a certificate for this name, changed as a test needs it.
    pub fn server(&self, name: &str, change: impl FnOnce(&mut CertificateParams)) -> Security {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        change(&mut params);
        let certificate = params.signed_by(&key, &self.0).unwrap();
        tls(certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
    }
}

/// A server whose certificate nobody but itself has signed.
pub fn self_signed(name: &str) -> Security {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().self_signed(&key).unwrap();
    tls(certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

fn tls(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) -> Security {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Security::Tls(TlsAcceptor::from(Arc::new(config)))
}

/// Starts a server that follows the script on each connection, after a request where `listens` says so.
pub async fn start(security: Security, listens: bool, script: Vec<Act>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (security, script) = (security.clone(), script.clone());
            tokio::spawn(async move { drop(handle(stream, security, listens, script).await) });
        }
    });
    address
}

async fn handle(stream: TcpStream, security: Security, listens: bool, script: Vec<Act>) -> std::io::Result<()> {
    // Closing with nothing lingering sends a reset.
    if script.iter().any(|act| matches!(act, Act::Reset)) {
        stream.set_zero_linger()?;
    }
    match security {
        Security::Plain => follow(stream, listens, script).await,
        Security::Tls(acceptor) => follow(acceptor.accept(stream).await?, listens, script).await,
    }
}

async fn follow(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    listens: bool,
    script: Vec<Act>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while listens && !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    for act in script {
        match act {
            Act::Send(bytes) => stream.write_all(&bytes).await?,
            Act::Forever(bytes) => loop {
                stream.write_all(&bytes).await?;
            },
            Act::Trickle(bytes, pause) => {
                for byte in bytes {
                    stream.write_all(&[byte]).await?;
                    stream.flush().await?;
                    tokio::time::sleep(Duration::from_millis(pause)).await;
                }
            }
            Act::Wait => tokio::time::sleep(Duration::from_secs(60)).await,
            // Long enough for what was sent to be read first.
            Act::Reset => {
                stream.flush().await?;
                tokio::time::sleep(Duration::from_millis(50)).await;
                return Ok(());
            }
        }
        stream.flush().await?;
    }
    stream.shutdown().await
}
