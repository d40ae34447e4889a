//! A service on loopback that answers every request after a while, with release tasks, over connections that are kept.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::records;

/// Serves until the process ends; prints where.
pub fn serve(records: usize, delay_ms: u64) -> Result<()> {
    let body = records::body(records);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer: Arc<[u8]> = [head.as_bytes(), &body].concat().into();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let (stream, answer) = (stream?, Arc::clone(&answer));
        // A client that leaves harms nobody.
        thread::spawn(move || drop(answer_all(stream, &answer, Duration::from_millis(delay_ms))));
    }
    Ok(())
}

/// None of the requests has a body, so each ends with its head.
fn answer_all(mut stream: TcpStream, answer: &[u8], delay: Duration) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    while let Some(line) = lines.next().transpose()? {
        if line.is_empty() {
            thread::sleep(delay);
            stream.write_all(answer)?;
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
