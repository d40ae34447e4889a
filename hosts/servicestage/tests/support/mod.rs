//! A server on loopback that keeps every byte it is sent, and answers as a test says.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";

pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Answers each request with the result of the function, which receives how many there were before.
    pub fn start(answer: impl Fn(usize, &str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { url, requests }
    }

    /// Returns head and body of each request so far, as they came.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// The signatures of the requests so far.
    pub fn signatures(&self) -> Vec<String> {
        let signature = |authorization: String| Some(authorization.split_once("Signature=")?.1.to_owned());
        self.requests().iter().filter_map(|sent| header(sent, "authorization").and_then(signature)).collect()
    }

    /// How many requests began like this.
    pub fn count(&self, start: &str) -> usize {
        self.requests().iter().filter(|request| request.starts_with(start)).count()
    }
}

fn serve(mut stream: TcpStream, kept: &Mutex<Vec<String>>, answer: &dyn Fn(usize, &str) -> String) {
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let Some(request) = read(&mut stream) else { return };
    let before = {
        let mut kept = kept.lock().unwrap();
        kept.push(request.clone());
        kept.len() - 1
    };
    // A client that leaves early harms nobody.
    drop(stream.write_all(answer(before, &request).as_bytes()));
}

fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(text);
            }
        }
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

/// The value of a header within a request, as it came.
pub fn header(request: &str, name: &str) -> Option<String> {
    let head = request.split("\r\n\r\n").next()?;
    let mut lines = head.lines().filter_map(|line| line.split_once(':'));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().to_owned())
}

/// An answer with a JSON body.
pub fn json(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: \
         close\r\n{headers}\r\n{body}"
    )
}

/// Headers that repeat a request's secrets.
pub fn repeated(request: &str) -> String {
    let [token, session, authorization] = secrets(request);
    let signature = authorization.rsplit('=').next().unwrap_or_default();
    format!("X-Request-Id: {token}{session}\r\nX-IAM-Trace-Id: {signature}\r\nLocation: {authorization}\r\n")
}

/// A listing that repeats a request's secrets.
pub fn repeated_in_listing(request: &str) -> String {
    let [token, session, authorization] = secrets(request);
    format!(r#"[{{"id": "{token}", "name": "{session}", "description": "<{authorization}>", "status": 12}}]"#)
}

fn secrets(request: &str) -> [String; 3] {
    ["x-auth-token", "x-security-token", "authorization"].map(|name| header(request, name).unwrap_or_default())
}

/// IAM's answer with a token.
pub fn token(token: &str, expires_at: &str) -> String {
    let body = format!(r#"{{"token":{{"expires_at":"{expires_at}","methods":["password"]}}}}"#);
    json("201 Created", &format!("X-Subject-Token: {token}\r\n"), &body)
}

/// The gateway's answer to a token that has expired.
pub fn token_expired() -> String {
    let message = "Incorrect IAM authentication information: token expires, expires_at:2025-01-01T00:00:00.000000Z";
    json("401 Unauthorized", "", &format!(r#"{{"error_code":"APIGW.0301","error_msg":"{message}"}}"#))
}

/// Computes the signature of a request again, from the bytes that arrived, and compares.
#[track_caller]
pub fn assert_signed(request: &str, access_key_id: &str, secret_access_key: &str) {
    let authorization = header(request, "authorization").unwrap();
    let (_, rest) = authorization.split_once("SignedHeaders=").unwrap();
    let (names, _) = rest.split_once(',').unwrap();
    let values: Vec<(&str, String)> = names.split(';').map(|name| (name, header(request, name).unwrap())).collect();
    let headers: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut line = request.lines().next().unwrap().split(' ');
    let (method, target) = (line.next().unwrap(), line.next().unwrap());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let query: Vec<(&str, &str)> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
    let request = huaweicloud_sign::Request { method, path, query: &query, headers: &headers, body: b"" };
    let date = &values.iter().find(|(name, _)| *name == "x-sdk-date").unwrap().1;
    let expected = huaweicloud_sign::sign(&request, access_key_id, secret_access_key, date).authorization;
    assert_eq!(authorization, expected);
}
