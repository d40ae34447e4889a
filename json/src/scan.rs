//! Where a plain stretch of text ends: the one loop that sees every byte.

/// How many bytes stand in front of the first quotation mark, backslash or control character; none if there is none.
pub(crate) fn plain(text: &[u8]) -> Option<usize> {
    let (words, rest) = text.as_chunks::<8>();
    for (at, word) in words.iter().enumerate() {
        let ends = ends(u64::from_le_bytes(*word));
        if ends != 0 {
            return Some(at * 8 + ends.trailing_zeros() as usize / 8);
        }
    }
    let last = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
    Some(words.len() * 8 + last)
}

/// Sets the highest bit of each of eight bytes that ends a stretch. What borrows from such a byte may be set as well, so
/// that only the first is certain. Source: "Bit Twiddling Hacks", S. E. Anderson, on bytes less than n.
fn ends(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHS: u64 = ONES << 7;
    let less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word;
    let is = |byte: u8| less(word ^ (ONES * u64::from(byte)), 1);
    (less(word, b' ') | is(b'"') | is(b'\\')) & HIGHS
}
