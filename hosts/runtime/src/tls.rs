//! TLS 1.2 or newer: whom to trust, and as whom to be known.

use std::fmt;
use std::io;
use std::sync::{Arc, OnceLock};

use rustls::client::WantsClientCert;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use tokio_rustls::TlsConnector;

use crate::connector::{Connection, Stream};
use crate::explanation::{Explanation, RequestError};
use crate::http::HttpError;
use crate::policy::Host;
use crate::tls_error;
use crate::trust::{Trusted, Verifier};

/// The mark that some editors put before a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Why a text is not read, without any of it.
pub(crate) const NOT_PEM: &str =
    "it is not PEM text; each BEGIN and each END must take a line of its own, with Base64 in between";

/// The authorities that a client trusts, and the certificate that it shows.
///
/// The default trusts the authorities that `SSL_CERT_FILE` and `SSL_CERT_DIR` name, or else those of the system. A
/// system without authorities trusts those of the web. The default shows no certificate.
///
/// ```
/// use component_runtime::{Certificates, Network};
///
/// let certified = rcgen::generate_simple_self_signed(["internal.example".to_owned()]).unwrap();
/// let certificates = Certificates::default().trusting_pem(certified.cert.pem().as_bytes()).unwrap();
/// let network = Network::with(certificates).unwrap();
/// # drop(network);
/// ```
#[derive(Clone, Default)]
pub struct Certificates {
    trusted: Option<Trusted>,
    client: Option<Arc<CertifiedKey>>,
}

/// Why certificates or a key cannot be used. The message shows nothing of the key.
///
/// ```
/// use component_runtime::Certificates;
///
/// let unusable = Certificates::default().trusting_pem(b"").unwrap_err();
/// assert_eq!(unusable.to_string(), "there is no certificate in PEM form");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateError(String);

impl Certificates {
    /// Trusts these authorities, and no others.
    #[must_use]
    pub fn trusting(self, authorities: RootCertStore) -> Self {
        Self { trusted: Some(Trusted { authorities, own: Vec::new() }), ..self }
    }

    /// Trusts the authorities of a PEM file, and no others. A server is also trusted if its own certificate is in the
    /// file, is valid now and names the server. A self-signed certificate is such a case.
    ///
    /// # Errors
    /// The text holds no certificate, or one that cannot be read.
    pub fn trusting_pem(self, pem: &[u8]) -> Result<Self, CertificateError> {
        let (mut authorities, own) = (RootCertStore::empty(), certificates(pem)?);
        for certificate in &own {
            let added = authorities.add(certificate.clone());
            added.map_err(|error| CertificateError(format!("a certificate cannot be read: {error}")))?;
        }
        Ok(Self { trusted: Some(Trusted { authorities, own }), ..self })
    }

    /// Shows a server that asks for it a certificate, followed by those that lead to its authority. Both are PEM texts.
    ///
    /// # Errors
    /// One of them does not hold what it should, or the key is not that of the certificate.
    pub fn with_client_certificate(self, certificate: &[u8], key: &[u8]) -> Result<Self, CertificateError> {
        let chain = certificates(certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| CertificateError("there is no private key in PEM form, without a password".to_owned()))?;
        let client = CertifiedKey::from_der(chain, key, &rustls::crypto::ring::default_provider())
            .map_err(|error| CertificateError(format!("certificate and key cannot be used together: {error}")))?;
        Ok(Self { client: Some(Arc::new(client)), ..self })
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    // With the mark before it, the library would pass over the first certificate in silence.
    let pem = pem.strip_prefix(BYTE_ORDER_MARK).unwrap_or(pem);
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    // The library's error repeats a line of the text, and a private key may stand on it.
    let certificates = certificates.map_err(|_| CertificateError(NOT_PEM.to_owned()))?;
    if certificates.is_empty() {
        Err(CertificateError("there is no certificate in PEM form".to_owned()))
    } else {
        Ok(certificates)
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CertificateError {}

/// Secures connections. Clones share the sessions that can be resumed.
#[derive(Clone)]
pub(crate) struct Tls {
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    certificates: Certificates,
    configs: Arc<OnceLock<Result<Configs, Explanation>>>,
}

struct Configs {
    for_servers: Arc<ClientConfig>,
    for_servers_of_http1: Arc<ClientConfig>,
    for_proxies: Arc<ClientConfig>,
}

/// The versions of HTTP that are offered to a server.
#[derive(Clone, Copy)]
pub(crate) enum HttpVersions {
    Any,
    Http1,
}

impl Tls {
    pub(crate) fn new(certificates: Certificates) -> Result<Self, rustls::Error> {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?;
        Ok(Self { builder, certificates, configs: Arc::default() })
    }

    /// Secures a connection to a server, and agrees with it on HTTP/2 or HTTP/1.1.
    pub(crate) async fn secure(
        &self,
        host: &Host,
        stream: impl Stream + 'static,
        versions: HttpVersions,
    ) -> Result<Connection, RequestError> {
        let configs = self.configs()?;
        let config = match versions {
            HttpVersions::Any => &configs.for_servers,
            HttpVersions::Http1 => &configs.for_servers_of_http1,
        };
        secure(config, host, stream).await
    }

    /// Secures a connection to a proxy. The client certificate is for servers and is not shown to it.
    pub(crate) async fn secure_proxy(
        &self,
        host: &Host,
        stream: impl Stream + 'static,
    ) -> Result<Connection, RequestError> {
        secure(&self.configs()?.for_proxies, host, stream).await
    }

    /// The configurations, made when they are first needed. A process without TLS connections does not read the
    /// system's authorities.
    fn configs(&self) -> Result<&Configs, RequestError> {
        let configs = self.configs.get_or_init(|| {
            let trusted = self.certificates.trusted.clone().map_or_else(Trusted::of_environment, Ok)?;
            let provider = Arc::clone(self.builder.crypto_provider());
            let verifier = Arc::new(Verifier::new(trusted, provider)?);
            let verified = || {
                let verifier = Arc::clone(&verifier);
                self.builder.clone().dangerous().with_custom_certificate_verifier(verifier)
            };
            let for_protocols = |protocols: &[&str]| {
                let mut config = self.with_client_auth(verified());
                config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
                Arc::new(config)
            };
            Ok(Configs {
                for_servers: for_protocols(&["h2", "http/1.1"]),
                for_servers_of_http1: for_protocols(&["http/1.1"]),
                for_proxies: Arc::new(verified().with_no_client_auth()),
            })
        });
        configs.as_ref().map_err(|explanation| RequestError::new(HttpError::ConfigurationError, explanation.clone()))
    }

    fn with_client_auth(&self, builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig {
        match &self.certificates.client {
            Some(key) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key)))),
            None => builder.with_no_client_auth(),
        }
    }
}

async fn secure(
    config: &Arc<ClientConfig>,
    host: &Host,
    stream: impl Stream + 'static,
) -> Result<Connection, RequestError> {
    let connector = TlsConnector::from(Arc::clone(config));
    let stream = connector.connect(server_name(host)?, stream).await.map_err(|error| broken(&error))?;
    let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    Ok(Connection::new(stream).speaking_http2(http2))
}

fn server_name(host: &Host) -> Result<ServerName<'static>, HttpError> {
    match host {
        Host::Address(address) => Ok(ServerName::from(*address)),
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| HttpError::HttpRequestUriInvalid),
    }
}

fn broken(error: &io::Error) -> RequestError {
    tls_error::of(error).unwrap_or_else(|| {
        let why = "The connection was closed during the TLS handshake.";
        RequestError::new(HttpError::ConnectionTerminated, Explanation::new(why))
    })
}
