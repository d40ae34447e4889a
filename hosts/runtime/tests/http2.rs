//! HTTP/2 servers that break the protocol: each gets its error, in time, and the next request is fine.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use component_runtime::Client;
use component_runtime::http::{HttpError, Timeouts};
use http_body_util::BodyExt;
use support::{Authority, Server, get_with, on_each};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// `:status: 200`, and a length of two, in HPACK.
const OK: &[u8] = &[0x88];
const OK_OF_TWO: &[u8] = &[0x88, 0x0f, 0x0d, 1, b'2'];

const BROKEN: &str = "HttpProtocolError";
const SILENT: &str = "HttpResponseTimeout";
const TERMINATED: &str = "ConnectionTerminated";

/// What a server sends once it has seen a request: this, and then this without end.
struct Script(Vec<u8>, Vec<u8>);

fn once(frames: &[Vec<u8>]) -> Script {
    Script(frames.concat(), Vec::new())
}

/// A frame of the first request's stream, or of the connection.
fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let stream = u8::from(matches!(kind, DATA | HEADERS | RST_STREAM | PUSH_PROMISE | CONTINUATION));
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

async fn start(acceptor: TlsAcceptor, script: Script) -> SocketAddr {
    let script = Arc::new(script);
    on_each(move |stream| {
        let (acceptor, script) = (acceptor.clone(), Arc::clone(&script));
        async move {
            let stream = acceptor.accept(stream).await.unwrap();
            // A client that breaks off is what is wanted.
            let _ = follow(stream, &script).await;
        }
    })
    .await
}

async fn follow(mut stream: TlsStream<TcpStream>, script: &Script) -> std::io::Result<()> {
    stream.write_all(&frame(SETTINGS, 0, &[])).await?;
    stream.read_exact(&mut [0; 24]).await?;
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        stream.read_exact(&mut vec![0; length as usize]).await?;
        if head[3] == HEADERS {
            break;
        }
    }
    stream.write_all(&script.0).await?;
    while !script.1.is_empty() {
        stream.write_all(&script.1).await?;
    }
    // Waits for the client to leave.
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}

/// The error of the response, or of its body.
async fn ask(client: &Client<component_runtime::Network>, address: SocketAddr) -> Result<String, HttpError> {
    let soon = Some(Duration::from_secs(2));
    let timeouts = Timeouts { connect_timeout: None, first_byte_timeout: soon, between_bytes_timeout: soon };
    let response = get_with(client, &format!("https://{address}/"), timeouts).await?;
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn each_breach_has_its_error_and_the_next_request_is_fine() {
    let authority = Authority::of(&["127.0.0.1"]);
    let client = Client::new(authority.network());
    let fine = Server::start(Some(authority.server(&["h2"]))).await;
    let head = |block: &[u8]| frame(HEADERS, END_HEADERS, block);
    let header = [&[0x00, 1, b'x', 0x7f, 0x81, 0x7e][..], &[b'y'; 16_384 - 128]].concat();
    let cases: Vec<(&str, &str, Script)> = vec![
        ("resets the stream", TERMINATED, once(&[frame(RST_STREAM, 0, &[0, 0, 0, 2])])),
        (
            "resets the stream within the body",
            TERMINATED,
            once(&[head(OK), frame(DATA, 0, b"o"), frame(RST_STREAM, 0, &[0, 0, 0, 2])]),
        ),
        ("goes away", TERMINATED, once(&[frame(GOAWAY, 0, &[0; 8])])),
        ("garbage", BROKEN, once(&[b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()])),
        (
            "a frame that is too large",
            BROKEN,
            once(&[[&[0xff, 0xff, 0xff, DATA, 0, 0, 0, 0, 1][..], &[0; 64]].concat()]),
        ),
        ("more than announced", BROKEN, once(&[head(OK_OF_TWO), frame(DATA, END_STREAM, b"okay")])),
        ("less than announced", BROKEN, once(&[head(OK_OF_TWO), frame(DATA, END_STREAM, b"o")])),
        ("data before its headers", BROKEN, once(&[frame(DATA, END_STREAM, b"ok")])),
        ("a push", BROKEN, once(&[frame(PUSH_PROMISE, END_HEADERS, &[0, 0, 0, 2, 0x88])])),
        ("a status that is none", BROKEN, once(&[head(&[0x08, 3, b'a', b'b', b'c'])])),
        ("headers without a status", BROKEN, once(&[head(&[0x0f, 0x0d, 1, b'2'])])),
        ("headers that do not unpack", BROKEN, once(&[head(&[0xff; 32])])),
        ("pings forever", SILENT, Script(Vec::new(), frame(PING, 0, &[7; 8]))),
        ("settings forever", SILENT, Script(Vec::new(), frame(SETTINGS, 0, &[]))),
        ("headers forever", TERMINATED, Script(frame(HEADERS, 0, OK), frame(CONTINUATION, 0, &header))),
        ("empty headers forever", TERMINATED, Script(frame(HEADERS, 0, OK), frame(CONTINUATION, 0, &[]))),
        ("empty data forever", TERMINATED, Script(head(OK), frame(DATA, 0, &[]))),
        ("more than the window", BROKEN, Script(head(OK), frame(DATA, 0, &[0; 16_384]))),
    ];
    for (what, expected, script) in cases {
        let address = start(authority.server(&["h2"]), script).await;
        let result = tokio::time::timeout(Duration::from_secs(20), ask(&client, address)).await;
        let error = result.expect(what).expect_err(what);
        assert_eq!(format!("{error:?}"), expected, "{what}");
        assert_eq!(ask(&client, fine.address).await.unwrap(), "HTTP/2.0 1", "{what}");
    }
}
