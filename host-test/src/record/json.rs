//! The strings of a JSON text: each is shown where it stands and may be written anew. Everything else stays as it is
//! written: white space, numbers, the order of members and members that come twice, also where the text breaks off.

/// Where a string stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StringPosition<'a> {
    /// It is the name of a member.
    Name,
    /// It is a value: of a member, or an item of the array that is a member's value.
    Value {
        /// The name of that member; nothing at the top.
        member: Option<&'a str>,
        /// The name of the member that the object around it is the value of, or is an item of.
        parent: Option<&'a str>,
    },
}

/// An object or an array that is open.
enum Container {
    /// The name of the member whose value follows, and whether it does.
    Object {
        member: Option<String>,
        value_follows: bool,
    },
    Array,
}

/// Writes the strings of a text again. `None` if it is not JSON; a text that breaks off counts as JSON.
pub fn rewrite(text: &str, mut string: impl FnMut(StringPosition<'_>, &str) -> String) -> Option<String> {
    let start = text.trim_start_matches('\u{feff}').trim_start().chars().next()?;
    if !matches!(start, '{' | '[' | '"') {
        return None;
    }
    let mut written = String::with_capacity(text.len());
    let mut open: Vec<Container> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '"' {
            let (read, length, whole) = token(rest)?;
            let name = matches!(open.last(), Some(Container::Object { value_follows: false, .. }));
            let place = if name { StringPosition::Name } else { place(&open) };
            let anew = serde_json::Value::from(string(place, &read)).to_string();
            written.push_str(if whole { &anew } else { anew.strip_suffix('"').unwrap_or(&anew) });
            if name && let Some(Container::Object { member, .. }) = open.last_mut() {
                *member = Some(read);
            }
            rest = &rest[length..];
            continue;
        }
        match first {
            '{' => open.push(Container::Object { member: None, value_follows: false }),
            '[' => open.push(Container::Array),
            '}' | ']' => drop(open.pop()),
            ':' | ',' => {
                if let Some(Container::Object { value_follows, .. }) = open.last_mut() {
                    *value_follows = first == ':';
                }
            }
            'a'..='z' => {
                let word: String = rest.chars().take_while(char::is_ascii_alphabetic).collect();
                if !is_literal(&word, word.len() == rest.len()) {
                    return None;
                }
                written.push_str(&word);
                rest = &rest[word.len()..];
                continue;
            }
            '0'..='9' | '+' | '-' | '.' | 'E' | '\u{feff}' => {}
            other if other.is_whitespace() => {}
            _ => return None,
        }
        written.push(first);
        rest = &rest[first.len_utf8()..];
    }
    Some(written)
}

/// Whether a word stands in JSON outside of strings, or within a number; the last one of a text may break off.
fn is_literal(word: &str, last: bool) -> bool {
    ["true", "false", "null", "e"].iter().any(|literal| *literal == word || (last && literal.starts_with(word)))
}

fn place(open: &[Container]) -> StringPosition<'_> {
    let mut members = open.iter().rev().filter_map(|open| match open {
        Container::Object { member, .. } => Some(member.as_deref()),
        Container::Array => None,
    });
    StringPosition::Value { member: members.next().flatten(), parent: members.next().flatten() }
}

/// The string that a text begins with, how long it is written, and whether it ends.
fn token(text: &str) -> Option<(String, usize, bool)> {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    match end {
        Some((end, _)) => Some((serde_json::from_str(&text[..=end]).ok()?, end + 1, true)),
        // It breaks off, perhaps within an escape.
        None => {
            let read = (0..=11.min(text.len() - 1))
                .find_map(|cut| serde_json::from_str(&format!("{}\"", text.get(..text.len() - cut)?)).ok());
            Some((read?, text.len(), false))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Option<Vec<String>> {
        let mut places = Vec::new();
        let same = rewrite(text, |place, read| {
            places.push(match place {
                StringPosition::Name => format!("{read}:"),
                StringPosition::Value { member, parent } => {
                    format!("{}.{}={read}", parent.unwrap_or("-"), member.unwrap_or("-"))
                }
            });
            read.to_owned()
        })?;
        assert_eq!(same, text);
        Some(places)
    }

    #[test]
    fn each_string_is_shown_where_it_stands_and_the_rest_stays() {
        let text = r#" [ {"a": "1", "b" : {"c":["2","3", {"d": null}], "a": 1.50e3}, "a":"4"}, "5" ] "#;
        let expected = ["a:", "-.a=1", "b:", "c:", "b.c=2", "b.c=3", "d:", "a:", "a:", "-.a=4", "-.-=5"];
        assert_eq!(places(text).unwrap(), expected);
    }

    #[test]
    fn a_text_that_breaks_off_is_json_as_far_as_it_goes() {
        for text in [r#"{"a": "b"#, r#"{"a": "b", "c"#, "[tru", r#"[{"a":"#, "[1"] {
            assert!(places(text).is_some(), "{text}");
        }
        assert_eq!(rewrite(r#"["ab\u00"#, |_, read| read.to_uppercase()).unwrap(), r#"["AB"#);
        for text in ["", "<html>", "null", "{a: 'b'}", "[no]", r#"["\x"]"#] {
            assert_eq!(rewrite(text, |_, read| read.to_owned()), None, "{text}");
        }
    }

    #[test]
    fn escapes_are_read_and_written_anew() {
        let written = rewrite(r#"["a\u0062\"\ud83d\ude00"]"#, |_, read| format!("<{read}>")).unwrap();
        assert_eq!(written, r#"["<ab\"😀>"]"#);
    }
}
