//! Explains a failed handshake: the code for the component, and the reason for people.

use std::io;
use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

use crate::explanation::{Explanation, RequestError};
use crate::http::HttpError;
use crate::printable::excerpt;
use crate::trust::WeakKey;

/// Signature algorithms that are no longer accepted, as a certificate names them (OIDs in DER).
const OUTDATED: [(&[u8], &str); 3] = [
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01], "SHA-1"),
    (&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04], "MD5"),
];

const CLOCK: &str = "Have the certificate renewed; if it is not out of date, correct the clock of this machine.";
const TRUST: &str = "If you trust that authority, set SSL_CERT_FILE to a file with its certificate. The command-line \
                     tool also takes --ca-file, which replaces SSL_CERT_FILE.";
const NAMES: &str =
    "Ask for the server by a name that its certificate holds, or have this name added to the certificate.";
const NO_NAMES: &str =
    "Have a new one issued with its names, as by `openssl req -addext subjectAltName=DNS:host.example`.";
const ISSUE: &str = "Have a new certificate issued.";
const ANEW: &str =
    "Have a new certificate issued with SHA-256 and an RSA key of at least 2048 bits, or an elliptic-curve key.";
const OWN: &str = "Set SSL_CERT_FILE, or --ca-file of the command-line tool, to a file with exactly this certificate. \
                   Or have the server use a certificate that is not an authority's (basicConstraints CA:FALSE).";
const CLIENT: &str = "Use a client certificate that the server accepts. The command-line tool takes it with \
                      --client-cert and --client-key; the Terraform provider cannot send one.";
const HANDSHAKE: &str = "Have the server's TLS updated. If it requires a client certificate, the command-line tool \
                         takes one with --client-cert and --client-key; the Terraform provider cannot send one.";

/// Returns the error that TLS reports through an I/O error, if it does.
pub(crate) fn of(error: &io::Error) -> Option<RequestError> {
    let cause = error.get_ref()?;
    match cause.downcast_ref::<Error>() {
        Some(error) => Some(rustls_error(error)),
        // If an error ends all streams of a connection, the HTTP/2 library keeps only its text.
        None => {
            let alert = cause.to_string().strip_prefix("received fatal alert: ")?.to_owned();
            Some(received(None, &alert))
        }
    }
}

fn rustls_error(error: &Error) -> RequestError {
    let (why, next) = match error {
        Error::InvalidCertificate(error) => {
            let (why, next) = certificate(error);
            return RequestError::new(HttpError::TlsCertificateError, advised(why, next));
        }
        Error::NoCertificatesPresented => {
            let why = "The server shows no certificate.".to_owned();
            return RequestError::new(HttpError::TlsCertificateError, Explanation::new(why));
        }
        Error::AlertReceived(alert) => return received(Some(u8::from(*alert)), &format!("{alert:?}")),
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => ("The server does not support TLS 1.2 or 1.3.".to_owned(), "Enable TLS 1.2 or 1.3 on the server."),
        Error::PeerIncompatible(what) => {
            (format!("Client and server could not agree on TLS ({what:?})."), "Have the server's TLS updated.")
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => (
            "The server does not answer in TLS; perhaps it speaks plain http on this port.".to_owned(),
            "Check the port, and that it is one for https.",
        ),
        error => (format!("TLS failed: {}.", excerpt(&error.to_string())), ""),
    };
    RequestError::new(HttpError::TlsProtocolError, advised(why, next))
}

/// Returns why a certificate is not accepted, with advice.
fn certificate(error: &CertificateError) -> (String, &'static str) {
    match error {
        CertificateError::ExpiredContext { not_after, .. } => {
            (format!("The server's certificate expired on {}.", date(*not_after)), CLOCK)
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            (format!("The server's certificate is not valid before {}.", date(*not_before)), CLOCK)
        }
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => (
            "The server's certificate names no host: it has no subject alternative name (SAN), and its common name does \
             not count."
                .to_owned(),
            NO_NAMES,
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            let presented: Vec<String> = presented.iter().map(|name| name_of(name)).collect();
            let (presented, expected) = (presented.join(", "), expected.to_str());
            (format!("The server's certificate is for {}, not for {expected}.", excerpt(&presented)), NAMES)
        }
        CertificateError::UnknownIssuer => {
            ("The server's certificate was issued by an authority that is not trusted here.".to_owned(), TRUST)
        }
        CertificateError::UnsupportedSignatureAlgorithmContext { signature_algorithm_id, .. } => {
            let named = |name: &[u8]| signature_algorithm_id.windows(name.len()).any(|part| part == name);
            let outdated = OUTDATED.iter().find(|(name, _)| named(name));
            let with = outdated.map_or("an algorithm that is not known here", |(_, algorithm)| algorithm);
            (format!("The server's certificate, or one that it depends on, is signed with {with}."), ANEW)
        }
        CertificateError::BadSignature => (
            "The server's certificate is not signed by the trusted authority whose name it holds; that \
             authority may have a new key, or an RSA key of less than 2048 bits."
                .to_owned(),
            TRUST,
        ),
        CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
            ("The server's certificate is not valid for servers (extended key usage).".to_owned(), ISSUE)
        }
        CertificateError::BadEncoding => ("The server's certificate cannot be read.".to_owned(), ISSUE),
        CertificateError::Other(other) if other.0.is::<WeakKey>() => (format!("{}.", other.0), ANEW),
        CertificateError::Other(other) => match other.0.downcast_ref::<webpki::Error>() {
            Some(webpki::Error::CaUsedAsEndEntity) => {
                ("The server shows a certificate that is an authority's (CA:TRUE) as its own.".to_owned(), OWN)
            }
            Some(webpki::Error::UnsupportedCertVersion) => (
                "The server's certificate is of X.509 version 1, which holds no names of hosts.".to_owned(),
                NO_NAMES,
            ),
            _ => (format!("The server's certificate is not valid: {}.", excerpt(&other.to_string())), ""),
        },
        error => (format!("The server's certificate is not valid: {}.", excerpt(&error.to_string())), ""),
    }
}

/// Explains the alert with which the server broke off.
fn received(alert_id: Option<u8>, alert: &str) -> RequestError {
    let alert = excerpt(alert);
    let (why, next) = match alert_id.map(AlertDescription::from) {
        Some(AlertDescription::ProtocolVersion) => {
            ("The server does not support TLS 1.2 or 1.3", "Enable TLS 1.2 or 1.3 on the server.")
        }
        Some(AlertDescription::HandshakeFailure | AlertDescription::InsufficientSecurity) => {
            // A server that speaks TLS 1.2 also sends it if the client shows no certificate.
            let why = "The server refused the TLS handshake: no common version, cipher or curve, or it requires a \
                       client certificate";
            (why, HANDSHAKE)
        }
        Some(AlertDescription::CertificateRequired) => ("The server asks for a client certificate", CLIENT),
        Some(
            AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied,
        ) => ("The server does not accept the client certificate", CLIENT),
        Some(AlertDescription::UnrecognisedName) => ("The server does not know the requested host name", ""),
        Some(AlertDescription::NoApplicationProtocol) => {
            ("The server does not support any HTTP version that the client offered", "")
        }
        _ => ("The server broke TLS off", ""),
    };
    let code = HttpError::TlsAlertReceived { alert_id, alert_message: Some(alert.clone()) };
    RequestError::new(code, advised(format!("{why} (alert {alert})."), next))
}

fn advised(why: String, next: &str) -> Explanation {
    let explanation = Explanation::new(why);
    if next.is_empty() { explanation } else { explanation.advising(next) }
}

/// Returns the plain name within the library's `DnsName("host.example")` or `IpAddress(192.0.2.1)`.
fn name_of(presented: &str) -> String {
    let inner = presented.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inner.unwrap_or(presented).trim_matches('"').to_owned()
}

fn date(time: UnixTime) -> String {
    // A date after the year 9999 is written as the last one before it.
    let seconds = time.as_secs().min(253_402_300_799);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}
