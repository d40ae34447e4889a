//! How a server closes an HTTP/2 connection. The HTTP library does not report this if the server may have begun the
//! request. So this module watches the frames as they pass.

use std::sync::{Arc, Mutex, PoisonError};

/// The length of a frame's head: length, kind, flags and stream. Source: RFC 9113, section 4.1.
const HEAD: usize = 9;

/// The kind of a frame that closes a connection, and the length of the last stream and the code in its payload. Source:
/// section 6.8.
const GOAWAY: u8 = 7;
const FIELDS: usize = 8;

/// The `GOAWAY` frame with which a server closed a connection.
#[derive(Clone, Copy)]
pub(crate) struct Goaway {
    /// Why the server closed it.
    pub(crate) code: h2::Reason,
    /// Whether the server processed no request of the connection: it names stream 0 as the last one.
    pub(crate) nothing_processed: bool,
}

/// How the server closed one connection, once that is known. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct SharedGoaway(Arc<Mutex<Option<Goaway>>>);

/// How far the frames of a connection have been read.
#[derive(Default)]
pub(crate) struct FrameReader {
    goaway: SharedGoaway,
    /// The beginning of a frame: its head, and for `GOAWAY` also the last stream and the code.
    head: Vec<u8>,
    /// The number of bytes of a payload that are still to come.
    payload_left: usize,
}

impl SharedGoaway {
    /// Returns the last `GOAWAY` of the server, if it sent one.
    pub(crate) fn get(&self) -> Option<Goaway> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FrameReader {
    pub(crate) fn goaway(&self) -> SharedGoaway {
        self.goaway.clone()
    }

    /// Reads bytes that the server sent: whole frames or parts of them.
    pub(crate) fn read(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.payload_left > 0 {
                let skipped = self.payload_left.min(bytes.len());
                self.payload_left -= skipped;
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            let (taken, rest) = bytes.split_at(bytes.len().min(self.wanted().saturating_sub(self.head.len())));
            self.head.extend_from_slice(taken);
            bytes = rest;
            self.complete();
        }
    }

    /// Returns how many bytes belong to the beginning of a frame.
    fn wanted(&self) -> usize {
        match self.head.as_slice() {
            [0, 0, 0..8, GOAWAY, ..] => HEAD,
            [_, _, _, GOAWAY, ..] => HEAD + FIELDS,
            _ => HEAD,
        }
    }

    /// Reads the beginning of a frame once it is complete, and goes on to the payload.
    fn complete(&mut self) {
        let wanted = self.wanted();
        if self.head.len() < wanted {
            return;
        }
        let [one, two, three, _, _, _, _, _, _, fields @ ..] = self.head.as_slice() else { return };
        let length = u32::from_be_bytes([0, *one, *two, *three]) as usize;
        if let Some((last, code)) = fields.split_first_chunk().zip(fields.last_chunk()) {
            let code = h2::Reason::from(u32::from_be_bytes(*code));
            let goaway = Goaway { code, nothing_processed: u32::from_be_bytes(*last.0) == 0 };
            *self.goaway.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(goaway);
        }
        self.payload_left = length - (wanted - HEAD);
        self.head.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_however_the_bytes_are_cut() {
        let ping = [&[0, 0, 8, 6, 0, 0, 0, 0, 0][..], &[7; 8]].concat();
        let data = [&[0, 0, 9, 0, 0, 0, 0, 0, 1][..], &[0, 0, 8, 7, 0, 0, 0, 0, 0]].concat();
        let away = [0, 0, 10, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 11, b'n', b'o'];
        let all = [ping, data, away.to_vec(), vec![0, 0, 0, 4, 1, 0, 0, 0, 0]].concat();
        for size in 1..=all.len() {
            let mut frames = FrameReader::default();
            all.chunks(size).for_each(|piece| frames.read(piece));
            assert_eq!(frames.goaway().get().map(|goaway| goaway.code), Some(h2::Reason::ENHANCE_YOUR_CALM), "{size}");
        }
        let mut frames = FrameReader::default();
        frames.read(&all[..35]);
        assert!(frames.goaway().get().is_none());
    }

    #[test]
    fn a_frame_that_is_too_short_for_a_code_is_passed_over() {
        let mut frames = FrameReader::default();
        frames.read(&[0, 0, 4, 7, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
        assert!(
            frames
                .goaway()
                .get()
                .is_some_and(|goaway| goaway.code == h2::Reason::INTERNAL_ERROR && goaway.nothing_processed)
        );
    }
}
