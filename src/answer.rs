//! The shapes that an answer with a list may have, read once from front to back while it arrives, and where it went
//! wrong.

use serde::de::IgnoredAny;
use serde_json::error::Category;

use crate::error::{ErrorKind, Failure};
use crate::item::{self, Item, Place, Wrong};
use crate::message::shorten;
use crate::plain;
use crate::rejection::LARGEST_BODY;
use crate::scalar::{Integer, Text};
use crate::split::{Splitter, Values};

/// The most items that are kept: a hundred times what a project may hold, and no more than memory holds however small
/// the server makes them.
const MOST: usize = 200_000;

/// So much of a body is held that has no list: an error of the service may be in it. One byte more tells that it is
/// larger than one.
pub(crate) const LARGEST_ERROR: usize = LARGEST_BODY + 1;

/// So much of a body is held to show how it begins.
const SHOWN: usize = 160;

/// Takes the body of an answer, chunk by chunk.
pub trait Decoder {
    /// Forgets what was taken, for another attempt.
    fn restart(&mut self);

    /// Takes the next chunk.
    ///
    /// # Errors
    /// The body has another shape than it should, or a value that cannot be converted.
    fn push(&mut self, chunk: &[u8]) -> Result<(), Failure>;

    /// Takes the end.
    ///
    /// # Errors
    /// The body is not complete.
    fn finish(&mut self) -> Result<(), Failure>;

    /// The beginning of the body: all of it as long as there was no list, up to the size of an error's.
    fn beginning(&self) -> &[u8];
}

/// Decodes a bare list, an object that holds it, null, or nothing at all. Keeps the items that it is told to keep.
pub struct List<T, K> {
    splitter: Splitter,
    found: Found<T, K>,
}

/// What was found so far.
struct Found<T, K> {
    keep: K,
    kept: Vec<T>,
    total: u32,
    /// The service's own count, if it sends one.
    count: Option<i64>,
    /// Where the list is, once it has begun.
    path: Option<String>,
    beginning: Vec<u8>,
}

impl<T: Item, K: Fn(&T) -> bool> List<T, K> {
    /// Keeps what this function says.
    pub fn keeping(keep: K) -> Self {
        let found = Found { keep, kept: Vec::new(), total: 0, count: None, path: None, beginning: Vec::new() };
        Self { splitter: Splitter::new(), found }
    }

    /// The items to keep, and how many there were in all.
    pub fn into_items(self) -> (Vec<T>, u32) {
        (self.found.kept, self.found.total)
    }
}

impl<T: Item, K: Fn(&T) -> bool> Decoder for List<T, K> {
    fn restart(&mut self) {
        self.splitter = Splitter::new();
        let found = &mut self.found;
        (found.kept, found.total, found.count, found.path, found.beginning) = (Vec::new(), 0, None, None, Vec::new());
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), Failure> {
        self.found.show(chunk);
        self.splitter.push(chunk, &mut self.found)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        let (splitter, found) = (&mut self.splitter, &mut self.found);
        if splitter.is_empty() {
            return Ok(());
        }
        if !splitter.finish(found)? {
            let detail = format!("The JSON text ends in the middle, after {} bytes.", splitter.bytes());
            return Err(Failure::lasting(ErrorKind::CutShort, detail));
        }
        found.check()
    }

    fn beginning(&self) -> &[u8] {
        &self.found.beginning
    }
}

impl<T: Item, K: Fn(&T) -> bool> Found<T, K> {
    /// Holds of the next chunk what may have to be shown.
    fn show(&mut self, chunk: &[u8]) {
        let most = if self.path.is_none() { LARGEST_ERROR } else { SHOWN };
        let room = most.saturating_sub(self.beginning.len());
        self.beginning.extend_from_slice(chunk.get(..room).unwrap_or(chunk));
    }

    /// The list begins here, or there is none.
    fn begin(&mut self, path: String) -> Result<(), Failure> {
        if self.path.replace(path).is_some() {
            return Err(another_shape::<T>(&format!("`{}` comes twice", T::LIST)));
        }
        Ok(())
    }

    /// Counts an item, and keeps it if that is wanted.
    fn take(&mut self, item: T) -> Result<(), Failure> {
        self.total += 1;
        if (self.keep)(&item) {
            if self.kept.len() == MOST {
                let detail = format!("More than {MOST} {} match.", T::WHAT);
                return Err(Failure::lasting(ErrorKind::TooLarge { limit_bytes: None }, detail));
            }
            self.kept.push(item);
        }
        Ok(())
    }

    /// Whether there was a list, and all of it.
    fn check(&self) -> Result<(), Failure> {
        if self.path.is_none() {
            return Err(another_shape::<T>(&format!("there is no `{}`", T::LIST)));
        }
        match self.count {
            Some(count) if count != i64::from(self.total) => Err(Failure::lasting(
                ErrorKind::CutShort,
                format!("The service counts {count} {}, and sent {}.", T::WHAT, self.total),
            )),
            _ => Ok(()),
        }
    }
}

/// What the splitter finds.
impl<T: Item, K: Fn(&T) -> bool> Values for Found<T, K> {
    fn is_list(&mut self, name: Option<&[u8]>) -> Result<bool, Failure> {
        let path = match name {
            None => "$".to_owned(),
            Some(name) if is(name, T::LIST) => format!("$.{}", T::LIST),
            Some(_) => return Ok(false),
        };
        self.begin(path).map(|()| true)
    }

    fn item(&mut self, value: &[u8]) -> Result<(), Failure> {
        let place = Place { list: self.path.as_deref().unwrap_or_default(), index: self.total };
        let item = item::decode(value, place);
        self.take(item.map_err(|(error, wrong)| failure(&error, wrong, &self.beginning))?)
    }

    fn plain_item<'a>(&mut self, text: &'a [u8]) -> Result<Option<&'a [u8]>, Failure> {
        let Some((item, rest)) = plain::item(text) else { return Ok(None) };
        self.take(item).map(|()| Some(rest))
    }

    fn member(&mut self, name: &[u8], value: &[u8]) -> Result<(), Failure> {
        if is(name, T::LIST) {
            if value != b"null" {
                return Err(another_shape::<T>(&format!("`{}` is no list", T::LIST)));
            }
            return self.begin(String::new());
        }
        if is(name, "count") {
            let wrong = || Wrong { path: "$.count".to_owned(), expected: "a whole number" };
            Integer(self.count) =
                serde_json::from_slice(value).map_err(|error| failure(&error, Some(wrong()), &self.beginning))?;
            return Ok(());
        }
        // It is not asked for, and must be well-formed all the same.
        let read = serde_json::from_slice::<Text>(name).and(serde_json::from_slice::<IgnoredAny>(value));
        read.map(drop).map_err(|error| failure(&error, None, &self.beginning))
    }

    fn whole(&mut self, value: &[u8]) -> Result<(), Failure> {
        if value == b"null" {
            return self.begin(String::new());
        }
        let says = match serde_json::from_slice::<IgnoredAny>(value) {
            Ok(_) => "it is neither list nor object".to_owned(),
            Err(error) => return Err(failure(&error, None, &self.beginning)),
        };
        Err(another_shape::<T>(&says))
    }

    fn no_json(&mut self, expected: &'static str) -> Failure {
        no_json("$".to_owned(), &format!("it expected {expected}"), &self.beginning)
    }
}

/// Whether a name, written as in JSON, is this one.
fn is(name: &[u8], expected: &str) -> bool {
    let plain = name.get(1..name.len().saturating_sub(1)).is_some_and(|name| name == expected.as_bytes());
    plain
        || name.contains(&b'\\')
            && serde_json::from_slice(name).is_ok_and(|Text(name)| name.as_deref() == Some(expected))
}

fn another_shape<T: Item>(says: &str) -> Failure {
    undecodable("$".to_owned(), &format!("a list of {}, or an object with `{}`", T::WHAT, T::LIST), says)
}

fn failure(error: &serde_json::Error, wrong: Option<Wrong>, beginning: &[u8]) -> Failure {
    let (path, expected) = wrong.map_or_else(|| ("$".to_owned(), ""), |wrong| (wrong.path, wrong.expected));
    let says = error.to_string();
    // The position is one within the value that was cut out.
    let says = says.rsplit_once(" at line ").map_or(says.as_str(), |(says, _)| says);
    match error.classify() {
        Category::Data => undecodable(path, expected, says),
        _ => no_json(path, says, beginning),
    }
}

fn no_json(path: String, says: &str, beginning: &[u8]) -> Failure {
    let start = String::from_utf8_lossy(beginning.get(..SHOWN).unwrap_or(beginning));
    let mut failure = undecodable(path, "well-formed JSON", says);
    failure.detail = failure.detail.map(|says| format!("{says} The body begins: {}", shorten(&start, 40)));
    failure
}

/// What the decoder says may quote a value from the body.
fn undecodable(path: String, expected: &str, says: &str) -> Failure {
    let kind = ErrorKind::Undecodable { path, expected: expected.to_owned() };
    Failure::lasting(kind, format!("The decoder says: {}.", shorten(says, 200)))
}
