//! Finds a custom section at the top level of a component, without a parser of WebAssembly: what ships has none.
//!
//! A component is eight bytes of preamble, then sections: an id of one byte, a length, so many bytes. Id 0 is a custom
//! section, whose bytes begin with its name: a length, so many bytes. Lengths are LEB128. What lies within other
//! sections, nested components too, is passed over: nobody inside speaks for the whole.

use super::Malformed;

/// `\0asm`, the version of the component model's binary format, and the layer "component".
const PREAMBLE: [u8; 8] = *b"\0asm\x0d\0\x01\0";

/// The largest section that is read. A declaration takes a few hundred bytes.
const LARGEST: usize = 64 << 10;

/// The content of the one custom section of this name. None: there is none.
pub(super) fn find<'a>(wasm: &'a [u8], name: &str) -> Result<Option<&'a [u8]>, Malformed> {
    let mut rest = wasm
        .strip_prefix(&PREAMBLE)
        .ok_or_else(|| Malformed("it is not a WebAssembly component: name the file that the build made".to_owned()))?;
    let mut found = None;
    while let Some((id, after)) = rest.split_first() {
        let at = wasm.len() - rest.len();
        let broken =
            || Malformed(format!("the component is damaged in its section at byte {at}: fetch the component again"));
        let (content, after) = delimited(after).ok_or_else(broken)?;
        rest = after;
        if *id != 0 {
            continue;
        }
        let (title, content) = delimited(content).ok_or_else(broken)?;
        if title != name.as_bytes() {
            continue;
        }
        if content.len() > LARGEST {
            let size = content.len();
            return Err(Malformed(format!(
                "the component's section {name} holds {size} bytes, and may hold {LARGEST}"
            )));
        }
        if found.replace(content).is_some() {
            return Err(Malformed(format!("the component has two sections {name}, and may have one: build it again")));
        }
    }
    Ok(found)
}

/// As many bytes as a length in front of them says, and what follows them.
fn delimited(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = leb128(bytes)?;
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// A number of 32 bits, and what follows it. It takes five bytes at most, and the fifth has four bits left.
fn leb128(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut number = 0_u32;
    let mut rest = bytes;
    for shift in [0, 7, 14, 21, 28] {
        let (byte, after) = rest.split_first()?;
        rest = after;
        let low = u32::from(byte & 0x7f);
        if shift == 28 && low > 0x0f {
            return None;
        }
        number |= low << shift;
        if byte & 0x80 == 0 {
            return Some((number, rest));
        }
    }
    None
}
