//! Answers with a fixture over real HTTP on loopback.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::case::{Answer, Case, Exchange};
use crate::raw::Response;

/// The largest head of a request that is read, in bytes.
const LARGEST_HEAD: usize = 64 * 1024;

/// How long a client may take to send its request.
const PATIENCE: Duration = Duration::from_secs(10);

/// Headers that let pages of any origin ask, with any header but `Authorization`, and read the answer.
const CORS: [(&str, &str); 3] = [
    ("access-control-allow-origin", "*"),
    ("access-control-allow-headers", "*"),
    ("access-control-expose-headers", "*"),
];

/// The exchanges of a case, and how often each was used.
struct Playback {
    exchanges: Vec<Exchange>,
    /// Headers that every response has besides.
    headers: &'static [(&'static str, &'static str)],
    used: Mutex<Vec<u32>>,
}

/// Serves a case on this listener until the process ends. Exchanges of the same method and target answer in their
/// order, and then from the beginning again.
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener, case: Case) -> Result<()> {
    answer_all(listener, case, &[]).await
}

/// Serves a case as [`serve`] does, also to pages in browsers.
///
/// # Errors
/// The listener fails.
pub async fn serve_pages(listener: TcpListener, case: Case) -> Result<()> {
    answer_all(listener, case, &CORS).await
}

async fn answer_all(listener: TcpListener, case: Case, headers: &'static [(&'static str, &'static str)]) -> Result<()> {
    let used = Mutex::new(vec![0; case.exchanges.len()]);
    let script = Arc::new(Playback { exchanges: case.exchanges, headers, used });
    loop {
        let (stream, _) = listener.accept().await?;
        let script = Arc::clone(&script);
        // A client that leaves early harms nobody.
        tokio::spawn(async move { drop(script.answer(stream).await) });
    }
}

impl Playback {
    async fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let Some((method, target)) = tokio::time::timeout(PATIENCE, request_line(&mut stream)).await?? else {
            return Ok(());
        };
        if method == "OPTIONS" && !self.headers.is_empty() {
            stream.write_all(&self.bytes(&Response::parse(b"HTTP/1.1 204 No Content\r\n\r\n")?)).await?;
            stream.shutdown().await?;
            return Ok(());
        }
        match self.next(&method, &target) {
            None => {
                let text =
                    format!("HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\n\r\n{}", not_in_fixture());
                stream.write_all(&self.bytes(&Response::parse(text.as_bytes())?)).await?;
            }
            // The connection just ends, which is as near as a server comes to a fault of the network.
            Some(Answer::Fault(_)) => {}
            Some(Answer::Response { response, chunk_bytes, delay_ms, pause_ms, close: _ }) => {
                tokio::time::sleep(Duration::from_millis(*delay_ms)).await;
                let bytes = self.bytes(response);
                let (before, last) = bytes.split_at(bytes.len() - usize::from(*pause_ms > 0));
                for chunk in before.chunks(*chunk_bytes) {
                    stream.write_all(chunk).await?;
                }
                tokio::time::sleep(Duration::from_millis(*pause_ms)).await;
                stream.write_all(last).await?;
            }
        }
        stream.shutdown().await?;
        Ok(())
    }

    fn bytes(&self, response: &Response) -> Vec<u8> {
        let closing = response.with_header("connection", "close");
        self.headers.iter().fold(closing, |response, (name, value)| response.with_header(name, value)).bytes()
    }

    fn next(&self, method: &str, target: &str) -> Option<&Answer> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |exchange: &Exchange| exchange.request.method == method && exchange.request.target == target;
        let candidates = self.exchanges.iter().enumerate().filter(|(_, exchange)| same(exchange));
        let (index, exchange) = candidates.min_by_key(|(index, _)| used[*index])?;
        used[index] += 1;
        Some(&exchange.answer)
    }
}

fn not_in_fixture() -> &'static str {
    r#"{"error_code":"HOSTTEST.404","error_msg":"the fixture has no such request"}"#
}

/// Method and target of a request; `None` at the end of the connection.
async fn request_line(stream: &mut TcpStream) -> Result<Option<(String, String)>> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if head.len() > LARGEST_HEAD || stream.read_buf(&mut head).await? == 0 {
            return Ok(None);
        }
    }
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    request.parse(&head)?;
    Ok(request.method.zip(request.path).map(|(method, path)| (method.to_owned(), path.to_owned())))
}
