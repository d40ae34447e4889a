//! How far bytes are text.

/// The bytes as text, up to where they are none: the last character may go on elsewhere.
#[must_use]
pub fn text_of(bytes: &[u8]) -> &str {
    // All but the beginning of a last character: up to three bytes.
    let whole = bytes.len() - bytes.iter().rev().take(3).position(|byte| *byte >= 0xc0).map_or(0, |after| after + 1);
    let text = |end: usize| bytes.get(..end).and_then(|bytes| simdutf8::basic::from_utf8(bytes).ok());
    let valid = || std::str::from_utf8(bytes).err().map_or(bytes.len(), |error| error.valid_up_to());
    text(bytes.len()).or_else(|| text(whole)).or_else(|| text(valid())).unwrap_or_default()
}
