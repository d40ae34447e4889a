//! Ends the process without a request of Terraform: on a signal, or when Terraform is gone.
//!
//! The caller that waits for the end then drops its socket, so no socket stays behind.

#[cfg(unix)]
pub use unix::TerminationSignals;

#[cfg(not(unix))]
pub use other::TerminationSignals;

/// Who started the process.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StartedBy {
    /// Terraform. An interrupt reaches every process of a terminal. Terraform handles it and instructs its providers.
    Terraform,
    /// A person, for a debugger.
    Person,
}

#[cfg(unix)]
mod unix {
    use std::fs;
    use std::io;
    use std::os::unix::process::parent_id;
    use std::time::Duration;

    use tokio::signal::unix::{Signal, SignalKind, signal};

    use super::StartedBy;

    /// How often to check whether Terraform still runs.
    const PACE: Duration = Duration::from_millis(500);

    /// Listens for signals as soon as it is made.
    pub struct TerminationSignals {
        started_by: StartedBy,
        parent: u32,
        interrupt: Signal,
        terminate: Signal,
        /// None if the process is to outlive its terminal, as with `nohup`.
        hang_up: Option<Signal>,
    }

    impl TerminationSignals {
        pub fn new(started_by: StartedBy) -> io::Result<Self> {
            let parent = parent_id();
            let hang_up = if ignores_hang_up() { None } else { Some(signal(SignalKind::hangup())?) };
            let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
            Ok(Self { started_by, parent, interrupt, terminate, hang_up })
        }

        /// Waits for the end.
        pub async fn wait(self) {
            let Self { started_by, parent, mut interrupt, mut terminate, mut hang_up } = self;
            let hang_up = async {
                match &mut hang_up {
                    Some(signal) => signal.recv().await,
                    None => std::future::pending().await,
                }
            };
            let interrupt = async {
                loop {
                    interrupt.recv().await;
                    if started_by == StartedBy::Person {
                        return;
                    }
                }
            };
            tokio::select! {
                _ = terminate.recv() => {}
                _ = hang_up => {}
                () = interrupt => {}
                () = orphaned(started_by, parent) => {}
            }
        }
    }

    /// Waits until Terraform is gone: then the process has another parent. If a person started the process, this never
    /// ends.
    async fn orphaned(started_by: StartedBy, parent: u32) {
        while started_by == StartedBy::Person || parent_id() == parent {
            tokio::time::sleep(PACE).await;
        }
    }

    /// Returns whether the process was started with the signal ignored. A handler would undo that. Only Linux reports
    /// it without `unsafe`. Source: proc_pid_status(5), `SigIgn`.
    fn ignores_hang_up() -> bool {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
        let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
        ignored.is_some_and(|mask| mask & (1 << (SignalKind::hangup().as_raw_value() - 1)) != 0)
    }
}

#[cfg(not(unix))]
mod other {
    use std::io;

    use super::StartedBy;

    /// Listens only for Ctrl-C, because Windows ends the processes of a job together.
    pub struct TerminationSignals(StartedBy);

    impl TerminationSignals {
        pub fn new(started_by: StartedBy) -> io::Result<Self> {
            Ok(Self(started_by))
        }

        /// Waits for the end.
        pub async fn wait(self) {
            while tokio::signal::ctrl_c().await.is_ok() {
                if self.0 == StartedBy::Person {
                    return;
                }
            }
            std::future::pending().await
        }
    }
}
