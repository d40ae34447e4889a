//! The keys of a person who looks on.

#[cfg(unix)]
pub use unix::Keys;

#[cfg(not(unix))]
pub use elsewhere::Keys;

#[cfg(unix)]
mod unix {
    use std::io::stdin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread::{Builder, JoinHandle};

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
    use tokio::signal::unix::{Signal, SignalKind, signal};
    use tokio::sync::Notify;

    /// The keys that end the command: q, and ctrl-C, which would otherwise leave the terminal as it is.
    const QUIT: [u8; 3] = [b'q', b'Q', 3];

    /// How long the thread waits before it checks whether to end.
    const POLL_INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

    /// A terminal that passes each key on at once, until this is dropped.
    pub struct Keys {
        before: Termios,
        ended: Arc<AtomicBool>,
        pressed: Arc<Notify>,
        thread: Option<JoinHandle<()>>,
        /// Signals that would otherwise end the process and leave the terminal as it is.
        terminated: Signal,
        hung_up: Signal,
    }

    impl Keys {
        /// Begins to listen, if stdin is a terminal. Without one, nothing but a signal ends the command. Call it within
        /// tokio's runtime.
        pub fn listen() -> Option<Self> {
            let before = tcgetattr(stdin()).ok()?;
            let (ended, pressed) = (Arc::<AtomicBool>::default(), Arc::new(Notify::new()));
            let mut keys = Self {
                before,
                ended: Arc::clone(&ended),
                pressed: Arc::clone(&pressed),
                thread: None,
                terminated: signal(SignalKind::terminate()).ok()?,
                hung_up: signal(SignalKind::hangup()).ok()?,
            };
            let mut settings = keys.before.clone();
            settings.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG);
            tcsetattr(stdin(), OptionalActions::Now, &settings).ok()?;
            let listen = move || {
                while !ended.load(Ordering::Relaxed) && !is_quit() {}
                pressed.notify_one();
            };
            keys.thread = Some(Builder::new().spawn(listen).ok()?);
            Some(keys)
        }

        /// Waits until the person wants to quit, a signal asks for it, or the terminal is gone.
        pub async fn quit(&mut self) {
            tokio::select! {
                () = self.pressed.notified() => {}
                _ = self.terminated.recv() => {}
                _ = self.hung_up.recv() => {}
            }
        }
    }

    impl Drop for Keys {
        fn drop(&mut self) {
            self.ended.store(true, Ordering::Relaxed);
            // The thread has nothing that could fail, and a terminal that is gone needs no settings.
            let _ = self.thread.take().map(JoinHandle::join);
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.before);
        }
    }

    /// Waits a while for keys.
    fn is_quit() -> bool {
        let stdin = stdin();
        match poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&POLL_INTERVAL)) {
            Ok(0) | Err(Errno::INTR) => return false,
            Ok(_) => {}
            Err(_) => return true,
        }
        let mut typed = [0; 64];
        match rustix::io::read(&stdin, &mut typed) {
            Ok(0) => true,
            Ok(read) => typed.iter().take(read).any(|key| QUIT.contains(key)),
            Err(error) => !matches!(error, Errno::AGAIN | Errno::INTR),
        }
    }
}

#[cfg(not(unix))]
mod elsewhere {
    /// Nobody listens to keys here; ctrl-C ends the command.
    pub enum Keys {}

    impl Keys {
        /// Nothing.
        pub fn listen() -> Option<Self> {
            None
        }

        /// Never called: this type has no values.
        pub async fn quit(&mut self) {
            match *self {}
        }
    }
}
