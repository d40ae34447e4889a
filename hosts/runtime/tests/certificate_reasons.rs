//! Certificates as people make them, and the explanation if one is not accepted.

mod support;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;

use component_runtime::http::HttpError;
use component_runtime::{Certificates, Client, Explanation, Network, Policy};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use support::{Authority, Server, get, text};
use tokio_rustls::TlsAcceptor;

/// An authority, such as that of a company's inspecting proxy.
fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new([]).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// Makes a certificate for 127.0.0.1 and `localhost` with this difference. Without an authority it is self-signed.
/// Returns its PEM text, and a server that shows it.
fn shown(
    issuer: Option<&CertifiedIssuer<'_, KeyPair>>,
    differ: impl FnOnce(&mut CertificateParams),
) -> (String, TlsAcceptor) {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    differ(&mut params);
    let key = KeyPair::generate().unwrap();
    let certificate = match issuer {
        Some(issuer) => params.signed_by(&key, issuer).unwrap(),
        None => params.self_signed(&key).unwrap(),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
    (certificate.pem(), TlsAcceptor::from(Arc::new(config)))
}

/// Sends a request that trusts only this file. Returns the response, or the error and its explanation.
async fn asked(trusted: &str, url: &str) -> Result<String, (HttpError, Explanation)> {
    let network = Network::with(Certificates::default().trusting_pem(trusted.as_bytes()).unwrap()).unwrap();
    let policy = Policy::default();
    match get(&Client::new(network).under(&policy), url).await {
        Ok(response) => Ok(text(response).await),
        Err(error) => Err((error, policy.explanation().unwrap())),
    }
}

async fn refused(trusted: &str, acceptor: TlsAcceptor) -> Explanation {
    let address = Server::start(Some(acceptor)).await.address;
    let (error, explanation) = asked(trusted, &format!("https://{address}/")).await.unwrap_err();
    assert!(matches!(error, HttpError::TlsCertificateError), "{error}: {explanation}");
    explanation
}

async fn accepted(trusted: &str, acceptor: TlsAcceptor) {
    let address = Server::start(Some(acceptor)).await.address;
    assert!(asked(trusted, &format!("https://{address}/")).await.unwrap().starts_with("HTTP/"));
}

#[tokio::test]
async fn each_reason_has_its_own_sentence() {
    let ours = authority("ours");
    let differing = |differ: fn(&mut CertificateParams)| shown(Some(&ours), differ).1;
    let pem = ours.pem();
    let cases = [
        (
            differing(|params| params.not_after = date_time_ymd(2021, 1, 1)),
            "The server's certificate expired on Fri, 01 Jan 2021 00:00:00 GMT.",
        ),
        (
            differing(|params| params.not_before = date_time_ymd(2090, 1, 1)),
            "The server's certificate is not valid before Sun, 01 Jan 2090 00:00:00 GMT.",
        ),
        (
            shown(Some(&ours), |params| *params = CertificateParams::new(["other.example".to_owned()]).unwrap()).1,
            "The server's certificate is for other.example, not for 127.0.0.1.",
        ),
        (
            shown(Some(&ours), |params| {
                let names = ["*.other.example", "2001:db8::1", "192.0.2.1"].map(str::to_owned);
                *params = CertificateParams::new(names).unwrap();
            })
            .1,
            "The server's certificate is for *.other.example, 2001:db8::1, 192.0.2.1, not for 127.0.0.1.",
        ),
        (
            differing(|params| params.subject_alt_names.clear()),
            "The server's certificate names no host: it has no subject alternative name (SAN), and its common name does \
             not count.",
        ),
        (
            differing(|params| params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth]),
            "The server's certificate is not valid for servers (extended key usage).",
        ),
        (
            differing(|params| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained)),
            "The server shows a certificate that is an authority's (CA:TRUE) as its own.",
        ),
        (
            shown(Some(&authority("theirs")), |_| {}).1,
            "The server's certificate was issued by an authority that is not trusted here.",
        ),
        (
            shown(Some(&authority("ours")), |_| {}).1,
            "The server's certificate is not signed by the trusted authority whose name it holds; that \
             authority may have a new key, or an RSA key of less than 2048 bits.",
        ),
        (shown(None, |_| {}).1, "The server's certificate was issued by an authority that is not trusted here."),
    ];
    for (acceptor, why) in cases {
        let explanation = refused(&pem, acceptor).await;
        assert_eq!(explanation.reason(), why);
        assert!(explanation.advice().is_some_and(|next| next.ends_with('.')), "{explanation}");
    }
}

#[tokio::test]
async fn a_server_is_trusted_whose_very_certificate_is_named_if_it_is_valid_and_names_the_server() {
    let ca = |params: &mut CertificateParams| params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    for issuer in [None, Some(&authority("theirs"))] {
        // As `openssl req -x509` makes it, and one whose issuer is not known.
        let (pem, acceptor) = shown(issuer, ca);
        accepted(&pem, acceptor).await;
        let (pem, acceptor) = shown(issuer, |_| {});
        accepted(&pem, acceptor).await;

        let (pem, acceptor) = shown(issuer, |params| {
            ca(params);
            params.not_after = date_time_ymd(2021, 1, 1);
        });
        assert!(refused(&pem, acceptor).await.reason().contains(" expired on "));
        let (pem, acceptor) = shown(issuer, |params| {
            ca(params);
            params.not_before = date_time_ymd(2090, 1, 1);
        });
        assert!(refused(&pem, acceptor).await.reason().contains(" not valid before "));
        let (pem, acceptor) = shown(issuer, |params| {
            *params = CertificateParams::new(["other.example".to_owned()]).unwrap();
            ca(params);
        });
        assert!(refused(&pem, acceptor).await.reason().contains(" is for other.example, not for 127.0.0.1."));
        let (pem, acceptor) = shown(issuer, |params| {
            ca(params);
            params.subject_alt_names.clear();
        });
        assert!(refused(&pem, acceptor).await.reason().contains("names no host"));
    }
    // Another certificate for the same names is not trusted.
    let (pem, _) = shown(None, ca);
    let (_, acceptor) = shown(None, ca);
    assert!(refused(&pem, acceptor).await.reason().contains("CA:TRUE"));
}

#[tokio::test]
async fn an_authority_without_key_identifiers_is_one_all_the_same() {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_identifier_method = rcgen::KeyIdMethod::PreSpecified(Vec::new());
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    accepted(&issuer.pem(), shown(Some(&issuer), |params| params.use_authority_key_identifier_extension = false).1)
        .await;
}

/// TLS of OpenSSL, which still speaks what the library does not.
struct OpenSsl {
    child: Child,
    /// Closing it ends the server.
    _input: ChildStdin,
    url: String,
}

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certificates").join(name)
}

impl OpenSsl {
    fn serving(name: &str, manner: &[&str]) -> Self {
        let (certificate, key) = (file(&format!("{name}.pem")), file(&format!("{name}.key")));
        let mut child = Command::new("python3")
            .args([file("server.py"), certificate, key])
            .args(manner)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut port = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let url = format!("https://127.0.0.1:{}/", port.trim());
        Self { _input: child.stdin.take().unwrap(), child, url }
    }
}

impl Drop for OpenSsl {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[tokio::test]
async fn outdated_certificates_are_reported_as_such() {
    let ca = std::fs::read_to_string(file("ca.pem")).unwrap();
    let version1 = std::fs::read_to_string(file("version1.pem")).unwrap();
    assert_eq!(asked(&ca, &OpenSsl::serving("fine", &[]).url).await.unwrap(), "ok");
    let cases: [(&str, &[&str], &str, &str, &str); 7] = [
        ("weak", &[], &ca, "TLS certificate error", "The server's certificate has an RSA key of less than 2048 bits."),
        (
            "sha1",
            &[],
            &ca,
            "TLS certificate error",
            "The server's certificate, or one that it depends on, is signed with SHA-1.",
        ),
        (
            "version1",
            &[],
            &ca,
            "TLS certificate error",
            "The server's certificate is of X.509 version 1, which holds no names of hosts.",
        ),
        (
            "version1",
            &[],
            &version1,
            "TLS certificate error",
            "The server's certificate is of X.509 version 1, which holds no names of hosts.",
        ),
        (
            "fine",
            &["old"],
            &ca,
            "ProtocolVersion",
            "The server does not support TLS 1.2 or 1.3 (alert ProtocolVersion).",
        ),
        (
            "fine",
            &["uncommon"],
            &ca,
            "HandshakeFailure",
            "The server refused the TLS handshake: no common version, cipher or curve, or it requires a client \
             certificate (alert HandshakeFailure).",
        ),
        (
            "fine",
            &["asking"],
            &ca,
            "HandshakeFailure",
            "The server refused the TLS handshake: no common version, cipher or curve, or it requires a client \
             certificate (alert HandshakeFailure).",
        ),
    ];
    for (name, manner, trusted, code, why) in cases {
        let (error, explanation) = asked(trusted, &OpenSsl::serving(name, manner).url).await.unwrap_err();
        assert!(error.to_string().contains(code), "{name} {manner:?}: {error}");
        assert_eq!(explanation.reason(), why, "{name} {manner:?}");
        assert!(explanation.advice().is_some());
    }
}

#[tokio::test]
async fn failures_of_a_handshake_are_reported_as_such() {
    let (ours, user) = (Authority::of(&["127.0.0.1"]), Authority::of(&["user"]));
    let asks = Server::start(Some(ours.server_for(Some(&user), &[]))).await.address;
    let plain = Server::start(None).await.address;
    let leaves = support::on_each(async |stream| drop(stream)).await;
    for (address, code, why) in [
        (asks, "CertificateRequired", "The server asks for a client certificate (alert CertificateRequired)."),
        (plain, "TLS protocol error", "The server does not answer in TLS; perhaps it speaks plain http on this port."),
        (leaves, "connection terminated", "The connection was closed during the TLS handshake."),
    ] {
        let (error, explanation) = asked(&ours.pem, &format!("https://{address}/")).await.unwrap_err();
        assert!(error.to_string().contains(code), "{error}");
        assert_eq!(explanation.reason(), why);
    }
}
