//! A place in a text, which goes forward value by value.

use std::borrow::Cow;

use crate::scan;

/// What was expected where something else stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected(pub &'static str);

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
            _ => Err(Expected("a value")),
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

    /// Passes the next member's name, if it is this one and written as machines write: without white space or escapes.
    /// Otherwise the place is of no use.
    #[inline(always)]
    pub(crate) fn passes_name(&mut self, first: bool, name: &str) -> bool {
        let comma = first || self.take(b',');
        let there = comma && self.take(b'"') && scan::begins(self.rest(), name.as_bytes());
        self.at += name.len();
        there && self.take(b'"') && self.take(b':')
    }

    /// Whether another item of an array follows, whose bracket was passed.
    ///
    /// # Errors
    /// Neither a comma nor the array's end comes next.
    pub fn another(&mut self, first: bool) -> Result<bool, Expected> {
        if self.passes(b']') {
            return Ok(false);
        }
        if first || self.passes(b',') { Ok(true) } else { Err(Expected("`,` or `]`")) }
    }

    /// A text.
    ///
    /// # Errors
    /// It is none, or not well-formed.
    pub fn string(&mut self) -> Result<Cow<'a, str>, Expected> {
        if let Some(plain) = self.plain_string() {
            return Ok(Cow::Borrowed(plain));
        }
        self.quote()?;
        self.escaped().map(Cow::Owned)
    }

    /// A text without escapes, as almost all are. Of anything else nothing is passed.
    #[inline(always)]
    pub(crate) fn plain_string(&mut self) -> Option<&'a str> {
        if self.next() != Some(b'"') {
            return None;
        }
        let from = self.at + 1;
        let end = from + scan::plain(self.text.as_bytes().get(from..)?)?;
        if self.text.as_bytes().get(end) != Some(&b'"') {
            return None;
        }
        self.at = end + 1;
        self.text.get(from..end)
    }

    /// The digits of a number, with all that belongs to it.
    ///
    /// # Errors
    /// It is none, or not well-formed.
    pub fn number(&mut self) -> Result<&'a str, Expected> {
        const DIGIT: Expected = Expected("a digit");
        self.next();
        let from = self.at;
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
        Ok(self.text.get(from..self.at).unwrap_or_default())
    }

    /// A whole number that is written plainly, as almost all are. Of anything else nothing is passed.
    #[inline(always)]
    pub(crate) fn plain_integer(&mut self) -> Option<i64> {
        self.next();
        let from = self.at;
        let negative = self.take(b'-');
        let zero = self.text.as_bytes().get(self.at) == Some(&b'0');
        let (mut number, mut digits) = (0_i64, 0);
        while let Some(digit @ b'0'..=b'9') = self.text.as_bytes().get(self.at) {
            number = number.wrapping_mul(10).wrapping_add(i64::from(digit - b'0'));
            digits += 1;
            self.at += 1;
        }
        let more = matches!(self.text.as_bytes().get(self.at), Some(b'.' | b'e' | b'E'));
        // Eighteen digits are never too many.
        if digits == 0 || digits > 18 || (zero && digits > 1) || more {
            self.at = from;
            return None;
        }
        Some(if negative { -number } else { number })
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
        if truth || self.word("false") { Ok(truth) } else { Err(Expected("a value")) }
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
        if self.next().is_none() { Ok(()) } else { Err(Expected("the end")) }
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

    /// Passes a quotation mark.
    #[inline(always)]
    fn quote(&mut self) -> Result<(), Expected> {
        if self.passes(b'"') { Ok(()) } else { Err(Expected("a text")) }
    }

    #[inline(always)]
    fn next_name<T>(
        &mut self,
        first: bool,
        read: impl FnOnce(&mut Self) -> Result<T, Expected>,
    ) -> Result<Option<T>, Expected> {
        if self.passes(b'}') {
            return Ok(None);
        }
        if !first && !self.passes(b',') {
            return Err(Expected("`,` or `}`"));
        }
        let name = read(self)?;
        if self.passes(b':') { Ok(Some(name)) } else { Err(Expected("`:`")) }
    }

    /// A text whose quotation mark was passed: plain stretches, and escapes between them.
    fn escaped(&mut self) -> Result<String, Expected> {
        let mut text = String::new();
        loop {
            let from = self.at;
            self.at += scan::plain(self.rest()).ok_or(Expected("the end of a text"))?;
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
                    0x10000 + ((first - 0xD800) << 10) + second.ok_or(Expected("the second half of a character"))?
                }
                code => code,
            };
            return char::from_u32(code).ok_or(Expected("the first half of a character, and then the second"));
        };
        Ok(simple)
    }

    /// What follows a backslash: a character, or nothing if its code follows.
    fn escape_sign(&mut self) -> Result<Option<char>, Expected> {
        if !self.take(b'\\') {
            return Err(Expected("an escape instead of a control character"));
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
            _ => return Err(Expected("an escape")),
        }))
    }

    /// Four hexadecimal digits.
    fn code(&mut self) -> Result<u32, Expected> {
        let digits = self.text.get(self.at..self.at + 4).filter(|digits| digits.bytes().all(|d| d.is_ascii_hexdigit()));
        self.at += 4;
        digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or(Expected("four hexadecimal digits"))
    }

    /// Passes a text, whatever characters its escapes stand for.
    #[inline(always)]
    fn skip_string(&mut self) -> Result<(), Expected> {
        self.quote()?;
        loop {
            self.at += scan::plain(self.rest()).ok_or(Expected("the end of a text"))?;
            if self.take(b'"') {
                return Ok(());
            }
            if self.escape_sign()?.is_none() {
                self.code()?;
            }
        }
    }

    /// Passes any value. Of what it is within, the kinds are kept, not the calls: nesting costs a byte a level.
    fn skip(&mut self) -> Result<(), Expected> {
        let mut within = Vec::new();
        loop {
            let kind = self.kind()?;
            match kind {
                Kind::String => self.skip_string()?,
                Kind::Number => drop(self.number()?),
                Kind::Null if self.null() => {}
                Kind::Null | Kind::Bool => drop(self.bool()?),
                Kind::Array | Kind::Object => {
                    self.at += 1;
                    within.push(kind);
                }
            }
            // What begins has no comma in front of its first value.
            let mut first = matches!(kind, Kind::Array | Kind::Object);
            loop {
                let another = match within.last() {
                    None => return Ok(()),
                    Some(Kind::Object) => self.next_name(first, Self::skip_string)?.is_some(),
                    Some(_) => self.another(first)?,
                };
                if another {
                    break;
                }
                within.pop();
                first = false;
            }
        }
    }
}
