//! Escapes of half a surrogate pair, such as `\ud83d` alone, which stand for no character. A service cuts texts that way.

/// The length of an escape such as `\ud83d`.
const ESCAPE: usize = 6;

/// Replaces each unpaired escape by that of U+FFFD. None: there is no such escape.
pub(super) fn replace_unpaired(json: &str) -> Option<String> {
    let mut replaced = String::with_capacity(json.len());
    let mut rest = json;
    let mut found = false;
    // JSON has backslashes within strings alone.
    while let Some((before, escape)) = rest.find('\\').and_then(|at| rest.split_at_checked(at)) {
        replaced.push_str(before);
        let length = match surrogate(escape) {
            None => escape.chars().take(2).map(char::len_utf8).sum(),
            Some(Surrogate::High) if escape.get(ESCAPE..).and_then(surrogate) == Some(Surrogate::Low) => 2 * ESCAPE,
            Some(_) => {
                found = true;
                replaced.push_str("\\ufffd");
                rest = escape.get(ESCAPE..).unwrap_or_default();
                continue;
            }
        };
        let (escape, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        replaced.push_str(escape);
        rest = after;
    }
    replaced.push_str(rest);
    found.then_some(replaced)
}

#[derive(PartialEq, Eq)]
enum Surrogate {
    High,
    Low,
}

/// The surrogate that a text begins with.
fn surrogate(text: &str) -> Option<Surrogate> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(Surrogate::High),
        0xDC00..=0xDFFF => Some(Surrogate::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpaired_halves_are_replaced_and_nothing_else() {
        let replaced = [
            (r#"["a\ud83d"]"#, r#"["a\ufffd"]"#),
            (r#"["\uDE00b"]"#, r#"["\ufffdb"]"#),
            (r#"["\ude00\ud83d"]"#, r#"["\ufffd\ufffd"]"#),
            (r#"["\ud83d\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#),
            (r#"["\ud83d\n"]"#, r#"["\ufffd\n"]"#),
            (r#"["\ud83dé"]"#, r#"["\ufffdé"]"#),
            (r#"["\\\ud83d"]"#, r#"["\\\ufffd"]"#),
        ];
        for (json, expected) in replaced {
            assert_eq!(replace_unpaired(json).as_deref(), Some(expected), "{json}");
        }
        for json in [r#"["\ud83d\ude00"]"#, r#"["\\ud83d"]"#, r#"["\u00e9"]"#, r#"["\ud83"]"#, r"\", r"\é", r"\u", ""]
        {
            assert_eq!(replace_unpaired(json), None, "{json}");
        }
    }
}
