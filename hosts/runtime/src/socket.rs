//! Names and sockets: the two things that the network asks of the system, each of which a test replaces.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::pin::Pin;
use std::thread;

use tokio::net::TcpStream;
use tokio::sync::oneshot;

use crate::connector::Stream;

/// Addresses on their way.
pub type Resolving<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send + 'a>>;

/// A connection to an address on its way.
pub type Dialing = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send>>;

/// Finds the addresses of a name.
///
/// ```
/// use std::sync::Arc;
///
/// use component_runtime::Network;
/// use component_runtime::socket::{Resolver, Resolving};
///
/// /// Resolves each name to one address.
/// struct Fixed([u8; 4]);
///
/// impl Resolver for Fixed {
///     fn resolve<'a>(&'a self, _: &'a str) -> Resolving<'a> {
///         Box::pin(async { Ok(vec![self.0.into()]) })
///     }
/// }
///
/// let network = Network::new().unwrap().resolving(Arc::new(Fixed([127, 0, 0, 1])));
/// # drop(network);
/// ```
pub trait Resolver: Send + Sync {
    /// Returns the addresses, the best first. The name is not an address.
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a>;
}

/// Makes connections.
///
/// ```
/// use std::io;
/// use std::net::SocketAddr;
/// use std::sync::Arc;
///
/// use component_runtime::Network;
/// use component_runtime::socket::{Dialer, Dialing};
///
/// /// Connects to nothing, for example in a test.
/// struct Offline;
///
/// impl Dialer for Offline {
///     fn dial(&self, _: SocketAddr) -> Dialing {
///         Box::pin(async { Err(io::ErrorKind::NetworkUnreachable.into()) })
///     }
/// }
///
/// let network = Network::new().unwrap().dialing(Arc::new(Offline));
/// # drop(network);
/// ```
pub trait Dialer: Send + Sync {
    /// A connection to this address and no other.
    fn dial(&self, address: SocketAddr) -> Dialing;
}

/// The system's resolver and its TCP.
pub(crate) struct System;

impl Resolver for System {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        let name = name.to_owned();
        Box::pin(async move {
            let (sender, receiver) = oneshot::channel();
            let look_up = move || {
                let found = (name.as_str(), 0).to_socket_addrs();
                // The caller may have given up.
                let _ = sender.send(found.map(|found| found.map(|address| address.ip()).collect()));
            };
            // Not a thread of tokio's: tokio panics if the system refuses one.
            thread::Builder::new().name("resolver".to_owned()).spawn(look_up)?;
            receiver.await.unwrap_or_else(|_| Err(io::Error::other("the look-up was given up")))
        })
    }
}

impl Dialer for System {
    fn dial(&self, address: SocketAddr) -> Dialing {
        Box::pin(async move {
            let stream = TcpStream::connect(address).await?;
            // A request is one small write: waiting to fill a packet only delays it.
            let _ = stream.set_nodelay(true);
            Ok(Box::new(stream) as Box<dyn Stream>)
        })
    }
}
