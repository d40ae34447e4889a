//! The certificates that TLS trusts: authorities of the user, of the system or of the web. The certificates in the
//! user's own file are also trusted themselves.

use std::env;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, OtherError, RootCertStore, SignatureScheme};
use rustls_native_certs::ErrorKind;

use crate::explanation::Explanation;
use crate::files;
use crate::printable::excerpt;
use crate::tls::NOT_PEM;

/// The largest file of authorities, in bytes: many times that of a system.
const LARGEST: u64 = 16 << 20;

/// The length in DER of the public part of a 2048-bit RSA key, and the algorithm that it names near its beginning.
const RSA_2048: usize = 294;
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// Authorities, and certificates that are trusted as they are.
#[derive(Clone)]
pub(crate) struct Trusted {
    pub(crate) authorities: RootCertStore,
    pub(crate) own: Vec<CertificateDer<'static>>,
}

/// An RSA key that the cryptography refuses.
#[derive(Debug)]
pub(crate) struct WeakKey;

impl Trusted {
    /// Returns what `SSL_CERT_FILE` and `SSL_CERT_DIR` name. Without them, returns the authorities of the system, which
    /// its owner may have changed. If the system has none, returns those of the web.
    pub(crate) fn of_environment() -> Result<Self, Explanation> {
        // The library ignores a list that names no folder.
        let file = env::var_os("SSL_CERT_FILE");
        let folders = env::var_os("SSL_CERT_DIR")
            .filter(|list| env::split_paths(list).any(|folder| !folder.as_os_str().is_empty()));
        let named = [file.as_ref().map(|_| "SSL_CERT_FILE"), folders.map(|_| "SSL_CERT_DIR")];
        let named: Vec<&str> = named.into_iter().flatten().collect();
        let variables = named.join(" and ");
        let refuse = |why: String| {
            let next = format!("Correct {variables}, or unset it to trust the authorities of the system.");
            Err(Explanation::new(format!("No certificate is trusted, since {variables} cannot be used: {why}."))
                .advising(next))
        };
        // Read here first: the library would wait for a pipe, and read a device without end.
        if let Some(file) = file.as_deref().map(Path::new)
            && let Err(error) = files::read_small(file, LARGEST)
        {
            return refuse(format!("\"{}\": {error}", excerpt(&file.to_string_lossy())));
        }
        let found = rustls_native_certs::load_native_certs();
        let mut authorities = RootCertStore::empty();
        authorities.add_parsable_certificates(found.certs.iter().cloned());
        if named.is_empty() {
            match found.errors.first() {
                // The authorities of the web do not replace those that exist and cannot be read.
                Some(error) if authorities.is_empty() => {
                    let why = format!("No certificate is trusted, since those of the system cannot be read: {error}.");
                    return Err(Explanation::new(why).advising("Name a file of certificates in SSL_CERT_FILE."));
                }
                _ if authorities.is_empty() => authorities.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
                _ => {}
            }
            return Ok(Self { authorities, own: Vec::new() });
        }
        if let Some(error) = found.errors.first() {
            // Of a text that is not PEM, the library's error repeats a line, and a private key may stand on it.
            return refuse(match error.kind {
                ErrorKind::Pem(_) => NOT_PEM.to_owned(),
                _ => excerpt(&error.to_string()),
            });
        }
        if authorities.is_empty() {
            return refuse("there is no certificate in PEM form".to_owned());
        }
        Ok(Self { authorities, own: found.certs })
    }
}

/// Verifies as the library does. It also trusts a server whose certificate is one that the user named. OpenSSL does the
/// same for a self-signed certificate, or one whose issuer is not known.
#[derive(Debug)]
pub(crate) struct Verifier {
    library: Arc<WebPkiServerVerifier>,
    own: Vec<CertificateDer<'static>>,
}

impl Verifier {
    pub(crate) fn new(trusted: Trusted, provider: Arc<CryptoProvider>) -> Result<Self, Explanation> {
        let Trusted { authorities, own } = trusted;
        let library = WebPkiServerVerifier::builder_with_provider(Arc::new(authorities), provider).build();
        let library = library.map_err(|error| Explanation::new(format!("No certificate can be trusted: {error}.")))?;
        Ok(Self { library, own })
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verdict = self.library.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verdict {
            // The library returns these errors only for a certificate that is valid now.
            Err(error) if is_of_issuer(&error) && self.own.iter().any(|own| own == end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verdict => verdict,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verdict = self.library.verify_tls12_signature(message, certificate, signed);
        verdict.map_err(|error| weak(certificate).unwrap_or(error))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let verdict = self.library.verify_tls13_signature(message, certificate, signed);
        verdict.map_err(|error| weak(certificate).unwrap_or(error))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.library.supported_verify_schemes()
    }
}

/// Returns whether a certificate is refused only because of its issuer, or because it is an authority's.
fn is_of_issuer(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer) => true,
        Error::InvalidCertificate(CertificateError::Other(OtherError(error))) => {
            matches!(error.downcast_ref(), Some(webpki::Error::CaUsedAsEndEntity))
        }
        _ => false,
    }
}

/// Returns the error of a certificate with an RSA key that is too short. The library reports only a bad signature.
fn weak(certificate: &CertificateDer<'_>) -> Option<Error> {
    let parsed = webpki::EndEntityCert::try_from(certificate).ok()?;
    let key = parsed.subject_public_key_info();
    let is_rsa = key.get(..24).is_some_and(|head| head.windows(RSA.len()).any(|part| part == RSA));
    (is_rsa && key.len() < RSA_2048)
        .then(|| Error::InvalidCertificate(CertificateError::Other(OtherError(Arc::new(WeakKey)))))
}

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("The server's certificate has an RSA key of less than 2048 bits")
    }
}

impl std::error::Error for WeakKey {}
