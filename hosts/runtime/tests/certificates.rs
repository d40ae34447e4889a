//! The authorities that the network trusts, and the certificate that it shows.

mod support;

use component_runtime::http::HttpError;
use component_runtime::{Certificates, Client, Network};
use support::{Authority, Server, get, text};

#[tokio::test]
async fn the_authorities_of_a_pem_file_are_trusted_and_no_others() {
    let (ours, theirs) = (Authority::of(&["127.0.0.1"]), Authority::of(&["127.0.0.1"]));
    let server = Server::start(Some(ours.server(&[]))).await;
    let url = format!("https://{}/", server.address);
    let trusting = |pem: &str| {
        let certificates = Certificates::default().trusting_pem(pem.as_bytes()).unwrap();
        Client::new(Network::with(certificates).unwrap())
    };
    let marked = format!("\u{feff}{}{}", ours.pem, theirs.pem);
    for pem in [ours.pem.clone(), format!("a comment\n{}\n{}", theirs.pem, ours.pem), marked] {
        text(get(&trusting(&pem), &url).await.unwrap()).await;
    }
    let error = get(&trusting(&theirs.pem), &url).await.unwrap_err();
    assert!(matches!(error, HttpError::TlsCertificateError), "{error}");
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_it() {
    let (authority, user) = (Authority::of(&["127.0.0.1"]), Authority::of(&["user"]));
    for protocols in [&["http/1.1"], &["h2"]] {
        let server = Server::start(Some(authority.server_for(Some(&user), protocols))).await;
        let url = format!("https://{}/", server.address);
        let known =
            authority.certificates().with_client_certificate(user.pem.as_bytes(), user.key_pem.as_bytes()).unwrap();
        text(get(&Client::new(Network::with(known).unwrap()), &url).await.unwrap()).await;

        let stranger = Authority::of(&["user"]);
        let other = authority
            .certificates()
            .with_client_certificate(stranger.pem.as_bytes(), stranger.key_pem.as_bytes())
            .unwrap();
        for certificates in [authority.certificates(), other] {
            let error = get(&Client::new(Network::with(certificates).unwrap()), &url).await.unwrap_err();
            assert!(matches!(error, HttpError::TlsAlertReceived { .. }), "{error}");
        }
    }
}

#[test]
fn an_invalid_certificate_or_key_is_refused_without_showing_the_key() {
    let (one, two) = (Authority::of(&["one"]), Authority::of(&["two"]));
    let secret = one.key_pem.lines().nth(1).unwrap();
    let broken = one.pem.replace('M', "!");
    for pem in ["", "nothing", one.key_pem.as_str(), broken.as_str()] {
        let error = Certificates::default().trusting_pem(pem.as_bytes()).unwrap_err().to_string();
        assert!(error.contains("PEM") && !error.contains(secret), "{error}");
    }
    for (certificate, key, says) in [
        (&one.pem, &two.key_pem, "together"),
        (&one.pem, &one.pem, "private key"),
        (&one.key_pem, &one.key_pem, "certificate"),
    ] {
        let error = Certificates::default()
            .with_client_certificate(certificate.as_bytes(), key.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(error.contains(says) && !error.contains(secret), "{error}");
    }
    let known = Certificates::default().with_client_certificate(one.pem.as_bytes(), one.key_pem.as_bytes()).unwrap();
    assert!(!format!("{known:?}").contains(secret));
}

#[test]
fn a_text_on_one_line_is_refused_without_telling_the_key_on_that_line() {
    let one = Authority::of(&["one"]);
    for text in [format!("{}{}", one.pem, one.key_pem), format!("{}{}", one.key_pem, one.pem)] {
        // As variables of build systems hold it, and as some paste it.
        for line in [text.replace('\n', "\\n"), text.replace('\n', " "), text.replace('\n', "")] {
            let trusting = Certificates::default().trusting_pem(line.as_bytes()).unwrap_err();
            let known =
                Certificates::default().with_client_certificate(line.as_bytes(), one.key_pem.as_bytes()).unwrap_err();
            for error in [trusting.to_string(), known.to_string()] {
                assert!(error.starts_with("it is not PEM text; ") && error.len() < 120, "{error}");
            }
        }
    }
}
