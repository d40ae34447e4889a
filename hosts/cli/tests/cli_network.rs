//! TLS and proxies as the tool's user meets them: a real TLS server and a real proxy on loopback, in front of a fixture.

#[path = "support/secured.rs"]
mod secured;
mod support;

use secured::{certificate, proxy, secured};
use support::{Folder, Server, printed, said, towards};

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let (folder, own) = (Folder::new(), certificate("127.0.0.1"));
    let endpoint = format!("https://{}", secured(&Server::of("vendor_example").url, &own, None));
    let file = folder.write("ca.pem", &own.cert.pem());
    let other = folder.write("other.pem", &certificate("127.0.0.1").cert.pem());
    let file = file.to_str().unwrap();

    assert!(printed(&mut towards(&endpoint), &["--ca-file", file]).contains("1 of 1 release tasks"));
    assert!(printed(towards(&endpoint).env("SSL_CERT_FILE", file), &[]).contains("1 of 1 release tasks"));
    let untrusted = said(&mut towards(&endpoint), &[], 1);
    assert!(untrusted.contains("The certificate is not trusted"), "{untrusted}");
    // The named file takes the place of the system's authorities.
    let untrusted = said(towards(&endpoint).env("SSL_CERT_FILE", file), &["--ca-file", other.to_str().unwrap()], 1);
    assert!(untrusted.contains("The certificate is not trusted"), "{untrusted}");
}

#[test]
fn a_client_certificate_is_shown_to_a_server_that_asks() {
    let (folder, own, user) = (Folder::new(), certificate("127.0.0.1"), certificate("user"));
    let endpoint = format!("https://{}", secured(&Server::of("vendor_example").url, &own, Some(&user)));
    let file = |name: &str, text: String| folder.write(name, &text).to_str().unwrap().to_owned();
    let (ca, cert) = (file("ca.pem", own.cert.pem()), file("cert.pem", user.cert.pem()));
    let key = file("key.pem", user.signing_key.serialize_pem());
    let all = ["--ca-file", &ca, "--client-cert", &cert, "--client-key", &key];
    assert!(printed(&mut towards(&endpoint), &all).contains("1 of 1 release tasks"));
    let refused = said(&mut towards(&endpoint), &["--ca-file", &ca], 1);
    assert!(refused.contains("CertificateRequired"), "{refused}");
}

#[test]
fn files_that_hold_no_certificate_or_no_key_are_named_and_not_shown() {
    let (folder, user) = (Folder::new(), certificate("user"));
    let cert = folder.write("cert.pem", &user.cert.pem());
    let key = folder.write("key.pem", &certificate("other").signing_key.serialize_pem());
    let (cert, key) = (cert.to_str().unwrap(), key.to_str().unwrap());
    for (arguments, argument, file) in [
        (&["--ca-file", "/nowhere.pem"][..], "ca-file", "/nowhere.pem"),
        (&["--ca-file", key], "ca-file", key),
        (&["--client-cert", cert, "--client-key", key], "client-cert", cert),
        (&["--client-cert", cert, "--client-key", cert], "client-cert", cert),
        (&["--client-cert", cert, "--client-key", "/nowhere.pem"], "client-key", "/nowhere.pem"),
    ] {
        let text = said(&mut towards("http://127.0.0.1:9"), arguments, 2);
        assert!(text.contains(&format!("`{argument}`")) && text.contains(file), "{text}");
        assert!(!text.contains("BEGIN"), "{text}");
    }
    let alone = said(&mut towards("http://127.0.0.1:9"), &["--client-cert", cert], 2);
    assert!(alone.contains("--client-key"), "{alone}");
}

#[test]
fn the_proxy_of_the_environment_carries_what_is_not_loopback() {
    let (folder, own) = (Folder::new(), certificate("servicestage.example.com"));
    let (proxy, asked) = proxy(secured(&Server::of("vendor_example").url, &own, None));
    let file = folder.write("ca.pem", &own.cert.pem());
    let url = format!("http://ann:hush%21@{proxy}");
    let arguments = ["--ca-file", file.to_str().unwrap()];
    let mut tool = towards("https://servicestage.example.com");
    assert!(printed(tool.env("HTTPS_PROXY", &url), &arguments).contains("1 of 1 release tasks"));
    assert!(asked.lock().unwrap()[0].starts_with("CONNECT servicestage.example.com:443 HTTP/1.1\r\n"));

    let plain = Server::of("vendor_example");
    printed(plain.tool().env("ALL_PROXY", &url), &[]);
    let denied = said(towards("https://10.0.0.1").env("HTTPS_PROXY", &url), &[], 4);
    assert!(denied.contains("--allow-address 10.0.0.1/32"), "{denied}");
    assert_eq!(asked.lock().unwrap().len(), 1);

    for wrong in ["socks5://ann:hush%21@127.0.0.1:1080", "http://"] {
        let text = said(plain.tool().env("ALL_PROXY", wrong), &[], 2);
        assert!(text.contains("`proxy`") && text.contains("ALL_PROXY") && !text.contains("hush%21"), "{text}");
    }
}
