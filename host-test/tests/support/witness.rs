//! A server on loopback that remembers what reached it, and knows which connections are open.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How long a test waits for connections to end before it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers `/ok` with 200, `/endless` with a body that never ends, and `/never` not at all.
pub struct Witness {
    pub address: SocketAddr,
    seen: Arc<Observed>,
}

#[derive(Default)]
struct Observed {
    heads: Mutex<Vec<String>>,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Witness {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Observed::default());
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let open = Open::count(&shared);
                tokio::spawn(async move { drop(open.answer(stream).await) });
            }
        });
        Self { address, seen }
    }

    /// The heads of all requests since they were last asked for.
    pub fn heads(&self) -> Vec<String> {
        std::mem::take(&mut *self.seen.heads.lock().unwrap())
    }

    /// The most connections that were open at one time.
    pub fn most(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }

    /// Waits until every connection has ended.
    pub async fn all_closed(&self) {
        let closed = async {
            while self.seen.open.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, closed).await;
        assert!(in_time.is_ok(), "{} connections stay open", self.seen.open.load(Ordering::SeqCst));
    }
}

/// A connection that is counted for as long as it is open.
struct Open(Arc<Observed>);

impl Open {
    fn count(seen: &Arc<Observed>) -> Self {
        let open = seen.open.fetch_add(1, Ordering::SeqCst) + 1;
        seen.most.fetch_max(open, Ordering::SeqCst);
        Self(Arc::clone(seen))
    }

    async fn answer(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.windows(4).any(|end| end == b"\r\n\r\n") {
            if stream.read_buf(&mut head).await? == 0 {
                return Ok(());
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        self.0.heads.lock().unwrap().push(head);
        match path.as_str() {
            "/ok" => stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok").await?,
            "/endless" => {
                stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
                loop {
                    stream.write_all(&[b'x'; 1 << 14]).await?;
                }
            }
            "/never" => while stream.read(&mut [0; 1 << 14]).await? > 0 {},
            _ => stream.write_all(b"HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").await?,
        }
        stream.shutdown().await
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::SeqCst);
    }
}
