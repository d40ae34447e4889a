//! TLS and proxies as the tool's user meets them: a real TLS server and a real proxy on loopback, in front of a fixture.

#[path = "support/secured.rs"]
mod secured;
mod support;

use secured::{certificate, proxy, refusing, secured};
use support::{Folder, Server, printed, said, towards};

#[test]
fn a_private_authority_is_trusted_where_it_is_named() {
    let (folder, own) = (Folder::new(), certificate("127.0.0.1"));
    let endpoint = format!("https://{}", secured(&Server::of("vendor_example").url, &own, None));
    let file = folder.write("ca.pem", &own.cert.pem());
    let other = folder.write("other.pem", &certificate("127.0.0.1").cert.pem());
    let file = file.to_str().unwrap();

    assert!(printed(&mut towards(&endpoint), &["--ca-file", file]).contains("release-gn7mre"));
    assert!(printed(towards(&endpoint).env("SSL_CERT_FILE", file), &[]).contains("release-gn7mre"));
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
    assert!(printed(&mut towards(&endpoint), &all).contains("release-gn7mre"));
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
        (&["--ca-file", "/nowhere.pem"][..], "--ca-file", "/nowhere.pem"),
        (&["--ca-file", key], "--ca-file", key),
        (&["--client-cert", cert, "--client-key", key], "--client-cert", cert),
        (&["--client-cert", cert, "--client-key", cert], "--client-cert", cert),
        (&["--client-cert", cert, "--client-key", "/nowhere.pem"], "--client-key", "/nowhere.pem"),
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
    assert!(printed(tool.env("HTTPS_PROXY", &url), &arguments).contains("release-gn7mre"));
    assert!(asked.lock().unwrap()[0].starts_with("CONNECT servicestage.example.com:443 HTTP/1.1\r\n"));

    let plain = Server::of("vendor_example");
    printed(plain.tool().env("ALL_PROXY", &url), &[]);
    let denied = said(towards("https://10.0.0.1").env("HTTPS_PROXY", &url), &[], 4);
    assert!(denied.contains("--allow-address 10.0.0.1/32"), "{denied}");
    assert_eq!(asked.lock().unwrap().len(), 1);

    for wrong in ["socks5://ann:hush%21@127.0.0.1:1080", "http://"] {
        let text = said(plain.tool().env("ALL_PROXY", wrong), &[], 2);
        // It has no flag, so the variable must be corrected.
        assert!(text.contains("Correct `ALL_PROXY`, ") && !text.contains("hush%21"), "{text}");
    }
}

#[test]
fn variables_that_name_no_certificate_are_an_error_and_trust_nobody() {
    let (folder, own) = (Folder::new(), certificate("127.0.0.1"));
    let endpoint = format!("https://{}", secured(&Server::of("vendor_example").url, &own, None));
    let path = |name: &str, text: &str| folder.write(name, text).to_str().unwrap().to_owned();
    let (file, empty, garbage) =
        (path("ca.pem", &own.cert.pem()), path("empty.pem", ""), path("garbage.pem", "no PEM"));
    let broken = path("broken.pem", &own.cert.pem().replace('M', "!"));
    let below = |name: &str| {
        let below = folder.0.join(name);
        std::fs::create_dir(&below).unwrap();
        below.to_str().unwrap().to_owned()
    };
    let on_one_line = path("one_line.pem", &own.signing_key.serialize_pem().replace('\n', "\\n"));
    let (nothing, some) = (below("nothing"), below("some"));
    std::fs::write(format!("{some}/ca.pem"), own.cert.pem()).unwrap();
    assert!(printed(towards(&endpoint).env("SSL_CERT_DIR", &some), &[]).contains("release-gn7mre"));
    let both = [("SSL_CERT_FILE", file.as_str()), ("SSL_CERT_DIR", &nothing)];
    assert!(printed(towards(&endpoint).envs(both), &[]).contains("release-gn7mre"));

    let half = format!("{some}:/nowhere");
    for (variable, value) in [
        ("SSL_CERT_FILE", "/nowhere.pem"),
        ("SSL_CERT_FILE", ""),
        ("SSL_CERT_FILE", &empty),
        ("SSL_CERT_FILE", &garbage),
        ("SSL_CERT_FILE", &broken),
        ("SSL_CERT_FILE", &on_one_line),
        ("SSL_CERT_FILE", &nothing),
        ("SSL_CERT_FILE", "/dev/zero"),
        ("SSL_CERT_DIR", "/nowhere"),
        ("SSL_CERT_DIR", &nothing),
        ("SSL_CERT_DIR", &file),
        ("SSL_CERT_DIR", &half),
    ] {
        let text = said(towards(&endpoint).env(variable, value), &[], 1);
        let why = format!("No certificate is trusted, since {variable} cannot be used: ");
        assert!(text.contains(&why) && text.contains("or unset it"), "{variable}={value}: {text}");
        // Bytes of the file, as numbers.
        assert!(!text.contains("Report this") && !text.contains("45, 45"), "{text}");
    }
    // An empty list of folders counts as unset.
    let untrusted = said(towards(&endpoint).env("SSL_CERT_DIR", ""), &[], 1);
    assert!(untrusted.contains("an authority that is not trusted here"), "{untrusted}");
    // `--ca-file` names the authorities, so the variable is not read.
    assert!(
        printed(towards(&endpoint).env("SSL_CERT_FILE", "/nowhere.pem"), &["--ca-file", &file])
            .contains("release-gn7mre")
    );
}

#[test]
fn the_response_of_a_proxy_is_reported_and_decides_whether_to_try_again() {
    for (answer, code, says) in [
        ("407 Proxy Authentication Required", 1, "Check the user name and the password in HTTPS_PROXY."),
        ("403 Forbidden", 1, "Ask the administrator of the proxy"),
        ("502 Bad Gateway", 6, "Try again. If it lasts, ask the administrator"),
        ("503 Service Unavailable", 6, "Try again. If it lasts, ask the administrator"),
        ("504 Gateway Timeout", 6, "Try again. If it lasts, ask the administrator"),
    ] {
        let proxy = refusing(answer);
        let mut tool = towards("https://servicestage.example.com");
        tool.env("HTTPS_PROXY", format!("http://ann:hush%40hush@{proxy}"));
        let text = said(&mut tool, &["-vv", "--log-format", "json", "--max-attempts", "1"], code);
        let why = format!("The proxy {proxy} (HTTPS_PROXY) answered {answer} when asked for a tunnel to ");
        assert!(text.contains(&why) && text.contains(says), "{text}");
        assert!(!text.contains("hush@hush") && !text.contains("hush%40hush") && !text.contains("ann"), "{text}");
        assert!(!text.contains("Report this"), "{text}");
    }
    for odd in ["@", "/", "?", "#", "%", " ", "\u{fc}", "\n"] {
        for number in ["", "12"] {
            let mut tool = towards("https://servicestage.example.com");
            tool.env("HTTPS_PROXY", format!("http://user:{number}{odd}hush@127.0.0.1:9"));
            let text = said(&mut tool, &["-vv", "--log-format", "json"], 2);
            assert!(text.contains("HTTPS_PROXY is not a usable proxy URL: ") && !text.contains("hush"), "{text}");
        }
    }
    let mut tool = towards("https://servicestage.example.com");
    tool.envs([("HTTPS_PROXY", "http://127.0.0.1:9"), ("NO_PROXY", "10.0.0.0/33")]);
    let text = said(&mut tool, &[], 2);
    assert!(text.contains("NO_PROXY") && text.contains("10.0.0.0/33"), "{text}");
}
