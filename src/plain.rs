//! The short way to a value that is written plainly, as almost all are: text without escapes, whole numbers, known names.
//!
//! Nothing here is an error. What is not plain, not whole or not well-formed is nothing, and takes the long way of serde,
//! which knows all of JSON and says what is wrong.

use std::str;

/// Deeper values take the long way.
const DEEPEST: u32 = 64;

/// A place in a text.
pub struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    /// The beginning of a text.
    #[must_use]
    pub fn at(text: &'a [u8]) -> Self {
        Self(text)
    }

    /// What follows.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// Passes this byte, and white space in front of it.
    pub fn pass(&mut self, byte: u8) -> Option<()> {
        self.space();
        self.0 = self.0.strip_prefix(&[byte])?;
        Some(())
    }

    /// The name of the next member of an object, up to its value; nothing more if the object ends instead.
    pub fn name(&mut self, first: bool) -> Option<Option<&'a [u8]>> {
        if self.pass(b'}').is_some() {
            // Neither is there a value in front of a first comma, nor one behind a last.
            return Some(None);
        }
        if !first {
            self.pass(b',')?;
        }
        self.pass(b'"')?;
        let name = self.plain()?;
        self.pass(b':')?;
        Some(Some(name))
    }

    /// Text, or null.
    pub fn text(&mut self) -> Option<Option<String>> {
        if self.null() {
            return Some(None);
        }
        self.pass(b'"')?;
        Some(Some(str::from_utf8(self.plain()?).ok()?.to_owned()))
    }

    /// A whole number, or null.
    pub fn integer(&mut self) -> Option<Option<i64>> {
        if self.null() {
            return Some(None);
        }
        let negative = self.pass(b'-').is_some();
        let digits = self.digits()?;
        // Eighteen digits are never too many.
        if digits.len() > 18 || (digits.len() > 1 && digits.starts_with(b"0")) {
            return None;
        }
        if let Some(b'.' | b'e' | b'E') = self.0.first() {
            return None;
        }
        let number = digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
        Some(Some(if negative { -number } else { number }))
    }

    /// Passes a value that nobody asked for, by this name.
    pub fn ignore(&mut self, name: &[u8]) -> Option<()> {
        str::from_utf8(name).ok()?;
        self.skip(DEEPEST)
    }

    /// Any value as it is written; null is none.
    pub fn json(&mut self) -> Option<Option<String>> {
        if self.null() {
            return Some(None);
        }
        let from = self.0;
        self.skip(DEEPEST)?;
        let value = from.get(..from.len() - self.0.len())?;
        Some(Some(str::from_utf8(value).ok()?.to_owned()))
    }

    fn null(&mut self) -> bool {
        self.space();
        let rest = self.0.strip_prefix(b"null");
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn space(&mut self) {
        while let [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] = self.0 {
            self.0 = rest;
        }
    }

    /// The rest of a text that holds no escape, without its quotes.
    fn plain(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| matches!(byte, b'"' | b'\\' | ..b' '))?;
        let (text, rest) = self.0.split_at_checked(end)?;
        self.0 = rest.strip_prefix(b"\"")?;
        Some(text)
    }

    fn digits(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| !byte.is_ascii_digit())?;
        let (digits, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        if digits.is_empty() { None } else { Some(digits) }
    }

    /// Passes any value.
    fn skip(&mut self, deepest: u32) -> Option<()> {
        let deeper = deepest.checked_sub(1)?;
        self.space();
        match self.0 {
            [b'"', rest @ ..] => {
                self.0 = rest;
                self.plain().map(drop)
            }
            [b'{', rest @ ..] => {
                self.0 = rest;
                let mut first = true;
                while self.name(first)?.is_some() {
                    self.skip(deeper)?;
                    first = false;
                }
                Some(())
            }
            [b'[', rest @ ..] => {
                self.0 = rest;
                if self.pass(b']').is_some() {
                    return Some(());
                }
                loop {
                    self.skip(deeper)?;
                    if self.pass(b']').is_some() {
                        return Some(());
                    }
                    self.pass(b',')?;
                }
            }
            [b'-' | b'0'..=b'9', ..] => self.integer().map(drop),
            _ => {
                let word = [&b"null"[..], b"true", b"false"].into_iter().find_map(|word| self.0.strip_prefix(word))?;
                self.0 = word;
                Some(())
            }
        }
    }
}
