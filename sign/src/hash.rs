//! SHA-256, and HMAC with it, of what is there as a whole. The compression is `sha2`'s; what that crate and `hmac` do for
//! what comes in pieces, and for any other algorithm, would take 1.5 KB of the component. Tests hold it against both.

use sha2::block_api::compress256;

/// The bytes of a block.
const BLOCK: usize = 64;

/// The state before the first block: the first 32 bits of the fractions of the square roots of the first eight primes.
const START: [u32; 8] =
    [0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19];

/// The hash of these parts, one after the other.
#[must_use]
pub fn sha256(parts: [&[u8]; 2]) -> [u8; 32] {
    // All at once: what grows leaves copies behind, and a part may be a key.
    let mut text = Vec::with_capacity(parts.iter().map(|part| part.len()).sum::<usize>() + 8 + BLOCK);
    parts.into_iter().for_each(|part| text.extend_from_slice(part));
    // A bit that is set, zeros, and at the end of a block the length in bits.
    let bits = text.len() as u64 * 8;
    text.push(0x80);
    text.resize((text.len() + 8).next_multiple_of(BLOCK) - 8, 0);
    text.extend_from_slice(&bits.to_be_bytes());
    let mut state = START;
    compress256(&mut state, text.as_chunks::<BLOCK>().0);
    let mut hash = [0; 32];
    for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *bytes = word.to_be_bytes();
    }
    hash
}

/// The code that authenticates a text to whoever has the key.
#[must_use]
pub fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    if key.len() > BLOCK {
        return hmac(&sha256([key, b""]), text);
    }
    let padded = |padding: u8| {
        let mut block = [padding; BLOCK];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    sha256([&padded(0x5C), &sha256([&padded(0x36), text])])
}
