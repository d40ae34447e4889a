//! The limits of a call, and how its use of the processor is counted.

use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

/// The limits of a call. A reason stands beside each default; each can be set.
///
/// ```
/// use std::time::Duration;
///
/// use component_runtime::{Limits, Runtime};
///
/// let limits = Limits { deadline: Duration::from_secs(60), slots: 0, ..Limits::default() };
/// let runtime = Runtime::new(limits)?;
/// # drop(runtime);
/// # Ok::<(), component_runtime::LoadError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The component's linear memories together, in bytes. Default: 512 MiB, which holds a response of 64 MiB and its
    /// usual decoded form.
    pub memory_bytes: usize,
    /// The linear memories of the component. Default: 4. Most components have one memory. Some languages, and composed
    /// components, have one for each part.
    pub memories: usize,
    /// The instances of core modules within the component. Default: 64. Most components have fewer than five. In Python
    /// each library is an instance, and some components have more than forty.
    pub instances: usize,
    /// The component's tables of functions. Default: 64, as many as instances.
    pub tables: usize,
    /// The entries of all tables together. Default: 65,536. The largest programs have some ten thousand functions in
    /// their tables.
    pub table_elements: usize,
    /// How long a call may take in all, from the moment it is asked for. Default: 5 minutes, more than a component's
    /// own limits usually are, so that those come first and tell more.
    pub deadline: Duration,
    /// How long a call may use the processor, the host's work on the component's behalf included. Waiting does not
    /// count, neither for a server nor for a timer. Default: 30 seconds, some fifty times what decoding 64 MiB takes, so
    /// that a slow or busy machine does not reach it.
    pub cpu: Duration,
    /// The body of one response, in bytes, as it comes out of the last layer. Default: 128 MiB; a larger one does not
    /// fit into the memory together with what is decoded from it.
    pub response_bytes: u64,
    /// The headers of one response, and any set of headers that the component makes, in bytes as HTTP/2 counts them: 32
    /// more than it has for each field (RFC 9113, section 6.5.2), and somewhat more than that in what the component
    /// makes. Default: 64 KiB, eight times what servers usually take and send at most.
    pub header_bytes: usize,
    /// The requests of one call. Those beyond are denied, with the reason. Default: 100, which leaves room for retries
    /// and pages.
    pub requests: u32,
    /// The calls of one [`crate::Runtime`] at one time. Further callers wait, and their deadline runs. Default: 64;
    /// were each to fill its memory, they would need 32 GiB, and hardly a service answers more at once to one client.
    pub calls: usize,
    /// The slots of the pool: so many calls at one time find room for their instance ready. Each slot takes 4 GiB of
    /// address space as long as the runtime lives, and some 2 MiB of memory between calls. Further calls make their own
    /// room and unmake it, which takes the processor some 0.1 ms each. Default: 4. Zero: no room is made ahead.
    pub slots: usize,
    /// The most that the host copies out of the component in one piece, such as a result, in bytes. Default: 256 MiB: a
    /// hundred thousand records of a kilobyte, twice.
    pub lifted_bytes: usize,
}

impl Limits {
    /// The defaults.
    pub const DEFAULT: Self = Self {
        memory_bytes: 512 << 20,
        memories: 4,
        instances: 64,
        tables: 64,
        table_elements: 65_536,
        deadline: Duration::from_secs(300),
        cpu: Duration::from_secs(30),
        response_bytes: 128 << 20,
        header_bytes: 64 << 10,
        requests: 100,
        calls: 64,
        slots: 4,
        lifted_bytes: 256 << 20,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Runs a future for as long as it does not use the processor for longer than this; returns nothing if it does.
///
/// The time within `poll` is what counts. A component yields at each tick of the engine's epoch, so that no poll is much
/// longer than a tick, whatever the component does. Tokio's clock is not asked: where that is paused, computing takes time
/// all the same.
pub(crate) async fn within_cpu<F: Future>(limit: Duration, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut spent = Duration::ZERO;
    std::future::poll_fn(move |context| {
        let began = Instant::now();
        let polled = future.as_mut().poll(context);
        spent += began.elapsed();
        match polled {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if spent > limit => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}
