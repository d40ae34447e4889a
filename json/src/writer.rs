//! Writes JSON as it comes.

use crate::number;
use crate::scan;

/// An object or array that is being written.
#[derive(Debug, Default)]
pub struct Writer(String);

#[expect(clippy::single_char_add_str, reason = "a `char` is encoded anew each time")]
impl Writer {
    /// Begins an object or an array.
    pub fn open(&mut self, bracket: &'static str) {
        self.separate();
        self.0.push_str(bracket);
    }

    /// Ends it.
    pub fn close(&mut self, bracket: &'static str) {
        self.0.push_str(bracket);
    }

    /// The name of a member, whose value comes next. It is one that JSON does not escape.
    pub fn name(&mut self, name: &'static str) {
        self.0.push_str(if self.separates() { ",\"" } else { "\"" });
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// A text, or null.
    pub fn text(&mut self, text: Option<&str>) {
        let Some(mut rest) = text else { return self.word("null") };
        self.separate();
        self.0.push_str("\"");
        while let Some((plain, after)) = scan::plain(rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
            self.0.push_str(plain);
            let Some((escaped, after)) = after.split_at_checked(1) else { break };
            self.escape(escaped);
            rest = after;
        }
        self.0.push_str(rest);
        self.0.push_str("\"");
    }

    /// A whole number, or null.
    pub fn number(&mut self, number: Option<i64>) {
        let Some(number) = number else { return self.word("null") };
        self.separate();
        if number < 0 {
            self.0.push_str("-");
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

    /// Whether a comma comes next.
    fn separates(&self) -> bool {
        !matches!(self.0.as_bytes().last(), None | Some(b'{' | b'[' | b':'))
    }

    fn separate(&mut self) {
        if self.separates() {
            self.0.push_str(",");
        }
    }

    /// A quotation mark, a backslash or a control character.
    fn escape(&mut self, escaped: &str) {
        let sign = match escaped {
            "\"" => "\\\"",
            "\\" => "\\\\",
            "\u{8}" => "\\b",
            "\u{c}" => "\\f",
            "\n" => "\\n",
            "\r" => "\\r",
            "\t" => "\\t",
            _ => {
                self.0.push_str("\\u00");
                for byte in escaped.bytes() {
                    for at in [usize::from(byte >> 4), usize::from(byte & 15)] {
                        self.0.push_str("0123456789abcdef".get(at..=at).unwrap_or_default());
                    }
                }
                return;
            }
        };
        self.0.push_str(sign);
    }
}
