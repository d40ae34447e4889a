//! Servers that misbehave. Each call ends in its typed error within the deadline, in bounded memory. No text holds a
//! secret, and the next call succeeds.

mod support;

use std::io::Write;
use std::sync::Arc;

use component_runtime::client::Client as HttpClient;
use component_runtime::{Network, Plugin, Stack};
use flate2::write::GzEncoder;
use host_test::process::{forget_peak, peak_bytes, resident_bytes};
use host_test::run::load;
use rustls::RootCertStore;
use serde_json::{Value, json};
use servicestage::Exports;
use servicestage::types::{Connection, Credentials};
use support::{Act, Authority, Security, send, start};

const TOKEN: &str = "MIIexampleTokenWq7Wq7Wq7Wq7Wq7";
const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n[{\"id\":1}]\n";

/// A limit of 1 MiB on the body, and limits on time that a test can wait for.
async fn list(plugin: &Plugin, roots: RootCertStore, endpoint: String) -> Result<u32, Value> {
    let http = Stack::new(vec![Arc::new(HttpClient::new(Network::trusting(roots).unwrap()))]);
    let connection = Connection {
        endpoint: Some(endpoint),
        project_id: Some("0123456789abcdef0123456789abcdef".to_owned()),
        credentials: Credentials::Token(TOKEN.to_owned()),
        connect_timeout_ms: Some(500),
        first_byte_timeout_ms: Some(500),
        between_bytes_timeout_ms: Some(500),
        call_timeout_ms: Some(2000),
        max_attempts: Some(1),
        max_response_bytes: Some(1 << 20),
        ..Connection::default()
    };
    match Exports::new(plugin.clone(), http).list_pipelines(connection, vec![]).await {
        Ok(listing) => Ok(listing.total),
        Err(error) => Err(serde_json::to_value(*error).unwrap()),
    }
}

/// A response with this head, body and correct length.
fn response(head: &str, body: impl AsRef<[u8]>) -> Act {
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.as_ref().len());
    send([head.as_bytes(), body.as_ref()].concat())
}

fn head(rest: &str) -> Act {
    send(format!("HTTP/1.1 200 OK\r\n{rest}"))
}

/// A quarter of a gigabyte in a quarter of a megabyte, which is less than the limit on a body.
fn bomb() -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), flate2::Compression::best());
    for _ in 0..256 {
        gzip.write_all(&[b' '; 1 << 20]).unwrap();
    }
    gzip.finish().unwrap()
}

/// A server's behaviour after a request over TLS, and the kind of error that comes of it.
fn scripts() -> Vec<(&'static str, Vec<Act>, Value)> {
    let timeout = |which: &str| json!({ "timeout": which });
    let not_http = json!({"other": "the answer is not HTTP as the host understands it"});
    let headers_too_large = json!({"too_large": {"limit_bytes": null}});
    let undecodable = json!({"undecodable": {"path": "$", "expected": "well-formed JSON"}});
    let chunked = "transfer-encoding: chunked\r\n\r\n";
    vec![
        ("never answers", vec![Act::Wait], timeout("first_byte")),
        ("answers a byte at a time", vec![Act::Trickle(OK.to_vec(), 100)], timeout("first_byte")),
        ("a body a byte at a time", vec![head("\r\n"), Act::Trickle(vec![b' '; 1000], 100)], timeout("call")),
        ("a body that stops", vec![head("content-length: 9\r\n\r\n[{"), Act::Wait], timeout("between_bytes")),
        ("headers forever", vec![head(""), Act::Forever(b"x: y\r\n".to_vec())], headers_too_large.clone()),
        ("a header forever", vec![head("x: "), Act::Forever(vec![b'y'; 4096])], headers_too_large.clone()),
        (
            "a status line forever",
            vec![send("HTTP/1.1 200 "), Act::Forever(vec![b'y'; 4096])],
            headers_too_large.clone(),
        ),
        (
            "a body forever",
            vec![head("\r\n"), Act::Forever(vec![b' '; 1 << 16])],
            json!({"too_large": {"limit_bytes": 1 << 20}}),
        ),
        (
            "ten gigabytes announced and sent",
            vec![head("content-length: 10000000000\r\n\r\n"), Act::Forever(vec![b' '; 1 << 16])],
            json!({"too_large": {"limit_bytes": 1 << 20}}),
        ),
        (
            "a header of a megabyte",
            vec![head(&format!("x: {}\r\n\r\n[]", "y".repeat(1 << 20)))],
            headers_too_large.clone(),
        ),
        ("a header ten thousand times", vec![head(&"x: y\r\n".repeat(10_000))], headers_too_large.clone()),
        (
            "trailers forever",
            vec![head(chunked), send("2\r\n[]\r\n0\r\n"), Act::Forever(b"x: y\r\n".to_vec())],
            not_http.clone(),
        ),
        (
            "an extension of a chunk forever",
            vec![head(chunked), send("2;x="), Act::Forever(vec![b'y'; 4096])],
            not_http.clone(),
        ),
        (
            "chunks forever",
            vec![head(chunked), Act::Forever([b"1000\r\n".as_slice(), &[b' '; 4096], b"\r\n"].concat())],
            json!({"too_large": {"limit_bytes": 1 << 20}}),
        ),
        // Nobody asked for it, so nobody unpacks it.
        (
            "a bomb in gzip",
            vec![response("200 OK\r\ncontent-encoding: gzip", bomb())],
            json!({"undecodable": {"path": "$", "expected": "JSON in UTF-8, not compressed"}}),
        ),
        ("a length too long", vec![head("content-length: 100\r\n\r\n[]")], json!("cut_short")),
        ("a length too short", vec![head("content-length: 2\r\n\r\n[{\"id\":1}]")], json!("cut_short")),
        ("a body without its end", vec![head("\r\n[{\"id\":1}")], json!("cut_short")),
        ("a reset before the head", vec![Act::Reset], json!("reset")),
        ("a reset within the head", vec![head("content-"), Act::Reset], json!("reset")),
        ("a reset within the body", vec![head("content-length: 9\r\n\r\n[{"), Act::Reset], json!("reset")),
        ("a reset within a chunk", vec![head(chunked), send("9\r\n[{"), Act::Reset], json!("reset")),
        ("a close within the head", vec![head("content-")], json!("reset")),
        ("a close before the head", vec![], json!("reset")),
        ("a chunk whose size is not a number", vec![head(chunked), send("zz\r\n[]\r\n")], not_http.clone()),
        ("a chunk larger than there is", vec![head(chunked), send("fffffffffffffffff\r\n[]")], not_http.clone()),
        ("a chunk without its end", vec![head(chunked), send("2\r\n[]\r\n")], json!("cut_short")),
        ("two status lines", vec![send("HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n\r\n[]")], not_http.clone()),
        ("two lengths", vec![head("content-length: 2\r\ncontent-length: 3\r\n\r\n[]]")], not_http.clone()),
        ("a header with a zero byte", vec![head("x: a\0b\r\n\r\n[]")], not_http.clone()),
        ("no status line at all", vec![send("<html><body>hello</body></html>")], not_http.clone()),
        ("another protocol", vec![send("220 mail.example.com ESMTP\r\n")], not_http.clone()),
        ("a status of four digits", vec![send("HTTP/1.1 2000 OK\r\n\r\n[]")], not_http.clone()),
        (
            "a redirect to elsewhere",
            vec![response("307 Temporary Redirect\r\nlocation: http://169.254.169.254/latest", "")],
            json!({"redirected": {"location": "http://169.254.169.254"}}),
        ),
        (
            "another protocol from here on",
            vec![send("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n[]")],
            json!({"other": "the service answered with the unexpected status 101"}),
        ),
        (
            "no content with a body",
            vec![send("HTTP/1.1 204 No Content\r\n\r\n[]")],
            json!({"other": "the service answered with the unexpected status 204"}),
        ),
        ("a page", vec![response("200 OK\r\ncontent-type: text/html", "<html>sign in</html>")], undecodable.clone()),
        (
            "bytes that are not UTF-8",
            vec![response("200 OK", b"[\"\xff\"]")],
            json!({"undecodable": {"path": "$[0]", "expected": "well-formed JSON"}}),
        ),
        (
            "a thousand times 100",
            vec![send("HTTP/1.1 100 Continue\r\n\r\n".repeat(1000)), Act::Wait],
            timeout("first_byte"),
        ),
        (
            "a wait of years",
            vec![response("429 Too Many Requests\r\nretry-after: 99999999999999999999", "")],
            json!({"throttled": {"retry_after_ms": 4_294_967_295_000_u64}}),
        ),
        (
            "the request sent back",
            vec![response("400 Bad Request", format!("x-auth-token: {TOKEN}"))],
            json!("rejected"),
        ),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_server_does_is_reported_in_time_and_the_next_call_is_fine() {
    let plugin = load().unwrap();
    let authority = Authority::new();
    let secured = authority.server("localhost", |_| {});
    let good = start(secured.clone(), true, vec![send(OK)]).await;
    let mut wrong = Vec::new();
    let scripts = scripts();
    forget_peak();
    let before = resident_bytes();
    for (name, script, kind) in scripts {
        let address = start(secured.clone(), true, script).await;
        let url = format!("https://localhost:{}", address.port());
        let error = list(&plugin, authority.roots(), url).await.expect_err(name);
        if error["kind"] != kind {
            wrong.push(format!("{name}: expected {kind}, got {} ({})", error["kind"], error["message"]));
        }
        assert!(!error.to_string().contains(&TOKEN[..12]), "{name}: {error}");
        let next = list(&plugin, authority.roots(), format!("https://localhost:{}", good.port())).await;
        assert_eq!(next, Ok(1), "after {name}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    if let Some((before, after)) = before.zip(peak_bytes()) {
        let mebibytes = after.saturating_sub(before) >> 20;
        println!("{mebibytes} MiB more at the peak");
        assert!(mebibytes < 64, "{mebibytes} MiB for bodies of which 1 MiB is accepted");
    }
}

#[tokio::test]
async fn a_certificate_that_is_not_good_ends_the_call_before_anything_is_sent() {
    let plugin = load().unwrap();
    let (authority, other) = (Authority::new(), Authority::new());
    let year = |year| rcgen::date_time_ymd(year, 1, 1);
    let servers = [
        ("of another name", authority.server("example.com", |_| {})),
        ("of an unknown authority", other.server("localhost", |_| {})),
        ("that signed itself", support::self_signed("localhost")),
        (
            "that has expired",
            authority.server("localhost", |params| (params.not_before, params.not_after) = (year(2020), year(2021))),
        ),
        (
            "that is not valid yet",
            authority.server("localhost", |params| (params.not_before, params.not_after) = (year(4000), year(4001))),
        ),
    ];
    for (name, server) in servers {
        let address = start(server, true, vec![send(OK)]).await;
        let error =
            list(&plugin, authority.roots(), format!("https://localhost:{}", address.port())).await.expect_err(name);
        assert_eq!((&error["kind"], &error["http_status"]), (&json!("tls"), &Value::Null), "{name}: {error}");
    }
}

/// A record of a handshake: ServerHello of version 3.1, the oldest cipher suite, no compression and no extension.
fn hello_of_tls_1_0() -> Vec<u8> {
    [&[22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1][..], &[7; 32], &[0, 0, 0x2f, 0]].concat()
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_reported() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = list(&load().unwrap(), Authority::new().roots(), format!("https://{address}")).await.unwrap_err();
    assert_eq!(error["kind"], json!("refused"), "{error}");
}

#[tokio::test]
async fn a_server_that_does_not_speak_tls_is_reported() {
    let plugin = load().unwrap();
    let servers = [
        ("garbage", vec![send([0xff; 64])], json!("tls")),
        ("clear text", vec![send(OK)], json!("tls")),
        ("a server of TLS 1.0", vec![send(hello_of_tls_1_0()), Act::Wait], json!("tls")),
        // What such a server says if it takes the version of its client seriously: a fatal alert, protocol_version.
        ("an alert of TLS 1.0", vec![send([0x15, 3, 1, 0, 2, 2, 70]), Act::Wait], json!("tls")),
        ("a handshake that never ends", vec![Act::Wait], json!({"timeout": "connect"})),
        ("a handshake that breaks off", vec![], json!("reset")),
        ("a handshake that is reset", vec![Act::Reset], json!("reset")),
    ];
    for (name, script, kind) in servers {
        let address = start(Security::Plain, false, script).await;
        let error = list(&plugin, Authority::new().roots(), format!("https://localhost:{}", address.port()))
            .await
            .expect_err(name);
        assert_eq!(error["kind"], kind, "{name}: {error}");
    }
}

#[tokio::test]
async fn interim_responses_are_passed_over() {
    let authority = Authority::new();
    let script = vec![send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"), send(OK)];
    let address = start(authority.server("localhost", |_| {}), true, script).await;
    let result = list(&load().unwrap(), authority.roots(), format!("https://localhost:{}", address.port())).await;
    assert_eq!(result, Ok(1));
}
