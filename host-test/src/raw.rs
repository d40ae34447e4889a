//! Requests and responses as text, the way they stand in a fixture.

use anyhow::{Context, Result, bail};

/// A request as a fixture expects it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Names in lower case, and values.
    pub headers: Vec<(String, String)>,
}

/// A response as a server sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Status line and headers, with the empty line that ends them.
    pub head: String,
    /// Whatever follows.
    pub body: Vec<u8>,
}

impl Request {
    /// Reads a request without body.
    ///
    /// # Errors
    /// The text is not a request, or holds a control character, which could pass for the end of a line.
    pub fn parse(text: &str) -> Result<Self> {
        if let Some(line) = text.lines().find(|line| line.contains(char::is_control)) {
            bail!("a line holds a control character: {line:?}");
        }
        let mut lines = text.lines();
        let mut words = lines.next().context("there is no request line")?.split(' ');
        let (Some(method), Some(target), Some("HTTP/1.1"), None) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            bail!("the request line is not `METHOD TARGET HTTP/1.1`")
        };
        let headers = lines
            .take_while(|line| !line.is_empty())
            .map(|line| {
                let (name, value) = line.split_once(": ").with_context(|| format!("no header: {line}"))?;
                Ok((name.to_ascii_lowercase(), value.to_owned()))
            })
            .collect::<Result<_>>()?;
        Ok(Self { method: method.to_owned(), target: target.to_owned(), headers })
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{} {} HTTP/1.1", self.method, self.target)?;
        self.headers.iter().try_for_each(|(name, value)| writeln!(f, "{name}: {value}"))
    }
}

impl Response {
    /// Reads a response. Its head may end lines without a carriage return, as text files do; its body is taken as it
    /// is.
    ///
    /// # Errors
    /// The head does not end in an empty line, or is not text.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let mut head = String::new();
        let mut rest = bytes;
        loop {
            let end = rest.iter().position(|byte| *byte == b'\n').context("no empty line ends the head")?;
            let (line, after) = (&rest[..end], &rest[end + 1..]);
            let line = std::str::from_utf8(line.strip_suffix(b"\r").unwrap_or(line))?;
            head.push_str(line);
            head.push_str("\r\n");
            rest = after;
            if line.is_empty() {
                return Ok(Self { head, body: rest.to_vec() });
            }
        }
    }

    /// The bytes on the wire.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        [self.head.as_bytes(), &self.body].concat()
    }

    /// The same response with one more header.
    #[must_use]
    pub fn with_header(&self, name: &str, value: &str) -> Self {
        let end = self.head.len() - 2;
        let head = format!("{}{name}: {value}\r\n\r\n", &self.head[..end]);
        Self { head, body: self.body.clone() }
    }
}
