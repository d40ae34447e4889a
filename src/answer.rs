//! The shapes that an answer with a list may have, read once from front to back while it arrives, and where it went
//! wrong.

use std::str;

use json_text::number::decimal;
use json_text::{Fields, Reader, Texts, Type, Wrong, text_of};

use crate::error::{ErrorKind, Failure};
use crate::item::{self, Wanted};
use crate::message::shorten;
use crate::pipeline::Pipeline;
use crate::rejection::LARGEST_BODY;
use crate::split::{Splitter, Values};
use crate::text::{fill, lossy, number};

/// The most items that are kept: a hundred times what a project may hold, and no more than memory holds however small
/// the server makes them.
const MOST: usize = 200_000;

/// So much of a body is held that has no list: an error of the service may be in it. One byte more tells that it is
/// larger than one.
pub(crate) const LARGEST_ERROR: usize = LARGEST_BODY + 1;

/// The shortest chunk that stays as it is: of shorter ones, keeping account would take more than they hold.
const SHORTEST: usize = 512;

/// So many characters of a name are shown in a path; all that are documented are shorter.
const LONGEST_NAME: usize = 64;

/// So much of a body is held to show how it begins.
const SHOWN: usize = 160;

/// Takes the body of an answer, chunk by chunk: a bare list, an object that holds it, null, or nothing at all. Keeps the
/// items that are wanted.
pub struct List<'q, 'k> {
    wanted: Wanted<'q>,
    /// What the items' texts are kept in.
    texts: &'k Texts,
    splitter: Splitter,
    shape: Shape,
    items: Vec<Pipeline<'k>>,
}

impl<'q, 'k> List<'q, 'k> {
    /// Keeps what is wanted, and its texts there.
    #[must_use]
    pub fn of(wanted: Wanted<'q>, texts: &'k Texts) -> Self {
        Self { wanted, texts, splitter: Splitter::new(), shape: Shape::of(&wanted), items: Vec::new() }
    }

    /// Forgets what was taken, for another attempt.
    pub fn restart(&mut self) {
        *self = Self::of(self.wanted, self.texts);
    }

    /// Takes the next chunk.
    ///
    /// # Errors
    /// The body has another shape than it should, or a value that cannot be converted.
    pub fn push(&mut self, chunk: Vec<u8>) -> Result<(), Box<Failure>> {
        let Self { wanted, texts, splitter, shape, items } = self;
        shape.show(&chunk);
        if wanted.all() && chunk.len() >= SHORTEST {
            // The chunk stays, and the items borrow from it.
            let mut found = Found { wanted: *wanted, shape, texts, items, more: 0 };
            return splitter.push(texts.keep_chunk(chunk), &mut found);
        }
        // The chunk goes, and what is wanted of it is copied.
        let (own, mut copied) = (Texts::default(), Vec::new());
        let mut found = Found { wanted: *wanted, shape, texts: &own, items: &mut copied, more: items.len() };
        let pushed = splitter.push(own.keep_chunk(chunk), &mut found);
        items.extend(copied.iter().map(|item| item.kept(texts)));
        pushed
    }

    /// Takes the end.
    ///
    /// # Errors
    /// The body is not complete.
    pub fn finish(&mut self) -> Result<(), Box<Failure>> {
        let Self { wanted, texts, splitter, shape, items } = self;
        Found { wanted: *wanted, shape, texts, items, more: 0 }.finish(splitter)
    }

    /// The beginning of the body: all of it as long as there was no list, up to the size of an error's.
    #[must_use]
    pub fn beginning(&self) -> &[u8] {
        &self.shape.beginning
    }

    /// The items to keep, and how many there were in all.
    #[must_use]
    pub fn into_items(self) -> (Vec<Pipeline<'k>>, u32) {
        (self.items, self.shape.total)
    }
}

/// What was found so far, whatever the items are.
struct Shape {
    /// The name of the list, and what its items are.
    list: &'static str,
    what: &'static str,
    total: u32,
    /// The service's own count, if it sends one.
    count: Option<i64>,
    /// Where the list is, once it has begun.
    path: Option<String>,
    beginning: Vec<u8>,
}

impl Shape {
    fn of(wanted: &Wanted<'_>) -> Self {
        Self { list: wanted.list, what: wanted.what, total: 0, count: None, path: None, beginning: Vec::new() }
    }

    /// Holds of the next chunk what may have to be shown.
    fn show(&mut self, chunk: &[u8]) {
        let most = if self.path.is_none() { LARGEST_ERROR } else { SHOWN };
        let room = most.saturating_sub(self.beginning.len());
        self.beginning.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
    }

    /// The list begins here, or there is none.
    fn begin(&mut self, path: String) -> Result<(), Box<Failure>> {
        if self.path.replace(path).is_some() {
            return Err(self.another("`{}` comes twice"));
        }
        Ok(())
    }

    /// Where the next item is.
    fn place(&self) -> String {
        fill("{}[{}]", &[self.path.as_deref().unwrap_or_default(), &number(self.total.into())])
    }

    /// Whether there was a list, and all of it.
    fn check(&self) -> Result<(), Box<Failure>> {
        if self.path.is_none() {
            return Err(self.another("there is no `{}`"));
        }
        match self.count {
            Some(count) if count != i64::from(self.total) => {
                let numbers = [&decimal(count), self.what, &number(self.total.into())];
                let detail = fill("The service counts {} {}, and sent {}.", &numbers);
                Err(Failure::lasting(ErrorKind::CutShort, detail))
            }
            _ => Ok(()),
        }
    }

    /// The error for an answer that has another shape. What it says is filled with the name of the list.
    fn another(&self, says: &str) -> Box<Failure> {
        let expected = fill("a list of {}, or an object with `{}`", &[self.what, self.list]);
        undecodable("$".to_owned(), &expected, &fill(says, &[self.list]))
    }

    fn no_json(&self, path: String, expected: &str) -> Box<Failure> {
        let start = lossy(self.beginning.get(..SHOWN).unwrap_or(&self.beginning));
        let mut failure = undecodable(path, "well-formed JSON", &fill("it expected {}", &[expected]));
        if let Some(says) = &mut failure.detail {
            says.push_str(&fill(" The body begins: {}", &[&shorten(&start, 40)]));
        }
        failure
    }

    fn text<'a>(&self, value: &'a [u8]) -> Result<&'a str, Box<Failure>> {
        str::from_utf8(value).map_err(|_| self.no_json("$".to_owned(), "UTF-8"))
    }

    /// The error for something wrong in what is there.
    fn failure(&self, place: &str, wrong: &Wrong) -> Box<Failure> {
        let dot = if wrong.name.is_empty() { "" } else { "." };
        // A name that nobody asked for may be as long as the body.
        let path = fill("{}{}{}", &[place, dot, &shorten(&wrong.name, LONGEST_NAME)]);
        match wrong.reason {
            Some(reason) => undecodable(path, wrong.expected, reason),
            None => self.no_json(path, wrong.expected),
        }
    }
}

/// What the splitter finds.
struct Found<'f, 't> {
    wanted: Wanted<'f>,
    shape: &'f mut Shape,
    texts: &'t Texts,
    items: &'f mut Vec<Pipeline<'t>>,
    /// How many are kept elsewhere.
    more: usize,
}

impl<'t> Found<'_, 't> {
    fn finish(&mut self, splitter: &mut Splitter) -> Result<(), Box<Failure>> {
        if splitter.is_empty() {
            return Ok(());
        }
        if !splitter.finish(self)? {
            let detail = fill("The JSON text ends in the middle, after {} bytes.", &[&number(splitter.bytes())]);
            return Err(Failure::lasting(ErrorKind::CutShort, detail));
        }
        self.shape.check()
    }

    /// Takes the item that a text begins with. Returns how long it is.
    fn take(&mut self, text: &'t str, all: bool) -> Result<usize, Box<Wrong>> {
        let mut fields = Fields::of(text)?;
        // Where it is to stay: an item is large, and is not moved.
        let at = self.items.len();
        self.items.push(Pipeline::default());
        if let Some(item) = self.items.last_mut() {
            let read = fields.read(self.wanted.fields, self.texts, item);
            if read.is_err() || !self.wanted.wants(item) {
                self.items.truncate(at);
            }
            read?;
        }
        if all {
            fields.end()?;
        }
        Ok(fields.position())
    }

    /// Counts the item that was taken.
    fn count(&mut self) -> Result<(), Box<Failure>> {
        self.shape.total += 1;
        if self.more + self.items.len() > MOST {
            let detail = fill("More than {} {} match.", &[&number(MOST as u64), self.shape.what]);
            return Err(Failure::lasting(ErrorKind::TooLarge { limit_bytes: None }, detail));
        }
        Ok(())
    }
}

impl<'t> Values<'t> for Found<'_, 't> {
    fn is_list(&mut self, name: Option<&[u8]>) -> Result<bool, Box<Failure>> {
        let path = match name {
            None => "$".to_owned(),
            Some(name) if is(name, self.shape.list) => fill("$.{}", &[self.shape.list]),
            Some(_) => return Ok(false),
        };
        self.shape.begin(path).map(|()| true)
    }

    fn keep(&self, chunks: Vec<u8>) -> &'t [u8] {
        self.texts.keep_chunk(chunks)
    }

    fn first_items(&mut self, chunk: &'t [u8]) -> Result<usize, Box<Failure>> {
        let text = text_of(chunk);
        let (mut next, mut end) = (0, 0);
        // What is wrong with an item is said when all of it is there.
        while let Some(Ok(length)) = text.get(next..).map(|text| self.take(text, false)) {
            self.count()?;
            end = next + length;
            if text.as_bytes().get(end) != Some(&b',') {
                break;
            }
            next = end + 1;
        }
        Ok(end)
    }

    fn item(&mut self, value: &'t [u8]) -> Result<(), Box<Failure>> {
        let text = str::from_utf8(value).map_err(|_| self.shape.no_json(self.shape.place(), "UTF-8"))?;
        self.take(text, true).map_err(|wrong| self.shape.failure(&self.shape.place(), &wrong))?;
        self.count()
    }

    fn member(&mut self, name: &[u8], value: &[u8]) -> Result<(), Box<Failure>> {
        if is(name, self.shape.list) {
            if value != b"null" {
                return Err(self.shape.another("`{}` is no list"));
            }
            return self.shape.begin(String::new());
        }
        let value = self.shape.text(value)?;
        let read = if is(name, "count") {
            let mut count = Fields::value(value, "count");
            count.scalar(Type::Integer, self.texts).and_then(|number| {
                self.shape.count = item::number(number).get();
                count.end()
            })
        } else {
            // It is not asked for, and must be well-formed all the same. Nothing of it is kept.
            let passing = Texts::default();
            let mut name = Fields::value(self.shape.text(name)?, "");
            let mut value = Fields::value(value, "");
            name.scalar(Type::Text, &passing).and_then(|_| value.skip()).and_then(|()| value.end())
        };
        read.map_err(|wrong| self.shape.failure("$", &wrong))
    }

    fn whole(&mut self, value: &[u8]) -> Result<(), Box<Failure>> {
        if value == b"null" {
            return self.shape.begin(String::new());
        }
        let mut whole = Fields::value(self.shape.text(value)?, "");
        whole.skip().and_then(|()| whole.end()).map_err(|wrong| self.shape.failure("$", &wrong))?;
        Err(self.shape.another("it is neither list nor object"))
    }

    fn no_json(&mut self, expected: &'static str) -> Box<Failure> {
        self.shape.no_json("$".to_owned(), expected)
    }
}

/// Whether a name, written as in JSON, is this one.
fn is(name: &[u8], expected: &str) -> bool {
    let name = str::from_utf8(name).ok().and_then(|name| Reader::new(name).string().ok());
    name.is_some_and(|name| name == expected)
}

fn undecodable(path: String, expected: &str, says: &str) -> Box<Failure> {
    let kind = ErrorKind::Undecodable { path, expected: expected.to_owned() };
    Failure::lasting(kind, fill("The decoder says: {}.", &[&shorten(says, 200)]))
}
