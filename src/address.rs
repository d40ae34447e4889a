//! The addresses that may stand in place of a host's name: whether one is well-formed, and whether it is this machine's.
//! The library's parser would take 4 KB of the component; tests hold this one against it.

use json_text::number::{hexadecimal, natural};

use crate::find::{parts, split};

/// Whether an address is well-formed, and means this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Address {
    /// It is one of the loopback.
    Loopback,
    /// It is another one.
    Other,
}

/// The four parts of an IPv4 address, without zeros in front.
#[must_use]
pub fn v4(text: &str) -> Option<Address> {
    let parts = parts(text, ".");
    let well_formed = |part: &&str| {
        let leading_zero = part.len() > 1 && part.as_bytes().first() == Some(&b'0');
        !leading_zero && natural(part).is_some_and(|part| part < 256)
    };
    match parts.as_slice() {
        [first, _, _, _] if parts.iter().all(well_formed) => {
            Some(if *first == "127" { Address::Loopback } else { Address::Other })
        }
        _ => None,
    }
}

/// The eight groups of an IPv6 address, in any of its forms, without brackets and zone.
#[must_use]
pub fn v6(text: &str) -> Option<Address> {
    let mut groups = Groups { count: 0, ones: 0, last: 0 };
    match split(text, "::") {
        // Zeros are left out: at least one group of them.
        Some((before, after)) => {
            groups.add(before, false)?;
            groups.last = 0;
            groups.add(after, true)?;
            (groups.count < 8).then_some(())?;
        }
        None => {
            groups.add(text, true)?;
            (groups.count == 8 && !text.is_empty()).then_some(())?;
        }
    }
    Some(if groups.ones == 1 && groups.last == 1 { Address::Loopback } else { Address::Other })
}

/// What is known of groups that were read.
struct Groups {
    count: usize,
    /// The bits of all groups, counted.
    ones: u32,
    /// The last one.
    last: u32,
}

impl Groups {
    /// Reads groups with colons between them. The last two may be written as an IPv4 address.
    fn add(&mut self, text: &str, at_end: bool) -> Option<()> {
        if text.is_empty() {
            return Some(());
        }
        let texts = parts(text, ":");
        for (at, text) in texts.iter().enumerate() {
            if at_end && at + 1 == texts.len() && v4(text).is_some() {
                for part in parts(text, ".") {
                    self.note(natural(part)? as u32);
                }
                self.count += 2;
            } else {
                if !(1..=4).contains(&text.len()) {
                    return None;
                }
                self.note(hexadecimal(text.as_bytes())?);
                self.count += 1;
            }
        }
        Some(())
    }

    fn note(&mut self, bits: u32) {
        self.ones += bits.count_ones();
        self.last = bits;
    }
}
