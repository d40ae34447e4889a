//! Real servers on loopback, and certificates for them.
#![allow(dead_code, reason = "each test uses its part")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use component_runtime::http::{HttpError, Layer, Request, Response, Timeouts, Verdict, full};
use component_runtime::{Certificates, Network};
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// A certificate for these names, which is its own authority.
pub struct Authority {
    pub certificate: CertificateDer<'static>,
    pub pem: String,
    pub key: PrivateKeyDer<'static>,
    pub key_pem: String,
}

impl Authority {
    pub fn of(names: &[&str]) -> Self {
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let certified = rcgen::generate_simple_self_signed(names).unwrap();
        Self {
            certificate: certified.cert.der().clone(),
            pem: certified.cert.pem(),
            key: PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap(),
            key_pem: certified.signing_key.serialize_pem(),
        }
    }

    pub fn roots(&self) -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        roots
    }

    pub fn certificates(&self) -> Certificates {
        Certificates::default().trusting(self.roots())
    }

    /// A network that trusts this authority alone.
    pub fn network(&self) -> Network {
        Network::with(self.certificates()).unwrap()
    }

    /// A server that offers these protocols.
    pub fn server(&self, protocols: &[&str]) -> TlsAcceptor {
        self.server_for(None, protocols)
    }

    /// A server that asks its clients for a certificate of this authority.
    pub fn server_for(&self, clients: Option<&Self>, protocols: &[&str]) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder =
            ServerConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions().unwrap();
        let builder = match clients {
            None => builder.with_no_client_auth(),
            Some(clients) => builder.with_client_cert_verifier(
                WebPkiClientVerifier::builder_with_provider(Arc::new(clients.roots()), provider).build().unwrap(),
            ),
        };
        let mut config = builder.with_single_cert(vec![self.certificate.clone()], self.key.clone_key()).unwrap();
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Does this with each connection to an address on loopback, until the test ends.
pub async fn on_each<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(handle(stream));
        }
    });
    address
}

/// A server that answers every request with its version, and the number of the connection that it came by.
pub struct Server {
    pub address: SocketAddr,
    pub connections: Arc<AtomicUsize>,
}

impl Server {
    pub async fn start(tls: Option<TlsAcceptor>) -> Self {
        let connections = Arc::<AtomicUsize>::default();
        let count = Arc::clone(&connections);
        let address = on_each(move |stream| serve(stream, tls.clone(), count.fetch_add(1, Ordering::SeqCst) + 1)).await;
        Self { address, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(stream: TcpStream, tls: Option<TlsAcceptor>, number: usize) {
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| async move {
        let body = Full::<bytes::Bytes>::from(format!("{:?} {number}", request.version()));
        Ok::<_, Infallible>(hyper::Response::new(body))
    });
    let builder = auto::Builder::new(TokioExecutor::new());
    // A client that leaves early harms nobody.
    let _ = match tls {
        None => builder.serve_connection(TokioIo::new(stream), service).await,
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => builder.serve_connection(TokioIo::new(stream), service).await,
            Err(_) => return,
        },
    };
}

/// The outcome of a request at a layer.
pub async fn get(layer: &dyn Layer, url: &str) -> Result<Response, HttpError> {
    get_with(layer, url, Timeouts::default()).await
}

pub async fn get_with(layer: &dyn Layer, url: &str, timeouts: Timeouts) -> Result<Response, HttpError> {
    let body = full("");
    let request: Request = http::Request::get(url).header("host", "test").body(body).unwrap();
    match layer.decide(request, &timeouts).await {
        Verdict::Complete(result) => result,
        Verdict::Continue(_) => panic!("the layer passed a request on"),
    }
}

/// The whole body of a response, as text.
pub async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
}
