//! Writes to stdout and stderr, even if they are a pipe that does not block, a full disk, or closed.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use servicestage::error::{Error, of_output};

/// Whether stdout was closed when the process began. The standard library then opens `/dev/null` instead.
static STDOUT_WAS_CLOSED: AtomicBool = AtomicBool::new(false);

#[cfg(unix)]
ctor::declarative::ctor! {
    // SAFETY: the function runs before `main`, and asks the system one question.
    #[ctor(unsafe)]
    fn look_at_stdout() {
        let closed = rustix::io::fcntl_getfd(io::stdout()).is_err();
        STDOUT_WAS_CLOSED.store(closed, Ordering::Relaxed);
    }
}

/// Writes a whole text to stdout, and returns whether somebody reads it. A reader that stops early is not an error.
///
/// # Errors
/// Stdout is closed, or cannot be written.
pub fn print(stdout: &mut impl Write, text: &str) -> io::Result<bool> {
    if STDOUT_WAS_CLOSED.load(Ordering::Relaxed) {
        return Err(io::Error::new(ErrorKind::NotConnected, "stdout is closed"));
    }
    match write_all(stdout, text, || wait_for(io::stdout())) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        result => result.map(|()| true),
    }
}

/// Writes a whole text to stderr, if it can be written.
pub fn tell(text: &str) {
    // Without stderr, the error cannot be reported.
    let _ = write_all(&mut io::stderr(), text, || wait_for(io::stderr()));
}

/// Returns the error of an output that cannot be written.
pub fn unwritten(operation: &str, error: &io::Error) -> Box<Error> {
    let next = match error.kind() {
        ErrorKind::NotConnected => "Redirect stdout to a terminal, a file or a program.",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "Free space on that disk, or redirect stdout elsewhere.",
        ErrorKind::FileTooLarge => "Allow larger files (`ulimit -f`), or redirect stdout elsewhere.",
        _ => "Check where stdout is redirected to.",
    };
    Box::new(of_output(operation, error, next))
}

/// Writes a whole text. Waits if the stream does not block and its reader is slow.
fn write_all(stream: &mut impl Write, text: &str, mut wait: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    let mut rest = text.as_bytes();
    loop {
        let written = if rest.is_empty() { stream.flush().map(|()| 0) } else { stream.write(rest) };
        match written {
            Ok(_) if rest.is_empty() => return Ok(()),
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => rest = rest.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => wait()?,
            Err(error) => return Err(error),
        }
    }
}

/// Waits until a stream can be written, or has failed.
#[cfg(unix)]
fn wait_for(stream: impl std::os::fd::AsFd) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};

    match poll(&mut [PollFd::new(&stream, PollFlags::OUT)], None) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Returns whether somebody may still read stdout: a pipe says so before anything is written.
#[cfg(unix)]
pub fn is_read() -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let (stdout, at_once) = (io::stdout(), Timespec { tv_sec: 0, tv_nsec: 0 });
    let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
    // If the system does not answer, the next write fails.
    let _ = poll(&mut watched, Some(&at_once));
    watched.iter().all(|stdout| !stdout.revents().contains(PollFlags::ERR))
}

#[cfg(not(unix))]
pub fn is_read() -> bool {
    true
}

#[cfg(not(unix))]
fn wait_for(_: impl Write) -> io::Result<()> {
    std::thread::sleep(std::time::Duration::from_millis(10));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes three bytes at a time, and is busy every other time; it never flushes at once.
    #[derive(Default)]
    struct SlowWriter {
        taken: Vec<u8>,
        busy: bool,
    }

    impl SlowWriter {
        fn turn(&mut self) -> io::Result<()> {
            self.busy = !self.busy;
            if self.busy { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
        }
    }

    impl Write for SlowWriter {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.turn()?;
            self.taken.extend(bytes.iter().take(3));
            Ok(bytes.len().min(3))
        }

        fn flush(&mut self) -> io::Result<()> {
            self.turn()
        }
    }

    #[test]
    fn everything_arrives_where_a_reader_is_slow() {
        let (mut slow, mut waits) = (SlowWriter::default(), 0);
        write_all(&mut slow, "0123456789", || {
            waits += 1;
            Ok(())
        })
        .unwrap();
        assert_eq!((slow.taken.as_slice(), waits), (&b"0123456789"[..], 5));
    }

    #[test]
    fn the_advice_is_for_what_happened() {
        for (kind, advice) in [
            (ErrorKind::NotConnected, "terminal"),
            (ErrorKind::StorageFull, "Free space"),
            (ErrorKind::FileTooLarge, "ulimit"),
            (ErrorKind::Other, "Check"),
        ] {
            let error = unwritten("list-pipelines", &kind.into());
            assert!(error.message.contains(advice), "{}", error.message);
        }
    }
}
