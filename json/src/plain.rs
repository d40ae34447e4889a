//! Fields as machines write them: in the same order each time, without white space, and with values that need no
//! conversion. Whatever is written otherwise is left to [`Fields`](crate::Fields), which reads everything.

use std::borrow::Cow;

use wide::u8x16;

use crate::fields::{Item, LAST_TIME, Scalar, Type};
use crate::reader::Reader;
use crate::scan;
use crate::texts::Texts;

/// The longest name with its quotation marks and its colon. So much of the text is looked at for a name.
const LONGEST: usize = 32;

/// The powers of ten, by their exponents.
const POWERS: [u64; 8] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000];

/// A field that is read: its name, and how.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    /// The name as it is written, with the colon.
    written: [u8; LONGEST],
}

impl Field {
    /// A field whose name has up to 28 characters, none of which JSON escapes.
    #[must_use]
    pub const fn new(name: &'static str, kind: Type) -> Self {
        let mut written = [0; LONGEST];
        let (quoted, bytes) = (written.split_at_mut(1).1, name.as_bytes());
        let (inside, end) = quoted.split_at_mut(bytes.len());
        inside.copy_from_slice(bytes);
        end.split_at_mut(2).0.copy_from_slice(b"\":");
        written.split_at_mut(1).0.copy_from_slice(b"\"");
        Self { name, kind, written }
    }

    /// Whether a text begins with the name.
    #[inline(always)]
    fn begins(&self, text: &[u8; LONGEST]) -> bool {
        let same = |at: usize| match (
            text.get(at..).and_then(<[u8]>::first_chunk),
            self.written.get(at..).and_then(<[u8]>::first_chunk),
        ) {
            (Some(text), Some(written)) => u8x16::new(*text).simd_eq(u8x16::new(*written)).to_bitmask(),
            _ => 0,
        };
        let same = same(0) | same(16) << 16;
        same.trailing_ones() as usize >= self.length()
    }

    #[inline(always)]
    fn length(&self) -> usize {
        self.name.len() + 3
    }
}

/// Takes fields as long as they come as the table says, from this place of the table on. Returns at which place of the
/// table and of the text it is otherwise. A value that was read otherwise, of the field before that place, is taken first:
/// so fields are filled in at one place alone, and what does so is there once.
#[inline(never)]
pub(crate) fn take<'a, I: Item<'a>>(
    text: &'a str,
    from: (usize, usize),
    mut given: Option<Scalar<'a>>,
    first: bool,
    table: &[Field],
    texts: &'a Texts,
    item: &mut I,
) -> (usize, usize) {
    let (mut place, mut at) = from;
    let mut comma = usize::from(!first);
    loop {
        let value = if let Some(value) = given.take() {
            value
        } else if let Some(field) = table.get(place)
            && (comma == 0 || text.as_bytes().get(at) == Some(&b','))
            && let Some((value, end)) = value(text, at + comma, field, texts)
            // Whether an item must have its first field is not known here.
            && (place != 0 || !matches!(value, Scalar::Null))
        {
            (place, at, comma) = (place + 1, end, 1);
            value
        } else {
            return (place, at);
        };
        item.set(place - 1, value);
    }
}

/// The value of this field, and where it ends.
#[inline(always)]
fn value<'a>(text: &'a str, at: usize, field: &Field, texts: &'a Texts) -> Option<(Scalar<'a>, usize)> {
    let bytes = text.as_bytes();
    if !field.begins(bytes.get(at..)?.first_chunk()?) {
        return None;
    }
    let at = at + field.length();
    if bytes.get(at) == Some(&b'n') {
        return bytes.get(at..)?.starts_with(b"null").then_some((Scalar::Null, at + 4));
    }
    Some(match field.kind {
        Type::Text => {
            let end = plain_end(bytes, at)?;
            if bytes.get(end) == Some(&b'"') {
                (Scalar::Text(text.get(at + 1..end)?), end + 1)
            } else {
                escaped(text, at, texts)?
            }
        }
        Type::Integer | Type::Time => {
            let (number, end) = digits(bytes, at)?;
            if field.kind == Type::Time && number > LAST_TIME {
                return None;
            }
            (Scalar::Number(i64::try_from(number).ok()?), end)
        }
        Type::Json => {
            let end = end(text, at)?;
            (Scalar::Text(text.get(at..end)?), end)
        }
    })
}

/// Where the value ends that begins here, if it has no white space and is not too deep.
#[inline(never)]
fn end(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    // What it is within: how much, and whether that is an object, the innermost in the lowest bit.
    let (mut depth, mut objects) = (0, 0_u64);
    loop {
        match bytes.get(at)? {
            b'"' => at = end_of_text(text, at)?,
            bracket @ (b'{' | b'[') if depth < u64::BITS => {
                let object = *bracket == b'{';
                (depth, objects, at) = (depth + 1, objects << 1 | u64::from(object), at + 1);
                if !matches!(bytes.get(at)?, b'}' | b']') {
                    if object {
                        at = end_of_name(text, at)?;
                    }
                    continue;
                }
            }
            b'0'..=b'9' | b'-' => {
                at = match digits(bytes, at) {
                    Some((_, end)) => end,
                    None => passed(text, at, |reader| reader.number().is_ok())?,
                }
            }
            b'n' | b't' | b'f' => at = passed(text, at, |reader| reader.null() || reader.bool().is_ok())?,
            _ => return None,
        }
        loop {
            if depth == 0 {
                return Some(at);
            }
            let object = objects & 1 == 1;
            match bytes.get(at)? {
                b',' => {
                    at += 1;
                    if object {
                        at = end_of_name(text, at)?;
                    }
                    break;
                }
                b'}' if object => {}
                b']' if !object => {}
                _ => return None,
            }
            (depth, objects, at) = (depth - 1, objects >> 1, at + 1);
        }
    }
}

/// Where a text ends, behind its quotation mark.
#[inline(always)]
fn end_of_text(text: &str, at: usize) -> Option<usize> {
    let end = plain_end(text.as_bytes(), at)?;
    if text.as_bytes().get(end) == Some(&b'"') {
        return Some(end + 1);
    }
    passed(text, at, |reader| reader.string().is_ok())
}

/// Where a member's name ends, behind its colon.
#[inline(always)]
fn end_of_name(text: &str, at: usize) -> Option<usize> {
    let end = end_of_text(text, at)?;
    (text.as_bytes().get(end) == Some(&b':')).then_some(end + 1)
}

/// Where it goes on after something that is not plain.
#[inline(never)]
fn passed(text: &str, at: usize, passes: fn(&mut Reader<'_>) -> bool) -> Option<usize> {
    let mut reader = Reader::within(text, at);
    passes(&mut reader).then_some(reader.position())
}

/// Where the plain beginning of a text ends, whose quotation mark is here.
#[inline(always)]
fn plain_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let mut at = at + 1;
    loop {
        let ends = scan::ends(u8x16::new(*bytes.get(at..)?.first_chunk()?));
        if ends != 0 {
            return Some(at + ends.trailing_zeros() as usize);
        }
        at += 16;
    }
}

/// A text that is not plain.
#[inline(never)]
fn escaped<'a>(text: &'a str, at: usize, texts: &'a Texts) -> Option<(Scalar<'a>, usize)> {
    let mut reader = Reader::within(text, at);
    let text = match reader.string().ok()? {
        Cow::Borrowed(text) => text,
        Cow::Owned(text) => texts.keep(text),
    };
    Some((Scalar::Text(text), reader.position()))
}

/// A whole number of up to 15 digits with nothing but its digits, and where it ends. All digits are looked at, and reckoned
/// with, at the same time.
#[inline(always)]
fn digits(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let block: &[u8; 16] = bytes.get(at..)?.first_chunk()?;
    let values = u8x16::new(*block) - u8x16::splat(b'0');
    let length = values.min(u8x16::splat(9)).simd_eq(values).to_bitmask().trailing_ones() as usize;
    let zero = length > 1 && block.first() == Some(&b'0');
    if zero || !matches!(block.get(length), Some(b',' | b'}' | b']')) {
        return None;
    }
    let (low, high) = (u64::from_le_bytes(*block.first_chunk()?), u64::from_le_bytes(*block.last_chunk()?));
    let number = match length {
        0 => return None,
        1..=8 => eight(low << (64 - 8 * length)),
        _ => eight(low) * POWERS.get(length - 8)? + eight(high << (128 - 8 * length)),
    };
    Some((number, at + length))
}

/// The number that eight digits are, the first in the lowest byte. A byte of zero is a digit as well.
#[inline(always)]
fn eight(digits: u64) -> u64 {
    let ones = digits & 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = (ones * 10 + (ones >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs * 100 + (pairs >> 16)) & 0x0000_ffff_0000_ffff;
    (fours * 10_000 + (fours >> 32)) & 0xffff_ffff
}
