//! Names, sockets and TLS: the connector that reaches the real network.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use hyper_util::rt::TokioIo;
use rustls::RootCertStore;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::connector::{ConnectError, Connecting, Connection, Connector, Stream};
use crate::explanation::{Explanation, RequestError};
use crate::http::HttpError;
use crate::machine;
use crate::policy::{self, Denial, Grant, Host, Reason, denial, origin};
use crate::proxy::Proxy;
use crate::proxy_url::ProxyUrl;
use crate::socket::{Dialer, Resolver, System};
use crate::tls::{Certificates, HttpVersions, Tls};

/// How long an address is tried alone. Source: RFC 8305, "Happy Eyeballs", which recommends 250 ms.
const HEAD_START: Duration = Duration::from_millis(250);

/// The most addresses of a name that are used. Servers have a few, and an error lists those that are refused. A hostile
/// name server can send thousands.
const MOST_ADDRESSES: usize = 32;

/// Connects by TCP, and by TLS where the scheme is https; through a proxy where it has one for the URL. Clones share the
/// TLS sessions.
///
/// Addresses that are not on the public internet are refused, unless the URL itself says that it is loopback, or they
/// are granted.
///
/// ```
/// use component_runtime::{Client, Network, Proxy};
///
/// let proxy = Proxy::of_environment(|name| (name == "HTTPS_PROXY").then(|| "http://proxy.example:3128".to_owned()));
/// let client = Client::new(Network::new().unwrap().through(proxy.unwrap()));
/// # drop(client);
/// ```
#[derive(Clone)]
pub struct Network {
    tls: Tls,
    proxy: Proxy,
    resolver: Arc<dyn Resolver>,
    dialer: Arc<dyn Dialer>,
}

impl Network {
    /// A network that trusts the authorities of the system, or where it has none those of the web, and goes through no
    /// proxy.
    ///
    /// # Errors
    /// The TLS library has no common protocol version with its cryptography.
    pub fn new() -> Result<Self, rustls::Error> {
        Self::with(Certificates::default())
    }

    /// A network that trusts these authorities, and no others.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn trusting(authorities: RootCertStore) -> Result<Self, rustls::Error> {
        Self::with(Certificates::default().trusting(authorities))
    }

    /// A network that trusts, and is known, as these certificates say.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn with(certificates: Certificates) -> Result<Self, rustls::Error> {
        let tls = Tls::new(certificates)?;
        Ok(Self { tls, proxy: Proxy::default(), resolver: Arc::new(System), dialer: Arc::new(System) })
    }

    /// The same network, through a proxy.
    #[must_use]
    pub fn through(self, proxy: Proxy) -> Self {
        Self { proxy, ..self }
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

    async fn connect_to(&self, uri: &Uri, grant: &Grant, versions: HttpVersions) -> Result<Connection, ConnectError> {
        let origin =
            origin::of(uri).map_err(|error| Denial::new(denial::target(uri), Reason::Origin(error), Vec::new()))?;
        if let Some(proxy) = self.proxy.of(&origin) {
            // Whom a name stands for is the proxy's to find out.
            if let Host::Address(address) = origin.host() {
                policy::admit(&origin, &[*address], grant)?;
            }
            let to_proxy = self.connect_to_proxy(&proxy.url).await.map_err(|error| proxy.unreachable(error))?;
            let tunnel = proxy.tunnel(to_proxy, &origin).await?;
            return Ok(self.tls.secure(origin.host(), TokioIo::new(tunnel), versions).await?);
        }
        let resolved = self.resolve(origin.host()).await?;
        // From here on the name is not used. The client connects to the addresses that were checked.
        let stream = self.connect_to_any(&policy::admit(&origin, &resolved, grant)?, origin.port()).await?;
        if origin.is_secure() {
            Ok(self.tls.secure(origin.host(), stream, versions).await?)
        } else {
            Ok(Connection::new(stream))
        }
    }

    /// The user names the proxy, so that it may be anywhere.
    async fn connect_to_proxy(&self, proxy: &ProxyUrl) -> Result<Connection, RequestError> {
        let host = proxy.at.host();
        let stream = self.connect_to_any(&self.resolve(host).await?, proxy.at.port()).await?;
        if proxy.secure { self.tls.secure_proxy(host, stream).await } else { Ok(Connection::new(stream)) }
    }

    async fn resolve(&self, host: &Host) -> Result<Vec<IpAddr>, RequestError> {
        match host {
            Host::Address(address) => Ok(vec![*address]),
            Host::Name(name) => {
                let mut addresses = self.resolver.resolve(name).await.map_err(|error| dns_error(&error))?;
                addresses.truncate(MOST_ADDRESSES);
                Ok(addresses)
            }
        }
    }

    /// Connects to the first address that answers. Each has a head start before the next one joins, so that one that
    /// swallows packets does not use up the time of all.
    async fn connect_to_any(&self, addresses: &[IpAddr], port: u16) -> Result<Box<dyn Stream>, RequestError> {
        let mut waiting = addresses.iter();
        let mut racing = JoinSet::new();
        let mut last = RequestError::from(HttpError::DestinationNotFound);
        loop {
            match waiting.next() {
                Some(address) => drop(racing.spawn(self.dialer.dial(SocketAddr::new(*address, port)))),
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
    fn connect<'a>(&'a self, uri: &'a Uri, grant: &'a Grant) -> Connecting<'a> {
        Box::pin(self.connect_to(uri, grant, HttpVersions::Any))
    }

    fn connect_http1<'a>(&'a self, uri: &'a Uri, grant: &'a Grant) -> Connecting<'a> {
        Box::pin(self.connect_to(uri, grant, HttpVersions::Http1))
    }

    fn overdue(&self, uri: &Uri) -> Option<Explanation> {
        Some(self.proxy.of(&origin::of(uri).ok()?)?.overdue())
    }
}

fn dns_error(error: &io::Error) -> RequestError {
    let code = HttpError::DnsError { rcode: rcode(error).map(str::to_owned), info_code: None };
    machine::limit(error)
        .map_or_else(|| code.into(), |explanation| RequestError::new(HttpError::DnsTimeout, explanation))
}

/// Returns the code of a failed look-up: the name does not exist, or the name service failed. The system's resolver
/// says this only in its message, in the words of each system.
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

pub(crate) fn connect_error(error: &io::Error) -> RequestError {
    if let Some(explanation) = machine::limit(error) {
        return RequestError::new(HttpError::ConnectionLimitReached, explanation);
    }
    let code = match error.kind() {
        io::ErrorKind::ConnectionRefused => HttpError::ConnectionRefused,
        io::ErrorKind::TimedOut => HttpError::ConnectionTimeout,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => HttpError::DestinationIpUnroutable,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => HttpError::ConnectionTerminated,
        _ => {
            let why = format!("The system does not make the connection: {error}.");
            return RequestError::new(HttpError::DestinationUnavailable, Explanation::new(why));
        }
    };
    code.into()
}
