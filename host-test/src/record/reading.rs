//! A text as it is meant: with the escapes of JSON and of URLs read, and the way back to where it is written.

use huaweicloud_sign::canonical::percent_decode;

/// The meaning of a text, and the bytes of the text behind each byte of the meaning.
pub struct Reading {
    /// The meaning.
    pub text: String,
    spans: Vec<(usize, usize)>,
}

impl Reading {
    /// The text itself.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self { text: text.to_owned(), spans: (0..text.len()).map(|at| (at, at + 1)).collect() }
    }

    /// The same text with one more layer of escapes read; `None` without such a layer.
    #[must_use]
    pub fn deeper(&self) -> Option<Self> {
        let mut deeper = Self { text: String::new(), spans: Vec::new() };
        let mut at = 0;
        while let Some(first) = self.text[at..].chars().next() {
            let (meant, length) = escape(&self.text[at..]).unwrap_or((first, first.len_utf8()));
            let span = (self.spans[at].0, self.spans[at + length - 1].1);
            deeper.text.push(meant);
            deeper.spans.resize(deeper.text.len(), span);
            at += length;
        }
        (deeper.text != self.text).then_some(deeper)
    }

    /// Where these bytes of the meaning are written.
    #[must_use]
    pub fn written(&self, start: usize, end: usize) -> (usize, usize) {
        (self.spans[start].0, self.spans[end - 1].1)
    }
}

/// The character that a text's first escape stands for, and how long it is written.
fn escape(text: &str) -> Option<(char, usize)> {
    let one = |text: String| {
        let mut characters = text.chars();
        characters.next().filter(|_| characters.next().is_none())
    };
    match text.as_bytes().first()? {
        // Beyond the first plane JSON writes one character as two escapes.
        b'\\' => [12, 6, 2].into_iter().find_map(|length| {
            let read = serde_json::from_str(&format!("\"{}\"", text.get(..length)?)).ok()?;
            Some((one(read)?, length))
        }),
        // A URL writes each byte of UTF-8.
        b'%' => [3, 6, 9, 12].into_iter().find_map(|length| {
            let bytes = percent_decode(text.get(..length)?);
            let read = String::from_utf8(bytes).ok().filter(|read| read.len() * 3 == length)?;
            Some((one(read)?, length))
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_layer_by_layer_and_lead_back_to_what_is_written() {
        let cases = [
            (r"a\u0062c", "abc"),
            (r"\ud83d\ude00!", "😀!"),
            ("%E5%8f%91%2F", "发/"),
            (r#"\"\n\/\\"#, "\"\n/\\"),
            (r"%zz \x % 100%", r"%zz \x % 100%"),
        ];
        for (written, meant) in cases {
            let reading = Reading::of(written);
            assert_eq!(reading.deeper().unwrap_or(reading).text, meant, "{written}");
        }
        let twice = Reading::of(r"<\\u0061%2562>").deeper().unwrap().deeper().unwrap();
        assert_eq!(twice.text, "<ab>");
        assert_eq!((twice.written(0, 1), twice.written(1, 2), twice.written(1, 3)), ((0, 1), (1, 8), (1, 13)));
        assert!(twice.deeper().is_none());
    }
}
