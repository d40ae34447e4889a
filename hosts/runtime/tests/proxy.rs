//! Requests through a proxy: which ones, what it receives, and how it fails. The proxy is on loopback, and where it leads.

#[path = "proxy/failures.rs"]
mod failures;
mod support;
#[path = "proxy/tunnels.rs"]
mod tunnels;

use std::io;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use component_runtime::http::HttpError;
use component_runtime::policy::Reason;
use component_runtime::{Declaration, Grant, Policy};
use support::{Authority, Server, get, text};
use tunnels::{Tunnels, client, proxy};

#[tokio::test]
async fn a_request_goes_through_the_proxy_s_tunnel_and_the_proxy_resolves_its_name() {
    let authority = Authority::of(&["a.example", "127.0.0.1"]);
    for protocols in [&["http/1.1"], &["h2"]] {
        let server = Server::start(Some(authority.server(protocols))).await;
        for secure in [false, true] {
            let tls = secure.then(|| authority.server(&[]));
            let tunnels = Tunnels::start(tls, server.address, "200 Connection established").await;
            let scheme = if secure { "https" } else { "http" };
            let url = format!("{scheme}://ann:s3cret%21@{}", tunnels.address);
            let (client, asked, dialed) = client(&authority, &[("https_proxy", &url)]);
            for _ in 0..2 {
                text(get(&client, "https://a.example/path?name=x").await.unwrap()).await;
            }
            let host = "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n";
            let credentials = "Proxy-Authorization: Basic YW5uOnMzY3JldCE=\r\n\r\n";
            assert_eq!(tunnels.heads(), [format!("{host}{credentials}")], "one tunnel, which is kept");
            assert!(asked.0.lock().unwrap().is_empty());
            assert_eq!(*dialed.0.lock().unwrap(), [tunnels.address]);
        }
    }
}

#[tokio::test]
async fn loopback_and_the_exceptions_never_use_the_proxy() {
    let authority = Authority::of(&["127.0.0.1", "localhost"]);
    let tunnels = Tunnels::start(None, ([127, 0, 0, 1], 9).into(), "500 Never").await;
    let url = format!("http://{}", tunnels.address);
    let except = "b.example, .c.example, 1.0.0.0/8, 2606:4700::1";
    let (client, asked, dialed) = client(&authority, &[("ALL_PROXY", &url), ("NO_PROXY", except)]);
    let server = Server::start(Some(authority.server(&[]))).await;
    let plain = Server::start(None).await;
    for url in [format!("https://{}/", server.address), format!("http://{}/", plain.address)] {
        text(get(&client, &url).await.unwrap()).await;
    }
    for url in ["https://b.example/", "https://x.b.example/", "https://d.c.example/", "https://localhost/"] {
        assert!(matches!(get(&client, url).await.unwrap_err(), HttpError::DnsError { .. }), "{url}");
    }
    for url in ["https://x.localhost/", "https://1.2.3.4/", "https://[2606:4700::1]/"] {
        get(&client, url).await.unwrap_err();
    }
    assert_eq!(*asked.0.lock().unwrap(), ["b.example", "x.b.example", "d.c.example", "localhost", "x.localhost"]);
    assert!(tunnels.heads().is_empty());
    assert!(!dialed.0.lock().unwrap().contains(&tunnels.address));
    // A name that only looks like an exception uses the proxy.
    get(&client, "https://notb.example/").await.unwrap_err();
    assert_eq!(tunnels.heads().len(), 1);
}

#[tokio::test]
async fn the_url_is_checked_before_the_proxy_hears_of_it() {
    let authority = Authority::of(&["a.example"]);
    let tunnels = Tunnels::start(None, ([127, 0, 0, 1], 9).into(), "500 Never").await;
    let url = format!("http://{}", tunnels.address);
    let (client, _, dialed) = client(&authority, &[("HTTPS_PROXY", &url)]);
    let policy = Policy::default();
    let client = client.under(&policy);
    for url in ["https://10.0.0.1/", "https://169.254.169.254/", "https://[fd00::1]/"] {
        let error = get(&client, url).await.unwrap_err();
        assert!(matches!(error, HttpError::DestinationIpProhibited), "{url}: {error}");
    }
    for url in ["http://a.example/", "https://0177.0.0.1/", "https://[::ffff:10.0.0.1]/", "https://u@a.example/"] {
        let error = get(&client, url).await.unwrap_err();
        assert!(matches!(error, HttpError::HttpRequestDenied), "{url}: {error}");
    }
    assert!(policy.denials().iter().any(|denial| matches!(denial.reason(), Reason::Addresses(_))));
    assert!(tunnels.heads().is_empty() && dialed.0.lock().unwrap().is_empty());

    let mut grant = Grant::default();
    grant.allow_address("10.0.0.1").unwrap();
    let client = client.under(&Policy::new(Declaration::default(), grant));
    get(&client, "https://10.0.0.1/").await.unwrap_err();
    assert!(tunnels.heads()[0].starts_with("CONNECT 10.0.0.1:443 "), "{:?}", tunnels.heads());
}

#[tokio::test]
async fn a_password_reaches_the_proxy_as_it_is_meant_however_it_is_written() {
    let authority = Authority::of(&["a.example"]);
    let server = Server::start(Some(authority.server(&[]))).await;
    for (written, meant) in [
        ("hush", "hush"),
        ("hu:sh", "hu:sh"),
        ("hu%3Ash", "hu:sh"),
        ("hu%40sh", "hu@sh"),
        ("hu%2fsh", "hu/sh"),
        ("hu%3Fsh", "hu?sh"),
        ("hu%23sh", "hu#sh"),
        ("hu%25sh", "hu%sh"),
        ("hu%2540sh", "hu%40sh"),
        ("hu%20sh", "hu sh"),
        ("hu%C3%BCsh", "h\u{75}\u{fc}sh"),
        ("hu!$&'()*+,;=-._~sh", "hu!$&'()*+,;=-._~sh"),
        ("", ""),
    ] {
        let tunnels = Tunnels::start(None, server.address, "200 OK").await;
        let (client, ..) = client(&authority, &[("HTTPS_PROXY", &format!("http://ann:{written}@{}", tunnels.address))]);
        text(get(&client, "https://a.example/").await.unwrap()).await;
        let head = tunnels.heads().remove(0);
        let told = head.split("Basic ").nth(1).unwrap().trim_end();
        assert_eq!(STANDARD.decode(told).unwrap(), format!("ann:{meant}").as_bytes(), "{written}");
    }
    for (written, meant) in [("ann", "ann:"), ("ann:", "ann:"), (":hush", ":hush"), ("a%40n", "a@n:")] {
        let tunnels = Tunnels::start(None, server.address, "200 OK").await;
        let (client, ..) = client(&authority, &[("HTTPS_PROXY", &format!("{written}@{}", tunnels.address))]);
        text(get(&client, "https://a.example/").await.unwrap()).await;
        assert!(tunnels.heads()[0].contains(&format!("Basic {}\r\n", STANDARD.encode(meant))), "{written}");
    }
}

#[test]
fn a_variable_that_names_no_proxy_is_refused_by_its_name_and_not_repeated() {
    let passwords =
        ["@", "/", "?", "#", "%", " ", "\u{fc}", "\\", "\"", "<", "\t", "\n", "%zz", "%0a", "%00", "%7f", "^"];
    let passwords = passwords.map(|odd| format!("http://user:hush{odd}s3cret@127.0.0.1:3128"));
    // Read from the left, the host is `user` and the port a number.
    let numbers = ["/", "?", "#", "@"].map(|odd| format!("http://user:12{odd}s3cret@127.0.0.1:3128"));
    let users = ["@", "/", "?", "#", "%", " ", "%3a", "%0d"].map(|odd| format!("http://s3cret{odd}r:x@127.0.0.1:3128"));
    let ports = ["0", "00", "080", "65536", "99999", "", "-1", "+1", "1a", "1 ", "\u{661}"];
    let ports = ports.map(|port| format!("http://ann:s3cret@127.0.0.1:{port}"));
    let hosts = [
        "",
        "a..b",
        ".",
        "a b",
        "1.2.3",
        "0x7f.1",
        "[::1",
        "[fe80::1%25eth0]",
        "a%2eb",
        "[v1.x]",
        "a_b:1:2",
        "h\u{fc}",
    ];
    let hosts = hosts.map(|host| format!("http://ann:s3cret@{host}"));
    let others = [
        "socks5://ann:s3cret@127.0.0.1:1080",
        "ftp://127.0.0.1/s3cret",
        "http://",
        "http:///s3cret",
        "s3cret proxy",
        "http:s3cret@127.0.0.1:1",
        "http:/s3cret@127.0.0.1:1",
        "://s3cret@127.0.0.1",
        "http://127.0.0.1:1/s3cret",
        "http://127.0.0.1:1//",
        "http://127.0.0.1:1?s3cret",
        "http://127.0.0.1:1/?",
        "http://127.0.0.1:1#s3cret",
        " http://ann:s3cret@127.0.0.1:1",
        "http://ann:s3cret@127.0.0.1:1\n",
        "http://ann:s3cret@127.0.0.1:1,http://127.0.0.1:2",
        "//ann:s3cret@127.0.0.1:1",
    ];
    let others = others.map(str::to_owned);
    let all = passwords.iter().chain(&numbers).chain(&users).chain(&ports).chain(&hosts).chain(&others);
    for url in all {
        for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            let error = proxy(&[(name, url)]).err().unwrap_or_else(|| panic!("{url} is a proxy"));
            assert!(error.starts_with(&format!("{name} is not a usable proxy URL: ")), "{url}: {error}");
            assert!(!error.contains("s3cret") && !error.contains("hush") && !error.contains("127.0.0.1"), "{error}");
            assert!(error.is_ascii(), "{error}");
        }
    }
    for padded in ["http://ann:s3cret@127.0.0.1:1\n", "http://127.0.0.1:1\r\n", " 127.0.0.1:1", "\u{feff}http://a.b:1"]
    {
        let error = proxy(&[("HTTPS_PROXY", padded)]).err().unwrap();
        assert!(error.contains(": it begins or ends with white space "), "{padded:?}: {error}");
    }
    for url in
        ["proxy.example", "proxy.example:3128", "HTTP://Proxy.Example:3128/", "https://[2001:db8::1]", "1.2.3.4:80"]
    {
        assert!(proxy(&[("all_proxy", url)]).is_ok(), "{url}");
    }
    assert!(proxy(&[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://127.0.0.1:1"), ("NO_PROXY", "")]).is_ok());
    // Without a proxy there are no exceptions to read.
    assert!(proxy(&[("NO_PROXY", "10.0.0.0/33")]).is_ok());
}

#[test]
fn an_exception_that_cannot_be_read_is_an_error_that_names_it() {
    for (name, hosts, entry) in [("NO_PROXY", "a.example, 10.0.0.0/33", "10.0.0.0/33"), ("no_proxy", "*.*", "*.*")] {
        let error = proxy(&[("HTTPS_PROXY", "http://127.0.0.1:1"), (name, hosts)]).err().unwrap();
        assert!(error.starts_with(&format!("{name} cannot be read: ")) && error.contains(entry), "{error}");
    }
}

/// Everything that any library traces.
#[derive(Clone, Default)]
struct Traced(Arc<Mutex<Vec<u8>>>);

impl io::Write for Traced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn nothing_that_any_library_traces_holds_the_password() {
    let authority = Authority::of(&["a.example", "127.0.0.1"]);
    let server = Server::start(Some(authority.server(&["h2"]))).await;
    let traced = Traced::default();
    let writer = traced.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone());
    let guard = tracing::subscriber::set_default(subscriber.finish());
    for (scheme, answer) in [("http", "200 OK"), ("https", "200 OK"), ("http", "502 No"), ("http", "407 No")] {
        let tls = (scheme == "https").then(|| authority.server(&[]));
        let tunnels = Tunnels::start(tls, server.address, answer).await;
        let url = format!("{scheme}://quiet-ann:hush%40s3cret@{}", tunnels.address);
        let (client, ..) = client(&authority, &[("HTTPS_PROXY", &url)]);
        let _ = get(&client, "https://a.example/").await;
    }
    drop(guard);
    let traced = String::from_utf8_lossy(&traced.0.lock().unwrap()).into_owned();
    assert!(traced.contains("TRACE") && traced.contains("answered 502 No"), "{traced}");
    let basic = STANDARD.encode("quiet-ann:hush@s3cret");
    for secret in ["hush@s3cret", "hush%40s3cret", "s3cret", "quiet-ann", &basic] {
        assert!(!traced.contains(secret), "{secret}");
    }
}
