//! Programs on a pseudo-terminal, as people run them.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{FromRawFd, OwnedFd};
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::termios::{LocalModes, Termios, Winsize, tcgetattr, tcsetwinsize};

/// A program on a terminal, and what it has printed there.
pub struct Terminal {
    keyboard: File,
    process: Child,
    printed: Receiver<Vec<u8>>,
    seen: String,
    /// How much of it was expected already.
    read: usize,
}

impl Terminal {
    pub fn start(mut tool: Command, columns: u16, rows: u16) -> Self {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        let (master, slave) = pair();
        tcsetwinsize(&master, size).unwrap();
        let copy = || slave.try_clone().unwrap();
        let process = tool.stdin(copy()).stdout(copy()).stderr(copy()).spawn().unwrap();
        // The command and this function hold copies of the program's side, which would keep it open.
        drop((tool, slave));
        let master = File::from(master);
        let printed = listen(master.try_clone().unwrap());
        Self { keyboard: master, process, printed, seen: String::new(), read: 0 }
    }

    /// Waits until this text is printed, behind what was expected before.
    #[track_caller]
    pub fn expect(&mut self, text: &str) {
        while !self.seen[self.read..].contains(text) {
            let more = self.printed.recv_timeout(Duration::from_secs(30));
            let Ok(more) = more else { panic!("{text:?} is not in {:?}", &self.seen[self.read..]) };
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        self.read += self.seen[self.read..].find(text).unwrap() + text.len();
    }

    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the terminal does not show what is typed. What was typed before may be lost.
    #[track_caller]
    pub fn expect_no_echo(&self) {
        let begun = Instant::now();
        while self.settings().local_modes.contains(LocalModes::ECHO) {
            assert!(begun.elapsed() < Duration::from_secs(30), "the terminal still shows what is typed");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Sends a signal by its name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        assert!(kill.args([&format!("-{name}"), &self.process.id().to_string()]).status().unwrap().success());
    }

    /// Waits for the end. Returns the exit code and everything that was printed.
    pub fn end(mut self) -> (Option<i32>, String) {
        let code = self.wait();
        while let Ok(more) = self.printed.recv_timeout(Duration::from_secs(5)) {
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        (code, self.seen)
    }

    /// Waits for the end. Returns the settings in which the program left the terminal, and its exit code.
    pub fn ended(mut self) -> (Termios, Option<i32>) {
        let code = self.wait();
        (self.settings(), code)
    }

    /// Waits for the end of the program, but not for ever.
    #[track_caller]
    fn wait(&mut self) -> Option<i32> {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            if begun.elapsed() > Duration::from_secs(60) {
                self.process.kill().unwrap();
                panic!("the program does not end");
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// The settings of the terminal, such as whether it shows what is typed.
    pub fn settings(&self) -> Termios {
        tcgetattr(&self.keyboard).unwrap()
    }
}

/// Makes a pseudo-terminal: the side of the person, and the side of the program.
#[expect(unsafe_code, reason = "no library makes one without features that others would be compiled anew for")]
fn pair() -> (OwnedFd, OwnedFd) {
    let (mut person, mut program) = (-1, -1);
    let (name, settings, size) = (std::ptr::null_mut(), std::ptr::null(), std::ptr::null());
    // SAFETY: both numbers are valid for writes, and the three pointers may be null.
    let made = unsafe { libc::openpty(&mut person, &mut program, name, settings, size) };
    assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: the call succeeded, so both are open, and nothing else owns them.
    unsafe { (OwnedFd::from_raw_fd(person), OwnedFd::from_raw_fd(program)) }
}

fn listen(mut screen: File) -> Receiver<Vec<u8>> {
    let (tell, printed) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        // It fails once the program has ended.
        while let Ok(read) = screen.read(&mut bytes) {
            if read == 0 || tell.send(bytes[..read].to_vec()).is_err() {
                return;
            }
        }
    });
    printed
}
