//! Machines that lack something: commands under limits of the system.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// A user who is not root, for whom limits of threads hold.
const SOMEBODY: u32 = 65_533;

/// Does what systemd's `MemoryDenyWriteExecute=` does, then runs the command.
const NO_EXECUTION: &str = "import ctypes, os, sys\n\
    if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n\
    os.execv(sys.argv[1], sys.argv[1:])";

/// The limits under which a program says that the machine lacks something, and how it says so.
pub const LACKING: [(&str, &str, &str); 5] = [
    ("-v 400000", "no more memory or address space (ENOMEM)", "`ulimit -v`"),
    ("-v 3000000", "no more memory or address space (ENOMEM)", "`ulimit -v`"),
    ("-n 6", "may not open more files and connections (EMFILE)", "`ulimit -n`"),
    ("-n 16", "may not open more files and connections (EMFILE)", "`ulimit -n`"),
    ("-u 1", "no more threads (EAGAIN)", "`ulimit -u`"),
];

/// The program in an empty environment, under a limit of the shell.
pub fn limited(program: &Path, limit: &str) -> Command {
    let mut command = Command::new("bash");
    command.env_clear().env("HOME", "/nonexistent");
    command.args(["-c", &format!("ulimit {limit} && exec \"$0\" \"$@\"")]).arg(program);
    // Root may have any number of threads.
    if limit.starts_with("-u")
        && std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
    {
        command.uid(SOMEBODY).gid(SOMEBODY);
    }
    command
}

/// The program where memory cannot be made executable. It exits with 77 if the system has no such limit.
pub fn without_execution(program: &Path) -> Command {
    let mut command = Command::new("python3");
    command.env_clear().env("HOME", "/nonexistent").args(["-c", NO_EXECUTION]).arg(program);
    command
}
