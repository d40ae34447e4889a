//! Values as they lie in memory between a host and this component.
//!
//! The canonical ABI lays a record as C lays a struct, and a variant as C lays a tag of one byte and a union: what
//! `repr(C)` and `repr(C, u8)` stand for. So types of that form need no code to be read or written, where wit-bindgen
//! generates such code anew for each function: 24 KB of the component.
//!
//! Such a type names its fields and cases as the WIT does and in the same order; no compiler compares the two, every test
//! with a host does. A string is UTF-8 and a tag one of the cases: hosts see to that before they call.

use std::mem;
use std::ptr::NonNull;

/// A list, which whoever has it frees.
#[repr(C)]
pub(crate) struct List<T> {
    first: NonNull<T>,
    length: usize,
}

/// A string, which whoever has it frees.
#[repr(transparent)]
pub(crate) struct Text(List<u8>);

/// A `result`.
#[repr(C, u8)]
pub(crate) enum Outcome<T, E> {
    Ok(T),
    Err(E),
}

impl<T> List<T> {
    /// A list that a host has passed by its parts.
    ///
    /// # Safety
    /// A host has, and nothing else holds them.
    pub(crate) unsafe fn of_parts(first: NonNull<T>, length: usize) -> Self {
        Self { first, length }
    }
}

impl Text {
    /// A string that a host has passed by its parts.
    ///
    /// # Safety
    /// A host has, and nothing else holds them.
    pub(crate) unsafe fn of_parts(first: NonNull<u8>, length: usize) -> Self {
        // SAFETY: the caller's promise is the same.
        Self(unsafe { List::of_parts(first, length) })
    }
}

impl<T> Drop for List<T> {
    fn drop(&mut self) {
        // SAFETY: a list is made of a `Vec` without room to spare, or by a host with `cabi_realloc`, which allocates the same.
        drop(unsafe { Vec::from_raw_parts(self.first.as_ptr(), self.length, self.length) });
    }
}

impl<T> From<Vec<T>> for List<T> {
    fn from(items: Vec<T>) -> Self {
        let items = Box::leak(items.into_boxed_slice());
        Self { length: items.len(), first: NonNull::from(items).cast() }
    }
}

impl<T> From<List<T>> for Vec<T> {
    fn from(list: List<T>) -> Self {
        let list = mem::ManuallyDrop::new(list);
        // SAFETY: as above; the list itself frees nothing any more.
        unsafe { Vec::from_raw_parts(list.first.as_ptr(), list.length, list.length) }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into_bytes().into())
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        // SAFETY: hosts pass UTF-8 alone, and so does this component.
        unsafe { String::from_utf8_unchecked(text.0.into()) }
    }
}

impl<T, E> Outcome<T, E> {
    /// Hands a result to a host: see [`hand_out`].
    pub(crate) fn hand_out(result: Result<T, impl Into<E>>) -> *mut Self {
        hand_out(match result {
            Ok(value) => Self::Ok(value),
            Err(error) => Self::Err(error.into()),
        })
    }
}

/// Hands a value to a host, which gives it back once it has read it.
pub(crate) fn hand_out<T>(value: T) -> *mut T {
    Box::into_raw(Box::new(value))
}

/// Takes the parameters that a host passes in memory.
///
/// # Safety
/// A host has called with this address.
pub(crate) unsafe fn take<T>(parameters: *mut T) -> T {
    // SAFETY: `cabi_realloc` has allocated them, with the layout of their type.
    *unsafe { Box::from_raw(parameters) }
}

/// Frees what a host gives back.
///
/// # Safety
/// It comes from [`hand_out`].
pub(crate) unsafe fn free<T>(value: *mut T) {
    // SAFETY: the caller's promise.
    drop(unsafe { Box::from_raw(value) });
}
