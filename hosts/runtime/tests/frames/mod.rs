//! Servers of HTTP/2 that send whatever frames a test wants.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::support::on_each;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const END_HEADERS: u8 = 4;

/// `:status: 200`, and a length of two, in HPACK.
pub const OK: &[u8] = &[0x88];
pub const OK_OF_TWO: &[u8] = &[0x88, 0x0f, 0x0d, 1, b'2'];

/// The answer of a server to a request: it sends `first`, then `again` without end, or closes.
pub struct Script {
    first: Vec<u8>,
    again: Vec<u8>,
    closes: bool,
}

pub fn once(frames: &[Vec<u8>]) -> Script {
    Script { first: frames.concat(), again: Vec::new(), closes: false }
}

pub fn closing(frames: &[Vec<u8>]) -> Script {
    Script { closes: true, ..once(frames) }
}

pub fn forever(first: Vec<u8>, again: Vec<u8>) -> Script {
    Script { first, again, closes: false }
}

/// A frame of the first request's stream, or of the connection.
pub fn frame(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
    let stream = u8::from(matches!(kind, DATA | HEADERS | RST_STREAM | PUSH_PROMISE | CONTINUATION));
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[1..], &[kind, flags, 0, 0, 0, stream], payload].concat()
}

/// The payload of `GOAWAY`.
pub fn away(last_stream: u32, code: u32) -> Vec<u8> {
    frame(GOAWAY, 0, &[last_stream.to_be_bytes(), code.to_be_bytes()].concat())
}

/// The frames of a complete answer `ok`.
pub fn fine() -> Script {
    once(&[frame(HEADERS, END_HEADERS, OK_OF_TWO), frame(DATA, END_STREAM, b"ok")])
}

/// A server that follows the same script on every connection.
pub async fn start(acceptor: TlsAcceptor, script: Script) -> SocketAddr {
    serve(acceptor, vec![script]).await.0
}

/// Starts a server that follows these scripts, one on each connection, and repeats the last one. It also answers
/// HTTP/1.1. Returns its address, the number of its connections, and the bodies that it received by HTTP/2.
pub async fn serve(acceptor: TlsAcceptor, scripts: Vec<Script>) -> (SocketAddr, Arc<Observed>) {
    let (scripts, seen) = (Arc::new(scripts), Arc::<Observed>::default());
    let told = Arc::clone(&seen);
    let address = on_each(move |stream| {
        let (acceptor, scripts, seen) = (acceptor.clone(), Arc::clone(&scripts), Arc::clone(&told));
        async move {
            let number = seen.connections.fetch_add(1, Ordering::SeqCst);
            // Some tests expect the client to break off.
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let _ = if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
                follow(stream, &scripts[number.min(scripts.len() - 1)], &seen).await
            } else {
                let _ = stream.read(&mut [0; 4096]).await;
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n1.1").await
            };
        }
    })
    .await;
    (address, seen)
}

#[derive(Default)]
pub struct Observed {
    pub connections: AtomicUsize,
    pub bodies: std::sync::Mutex<Vec<Vec<u8>>>,
}

async fn follow(mut stream: TlsStream<TcpStream>, script: &Script, seen: &Observed) -> std::io::Result<()> {
    stream.write_all(&frame(SETTINGS, 0, &[])).await?;
    stream.read_exact(&mut [0; 24]).await?;
    let (mut asked, mut ended, mut body) = (false, false, Vec::new());
    while !(asked && ended) {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        stream.read_exact(&mut payload).await?;
        asked |= head[3] == HEADERS;
        ended |= matches!(head[3], HEADERS | DATA) && head[4] & END_STREAM != 0;
        if head[3] == DATA {
            body.extend(payload);
        }
    }
    seen.bodies.lock().unwrap().push(body);
    stream.write_all(&script.first).await?;
    while !script.again.is_empty() {
        stream.write_all(&script.again).await?;
    }
    if script.closes {
        return stream.shutdown().await;
    }
    // Waits for the client to leave.
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Ok(())
}
