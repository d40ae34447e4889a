//! The process as Terraform starts it: it says on stdout where it listens and speaks gRPC there until it is told to end.
//!
//! Source: the protocol of HashiCorp's go-plugin, version 1.

use std::io::{self, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio_rustls::TlsAcceptor;
use tracing::debug;

use crate::provider::Provider;
use crate::socket::Listener;
use crate::{grpc, tls};

/// The version of go-plugin's own protocol, and that of Terraform's.
const VERSIONS: &str = "1|6";

/// Serves until Terraform says that it is done.
pub async fn serve(provider: Arc<Provider>) -> Result<(), String> {
    let identity = match std::env::var("PLUGIN_CLIENT_CERT") {
        Ok(pem) if !pem.is_empty() => Some(tls::identity(&pem)?),
        _ => None,
    };
    let listener = Listener::bind().map_err(unlistening)?;
    let certificate = identity.as_ref().map(|identity| STANDARD_NO_PAD.encode(&identity.certificate));
    let (network, address) = listener.address();
    let line = format!("{VERSIONS}|{network}|{address}|grpc|{}", certificate.unwrap_or_default());
    say(&line).map_err(|error| format!("stdout cannot be written: {error}"))?;
    accept(provider, &listener, identity.map(|identity| TlsAcceptor::from(identity.config))).await
}

/// Serves for a debugger, without TLS, until it is interrupted; prints how Terraform finds it under this address.
pub async fn serve_debug(provider: Arc<Provider>, address: &str) -> Result<(), String> {
    let listener = Listener::bind().map_err(unlistening)?;
    let (network, place) = listener.address();
    let reattach = json!({ address: {
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": {"Network": network, "String": place},
    }});
    say(&format!("TF_REATTACH_PROVIDERS='{reattach}'"))
        .map_err(|error| format!("stdout cannot be written: {error}"))?;
    accept(provider, &listener, None).await
}

fn unlistening(error: io::Error) -> String {
    format!("no socket can be made: {error}; check the folder for temporary files")
}

/// One line, at once: Terraform waits for it.
fn say(line: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{line}")?;
    stdout.flush()
}

async fn accept(provider: Arc<Provider>, listener: &Listener, tls: Option<TlsAcceptor>) -> Result<(), String> {
    let shutdown = Arc::new(Notify::new());
    loop {
        let stream = tokio::select! {
            stream = listener.accept() => stream.map_err(unlistening)?,
            () = shutdown.notified() => return Ok(()),
        };
        let (provider, shutdown, tls) = (Arc::clone(&provider), Arc::clone(&shutdown), tls.clone());
        tokio::spawn(async move {
            let result = match tls {
                None => converse(stream, provider, shutdown).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => converse(stream, provider, shutdown).await,
                    Err(error) => Err(error.to_string()),
                },
            };
            if let Err(error) = result {
                debug!(error, "a connection ended");
            }
        });
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    provider: Arc<Provider>,
    shutdown: Arc<Notify>,
) -> Result<(), String> {
    let answer = service_fn(move |request| grpc::answer(Arc::clone(&provider), Arc::clone(&shutdown), request));
    let connection = http2::Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), answer);
    connection.await.map_err(|error| error.to_string())
}
