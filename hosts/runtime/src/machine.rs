//! Resources that the machine lacks or forbids. These are not faults of the program, and each has its own advice.

use std::error::Error;
use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::thread;

use tokio::runtime::{Builder, Runtime};

use crate::explanation::Explanation;

/// How many pipes are made for a moment. They take more files than tokio needs.
const PIPES: usize = 8;

/// Starts tokio with this many threads. Tokio panics if the system refuses it files or threads, so both are tried
/// first.
///
/// # Errors
/// The machine lacks a resource that tokio needs.
pub fn start(builder: &mut Builder, threads: usize) -> Result<Runtime, Explanation> {
    let tried = (0..PIPES).map(|_| io::pipe()).collect::<io::Result<Vec<_>>>().and_then(|_| try_threads(threads));
    let started = tried.and_then(|()| builder.build());
    started.map_err(|error| {
        let unknown = || Explanation::new(format!("This machine does not let the program start: {error}."));
        limit(&error).unwrap_or_else(unknown)
    })
}

/// Starts this many threads at one time, and ends them.
pub(crate) fn try_threads(threads: usize) -> io::Result<()> {
    let (reader, writer): (PipeReader, PipeWriter) = io::pipe()?;
    let waiting = (0..threads).map(|_| {
        let mut end = reader.try_clone()?;
        // Reading ends when the last writer is gone.
        thread::Builder::new().spawn(move || end.read(&mut [0]).map(drop))
    });
    let waiting = waiting.collect::<io::Result<Vec<_>>>();
    drop(writer);
    waiting?.into_iter().try_for_each(|thread| thread.join().unwrap_or(Ok(())))
}

/// Explains an error that means that the machine ran out of a resource.
pub(crate) fn limit(error: &(dyn Error + 'static)) -> Option<Explanation> {
    lacking(std::iter::successors(Some(error), |error: &&(dyn Error + 'static)| Error::source(*error)))
}

/// Explains why a component does not load or has no room to run, if the machine is the cause.
pub(crate) fn of_engine(error: &wasmtime::Error) -> Option<Explanation> {
    lacking(error.chain()).or_else(|| forbidden(error.chain()))
}

#[cfg(unix)]
fn lacking<'a>(causes: impl Iterator<Item = &'a (dyn Error + 'static)>) -> Option<Explanation> {
    use rustix::io::Errno;

    let (why, next) = match code(causes)? {
        Errno::MFILE => (
            "This process may not open more files and connections (EMFILE).",
            "Raise the limit of open files (`ulimit -n`), or do less at a time.",
        ),
        Errno::NFILE => {
            ("This machine has no room for more open files (ENFILE).", "Close other programs, or raise fs.file-max.")
        }
        Errno::NOMEM | Errno::NOBUFS => return Some(no_room()),
        Errno::AGAIN => (
            "This machine gives the user no more threads (EAGAIN).",
            "Raise the limit of processes and threads (`ulimit -u`, or of the container), or close other programs.",
        ),
        _ => return None,
    };
    Some(Explanation::new(why).advising(next))
}

/// A call reserves 4 GiB of addresses, and uses a small part of them. So a limit of addresses comes before memory ends.
#[cfg(unix)]
fn no_room() -> Explanation {
    use rustix::process::{Resource, getrlimit};

    let why = "This machine gives the process no more memory or address space (ENOMEM).";
    match getrlimit(Resource::As).current {
        Some(bytes) => {
            let mebibytes = bytes >> 20;
            Explanation::new(format!(
                "{why} Its limit of address space (RLIMIT_AS) is {mebibytes} MiB, and each call takes 4,096 MiB of it."
            ))
            .advising(
                "Raise the limit of address space (`ulimit -v`, or of the container), or make fewer calls at a time.",
            )
        }
        None => Explanation::new(why).advising(
            "Close other programs, or give this machine or the container more memory. No limit of address space \
             (`ulimit -v`) is set.",
        ),
    }
}

#[cfg(unix)]
fn forbidden<'a>(causes: impl Iterator<Item = &'a (dyn Error + 'static)>) -> Option<Explanation> {
    use rustix::io::Errno;

    matches!(code(causes)?, Errno::ACCESS | Errno::PERM).then(|| {
        let why = "This system does not let the process execute memory that it wrote to, as components need it.";
        let next =
            "Allow it for this program: `MemoryDenyWriteExecute=` of systemd and `execmem` of SELinux forbid it.";
        Explanation::new(why).advising(next)
    })
}

/// Returns the first error code of the system in the chain of causes.
#[cfg(unix)]
fn code<'a>(mut causes: impl Iterator<Item = &'a (dyn Error + 'static)>) -> Option<rustix::io::Errno> {
    causes.find_map(|error| {
        let errno = error.downcast_ref::<io::Error>().and_then(rustix::io::Errno::from_io_error);
        errno.or_else(|| error.downcast_ref().copied())
    })
}

#[cfg(not(unix))]
fn lacking<'a>(_: impl Iterator<Item = &'a (dyn Error + 'static)>) -> Option<Explanation> {
    None
}

#[cfg(not(unix))]
fn forbidden<'a>(_: impl Iterator<Item = &'a (dyn Error + 'static)>) -> Option<Explanation> {
    None
}
