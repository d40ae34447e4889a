//! Writes JSON as it comes.

use crate::number;
use crate::scan;

/// An object or array that is being written.
#[derive(Debug, Default)]
pub struct Writer(String);

impl Writer {
    /// Begins an object or an array.
    pub fn open(&mut self, bracket: char) {
        self.separate();
        self.0.push(bracket);
    }

    /// Ends it.
    pub fn close(&mut self, bracket: char) {
        self.0.push(bracket);
    }

    /// The name of a member, whose value comes next.
    pub fn name(&mut self, name: &str) {
        self.text(Some(name));
        self.0.push(':');
    }

    /// A text, or null.
    pub fn text(&mut self, text: Option<&str>) {
        let Some(text) = text else { return self.word("null") };
        self.separate();
        self.0.push('"');
        let mut rest = text;
        while let Some((plain, after)) = scan::plain(rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
            self.0.push_str(plain);
            let mut characters = after.chars();
            characters.next().into_iter().for_each(|character| self.escape(character));
            rest = characters.as_str();
        }
        self.0.push_str(rest);
        self.0.push('"');
    }

    /// A whole number, or null.
    pub fn number(&mut self, number: Option<i64>) {
        let Some(number) = number else { return self.word("null") };
        self.separate();
        if number < 0 {
            self.0.push('-');
        }
        number::push(&mut self.0, number.unsigned_abs());
    }

    /// A value that needs no quotation marks: a truth value, say.
    pub fn word(&mut self, word: &str) {
        self.separate();
        self.0.push_str(word);
    }

    /// The text so far.
    #[must_use]
    pub fn finish(self) -> String {
        self.0
    }

    fn separate(&mut self) {
        if !matches!(self.0.bytes().next_back(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }

    fn escape(&mut self, character: char) {
        let sign = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => {
                let digit = |number| char::from_digit(number, 16).unwrap_or_default();
                self.0.push_str("\\u00");
                self.0.extend([digit(u32::from(character) / 16), digit(u32::from(character) % 16)]);
                return;
            }
        };
        self.0.extend(['\\', sign]);
    }
}
