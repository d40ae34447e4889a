//! A proxy that fails.

use std::time::Duration;

use component_runtime::http::{HttpError, Timeouts};
use component_runtime::{Explanation, Policy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Authority, Server, get, get_with, on_each};
use crate::tunnels::{Tunnels, client};

#[tokio::test]
async fn a_proxy_that_fails_is_explained_without_its_password() {
    const RETRY: &str = "destination unavailable";
    const SETTING: &str = "configuration error";
    let authority = Authority::of(&["a.example"]);
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let (ann, nobody) = ("ann:s3cret@", "");
    let cases = [
        ("407 Proxy Authentication Required", ann, SETTING, "Check the user name and the password in HTTPS_PROXY."),
        ("407 Proxy Authentication Required", nobody, SETTING, "Put a user name and a password into HTTPS_PROXY:"),
        ("403 Forbidden", ann, SETTING, "Ask the administrator of the proxy why it refuses the tunnel,"),
        ("404 Not Found", nobody, SETTING, "Ask the administrator of the proxy why it refuses the tunnel,"),
        ("500 Internal Server Error", ann, SETTING, "Ask the administrator of the proxy why it refuses the tunnel,"),
        ("502 Bad Gateway", ann, RETRY, "Try again. If it lasts, ask the administrator"),
        ("503 Service Unavailable", ann, RETRY, "Try again. If it lasts, ask the administrator"),
        ("504 Gateway Timeout", ann, RETRY, "Try again. If it lasts, ask the administrator"),
        ("302 Found", ann, SETTING, "Ask the administrator of the proxy why it refuses the tunnel,"),
    ];
    for (answer, user, code, next) in cases {
        let address = Tunnels::start(None, closed, answer).await.address;
        let (error, explanation) = failed(&authority, &format!("http://{user}{address}")).await;
        assert_eq!(error.to_string(), code, "{answer}");
        let why =
            format!("The proxy {address} (HTTPS_PROXY) answered {answer} when asked for a tunnel to a.example:443.");
        assert_eq!(explanation.reason(), why);
        assert!(explanation.advice().unwrap().starts_with(next), "{explanation}");
    }
    let telling = ["502 You are ann:s3cret@!", "502 Basic YW5uOnMzY3JldEA=", "502 s3cret%40", "502 \u{202e}", "502"];
    for answer in telling {
        let address = Tunnels::start(None, closed, answer).await.address;
        let (error, explanation) = failed(&authority, &format!("http://ann:s3cret%40@{address}")).await;
        assert_eq!(error.to_string(), RETRY, "{answer}");
        let told = explanation.to_string();
        assert!(!told.contains("s3cret") && !told.contains("YW5uOnMzY3JldEA") && told.is_ascii(), "{told}");
    }

    let garbage = on_each(async |mut stream: TcpStream| {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"220 mail.example ESMTP\r\n").await;
    })
    .await;
    let silent = on_each(async |mut stream: TcpStream| drop(stream.read(&mut [0; 1024]).await)).await;
    let plain = Server::start(None).await.address;
    for (address, scheme, code, says) in [
        (closed, "http", "connection refused", "cannot be reached. Connection refused."),
        (garbage, "http", "HTTP protocol error", "sent an answer that is not HTTP."),
        (silent, "http", "connection terminated", "closed the connection instead of making a tunnel."),
        (plain, "https", "TLS protocol error", "The server does not answer in TLS; perhaps it speaks plain http"),
    ] {
        let (error, explanation) = failed(&authority, &format!("{scheme}://ann:s3cret@{address}")).await;
        assert_eq!(error.to_string(), code);
        let start = format!("The proxy {address} (HTTPS_PROXY) ");
        assert!(explanation.reason().starts_with(&start) && explanation.reason().contains(says), "{explanation}");
        assert!(!explanation.to_string().contains("s3cret"), "{explanation}");
    }
}

#[tokio::test]
async fn a_proxy_that_never_answers_is_named() {
    let deaf = on_each(async |_stream: TcpStream| std::future::pending().await).await;
    let authority = Authority::of(&["a.example"]);
    for scheme in ["http", "https"] {
        let (client, ..) = client(&authority, &[("ALL_PROXY", &format!("{scheme}://ann:s3cret@{deaf}"))]);
        let policy = Policy::default();
        let timeouts = Timeouts { connect_timeout: Some(Duration::from_millis(100)), ..Timeouts::default() };
        let error = get_with(&client.under(&policy), "https://a.example/", timeouts).await.unwrap_err();
        assert_eq!(error.to_string(), "connection timeout");
        let told = policy.explanation().unwrap().to_string();
        let why = format!("There was no connection through the proxy {deaf} (ALL_PROXY) in time. Check ALL_PROXY, ");
        assert!(told.starts_with(&why) && !told.contains("s3cret"), "{told}");
    }
}

/// Sends a request through this proxy. Returns its error and the explanation.
async fn failed(authority: &Authority, url: &str) -> (HttpError, Explanation) {
    let (client, asked, dialed) = client(authority, &[("HTTPS_PROXY", url)]);
    let policy = Policy::default();
    let error = get(&client.under(&policy), "https://a.example/").await.unwrap_err();
    assert!(asked.0.lock().unwrap().is_empty(), "{url}");
    assert!(dialed.0.lock().unwrap().iter().all(|address| address.ip().is_loopback()), "{url}");
    (error, policy.explanation().unwrap())
}
