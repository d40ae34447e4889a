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
pub trait Resolver: Send + Sync {
    /// The addresses, the best first. The name is no address.
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a>;
}

/// Makes connections.
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
            let (tell, told) = oneshot::channel();
            let look_up = move || {
                let found = (name.as_str(), 0).to_socket_addrs();
                // The caller may have given up.
                let _ = tell.send(found.map(|found| found.map(|address| address.ip()).collect()));
            };
            // Not a thread of tokio's: tokio panics if the system refuses one.
            thread::Builder::new().name("resolver".to_owned()).spawn(look_up)?;
            told.await.unwrap_or_else(|_| Err(io::Error::other("the look-up was given up")))
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
