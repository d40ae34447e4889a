//! A place in a text, which goes forward value by value.

use std::borrow::Cow;

use crate::number;
use crate::scan;

/// What was expected where something else stands. No more than an address, so that a result is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected(pub &'static &'static str);

/// What a value is, as its first byte tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are JSON's")]
pub enum Kind {
    Null,
    Bool,
    Number,
    String,
    Array,
    Object,
}

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The beginning of a text.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// A place within a text: behind so many bytes.
    pub(crate) fn within(text: &'a str, at: usize) -> Self {
        Self { text, at }
    }

    /// The whole text.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// Goes to another place.
    pub(crate) fn go(&mut self, at: usize) {
        self.at = at;
    }

    /// How many bytes are behind.
    #[must_use]
    pub fn position(&self) -> usize {
        self.at
    }

    /// What the next value is.
    ///
    /// # Errors
    /// No value begins here.
    #[inline(always)]
    pub fn kind(&mut self) -> Result<Kind, Expected> {
        match self.next() {
            Some(b'"') => Ok(Kind::String),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'n') => Ok(Kind::Null),
            Some(b't' | b'f') => Ok(Kind::Bool),
            _ => Err(Expected(&"a value")),
        }
    }

    /// Whether this byte comes next, which is passed then.
    #[inline(always)]
    pub fn passes(&mut self, byte: u8) -> bool {
        let there = self.next() == Some(byte);
        self.at += usize::from(there);
        there
    }

    /// The name of the next member of an object whose brace was passed, up to its value; nothing if the object ends.
    ///
    /// # Errors
    /// Neither comes next.
    pub fn name(&mut self, first: bool) -> Result<Option<Cow<'a, str>>, Expected> {
        self.next_name(first, Self::string)
    }

    /// Whether another item of an array follows, whose bracket was passed.
    ///
    /// # Errors
    /// Neither a comma nor the array's end comes next.
    pub fn another(&mut self, first: bool) -> Result<bool, Expected> {
        if self.passes(b']') {
            return Ok(false);
        }
        if first || self.passes(b',') { Ok(true) } else { Err(Expected(&"`,` or `]`")) }
    }

    /// A text.
    ///
    /// # Errors
    /// It is none, or not well-formed.
    pub fn string(&mut self) -> Result<Cow<'a, str>, Expected> {
        self.quote()?;
        let from = self.at;
        let plain = scan::plain(self.rest()).ok_or(Expected(&"the end of a text"))?;
        if self.rest().get(plain) != Some(&b'"') {
            return self.escaped().map(Cow::Owned);
        }
        self.at += plain + 1;
        Ok(Cow::Borrowed(self.text.get(from..from + plain).unwrap_or_default()))
    }

    /// The digits of a number, with all that belongs to it.
    ///
    /// # Errors
    /// It is none, or not well-formed.
    pub fn number(&mut self) -> Result<&'a str, Expected> {
        self.next();
        let from = self.at;
        self.skip_number()?;
        Ok(self.text.get(from..self.at).unwrap_or_default())
    }

    /// Whether the next value is null, which is passed then.
    pub fn null(&mut self) -> bool {
        self.next() == Some(b'n') && self.word("null")
    }

    /// A truth value.
    ///
    /// # Errors
    /// It is none.
    pub fn bool(&mut self) -> Result<bool, Expected> {
        self.next();
        let truth = self.word("true");
        if truth || self.word("false") { Ok(truth) } else { Err(Expected(&"a value")) }
    }

    /// Any value as it is written.
    ///
    /// # Errors
    /// It is not well-formed.
    pub fn raw(&mut self) -> Result<&'a str, Expected> {
        self.next();
        let from = self.at;
        self.skip()?;
        Ok(self.text.get(from..self.at).unwrap_or_default())
    }

    /// Passes the end of the text.
    ///
    /// # Errors
    /// Something follows.
    pub fn end(&mut self) -> Result<(), Expected> {
        if self.next().is_none() { Ok(()) } else { Err(Expected(&"the end")) }
    }

    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte that is no white space.
    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            // Almost always there is none, and one comparison tells.
            if byte > b' ' || !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    /// Whether this byte is next, which is taken then.
    #[inline(always)]
    fn take(&mut self, byte: u8) -> bool {
        let there = self.text.as_bytes().get(self.at) == Some(&byte);
        self.at += usize::from(there);
        there
    }

    fn word(&mut self, word: &str) -> bool {
        let there = self.rest().starts_with(word.as_bytes());
        if there {
            self.at += word.len();
        }
        there
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while let Some(b'0'..=b'9') = self.text.as_bytes().get(self.at) {
            self.at += 1;
        }
        self.at - from
    }

    /// Passes a number.
    #[inline(never)]
    fn skip_number(&mut self) -> Result<(), Expected> {
        const DIGIT: Expected = Expected(&"a digit");
        self.take(b'-');
        if !self.take(b'0') && self.digits() == 0 {
            return Err(DIGIT);
        }
        if self.take(b'.') && self.digits() == 0 {
            return Err(DIGIT);
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'+') || self.take(b'-');
            if self.digits() == 0 {
                return Err(DIGIT);
            }
        }
        Ok(())
    }

    /// Passes a quotation mark.
    #[inline(always)]
    fn quote(&mut self) -> Result<(), Expected> {
        if self.passes(b'"') { Ok(()) } else { Err(Expected(&"a text")) }
    }

    fn next_name<T>(
        &mut self,
        first: bool,
        read: impl FnOnce(&mut Self) -> Result<T, Expected>,
    ) -> Result<Option<T>, Expected> {
        if self.passes(b'}') {
            return Ok(None);
        }
        if !first && !self.passes(b',') {
            return Err(Expected(&"`,` or `}`"));
        }
        let name = read(self)?;
        if self.passes(b':') { Ok(Some(name)) } else { Err(Expected(&"`:`")) }
    }

    /// A text whose quotation mark was passed: plain stretches, and escapes between them.
    fn escaped(&mut self) -> Result<String, Expected> {
        let mut text = String::new();
        loop {
            let from = self.at;
            self.at += scan::plain(self.rest()).ok_or(Expected(&"the end of a text"))?;
            text.push_str(self.text.get(from..self.at).unwrap_or_default());
            if self.take(b'"') {
                return Ok(text);
            }
            text.push(self.escape()?);
        }
    }

    /// The character that an escape stands for.
    fn escape(&mut self) -> Result<char, Expected> {
        let Some(simple) = self.escape_sign()? else {
            let first = self.code()?;
            let code = match first {
                0xD800..0xDC00 if self.word("\\u") => {
                    let second = self.code()?.checked_sub(0xDC00).filter(|low| *low < 0x400);
                    0x10000 + ((first - 0xD800) << 10) + second.ok_or(Expected(&"the second half of a character"))?
                }
                code => code,
            };
            return char::from_u32(code).ok_or(Expected(&"the first half of a character, and then the second"));
        };
        Ok(simple)
    }

    /// What follows a backslash: a character, or nothing if its code follows.
    fn escape_sign(&mut self) -> Result<Option<char>, Expected> {
        if !self.take(b'\\') {
            return Err(Expected(&"an escape instead of a control character"));
        }
        let sign = self.rest().first().copied().unwrap_or_default();
        self.at += 1;
        Ok(Some(match sign {
            b'"' | b'\\' | b'/' => char::from(sign),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return Ok(None),
            _ => return Err(Expected(&"an escape")),
        }))
    }

    /// Four hexadecimal digits.
    fn code(&mut self) -> Result<u32, Expected> {
        let digits = self.rest().first_chunk::<4>();
        self.at += 4;
        digits.and_then(|digits| number::hexadecimal(digits)).ok_or(Expected(&"four hexadecimal digits"))
    }

    /// Passes a text, whatever characters its escapes stand for.
    #[inline(never)]
    fn skip_string(&mut self) -> Result<(), Expected> {
        self.quote()?;
        loop {
            self.at += scan::plain(self.rest()).ok_or(Expected(&"the end of a text"))?;
            if self.take(b'"') {
                return Ok(());
            }
            if self.escape_sign()?.is_none() {
                self.code()?;
            }
        }
    }

    /// Passes any value.
    fn skip(&mut self) -> Result<(), Expected> {
        // A copy, which the compiler keeps in registers.
        let mut reader = *self;
        let mut within = Within::default();
        loop {
            let mut first = false;
            match reader.next() {
                Some(b'"') => reader.skip_string()?,
                Some(bracket @ (b'{' | b'[')) => {
                    reader.at += 1;
                    within.enter(bracket == b'{');
                    // What begins has no comma in front of its first value.
                    first = true;
                }
                Some(b'-' | b'0'..=b'9') => reader.skip_number()?,
                Some(b'n') if reader.word("null") => {}
                _ => drop(reader.bool()?),
            }
            while let Some(object) = within.object() {
                let another = if object {
                    reader.next_name(first, Self::skip_string)?.is_some()
                } else {
                    reader.another(first)?
                };
                if another {
                    break;
                }
                within.leave();
                first = false;
            }
            if within.depth == 0 {
                *self = reader;
                return Ok(());
            }
        }
    }
}

/// What a value is within: whether it is an object or an array, and around it, and so on. Nesting costs a bit a level, and
/// no calls.
#[derive(Default)]
struct Within {
    depth: usize,
    /// The innermost ones, up to 64; the lowest bit says whether the innermost is an object.
    objects: u64,
    /// Those around them.
    around: Vec<u64>,
}

impl Within {
    #[inline(always)]
    fn enter(&mut self, object: bool) {
        if self.depth != 0 && self.depth.is_multiple_of(64) {
            self.around.push(self.objects);
        }
        self.depth += 1;
        self.objects = self.objects << 1 | u64::from(object);
    }

    #[inline(always)]
    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.objects >>= 1;
        if self.depth != 0 && self.depth.is_multiple_of(64) {
            self.objects = self.around.pop().unwrap_or_default();
        }
    }

    /// Whether the innermost is an object; nothing if there is none.
    #[inline(always)]
    fn object(&self) -> Option<bool> {
        (self.depth != 0).then_some(self.objects & 1 == 1)
    }
}
