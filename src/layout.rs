//! Values laid out as the canonical ABI hands them over, so that a release task that was read needs no conversion and no
//! copy to leave the component.
//!
//! On wasm32 a `repr(C)` struct is a record of WIT, and a `repr(C, u8)` enum a variant of up to 256 cases: both put each
//! field at the next multiple of its alignment.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::slice;
use std::str;

use serde::{Serialize, Serializer};

/// A string that somebody else keeps.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Text<'t> {
    start: *const u8,
    length: usize,
    kept: PhantomData<&'t str>,
}

impl<'t> Text<'t> {
    /// The string.
    #[must_use]
    pub fn get(self) -> &'t str {
        // SAFETY: these are the bytes of a `&'t str`: nothing else makes a `Text`.
        unsafe { str::from_utf8_unchecked(slice::from_raw_parts(self.start, self.length)) }
    }
}

impl<'t> From<&'t str> for Text<'t> {
    fn from(text: &'t str) -> Self {
        Self { start: text.as_ptr(), length: text.len(), kept: PhantomData }
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        "".into()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.get()
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl Eq for Text<'_> {}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}

/// An option.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C, u8)]
pub enum Maybe<T> {
    /// There is none.
    #[default]
    None,
    /// There is this.
    Some(T),
}

impl<T> Maybe<T> {
    /// What something is that is converted.
    pub fn of<U: Into<T>>(value: Option<U>) -> Self {
        value.map_or(Self::None, |value| Self::Some(value.into()))
    }

    /// As others have it.
    #[must_use]
    pub fn get(self) -> Option<T> {
        match self {
            Self::None => None,
            Self::Some(value) => Some(value),
        }
    }

    /// As others have it, converted.
    #[must_use]
    pub fn convert<U: From<T>>(self) -> Option<U> {
        self.get().map(Into::into)
    }
}

impl<'t> Maybe<Text<'t>> {
    /// The string, if there is one.
    #[must_use]
    pub fn text(self) -> Option<&'t str> {
        self.get().map(Text::get)
    }
}

impl<T> From<Option<T>> for Maybe<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::None, Self::Some)
    }
}

impl<T: Copy + Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.get().serialize(serializer)
    }
}
