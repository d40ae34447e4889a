//! Names, sockets and TLS: the connector that reaches the real network.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::client::{Connecting, Connection, Connector};
use crate::http::HttpError;

/// How long an address is tried alone. Source: RFC 8305, "Happy Eyeballs", which recommends 250 ms.
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects by TCP, and by TLS 1.2 or newer where the scheme is https.
pub struct Network {
    tls: Arc<ClientConfig>,
}

impl Network {
    /// A network whose servers show certificates of the web's authorities.
    ///
    /// # Errors
    /// The TLS library has no common protocol version with its cryptography.
    pub fn new() -> Result<Self, rustls::Error> {
        Self::trusting(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    /// A network whose servers show certificates of these authorities, and of no others.
    ///
    /// # Errors
    /// The TLS library has no common protocol version with its cryptography.
    pub fn trusting(roots: RootCertStore) -> Result<Self, rustls::Error> {
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: Arc::new(config) })
    }

    async fn connect_to(&self, uri: &Uri) -> Result<Connection, HttpError> {
        let host = uri.host().ok_or(HttpError::HttpRequestUriInvalid)?;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let stream = connect_to_any(resolve(host, port).await?).await?;
        // A request is one small write: waiting to fill a packet only delays it.
        let _ = stream.set_nodelay(true);
        if !secure {
            return Ok(Box::new(stream));
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| HttpError::HttpRequestUriInvalid)?;
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(name, stream).await.map_err(tls_error)?;
        Ok(Box::new(stream))
    }
}

impl Connector for Network {
    fn connect<'a>(&'a self, uri: &'a Uri) -> Connecting<'a> {
        Box::pin(self.connect_to(uri))
    }
}

async fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, HttpError> {
    match tokio::net::lookup_host((host, port)).await {
        Ok(addresses) => Ok(addresses.collect()),
        Err(error) => Err(HttpError::DnsError { rcode: rcode(&error).map(str::to_owned), info_code: None }),
    }
}

/// The resolver of the system tells only in its message, in the words of each system, whether a name does not exist
/// or could not be asked for.
#[must_use]
pub fn rcode(error: &io::Error) -> Option<&'static str> {
    let message = error.to_string();
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    if says(&["emporary failure", "emporary error", "ry again"]) {
        Some("TRYAGAIN")
    } else if says(&["not known", "No address associated", "does not resolve", "No such host"]) {
        Some("NXDOMAIN")
    } else {
        None
    }
}

/// Connects to the first address that answers. Each has a head start before the next one joins, so that one that
/// swallows packets does not use up the time of all.
async fn connect_to_any(addresses: Vec<SocketAddr>) -> Result<TcpStream, HttpError> {
    let mut waiting = addresses.into_iter();
    let mut racing = JoinSet::new();
    let mut last = HttpError::DestinationNotFound;
    loop {
        match waiting.next() {
            Some(address) => drop(racing.spawn(TcpStream::connect(address))),
            None if racing.is_empty() => return Err(last),
            None => {}
        }
        match timeout(HEAD_START, racing.join_next()).await {
            Ok(Some(Ok(Ok(stream)))) => return Ok(stream),
            Ok(Some(Ok(Err(error)))) => last = connect_error(&error),
            Ok(Some(Err(_)) | None) | Err(_) => {}
        }
    }
}

fn connect_error(error: &io::Error) -> HttpError {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => HttpError::ConnectionRefused,
        io::ErrorKind::TimedOut => HttpError::ConnectionTimeout,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => HttpError::DestinationIpUnroutable,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => HttpError::ConnectionTerminated,
        _ => HttpError::DestinationUnavailable,
    }
}

fn tls_error(error: io::Error) -> HttpError {
    let Some(cause) = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>()) else {
        return HttpError::ConnectionTerminated;
    };
    match cause {
        rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => HttpError::TlsCertificateError,
        rustls::Error::AlertReceived(alert) => {
            HttpError::TlsAlertReceived { alert_id: Some(u8::from(*alert)), alert_message: Some(format!("{alert:?}")) }
        }
        _ => HttpError::TlsProtocolError,
    }
}
