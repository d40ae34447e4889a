//! The process as Terraform starts it: it says on stdout where it listens and speaks gRPC there until Terraform ends it.
//!
//! Source: the protocol of HashiCorp's go-plugin, version 1.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tracing::{debug, warn};

use crate::provider::Provider;
use crate::socket::{Listener, Stream};
use crate::termination::{StartedBy, TerminationSignals};
use crate::{grpc, tls};

/// The version of go-plugin's own protocol, and that of Terraform's.
const VERSIONS: &str = "1|6";

/// The longest time that a TLS handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait after a connection was not accepted: the process may have too many open files.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves until Terraform says that it is done, or is gone.
///
/// # Errors
/// TLS cannot be set up, no socket can be made, or stdout cannot be written.
pub async fn serve(provider: Arc<Provider>) -> Result<(), String> {
    let identity = match std::env::var("PLUGIN_CLIENT_CERT") {
        Ok(pem) if !pem.is_empty() => Some(tls::identity(&pem)?),
        _ => None,
    };
    let signals = signals(StartedBy::Terraform)?;
    let listener = Listener::bind(identity.is_some())?;
    let certificate = identity.as_ref().map(|identity| STANDARD_NO_PAD.encode(&identity.certificate));
    let (network, address) = listener.address();
    say(&format!("{VERSIONS}|{network}|{address}|grpc|{}", certificate.unwrap_or_default()))?;
    accept(provider, &listener, identity.map(|identity| TlsAcceptor::from(identity.config)), signals).await
}

/// Serves for a debugger, without TLS, until it is interrupted; prints how Terraform finds it under this address.
///
/// # Errors
/// No socket can be made, or stdout cannot be written.
pub async fn serve_debug(provider: Arc<Provider>, address: &str) -> Result<(), String> {
    let signals = signals(StartedBy::Person)?;
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
    accept(provider, &listener, None, signals).await
}

/// Listens for signals, before anything exists that could stay behind.
fn signals(started_by: StartedBy) -> Result<TerminationSignals, String> {
    TerminationSignals::new(started_by).map_err(|error| format!("signals cannot be listened for: {error}"))
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
    signals: TerminationSignals,
) -> Result<(), String> {
    let shutdown = Arc::new(Notify::new());
    let ended = signals.wait();
    tokio::pin!(ended);
    loop {
        let stream = tokio::select! {
            stream = next(listener) => stream,
            () = shutdown.notified() => return Ok(()),
            () = &mut ended => return Ok(()),
        };
        let (provider, shutdown, tls) = (Arc::clone(&provider), Arc::clone(&shutdown), tls.clone());
        tokio::spawn(async move {
            let result = match tls {
                None => converse(stream, provider, shutdown).await,
                Some(tls) => match handshake(&tls, stream).await {
                    Ok(stream) => converse(stream, provider, shutdown).await,
                    Err(error) => Err(error),
                },
            };
            if let Err(error) = result {
                debug!(error, "a connection ended");
            }
        });
    }
}

/// Accepts the next connection. A failure concerns one connection, or passes when others end: Terraform tries again.
async fn next(listener: &Listener) -> Stream {
    loop {
        match listener.accept().await {
            Ok(stream) => return stream,
            Err(error) => {
                warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Takes the peer's certificate. Everybody on the machine can connect to loopback, and then say nothing.
async fn handshake(tls: &TlsAcceptor, stream: Stream) -> Result<TlsStream<Stream>, String> {
    match timeout(PATIENCE, tls.accept(stream)).await {
        Ok(result) => result.map_err(|error| error.to_string()),
        Err(_) => Err(format!("its TLS handshake took longer than {PATIENCE:?}")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_is_dropped() {
        let key = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let identity = tls::identity(&key.cert.pem()).unwrap();
        let (_silent, stream) = tokio::io::duplex(64);
        let error = handshake(&TlsAcceptor::from(identity.config), Box::new(stream)).await.err().unwrap();
        assert_eq!(error, "its TLS handshake took longer than 10s");
    }
}
