//! Where texts stay that what is read borrows: as they came, or as they are without escapes.

use elsa::FrozenVec;

/// Texts that stay where they are as long as this is there.
#[derive(Default)]
pub struct Texts {
    chunks: FrozenVec<Vec<u8>>,
    written: FrozenVec<String>,
}

impl Texts {
    /// Keeps a part of the text that is read.
    pub fn keep_chunk(&self, chunk: Vec<u8>) -> &[u8] {
        self.chunks.push_get(chunk)
    }

    /// Keeps a text that stands nowhere as it is.
    pub fn keep(&self, text: String) -> &str {
        self.written.push_get(text)
    }
}
