//! Finds a text within another, place by place: texts here are short. The library's search would take 10 KB of the
//! component, most of it for what it says when it panics.

/// Where a part begins in a text.
#[must_use]
pub fn find(text: &str, part: &str) -> Option<usize> {
    let (mut rest, Some(first)) = (text.as_bytes(), part.as_bytes().first()) else { return Some(0) };
    // Most places are told by one byte. Written out, since an iterator takes several times as many instructions here.
    while let [byte, after @ ..] = rest {
        if byte == first && rest.starts_with(part.as_bytes()) {
            return Some(text.len() - rest.len());
        }
        rest = after;
    }
    None
}

/// What stands before a part of a text, and what after it.
#[must_use]
pub fn split<'a>(text: &'a str, part: &str) -> Option<(&'a str, &'a str)> {
    let at = find(text, part)?;
    Some((text.get(..at)?, text.get(at + part.len()..)?))
}

/// The parts of a text that stand between these.
#[must_use]
pub fn parts<'a>(text: &'a str, between: &str) -> Vec<&'a str> {
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some((part, after)) = split(rest, between) {
        parts.push(part);
        rest = after;
    }
    parts.push(rest);
    parts
}
