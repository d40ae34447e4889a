//! A connector for the one kind of server that speaks plain http and is not loopback: a cloud's own, such as that of its
//! metadata. No component's request takes it.

use std::net::SocketAddr;
use std::sync::Arc;

use http::Uri;

use crate::connector::{Connecting, Connection, Connector};
use crate::http::HttpError;
use crate::policy::{Grant, Host};
use crate::socket::{Dialer, System};

/// Connects to one address by plain TCP, and to nothing else.
///
/// ```
/// use component_runtime::{Client, Direct};
///
/// let client = Client::new(Direct::to("http://169.254.169.254").unwrap());
/// assert!(Direct::to("https://169.254.169.254").is_none());
/// assert!(Direct::to("http://metadata.example").is_none());
/// # drop(client);
/// ```
pub struct Direct {
    address: SocketAddr,
    dialer: Arc<dyn Dialer>,
}

impl Direct {
    /// A connector to the address in this URL. None: the URL holds a name, or is not plain http.
    #[must_use]
    pub fn to(url: &str) -> Option<Self> {
        let address = address(&url.parse().ok()?)?;
        Some(Self { address, dialer: Arc::new(System) })
    }

    /// The same connector with another way to make connections.
    #[must_use]
    pub fn dialing(self, dialer: Arc<dyn Dialer>) -> Self {
        Self { dialer, ..self }
    }
}

impl Connector for Direct {
    fn connect<'a>(&'a self, uri: &'a Uri, _: &'a Grant) -> Connecting<'a> {
        Box::pin(async move {
            if address(uri) != Some(self.address) {
                return Err(HttpError::HttpRequestDenied.into());
            }
            let stream = self.dialer.dial(self.address).await;
            Ok(Connection::new(stream.map_err(|error| crate::network::connect_error(&error))?))
        })
    }
}

fn address(uri: &Uri) -> Option<SocketAddr> {
    let authority = uri.authority().filter(|authority| !authority.as_str().contains('@'))?;
    match (uri.scheme_str()?, authority.host().parse().ok()?) {
        ("http", Host::Address(address)) => Some(SocketAddr::new(address, uri.port_u16().unwrap_or(80))),
        _ => None,
    }
}
