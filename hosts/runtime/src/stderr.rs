//! The stderr of a component. Each of its lines becomes a line of the log, up to a limit. The last lines are kept for
//! the error of a call that traps, because they often say why.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::io::AsyncWrite;
use tracing::{Span, info};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi_io::poll::Pollable;
use wasmtime_wasi_io::streams::{OutputStream, StreamResult};

use crate::printable;

/// The longest line that is shown, in bytes. The rest of a longer line is dropped.
const LONGEST: usize = 2 << 10;

/// The most that is logged of one call, in bytes. The rest is dropped.
const LOGGED: usize = 64 << 10;

/// The most that an error repeats, in bytes: at least the last line.
const REPEATED: usize = LONGEST + CUT.len();

/// The most bytes that a component may write at a time.
const PERMIT: usize = 64 << 10;

/// Stands for the rest of a line.
const CUT: &str = "…";

/// Removes secrets from a text.
pub(crate) type Redact = Arc<dyn Fn(&mut String) + Send + Sync>;

/// The stderr of one call. Clones share it.
#[derive(Clone)]
pub(crate) struct Stderr(Arc<Mutex<LineBuffer>>);

struct LineBuffer {
    span: Span,
    redact: Option<Redact>,
    /// The line that has not ended.
    line: Vec<u8>,
    /// Whether a part of that line was dropped.
    is_cut: bool,
    /// The bytes that were logged.
    logged: usize,
    /// The last lines, as they were written.
    last: VecDeque<Vec<u8>>,
    /// The bytes of the last lines.
    kept: usize,
}

impl Stderr {
    /// Logs lines within this span.
    pub(crate) fn new(span: Span, redact: Option<Redact>) -> Self {
        let (line, last) = (Vec::new(), VecDeque::new());
        Self(Arc::new(Mutex::new(LineBuffer { span, redact, line, is_cut: false, logged: 0, last, kept: 0 })))
    }

    /// Returns the last lines, safe to print. None if the component wrote nothing.
    pub(crate) fn last(&self) -> Option<String> {
        let mut lines = self.lines();
        lines.end();
        let mut room = REPEATED;
        let mut shown = Vec::new();
        for line in lines.last.iter().rev() {
            let line = lines.shown(line);
            let Some(left) = room.checked_sub(line.len()) else { break };
            room = left;
            shown.push(line);
        }
        shown.reverse();
        (!shown.is_empty()).then(|| shown.join("\n"))
    }

    fn lines(&self) -> MutexGuard<'_, LineBuffer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LineBuffer {
    fn write(&mut self, bytes: &[u8]) {
        let mut begin = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            self.add(bytes.get(begin..end).unwrap_or_default());
            self.end();
            begin = end + 1;
        }
        self.add(bytes.get(begin..).unwrap_or_default());
    }

    fn add(&mut self, bytes: &[u8]) {
        let kept = bytes.get(..LONGEST.saturating_sub(self.line.len())).unwrap_or(bytes);
        self.line.extend_from_slice(kept);
        self.is_cut |= kept.len() < bytes.len();
    }

    /// Ends the line that has begun.
    fn end(&mut self) {
        let mut line = mem::take(&mut self.line);
        if mem::take(&mut self.is_cut) {
            line.extend_from_slice(CUT.as_bytes());
        }
        if line.is_empty() {
            return;
        }
        self.log(&line);
        self.kept += line.len();
        self.last.push_back(line);
        while self.kept > REPEATED {
            self.kept -= self.last.pop_front().map_or(0, |line| line.len());
        }
    }

    fn log(&mut self, line: &[u8]) {
        if self.logged > LOGGED {
            return;
        }
        self.logged += line.len();
        if self.logged > LOGGED {
            info!(parent: &self.span, "stderr: the component wrote more than {LOGGED} bytes, and the rest is left out");
        } else {
            info!(parent: &self.span, "stderr: {}", self.shown(line));
        }
    }

    /// Returns a line as text that is safe to print.
    fn shown(&self, line: &[u8]) -> String {
        let mut text = String::from_utf8_lossy(line).into_owned();
        if let Some(redact) = &self.redact {
            redact(&mut text);
        }
        // Escapes take more room than the characters for which they stand.
        let mut shown = printable::escaped(&text);
        if shown.len() > REPEATED {
            shown.truncate(shown.floor_char_boundary(LONGEST));
            shown.push_str(CUT);
        }
        shown
    }
}

/// At the end of the call, a line that was not ended is logged.
impl Drop for LineBuffer {
    fn drop(&mut self) {
        self.end();
    }
}

impl OutputStream for Stderr {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.lines().write(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(PERMIT)
    }
}

#[async_trait]
impl Pollable for Stderr {
    async fn ready(&mut self) {}
}

impl IsTerminal for Stderr {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Stderr {
    /// Only WASI 0.3 asks for this stream, and no component has WASI 0.3.
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(tokio::io::sink())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last(redact: Option<Redact>, pieces: &[&[u8]]) -> Option<String> {
        let mut stderr = Stderr::new(Span::none(), redact);
        for piece in pieces {
            stderr.write(Bytes::copy_from_slice(piece)).unwrap();
        }
        stderr.last()
    }

    #[test]
    fn lines_are_put_together_from_what_is_written_and_escaped() {
        assert_eq!(last(None, &[]), None);
        assert_eq!(last(None, &[b"\n\n"]), None);
        assert_eq!(last(None, &[b"one\ntw", b"o", b"\n\nthree"]).unwrap(), "one\ntwo\nthree");
        assert_eq!(last(None, &[b"\x1b[31m\xff\xe2\x80\xae\r\n"]).unwrap(), "\\u{1b}[31m\u{fffd}\\u{202e}\\r");
    }

    #[test]
    fn a_gigabyte_takes_no_memory_and_the_last_lines_are_kept() {
        let mut stderr = Stderr::new(Span::none(), None);
        let long = Bytes::from(vec![b'x'; PERMIT]);
        for _ in 0..(1 << 30) / PERMIT {
            stderr.write(long.clone()).unwrap();
        }
        for _ in 0..1000 {
            stderr.write(Bytes::from("a line\n".repeat(100))).unwrap();
        }
        stderr.write(Bytes::from("the reason\n")).unwrap();
        assert!(stderr.last().unwrap().ends_with("a line\nthe reason"));
        assert!(stderr.last().unwrap().len() <= 2 * REPEATED);
        let lines = stderr.lines();
        assert!(lines.line.capacity() + lines.last.iter().map(Vec::capacity).sum::<usize>() <= 4 * REPEATED);
    }

    #[test]
    fn a_long_line_is_cut_also_where_escapes_make_it_long() {
        for byte in [b"x", b"\x1b"] {
            let shown = last(None, &[&byte.repeat(1 << 20)]).unwrap();
            assert!(shown.ends_with(CUT) && shown.len() <= REPEATED, "{}", shown.len());
        }
    }

    #[test]
    fn secrets_are_redacted_before_anything_is_escaped() {
        let redact: Redact = Arc::new(|text: &mut String| *text = text.replace("hu\u{1b}sh", "[redacted]"));
        assert_eq!(last(Some(redact), &[b"a hu", b"\x1bsh\n"]).unwrap(), "a [redacted]");
    }
}
