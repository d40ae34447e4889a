//! A service on loopback that answers every request after a while, with release tasks, over connections that are kept.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::listing::current_thread;
use crate::records;

/// The largest head of a request that is read, in bytes.
const LARGEST_HEAD: usize = 16 << 10;

/// Serves until the process ends; prints where.
pub fn serve(records: usize, delay_ms: u64) -> Result<()> {
    let body = records::body(records);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer = Bytes::from([head.as_bytes(), &body].concat());
    current_thread()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("http://{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            let answer = answer.clone();
            // A client that leaves harms nobody.
            tokio::spawn(async move { drop(answer_all(stream, &answer, Duration::from_millis(delay_ms)).await) });
        }
    })
}

/// None of the requests has a body, so each ends with its head.
async fn answer_all(mut stream: TcpStream, answer: &[u8], delay: Duration) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut head = Vec::new();
    while head.len() < LARGEST_HEAD && stream.read_buf(&mut head).await? > 0 {
        if head.ends_with(b"\r\n\r\n") {
            head.clear();
            tokio::time::sleep(delay).await;
            stream.write_all(answer).await?;
        }
    }
    Ok(())
}

/// Such a service in a process of its own, so that its work is nobody's else. Ends when this is dropped.
pub struct Server {
    pub origin: String,
    child: Child,
}

impl Server {
    /// Starts this program once more.
    pub fn start(records: usize, delay_ms: u64) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", &records.to_string(), &delay_ms.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("the server")?;
        let mut server = Self { origin: String::new(), child };
        let stdout = server.child.stdout.take().context("the server has no stdout")?;
        BufReader::new(stdout).read_line(&mut server.origin)?;
        server.origin.truncate(server.origin.trim_end().len());
        ensure!(server.origin.starts_with("http://127.0.0.1:"), "the server says {:?} for its address", server.origin);
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended on its own, which is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
