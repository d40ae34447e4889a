//! The process as Terraform starts it: it says on stdout where it listens and speaks gRPC there until Terraform ends it.
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

use crate::ending::{Ending, Starter};
use crate::provider::Provider;
use crate::socket::Listener;
use crate::{grpc, tls};

/// The version of go-plugin's own protocol, and that of Terraform's.
const VERSIONS: &str = "1|6";

/// Serves until Terraform says that it is done, or is gone.
///
/// # Errors
/// TLS cannot be set up, no socket can be made, or stdout cannot be written.
pub async fn serve(provider: Arc<Provider>) -> Result<(), String> {
    let identity = match std::env::var("PLUGIN_CLIENT_CERT") {
        Ok(pem) if !pem.is_empty() => Some(tls::identity(&pem)?),
        _ => None,
    };
    let ending = ending(Starter::Terraform)?;
    let listener = Listener::bind(identity.is_some())?;
    let certificate = identity.as_ref().map(|identity| STANDARD_NO_PAD.encode(&identity.certificate));
    let (network, address) = listener.address();
    say(&format!("{VERSIONS}|{network}|{address}|grpc|{}", certificate.unwrap_or_default()))?;
    accept(provider, &listener, identity.map(|identity| TlsAcceptor::from(identity.config)), ending).await
}

/// Serves for a debugger, without TLS, until it is interrupted; prints how Terraform finds it under this address.
///
/// # Errors
/// No socket can be made, or stdout cannot be written.
pub async fn serve_debug(provider: Arc<Provider>, address: &str) -> Result<(), String> {
    let ending = ending(Starter::Person)?;
    let listener = Listener::bind(false)?;
    let (network, place) = listener.address();
    let reattach = json!({ address: {
        "Protocol": "grpc",
        "ProtocolVersion": 6,
        "Pid": std::process::id(),
        "Test": true,
        "Addr": {"Network": network, "String": place},
    }});
    say(&format!("TF_REATTACH_PROVIDERS='{reattach}'"))?;
    accept(provider, &listener, None, ending).await
}

/// Listens for signals, before anything exists that could stay behind.
fn ending(starter: Starter) -> Result<Ending, String> {
    Ending::new(starter).map_err(|error| format!("signals cannot be listened for: {error}"))
}

/// One line, at once: Terraform waits for it.
fn say(line: &str) -> Result<(), String> {
    let mut stdout = io::stdout().lock();
    let said = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    said.map_err(|error| format!("stdout cannot be written: {error}"))
}

async fn accept(
    provider: Arc<Provider>,
    listener: &Listener,
    tls: Option<TlsAcceptor>,
    ending: Ending,
) -> Result<(), String> {
    let shutdown = Arc::new(Notify::new());
    let ended = ending.wait();
    tokio::pin!(ended);
    loop {
        let stream = tokio::select! {
            stream = listener.accept() => stream.map_err(|error| format!("no connection can be taken: {error}"))?,
            () = shutdown.notified() => return Ok(()),
            () = &mut ended => return Ok(()),
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
