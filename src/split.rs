//! Cuts the text of an answer into values while it arrives, so that no more of it is held than one of them.
//!
//! Here only the outside of values is looked at: where they begin and end, and what stands between them. Whoever takes
//! one decodes it, and finds what is wrong within.

use crate::error::Failure;

/// Takes the values that are cut out.
pub(crate) trait Values<'t> {
    /// Keeps what several chunks hold of a value.
    fn keep(&self, chunks: Vec<u8>) -> &'t [u8];

    /// Whether an array is the list whose items are wanted. It is a member of this name, written as in JSON, or all there
    /// is.
    fn is_list(&mut self, name: Option<&[u8]>) -> Result<bool, Box<Failure>>;

    /// Takes the items of the list that the chunk begins with, if all of them is there. Returns how long they are.
    fn first_items(&mut self, chunk: &'t [u8]) -> Result<usize, Box<Failure>>;

    /// An item of the list.
    fn item(&mut self, value: &'t [u8]) -> Result<(), Box<Failure>>;

    /// A member of the object, other than a list.
    fn member(&mut self, name: &[u8], value: &[u8]) -> Result<(), Box<Failure>>;

    /// All that there is, neither list nor object.
    fn whole(&mut self, value: &[u8]) -> Result<(), Box<Failure>>;

    /// The error for a text that is no JSON, because something else was expected.
    fn no_json(&mut self, expected: &'static str) -> Box<Failure>;
}

/// What is expected next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Begin,
    Mark,
    LastOfMark,
    Start,
    FirstName,
    Name,
    Colon,
    Member,
    AfterMember,
    FirstItem,
    Item,
    AfterItem,
    End,
}

/// A text that is cut while it arrives.
pub(crate) struct Splitter {
    state: State,
    /// Whether the list is a member of an object.
    within: bool,
    /// The value that is being read.
    open: Option<Open>,
    /// What earlier chunks hold of that value.
    held: Vec<u8>,
    /// The name of the member that is being read.
    name: Vec<u8>,
    /// How many bytes came so far.
    bytes: u64,
}

impl Splitter {
    pub(crate) fn new() -> Self {
        Self { state: State::Begin, within: false, open: None, held: Vec::new(), name: Vec::new(), bytes: 0 }
    }

    /// Takes the next chunk.
    pub(crate) fn push<'t>(&mut self, mut chunk: &'t [u8], values: &mut impl Values<'t>) -> Result<(), Box<Failure>> {
        self.bytes += chunk.len() as u64;
        loop {
            if let Some(open) = &mut self.open {
                let Some((value, rest)) = open.end(chunk) else {
                    self.held.extend_from_slice(chunk);
                    return Ok(());
                };
                chunk = rest;
                self.close(value, values)?;
            }
            while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = chunk {
                chunk = rest;
            }
            if let State::FirstItem | State::Item = self.state
                && let items @ 1.. = values.first_items(chunk)?
            {
                self.state = State::AfterItem;
                chunk = chunk.get(items..).unwrap_or_default();
                continue;
            }
            let Some((first, rest)) = chunk.split_first() else { return Ok(()) };
            if self.step(*first, values)? {
                chunk = rest;
            }
        }
    }

    /// Takes the end of the text. Returns whether there was all of it.
    pub(crate) fn finish<'t>(&mut self, values: &mut impl Values<'t>) -> Result<bool, Box<Failure>> {
        if self.state == State::Start && self.open.as_ref().is_some_and(|open| open.scalar) {
            self.close(&[], values)?;
        }
        Ok(self.open.is_none() && self.state == State::End)
    }

    /// How many bytes came so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether nothing but white space came so far.
    pub(crate) fn is_empty(&self) -> bool {
        matches!(self.state, State::Begin | State::Start) && self.open.is_none()
    }

    /// Goes on at a byte that is no white space. Returns whether that uses it up.
    fn step<'t>(&mut self, byte: u8, values: &mut impl Values<'t>) -> Result<bool, Box<Failure>> {
        use State as S;
        let next = match (self.state, byte) {
            // A byte order mark, which may arrive in parts.
            (S::Begin, 0xEF) => S::Mark,
            (S::Mark, 0xBB) => S::LastOfMark,
            (S::LastOfMark, 0xBF) => S::Start,
            (S::Begin, _) => {
                self.state = S::Start;
                return Ok(false);
            }
            (S::Start, b'[') if values.is_list(None)? => S::FirstItem,
            (S::Start, b'{') => S::FirstName,
            (S::Member, b'[') if values.is_list(Some(&self.name))? => {
                self.within = true;
                S::FirstItem
            }
            (S::FirstName | S::AfterMember, b'}') => S::End,
            (S::Colon, b':') => S::Member,
            (S::AfterMember, b',') => S::Name,
            (S::FirstItem | S::AfterItem, b']') => {
                if self.within {
                    S::AfterMember
                } else {
                    S::End
                }
            }
            (S::AfterItem, b',') => S::Item,
            (S::FirstName | S::Name, b'"') => return Ok(self.open(byte)),
            (S::Start | S::Member | S::FirstItem | S::Item, b'"' | b'[' | b'{' | b'-' | b'0'..=b'9' | b'a'..=b'z') => {
                return Ok(self.open(byte));
            }
            (state, _) => return Err(values.no_json(state.expects())),
        };
        self.state = next;
        Ok(true)
    }

    /// A value begins. Its first byte is part of it.
    fn open(&mut self, first: u8) -> bool {
        self.open = Some(Open { depth: 0, text: false, escaped: false, scalar: !matches!(first, b'"' | b'[' | b'{') });
        false
    }

    /// A value ends. `last` is what the last chunk holds of it.
    fn close<'t>(&mut self, last: &'t [u8], values: &mut impl Values<'t>) -> Result<(), Box<Failure>> {
        self.open = None;
        let value = if self.held.is_empty() {
            last
        } else {
            self.held.extend_from_slice(last);
            values.keep(std::mem::take(&mut self.held))
        };
        self.state = match self.state {
            State::FirstName | State::Name => {
                self.name.clear();
                self.name.extend_from_slice(value);
                State::Colon
            }
            State::Member => {
                values.member(&self.name, value)?;
                State::AfterMember
            }
            State::FirstItem | State::Item => {
                values.item(value)?;
                State::AfterItem
            }
            _ => {
                values.whole(value)?;
                State::End
            }
        };
        Ok(())
    }
}

impl State {
    fn expects(self) -> &'static str {
        match self {
            Self::Begin | Self::Mark | Self::LastOfMark | Self::Start | Self::Member | Self::Item => "a value",
            Self::FirstName => "a name or `}`",
            Self::Name => "a name",
            Self::Colon => "`:`",
            Self::AfterMember => "`,` or `}`",
            Self::FirstItem => "a value or `]`",
            Self::AfterItem => "`,` or `]`",
            Self::End => "the end",
        }
    }
}

/// A value whose end is not found yet.
struct Open {
    /// How many arrays and objects are open.
    depth: u32,
    /// Whether text is open, and whether its next byte is escaped.
    text: bool,
    escaped: bool,
    /// Whether it ends where something else begins.
    scalar: bool,
}

impl Open {
    /// What is left of the value, and what follows it. None: it goes on after the chunk.
    fn end<'a>(&mut self, chunk: &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
        let mut at = 0;
        loop {
            if self.text {
                if self.escaped {
                    chunk.get(at)?;
                    self.escaped = false;
                    at += 1;
                }
                let found = at + json_text::plain(chunk.get(at..)?)?;
                at = found + 1;
                // A control character is for whoever reads the text to refuse.
                self.text = chunk.get(found) != Some(&b'"');
                self.escaped = chunk.get(found) == Some(&b'\\');
            } else {
                match chunk.get(at)? {
                    b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r' if self.scalar => {
                        return chunk.split_at_checked(at);
                    }
                    b'"' => self.text = true,
                    b'[' | b'{' => self.depth += 1,
                    b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                at += 1;
            }
            if self.depth == 0 && !self.text && !self.scalar {
                return chunk.split_at_checked(at);
            }
        }
    }
}
