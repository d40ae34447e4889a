//! Writes JSON as it comes. A derived form of the same takes five times the room in the component.

/// An object or array that is being written.
#[derive(Default)]
pub(super) struct Json(String);

impl Json {
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
    pub fn name(&mut self, name: &'static str) {
        self.text(Some(name));
        self.0.push(':');
    }

    /// A text, or null.
    pub fn text(&mut self, text: Option<&str>) {
        self.separate();
        // Text always has a JSON form.
        self.0.push_str(&text.map_or_else(null, |text| serde_json::to_string(text).unwrap_or_default()));
    }

    /// A whole number, or null.
    pub fn number(&mut self, number: Option<i64>) {
        self.separate();
        self.0.push_str(&number.map_or_else(null, |number| number.to_string()));
    }

    /// The text so far.
    pub fn finish(self) -> String {
        self.0
    }

    fn separate(&mut self) {
        if !matches!(self.0.bytes().next_back(), None | Some(b'{' | b'[' | b':')) {
            self.0.push(',');
        }
    }
}

fn null() -> String {
    "null".to_owned()
}
