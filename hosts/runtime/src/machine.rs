//! Limits of the machine, told as such: they are no fault of the program, and each has its own cure.

use std::error::Error;
use std::io;

use crate::explanation::Explanation;

/// Explains an error that means that the machine has no more of something, or forbids something.
#[cfg(unix)]
pub(crate) fn limit(error: &(dyn Error + 'static)) -> Option<Explanation> {
    use rustix::io::Errno;

    let code = number(error)?;
    let (why, next) = match Errno::from_raw_os_error(code) {
        Errno::MFILE => (
            "This process may not open more files and connections.",
            "Raise the limit of open files (`ulimit -n`), or do less at a time.",
        ),
        Errno::NFILE => {
            ("This machine has no more room for open files.", "Close other programs, or raise fs.file-max.")
        }
        Errno::NOMEM | Errno::NOBUFS => (
            "This machine gives the process no more memory.",
            "Raise the limit of its address space (`ulimit -v`) or of its memory, or close other programs.",
        ),
        Errno::AGAIN => (
            "This machine gives the user no more threads.",
            "Raise the limit of processes and threads (`ulimit -u`), or close other programs.",
        ),
        _ => return None,
    };
    Some(Explanation::new(why).advising(next))
}

#[cfg(not(unix))]
pub(crate) fn limit(_: &(dyn Error + 'static)) -> Option<Explanation> {
    None
}

/// The number by which the system names an error, wherever in the chain of causes it stands.
#[cfg(unix)]
fn number(error: &(dyn Error + 'static)) -> Option<i32> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let found = error.downcast_ref::<io::Error>().and_then(io::Error::raw_os_error);
        let found = found.or_else(|| error.downcast_ref::<rustix::io::Errno>().map(|code| code.raw_os_error()));
        if found.is_some() {
            return found;
        }
        cause = error.source();
    }
    None
}
