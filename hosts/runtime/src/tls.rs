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
use crate::http::HttpError;
use crate::policy::Host;

/// Whom to trust, and as whom to be known. The default trusts the authorities of the system, or where it has none those
/// of the web, and is known as nobody.
#[derive(Clone, Default)]
pub struct Certificates {
    authorities: Option<RootCertStore>,
    client: Option<Arc<CertifiedKey>>,
}

/// Why certificates or a key cannot be used. Nothing of the key is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusable(String);

impl Certificates {
    /// Trusts these authorities, and no others.
    #[must_use]
    pub fn trusting(self, authorities: RootCertStore) -> Self {
        Self { authorities: Some(authorities), ..self }
    }

    /// Trusts the authorities of a PEM file, and no others.
    ///
    /// # Errors
    /// The text holds no certificate, or one that cannot be read.
    pub fn trusting_pem(self, pem: &[u8]) -> Result<Self, Unusable> {
        let mut authorities = RootCertStore::empty();
        for certificate in certificates(pem)? {
            authorities.add(certificate).map_err(|error| Unusable(format!("a certificate cannot be read: {error}")))?;
        }
        Ok(self.trusting(authorities))
    }

    /// Shows a server that asks for it a certificate, followed by those that lead to its authority. Both are PEM texts.
    ///
    /// # Errors
    /// One of them does not hold what it should, or the key is not that of the certificate.
    pub fn known_as(self, certificate: &[u8], key: &[u8]) -> Result<Self, Unusable> {
        let chain = certificates(certificate)?;
        let key = PrivateKeyDer::from_pem_slice(key)
            .map_err(|_| Unusable("there is no private key in PEM form, without a password".to_owned()))?;
        let client = CertifiedKey::from_der(chain, key, &rustls::crypto::ring::default_provider())
            .map_err(|error| Unusable(format!("certificate and key cannot be used together: {error}")))?;
        Ok(Self { client: Some(Arc::new(client)), ..self })
    }
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Unusable> {
    let certificates = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
    let certificates = certificates.map_err(|error| Unusable(format!("it is no PEM text: {error}")))?;
    if certificates.is_empty() {
        Err(Unusable("there is no certificate in PEM form".to_owned()))
    } else {
        Ok(certificates)
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificates").finish_non_exhaustive()
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Unusable {}

/// Secures connections. Clones share the sessions that can be resumed.
#[derive(Clone)]
pub(crate) struct Tls {
    builder: ConfigBuilder<ClientConfig, WantsVerifier>,
    certificates: Certificates,
    made: Arc<OnceLock<Made>>,
}

struct Made {
    for_servers: Arc<ClientConfig>,
    for_proxies: Arc<ClientConfig>,
}

impl Tls {
    pub(crate) fn new(certificates: Certificates) -> Result<Self, rustls::Error> {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()?;
        Ok(Self { builder, certificates, made: Arc::default() })
    }

    /// Secures a connection to a server, and agrees with it on HTTP/2 or HTTP/1.1.
    pub(crate) async fn secure(&self, host: &Host, stream: impl Stream + 'static) -> Result<Connection, HttpError> {
        let connector = TlsConnector::from(Arc::clone(&self.made().for_servers));
        let stream = connector.connect(server_name(host)?, stream).await.map_err(broken)?;
        let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
        Ok(Connection::new(stream).speaking_http2(http2))
    }

    /// Secures a connection to a proxy, which is not shown the certificate that is for servers.
    pub(crate) async fn secure_proxy(
        &self,
        host: &Host,
        stream: impl Stream + 'static,
    ) -> Result<Connection, HttpError> {
        let connector = TlsConnector::from(Arc::clone(&self.made().for_proxies));
        Ok(Connection::new(connector.connect(server_name(host)?, stream).await.map_err(broken)?))
    }

    /// The configurations, made when they are first needed: what makes no secured connection does not read the system's
    /// authorities.
    fn made(&self) -> &Made {
        self.made.get_or_init(|| {
            let authorities = Arc::new(self.certificates.authorities.clone().unwrap_or_else(of_system));
            let trusting = || self.builder.clone().with_root_certificates(Arc::clone(&authorities));
            let mut for_servers = self.known(trusting());
            for_servers.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            let for_proxies = trusting().with_no_client_auth();
            Made { for_servers: Arc::new(for_servers), for_proxies: Arc::new(for_proxies) }
        })
    }

    fn known(&self, builder: ConfigBuilder<ClientConfig, WantsClientCert>) -> ClientConfig {
        match &self.certificates.client {
            Some(key) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key)))),
            None => builder.with_no_client_auth(),
        }
    }
}

/// The authorities of the system, which its owner adds to and removes from, or where there are none those of the web.
fn of_system() -> RootCertStore {
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if authorities.is_empty() {
        authorities.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    authorities
}

fn server_name(host: &Host) -> Result<ServerName<'static>, HttpError> {
    match host {
        Host::Address(address) => Ok(ServerName::from(*address)),
        Host::Name(name) => ServerName::try_from(name.clone()).map_err(|_| HttpError::HttpRequestUriInvalid),
    }
}

fn broken(error: io::Error) -> HttpError {
    fault(&error).unwrap_or(HttpError::ConnectionTerminated)
}

/// What TLS itself reports through an I/O error.
pub(crate) fn fault(error: &io::Error) -> Option<HttpError> {
    let cause = error.get_ref()?;
    Some(match cause.downcast_ref::<rustls::Error>() {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            HttpError::TlsCertificateError
        }
        Some(rustls::Error::AlertReceived(alert)) => received(Some(u8::from(*alert)), format!("{alert:?}")),
        Some(_) => HttpError::TlsProtocolError,
        // Of an error that ends all streams of a connection, HTTP/2's library keeps the words alone.
        None => received(None, cause.to_string().strip_prefix("received fatal alert: ")?.to_owned()),
    })
}

fn received(alert_id: Option<u8>, alert: String) -> HttpError {
    HttpError::TlsAlertReceived { alert_id, alert_message: Some(alert) }
}
