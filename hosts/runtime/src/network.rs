//! Names, sockets and TLS: the connector that reaches the real network.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::client::{Connecting, Connection, Connector};
use crate::enforce::Policy;
use crate::http::HttpError;
use crate::policy::{Denial, Host, Origin, Reason, denial};
use crate::socket::{Dialer, Resolver, System};

/// How long an address is tried alone. Source: RFC 8305, "Happy Eyeballs", which recommends 250 ms.
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects by TCP, and by TLS 1.2 or newer where the scheme is https. Clones share the TLS sessions.
///
/// Addresses that are not on the public internet are refused, unless the URL itself says that it is loopback, or a
/// policy grants them.
#[derive(Clone)]
pub struct Network {
    tls: Arc<ClientConfig>,
    resolver: Arc<dyn Resolver>,
    dialer: Arc<dyn Dialer>,
    policy: Policy,
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
        Ok(Self {
            tls: Arc::new(config),
            resolver: Arc::new(System),
            dialer: Arc::new(System),
            policy: Policy::default(),
        })
    }

    /// The same network, which also reaches the addresses that this policy grants, and keeps its denials there.
    #[must_use]
    pub fn under(self, policy: &Policy) -> Self {
        Self { policy: policy.clone(), ..self }
    }

    /// The same network with another resolver.
    #[must_use]
    pub fn resolving(self, resolver: Arc<dyn Resolver>) -> Self {
        Self { resolver, ..self }
    }

    /// The same network with another way to make connections.
    #[must_use]
    pub fn dialing(self, dialer: Arc<dyn Dialer>) -> Self {
        Self { dialer, ..self }
    }

    async fn connect_to(&self, uri: &Uri) -> Result<Connection, HttpError> {
        uri.host().ok_or(HttpError::HttpRequestUriInvalid)?;
        let origin = Origin::of(uri).map_err(|error| {
            self.policy.keep(Denial::new(denial::target(uri), Reason::Origin(error), Vec::new()));
            HttpError::HttpRequestDenied
        })?;
        let resolved = match origin.host() {
            Host::Address(address) => vec![*address],
            Host::Name(name) => self.resolver.resolve(name).await.map_err(|error| dns_error(&error))?,
        };
        // From here on there is no name any more: what was checked is what is connected to.
        let addresses = self.policy.admit(&origin, &resolved)?;
        let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, origin.port())).collect();
        let stream = self.connect_to_any(addresses).await?;
        if !origin.is_secure() {
            return Ok(stream);
        }
        let stream = TlsConnector::from(Arc::clone(&self.tls)).connect(server_name(&origin)?, stream).await;
        Ok(Box::new(stream.map_err(tls_error)?))
    }

    /// Connects to the first address that answers. Each has a head start before the next one joins, so that one that
    /// swallows packets does not use up the time of all.
    async fn connect_to_any(&self, addresses: Vec<SocketAddr>) -> Result<Connection, HttpError> {
        let mut waiting = addresses.into_iter();
        let mut racing = JoinSet::new();
        let mut last = HttpError::DestinationNotFound;
        loop {
            match waiting.next() {
                Some(address) => drop(racing.spawn(self.dialer.dial(address))),
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
}

impl Connector for Network {
    fn connect<'a>(&'a self, uri: &'a Uri) -> Connecting<'a> {
        Box::pin(self.connect_to(uri))
    }
}

fn server_name(origin: &Origin) -> Result<ServerName<'static>, HttpError> {
    match origin.host() {
        Host::Address(address) => Ok(ServerName::from(*address)),
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| HttpError::HttpRequestUriInvalid),
    }
}

fn dns_error(error: &io::Error) -> HttpError {
    HttpError::DnsError { rcode: rcode(error).map(str::to_owned), info_code: None }
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
