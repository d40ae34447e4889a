//! The code with which a server closes a connection of HTTP/2. The HTTP library keeps it to itself where the server may have
//! begun the request, so the frames are looked at as they pass.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Length, kind, flags and stream of a frame. Source: RFC 9113, section 4.1.
const HEAD: usize = 9;

/// The kind of a frame that closes a connection, and how much of its payload ends with the code. Source: section 6.8.
const GOAWAY: u8 = 7;
const CODE_ENDS: usize = 8;

/// Absent until there is a code: none is as large.
const NONE: u64 = u64::MAX;

/// What became known of one connection. Clones share it.
#[derive(Clone)]
pub(crate) struct Farewell(Arc<AtomicU64>);

/// Where in the frames of a connection its bytes have come to.
pub(crate) struct Frames {
    farewell: Farewell,
    /// The beginning of a frame: its head, and of one that closes the connection also the code.
    begun: Vec<u8>,
    /// How much of a payload is still to pass.
    passing: usize,
}

impl Farewell {
    /// Returns the last code that the server gave.
    pub(crate) fn code(&self) -> Option<h2::Reason> {
        u32::try_from(self.0.load(Ordering::Relaxed)).ok().map(h2::Reason::from)
    }
}

impl Frames {
    pub(crate) fn new() -> Self {
        Self { farewell: Farewell(Arc::new(AtomicU64::new(NONE))), begun: Vec::new(), passing: 0 }
    }

    pub(crate) fn farewell(&self) -> Farewell {
        self.farewell.clone()
    }

    /// Looks at bytes that the server sent, whole frames or parts of them.
    pub(crate) fn pass(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.passing > 0 {
                let passed = self.passing.min(bytes.len());
                self.passing -= passed;
                bytes = bytes.get(passed..).unwrap_or_default();
                continue;
            }
            let (taken, rest) = bytes.split_at(bytes.len().min(self.wanted().saturating_sub(self.begun.len())));
            self.begun.extend_from_slice(taken);
            bytes = rest;
            self.complete();
        }
    }

    /// How much of a frame is its beginning: the head, and the code if there is one.
    fn wanted(&self) -> usize {
        match self.begun.as_slice() {
            [0, 0, 0..8, GOAWAY, ..] => HEAD,
            [_, _, _, GOAWAY, ..] => HEAD + CODE_ENDS,
            _ => HEAD,
        }
    }

    /// Goes on to the payload once the beginning of a frame is whole.
    fn complete(&mut self) {
        let [one, two, three, ..] = *self.begun.as_slice() else { return };
        let length = u32::from_be_bytes([0, one, two, three]) as usize;
        let wanted = self.wanted();
        if self.begun.len() < wanted {
            return;
        }
        if let (true, Some(code)) = (wanted > HEAD, self.begun.last_chunk()) {
            self.farewell.0.store(u32::from_be_bytes(*code).into(), Ordering::Relaxed);
        }
        self.begun.clear();
        self.passing = length - (wanted - HEAD);
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_however_the_bytes_are_cut() {
        let ping = [&[0, 0, 8, 6, 0, 0, 0, 0, 0][..], &[7; 8]].concat();
        let data = [&[0, 0, 9, 0, 0, 0, 0, 0, 1][..], &[0, 0, 8, 7, 0, 0, 0, 0, 0]].concat();
        let away = [0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 11, b'n', b'o'];
        let all = [ping, data, away.to_vec(), vec![0, 0, 0, 4, 1, 0, 0, 0, 0]].concat();
        for size in 1..=all.len() {
            let mut frames = Frames::new();
            all.chunks(size).for_each(|piece| frames.pass(piece));
            assert_eq!(frames.farewell().code(), Some(h2::Reason::ENHANCE_YOUR_CALM), "{size}");
        }
        let mut frames = Frames::new();
        frames.pass(&all[..35]);
        assert_eq!(frames.farewell().code(), None);
    }

    #[test]
    fn a_frame_that_is_too_short_for_a_code_is_passed_over() {
        let mut frames = Frames::new();
        frames.pass(&[0, 0, 4, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert_eq!(frames.farewell().code(), Some(h2::Reason::INTERNAL_ERROR));
    }
}
