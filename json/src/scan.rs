//! Where a plain stretch of text ends: the loop that sees every byte.

use wide::u8x16;

/// How many bytes stand in front of the first quotation mark, backslash or control character; none if there is none.
#[inline(never)]
#[must_use]
pub fn plain(text: &[u8]) -> Option<usize> {
    let mut rest = text;
    // Written out, since an iterator takes several times as many instructions where this is compiled for size.
    while let Some((block, after)) = rest.split_first_chunk() {
        let ends = ends(u8x16::new(*block));
        if ends != 0 {
            return Some(text.len() - rest.len() + ends.trailing_zeros() as usize);
        }
        rest = after;
    }
    while let [byte, after @ ..] = rest {
        if matches!(byte, b'"' | b'\\' | ..b' ') {
            return Some(text.len() - rest.len());
        }
        rest = after;
    }
    None
}

/// Which of sixteen bytes end a stretch: the lowest bit stands for the first.
#[inline(always)]
pub(crate) fn ends(block: u8x16) -> u32 {
    let is = |byte| block.simd_eq(u8x16::splat(byte));
    let control = block.min(u8x16::splat(b' ' - 1)).simd_eq(block);
    (is(b'"') | is(b'\\') | control).to_bitmask()
}
