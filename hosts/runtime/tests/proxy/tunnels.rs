//! A proxy that makes tunnels, and a client that uses it.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use component_runtime::connector::Stream;
use component_runtime::socket::{Dialer, Dialing, Resolver, Resolving};
use component_runtime::{Client, Network, Proxy};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

use crate::support::{Authority, on_each};

/// Resolves nothing, and remembers what it was asked.
#[derive(Default)]
pub struct Asked(pub Mutex<Vec<String>>);

impl Resolver for Asked {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        self.0.lock().unwrap().push(name.to_owned());
        Box::pin(async { Err(io::Error::other("Name or service not known")) })
    }
}

/// Connects to loopback alone, and remembers where it was to lead.
#[derive(Default)]
pub struct Dialed(pub Mutex<Vec<SocketAddr>>);

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
pub struct Tunnels {
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Tunnels {
    pub async fn start(tls: Option<TlsAcceptor>, to: SocketAddr, answer: &'static str) -> Self {
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

    pub fn heads(&self) -> Vec<String> {
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
pub fn proxy(variables: &[(&str, &str)]) -> Result<Proxy, String> {
    let found = |name: &str| variables.iter().find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned());
    Proxy::of_environment(found).map_err(|error| error.to_string())
}

/// A client through such a proxy, with the records of its look-ups and connections.
pub fn client(authority: &Authority, variables: &[(&str, &str)]) -> (Client<Network>, Arc<Asked>, Arc<Dialed>) {
    let (asked, dialed) = (Arc::<Asked>::default(), Arc::<Dialed>::default());
    let network = authority.network().resolving(asked.clone()).dialing(dialed.clone());
    (Client::new(network.through(proxy(variables).unwrap())), asked, dialed)
}
