//! A service on loopback that answers every request after a while, with release tasks, over connections that are kept.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Error, Result, bail};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

use crate::records;

/// The service answers after this long, as one does that is not far away.
const DELAY: Duration = Duration::from_millis(50);

/// The transport of requests and answers.
#[derive(Clone, Copy)]
pub enum Transport {
    Plain,
    Tls,
}

impl FromStr for Transport {
    type Err = Error;

    fn from_str(word: &str) -> Result<Self> {
        match word {
            "plain" => Ok(Self::Plain),
            "tls" => Ok(Self::Tls),
            _ => bail!("{word:?} is neither plain nor tls"),
        }
    }
}

/// Where a service is, and the certificate that it shows, in DER.
#[derive(serde::Serialize, serde::Deserialize)]
pub struct Address {
    pub origin: String,
    certificate: Option<Vec<u8>>,
}

impl Address {
    /// The authorities to trust: the service's own certificate, if it shows one.
    pub fn authorities(&self) -> Result<RootCertStore> {
        let mut authorities = RootCertStore::empty();
        if let Some(certificate) = &self.certificate {
            authorities.add(CertificateDer::from_slice(certificate))?;
        }
        Ok(authorities)
    }
}

/// Serves until the process ends; prints the address as a line of JSON.
pub fn serve(records: usize, transport: Transport) -> Result<()> {
    let body = records::body(records);
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer: Arc<[u8]> = [head.as_bytes(), &body].concat().into();
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (tls, scheme) = match transport {
        Transport::Plain => (None, "http"),
        Transport::Tls => (Some(secured()?), "https"),
    };
    let (config, certificate) = tls.unzip();
    let address = Address { origin: format!("{scheme}://{}", listener.local_addr()?), certificate };
    println!("{}", serde_json::to_string(&address)?);
    for stream in listener.incoming() {
        let (stream, answer, config) = (stream?, Arc::clone(&answer), config.clone());
        // A client that leaves harms nobody.
        thread::spawn(move || drop(connected(stream, config, &answer)));
    }
    Ok(())
}

/// TLS with a certificate made for this, which is returned too.
fn secured() -> Result<(Arc<ServerConfig>, Vec<u8>)> {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()])?;
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).map_err(Error::msg)?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let config = config.with_no_client_auth().with_single_cert(vec![cert.der().clone()], key)?;
    Ok((Arc::new(config), cert.der().to_vec()))
}

fn connected(stream: TcpStream, config: Option<Arc<ServerConfig>>, answer: &[u8]) -> Result<()> {
    stream.set_nodelay(true)?;
    match config {
        None => answer_all(stream, answer),
        Some(config) => answer_all(StreamOwned::new(ServerConnection::new(config)?, stream), answer),
    }
}

/// None of the requests has a body, so each ends with its head.
fn answer_all(stream: impl Read + Write, answer: &[u8]) -> Result<()> {
    let (mut stream, mut line) = (BufReader::new(stream), String::new());
    while stream.read_line(&mut line)? > 0 {
        if line == "\r\n" {
            thread::sleep(DELAY);
            stream.get_mut().write_all(answer)?;
            stream.get_mut().flush()?;
        }
        line.clear();
    }
    Ok(())
}

/// Such a service in a process of its own, so that its work is nobody's else. Ends when this is dropped.
pub struct Server {
    pub address: Address,
    child: Child,
}

impl Server {
    /// Starts this program once more.
    pub fn start(records: usize, transport: Transport) -> Result<Self> {
        let transport = match transport {
            Transport::Plain => "plain",
            Transport::Tls => "tls",
        };
        let mut command = Command::new(std::env::current_exe()?);
        command.args(["serve", &records.to_string(), transport]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("the server")?;
        let stdout = child.stdout.take().context("the server has no stdout")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let address =
            serde_json::from_str(&line).with_context(|| format!("the server says {line:?} for its address"))?;
        Ok(Self { address, child })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended on its own, which is as good.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
