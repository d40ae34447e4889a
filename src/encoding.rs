//! An answer in a form that was not asked for: compressed, or in another character set than UTF-8.
//!
//! It is looked for only where an answer cannot be read. A host that decompresses may leave the header in place, and JSON
//! is UTF-8 whatever its `charset` says. Source: RFC 8259, sections 8.1 and 11.

use crate::response::Headers;
use model::text::shorten;

/// The form that is asked for.
pub const ASKED: &str = "JSON in UTF-8, not compressed";

/// Returns the sentence that names the form of an answer, by its headers or by how its body begins. None: it is the form that was
/// asked for, as far as can be seen.
#[must_use]
pub fn unasked(headers: &Headers, body: &[u8]) -> Option<String> {
    if let Some(coding) = headers.content_encoding.as_deref().and_then(coding) {
        return Some(compressed(coding));
    }
    if let Some(charset) = headers.content_type.as_deref().and_then(charset) {
        return Some(in_charset(charset));
    }
    match body {
        [0x1F, 0x8B, ..] => Some(compressed("gzip")),
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, ..] => Some(in_charset("UTF-32")),
        // Without a byte order mark every other byte of ASCII is 0.
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, ..] | [_, 0, ..] => Some(in_charset("UTF-16")),
        _ => None,
    }
}

fn compressed(coding: &str) -> String {
    format!("The answer is compressed with {}, which was not asked for.", shorten(coding, 40))
}

fn in_charset(charset: &str) -> String {
    format!("The answer is in the character set {}, which was not asked for.", shorten(charset, 40))
}

/// The first coding that changes bytes. Some servers write a character set where a coding belongs.
fn coding(value: &str) -> Option<&str> {
    let mut codings = value.split(',').map(str::trim_ascii).filter(|coding| !coding.is_empty());
    codings.find(|coding| !coding.eq_ignore_ascii_case("identity") && !is_utf8(coding))
}

/// The character set, unless it is UTF-8 or a part of that.
fn charset(value: &str) -> Option<&str> {
    let mut parameters = value.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    let (_, charset) = parameters.find(|(name, _)| name.trim_ascii().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim_ascii().trim_matches(['"', '\''])).filter(|charset| !charset.is_empty() && !is_utf8(charset))
}

fn is_utf8(name: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|known| name.eq_ignore_ascii_case(known))
}
