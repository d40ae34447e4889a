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
    /// How long a call may take in all, from the moment it is asked for. Default: 5 minutes, longer than a component's
    /// own limits usually are. So those end first, with a more precise error.
    pub deadline: Duration,
    /// How long a call may use the processor, including the host's work for the component. Waiting for a server or a
    /// timer does not count. Default: 30 seconds, some fifty times as long as decoding 64 MiB takes, so that a slow or
    /// busy machine does not reach it.
    pub cpu: Duration,
    /// The body of one response, in bytes, as it comes out of the last layer. Default: 128 MiB. A larger body does not
    /// fit into the memory together with its decoded form.
    pub response_bytes: u64,
    /// The headers of one response, and any set of headers that the component makes, in bytes. They are counted as in
    /// HTTP/2, which adds 32 bytes for each field (RFC 9113, section 6.5.2). Each field that the component makes counts
    /// somewhat more. Default: 64 KiB, eight times the usual limit of servers.
    pub header_bytes: usize,
    /// The requests of one call. Further requests fail, with the reason. Default: 100, which leaves room for retries
    /// and pages.
    pub requests: u32,
    /// The calls of one [`crate::Runtime`] at one time. Further callers wait, and their deadline runs. Default: 64. If
    /// each filled its memory, they would need 32 GiB. Few services answer more requests of one client at a time.
    pub calls: usize,
    /// The slots of the pool, each of which holds memory for the instance of one call. A slot takes 4 GiB of address
    /// space as long as the runtime lives, and some 2 MiB of memory between calls. Further calls allocate and free
    /// their own memory, which takes the processor some 0.1 ms each. Default: 4. Zero: no memory is reserved.
    pub slots: usize,
    /// The most bytes that the host copies out of the component in one piece, such as a result. Default: 256 MiB, which
    /// holds a hundred thousand records of a kilobyte twice.
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
/// Only the time within `poll` counts. A component yields at each tick of the engine's epoch, so no poll is much longer
/// than a tick. Tokio's clock is not used: even while it is paused, computing takes time.
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
