//! A fixture served over HTTP on loopback by a child process.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result};

use crate::shell;

const REMEDY: &str = "Try it by hand: it prints the address on which it answers.";

/// A server that ends when this is dropped, and on Linux also when this process is killed.
pub struct Server {
    /// The address on which it answers, such as `http://127.0.0.1:4711`.
    pub address: String,
    child: Child,
    /// Open for as long as the server lives: whatever else it prints must not end it.
    _stdout: BufReader<ChildStdout>,
}

impl Server {
    /// Serves a fixture with the dev build of `host-test`, which must be there.
    pub fn start(fixture: &str) -> Result<Self> {
        Self::start_with(&["serve", fixture])
    }

    /// Serves a fixture also to pages in browsers.
    pub fn start_for_pages(fixture: &str) -> Result<Self> {
        Self::start_with(&["serve", "--cors", fixture])
    }

    fn start_with(arguments: &[&str]) -> Result<Self> {
        let mut command = shell::command(shell::program("debug", "host-test"), arguments);
        shell::announce(format_args!("Serve a recorded answer: {}", shell::words(&command)));
        die_with_parent(&mut command);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| shell::not_started(&command, REMEDY))?;
        let stdout = child.stdout.take().context("the server has no stdout")?;
        let mut server = Self { address: String::new(), child, _stdout: BufReader::new(stdout) };
        server._stdout.read_line(&mut server.address)?;
        server.address.truncate(server.address.trim_end().len());
        if !server.address.starts_with("http://") {
            return Err(shell::failed(&command, "it printed no address", REMEDY));
        }
        println!("{}", server.address);
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

#[cfg(target_os = "linux")]
#[expect(unsafe_code, reason = "what runs between fork and exec is unsafe to choose")]
fn die_with_parent(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    let parent = std::process::id();
    // SAFETY: between fork and exec only async-signal-safe functions may be called; prctl and getppid are, and nothing
    // here allocates.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            // The parent may have died before it could be watched.
            if libc::getppid().cast_unsigned() != parent {
                return Err(std::io::ErrorKind::BrokenPipe.into());
            }
            Ok(())
        });
    }
}

/// Elsewhere a Ctrl-C reaches the server too, and a failure drops [`Server`].
#[cfg(not(target_os = "linux"))]
fn die_with_parent(_: &mut Command) {}
