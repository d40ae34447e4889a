//! Texts that people or servers wrote, as errors show them.

/// The most characters of a value that are shown.
const SHOWN: usize = 64;

/// The longest text that is compared, in bytes. The time of a comparison grows with the square of the length.
const LONGEST_COMPARED: usize = 64;

/// How similar two texts are at least, of which one is a misspelling of the other: from 0 to 1.
const SIMILAR: f64 = 0.8;

/// Returns the value in quotes, with everything but printable ASCII escaped. Otherwise another kind of dash or space
/// would look like the expected one. A long value is cut, and `...` follows the quotes.
///
/// Do not pass a value that may be a secret.
///
/// ```
/// use model::text::quoted;
///
/// assert_eq!(quoted("cn-north-4\n"), r#""cn-north-4\n""#);
/// assert_eq!(quoted("cn\u{2011}north-4\u{a0}"), r#""cn\u{2011}north-4\u{a0}""#);
/// ```
#[must_use]
pub fn quoted(value: &str) -> String {
    let mut shown = String::from("\"");
    for c in value.chars().take(SHOWN) {
        match c {
            '\'' => shown.push(c),
            _ => shown.extend(c.escape_default()),
        }
    }
    shown.push_str(if value.chars().nth(SHOWN).is_some() { "\"..." } else { "\"" });
    shown
}

/// Returns why a value is refused: it shows the value and says what to write instead. If the value has white space at
/// its ends, the advice is to remove it.
///
/// ```
/// use model::text::refusal;
///
/// let advice = "write its 32 hexadecimal digits";
/// assert_eq!(refusal("0", "a project id", advice), r#""0" is not a project id; write its 32 hexadecimal digits"#);
/// assert_eq!(refusal(" 0", "a project id", advice), r#"" 0" is not a project id; remove the white space at its ends"#);
/// ```
#[must_use]
pub fn refusal(value: &str, what: &str, advice: &str) -> String {
    let advice = if is_padded(value) { "remove the white space at its ends" } else { advice };
    format!("{} is not {what}; {advice}", quoted(value))
}

/// Returns whether the value begins or ends with white space, a control character or a byte order mark.
///
/// ```
/// use model::text::is_padded;
///
/// assert!(is_padded("cn-north-4\n"));
/// assert!(!is_padded("cn-north-4"));
/// ```
#[must_use]
pub fn is_padded(value: &str) -> bool {
    let dirt = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    value.starts_with(dirt) || value.ends_with(dirt)
}

/// Returns a text as one line of at most this many characters. Control characters and runs of white space become one
/// space. `…` stands for the rest.
///
/// ```
/// use model::text::shorten;
///
/// assert_eq!(shorten(" not\n\tfound ", 64), "not found");
/// assert_eq!(shorten("not found", 5), "not f…");
/// ```
#[must_use]
pub fn shorten(text: &str, longest: usize) -> String {
    let mut line = String::new();
    let (mut left, mut gap) = (longest, false);
    for character in text.chars() {
        if character.is_whitespace() || character.is_control() {
            gap = !line.is_empty();
            continue;
        }
        if gap && left > 0 {
            line.push(' ');
            left -= 1;
        }
        if left == 0 {
            line.push('…');
            break;
        }
        line.push(character);
        (left, gap) = (left - 1, false);
    }
    line
}

/// Replaces each name that stands between backticks, as arguments do in errors.
///
/// ```
/// use model::text::rename;
///
/// assert_eq!(rename("Correct `project-id`.", |name| name.replace('-', "_")), "Correct `project_id`.");
/// ```
#[must_use]
pub fn rename(text: &str, rename: impl Fn(&str) -> String) -> String {
    // Every second part stands between backticks.
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(at, part)| if at % 2 == 1 { rename(part) } else { part.to_owned() });
    parts.collect::<Vec<_>>().join("`")
}

/// Returns the known text that is most similar to a mistyped one. Returns none if no text is similar.
///
/// ```
/// use model::text::nearest;
///
/// assert_eq!(nearest("shpo", ["blog", "shop"]), Some("shop"));
/// assert_eq!(nearest("wiki", ["blog", "shop"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let is_short = |text: &str| text.len() <= LONGEST_COMPARED;
    let known = known.into_iter().filter(|known| is_short(typed) && is_short(known));
    let similarity = known.map(|known| (strsim::jaro_winkler(typed, known), known));
    let similar = similarity.filter(|(similarity, _)| *similarity >= SIMILAR);
    similar.max_by(|(one, _), (other, _)| one.total_cmp(other)).map(|(_, known)| known)
}
