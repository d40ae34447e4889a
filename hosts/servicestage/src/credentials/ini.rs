//! The INI format of the official SDK's credentials file, as the parser of the Python SDK (`configparser`) reads it.
//!
//! A key is followed by `=` or `:`. A line that is indented further than its key continues the value. `[DEFAULT]` holds
//! values for every section. A comment begins with `#` or `;`; it takes a line of its own or follows a section's name.
//!
//! A line that the vendor's SDKs read differently, or that is probably a mistake, is an error that names the line.
//! Libraries for INI files do not report the line of a value or refuse a second one, so this module reads the file
//! itself.

use std::collections::BTreeMap;

/// The section whose values are in every other one.
const DEFAULT: &str = "DEFAULT";

/// The sections of a file. It has no `Debug`, since values are secrets.
pub(super) struct Ini(BTreeMap<String, Section>);

/// Keys in lower case, and their values.
pub(super) type Section = BTreeMap<String, Value>;

/// The value of a key.
#[derive(Clone)]
pub(super) struct Value {
    text: String,
    line: usize,
}

/// A line that is not understood. Its content is not shown, because it may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IniError {
    /// The line, from 1.
    pub line: usize,
    /// The reason.
    pub what: &'static str,
}

impl Ini {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// A line is not understood, or repeats a section or a key.
    pub fn parse(text: &str) -> Result<Self, IniError> {
        let mut sections = BTreeMap::<String, Section>::new();
        let mut section: Option<&mut Section> = None;
        // The key whose value the next line may continue, and how far it is indented.
        let mut key: Option<String> = None;
        let mut indent = 0;
        for (index, whole) in text.lines().enumerate() {
            let line = index + 1;
            let fault = |what| Err(IniError { line, what });
            let content = whole.trim();
            if content.is_empty() || is_comment(content) {
                continue;
            }
            let indented = whole.chars().take_while(|c| c.is_whitespace()).count();
            let begun = section.as_mut().zip(key.as_ref()).and_then(|(section, key)| section.get_mut(key));
            if let Some(value) = begun.filter(|_| indented > indent) {
                // Wrapped values are Base64, which has `=` only at its end.
                if content.starts_with('[') || content.trim_end_matches('=').contains(['=', ':']) {
                    return fault("its indentation makes it part of the value before; remove the indentation");
                }
                // Joined without the line break, which a header cannot hold.
                value.text.push_str(content);
                continue;
            }
            indent = indented;
            if let Some(rest) = content.strip_prefix('[') {
                let Some((name, after)) = rest.split_once(']') else { return fault("its `[` has no `]`") };
                if !after.trim_start().is_empty() && !is_comment(after.trim_start()) {
                    return fault("only a comment may follow the name of a section");
                }
                if sections.contains_key(name) {
                    return fault("it begins a section for the second time");
                }
                section = Some(sections.entry(name.to_owned()).or_default());
                key = None;
                continue;
            }
            let Some((name, text)) = content.split_once(['=', ':']) else {
                return fault("it is neither `[section]` nor `key = value`");
            };
            let name = name.trim_end().to_ascii_lowercase();
            if name.is_empty() || name.contains(char::is_whitespace) {
                return fault("the key must be one word, followed by `=`");
            }
            let Some(section) = &mut section else { return fault("it stands before the first `[section]`") };
            let value = Value { text: text.trim_start().to_owned(), line };
            if section.insert(name.clone(), value).is_some() {
                return fault("it sets a key for the second time");
            }
            key = Some(name);
        }
        Ok(Self(sections))
    }

    /// Returns the values of a section, with those of `[DEFAULT]` that it does not set itself.
    pub fn section(&self, name: &str) -> Option<Section> {
        let own = self.0.get(name).filter(|_| name != DEFAULT)?;
        let mut values = self.0.get(DEFAULT).cloned().unwrap_or_default();
        values.extend(own.clone());
        Some(values)
    }
}

impl Value {
    /// Returns the text, if all of the vendor's SDKs would read it so.
    ///
    /// # Errors
    /// Some would read it differently.
    pub fn text(&self) -> Result<&str, IniError> {
        let mut words = self.text.split(char::is_whitespace).skip(1);
        let what = if words.any(is_comment) {
            "a comment follows the value; move it to its own line"
        } else if self.text.starts_with(['"', '\'', '`']) {
            "the value begins with a quotation mark; remove the quotation marks"
        } else if self.text.contains("%%") || self.text.contains("%(") {
            "the value holds `%%` or `%(`, which refers to other values"
        } else {
            return Ok(&self.text);
        };
        Err(IniError { line: self.line, what })
    }
}

fn is_comment(text: &str) -> bool {
    text.starts_with(['#', ';'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The section `s` of a text, as `key=value` joined by spaces.
    fn read(text: &str) -> Option<String> {
        let section = Ini::parse(text).unwrap().section("s")?;
        let values = section.iter().map(|(key, value)| format!("{key}={}", value.text));
        Some(values.collect::<Vec<_>>().join(" "))
    }

    /// The expected values are those of Python's `configparser`, but for line breaks within values.
    #[test]
    fn a_section_is_read_as_python_reads_it() {
        for (text, expected) in [
            ("[s]\na=1\nB : 2\n", "a=1 b=2"),
            ("[s]\r\na = 1 \r\n\r\nb=\r\n", "a=1 b="),
            ("# x\n[s]\n ; y\na=1#2;3\n[t]\na=4\n", "a=1#2;3"),
            ("[s] ; comment\na=1\n", "a=1"),
            ("[s]# comment\na=1\n", "a=1"),
            ("[s]\na=1\n  2\n\n# x\n  3\nb=4\n", "a=123 b=4"),
            ("[s]\na =\n\t1\n", "a=1"),
            ("  [s]\n  a=1\n  b=2\n", "a=1 b=2"),
            ("[s]\n  a=1\n b=2\n   3==\n", "a=1 b=23=="),
            ("[s]\n [t]\na=1\n", ""),
            ("[s]\na=b=c:d\n", "a=b=c:d"),
            ("[DEFAULT]\na=1\nb=2\n[s]\nb=3\n", "a=1 b=3"),
            ("[s]\nb=3\n[DEFAULT]\na=1\nb=2\n", "a=1 b=3"),
        ] {
            assert_eq!(read(text).as_deref(), Some(expected), "{text:?}");
        }
        for text in ["", "[t]\na=1\n", "[ s ]\na=1\n", "[DEFAULT]\na=1\n", "[S]\na=1\n"] {
            assert_eq!(read(text), None, "{text:?}");
        }
        assert!(Ini::parse("[DEFAULT]\na=1\n").unwrap().section(DEFAULT).is_none());
    }

    #[test]
    fn a_line_that_is_not_understood_is_named_and_not_shown() {
        for (text, line, what) in [
            ("[s]\nexport a = 1\n", 2, "the key must be one word, followed by `=`"),
            ("[s]\n\n= 1\n", 3, "the key must be one word, followed by `=`"),
            ("[s]\na = 1\nhush\n", 3, "it is neither `[section]` nor `key = value`"),
            ("a = 1\n[s]\n", 1, "it stands before the first `[section]`"),
            ("[s\na = 1\n", 1, "its `[` has no `]`"),
            ("[s] x\na = 1\n", 1, "only a comment may follow the name of a section"),
            ("[s]\na=1\nA=2\n", 3, "it sets a key for the second time"),
            ("[s]\na=1\n b=2\n", 3, "its indentation makes it part of the value before; remove the indentation"),
            ("[s]\na=1\n [t]\n", 3, "its indentation makes it part of the value before; remove the indentation"),
            ("[s]\n[t]\n[s]\n", 3, "it begins a section for the second time"),
        ] {
            assert_eq!(Ini::parse(text).err(), Some(IniError { line, what }), "{text:?}");
        }
    }

    #[test]
    fn a_value_that_sdks_read_differently_is_named_by_its_line() {
        for (text, what) in [
            ("1 # x", "a comment follows the value; move it to its own line"),
            ("1\t;x", "a comment follows the value; move it to its own line"),
            ("1\n 2 ; x", "a comment follows the value; move it to its own line"),
            ("\"1\"", "the value begins with a quotation mark; remove the quotation marks"),
            ("1%%2", "the value holds `%%` or `%(`, which refers to other values"),
            ("%(b)s", "the value holds `%%` or `%(`, which refers to other values"),
        ] {
            let section = Ini::parse(&format!("[s]\n\na = {text}\n")).unwrap().section("s").unwrap();
            assert_eq!(section["a"].text(), Err(IniError { line: 3, what }), "{text:?}");
        }
        let section = Ini::parse("[s]\na = 1#2;3%4\"\n").unwrap().section("s").unwrap();
        assert_eq!(section["a"].text(), Ok("1#2;3%4\""));
    }
}
