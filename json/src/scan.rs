//! Where a plain stretch of text ends: the loop that sees every byte.

use wide::u8x16;

/// How many bytes stand in front of the first quotation mark, backslash or control character; none if there is none.
#[inline(always)]
#[must_use]
pub fn plain(text: &[u8]) -> Option<usize> {
    let (blocks, rest) = text.as_chunks::<16>();
    for (at, block) in blocks.iter().enumerate() {
        let ends = ends(u8x16::new(*block));
        if ends != 0 {
            return Some(at * 16 + ends.trailing_zeros() as usize);
        }
    }
    let last = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
    Some(blocks.len() * 16 + last)
}

/// Which of sixteen bytes end a stretch: the lowest bit stands for the first.
#[inline(always)]
pub(crate) fn ends(block: u8x16) -> u32 {
    let is = |byte| block.simd_eq(u8x16::splat(byte));
    let control = block.min(u8x16::splat(b' ' - 1)).simd_eq(block);
    (is(b'"') | is(b'\\') | control).to_bitmask()
}
