//! The service of a soak: answers each project with a release task that bears the project's id, or with a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// The answer to a call, by its number. Its connection plays no part, so that a client may reuse them
/// as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServerAnswer {
    /// It is answered at once.
    RecordedResponse,
    /// It is answered after a while.
    Slow,
    /// A 429 that allows another request at once, and then an answer.
    ThrottledOnce,
    /// A 429 each time.
    Throttled,
    /// The service fails.
    Unavailable,
    /// The connection is reset instead of an answer.
    Reset,
    /// The connection is closed within the answer.
    CutShort,
}

/// How long a slow answer takes.
const WHILE: Duration = Duration::from_millis(100);

impl ServerAnswer {
    /// Six of twenty calls are not simply answered.
    pub fn of(number: u32) -> Self {
        match number % 20 {
            0 => Self::Slow,
            1 => Self::ThrottledOnce,
            2 => Self::Throttled,
            3 => Self::Unavailable,
            4 => Self::Reset,
            5 => Self::CutShort,
            _ => Self::RecordedResponse,
        }
    }

    /// Whether the call ends with a listing.
    pub fn is_listed(self) -> bool {
        matches!(self, Self::RecordedResponse | Self::Slow | Self::ThrottledOnce)
    }
}

/// The project of a call: its number.
pub fn project(number: u32) -> String {
    format!("{number:032x}")
}

/// The actions of the service, by the numbers of the calls.
pub struct Server {
    /// How often each was asked for.
    asked: Vec<AtomicU32>,
    /// How often each was given its release task in full.
    given: Vec<AtomicU32>,
}

impl Server {
    /// A server for so many calls, which answers on this listener until the process ends.
    pub fn start(listener: TcpListener, calls: u32) -> Arc<Self> {
        let none = || (0..calls).map(|_| AtomicU32::new(0)).collect();
        let server = Arc::new(Self { asked: none(), given: none() });
        let shared = Arc::clone(&server);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = Arc::clone(&shared);
                // A client that leaves early harms nobody.
                tokio::spawn(async move { drop(server.serve(stream).await) });
            }
        });
        server
    }

    /// How many requests there were.
    pub fn requests(&self) -> u64 {
        self.asked.iter().map(|count| u64::from(count.load(Ordering::Relaxed))).sum()
    }

    /// How often this call was given its release task.
    pub fn given(&self, number: u32) -> u32 {
        self.given[number as usize].load(Ordering::Relaxed)
    }

    async fn serve(&self, stream: TcpStream) -> Result<()> {
        let mut stream = BufReader::new(stream);
        while let Some(number) = asked_for(&mut stream).await? {
            let before =
                self.asked.get(number as usize).context("a project of no call")?.fetch_add(1, Ordering::Relaxed);
            match ServerAnswer::of(number) {
                ServerAnswer::Slow => tokio::time::sleep(WHILE).await,
                ServerAnswer::Reset => return Ok(stream.into_inner().set_zero_linger()?),
                ServerAnswer::CutShort => {
                    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[{\"id\":").await?;
                    return Ok(stream.shutdown().await?);
                }
                ServerAnswer::Unavailable => {
                    answer(&mut stream, "500 Internal Server Error", "").await?;
                    continue;
                }
                ServerAnswer::ThrottledOnce if before > 0 => {}
                ServerAnswer::Throttled | ServerAnswer::ThrottledOnce => {
                    answer(&mut stream, "429 Too Many Requests\r\nretry-after: 0", "").await?;
                    continue;
                }
                ServerAnswer::RecordedResponse => {}
            }
            let (id, filler) = (project(number), "x".repeat(1024));
            // Before it is sent: the client may have it, and look here, at once.
            self.given[number as usize].fetch_add(1, Ordering::Relaxed);
            answer(&mut stream, "200 OK", &format!(r#"[{{"id":"{id}","description":"{filler}"}}]"#)).await?;
        }
        Ok(())
    }
}

/// The number of the call whose project the next request on a connection asks for. None: there is no further one.
async fn asked_for(stream: &mut BufReader<TcpStream>) -> Result<Option<u32>> {
    let (mut request, mut line) = (String::new(), String::new());
    if stream.read_line(&mut request).await? == 0 {
        return Ok(None);
    }
    while stream.read_line(&mut line).await? > 2 {
        line.clear();
    }
    let id = request.strip_prefix("GET /v3/").and_then(|rest| rest.split('/').next()).context("another path")?;
    Ok(Some(u32::from_str_radix(id, 16)?))
}

async fn answer(stream: &mut BufReader<TcpStream>, head: &str, body: &str) -> std::io::Result<()> {
    stream.write_all(format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).as_bytes()).await
}
