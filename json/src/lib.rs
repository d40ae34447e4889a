//! Reads and writes JSON text, by RFC 8259.
//!
//! It stands where the component spends its time and its bytes: values are borrowed from the text wherever they can be,
//! and little is generic, so that this is compiled once. It is compiled for size like the rest of the component, so the
//! loops that see every byte are written out: an iterator would take several times as many instructions there.
//! serde_json is the measure in its tests, and in fuzzing.
//!
//! # Layout
//! - [`Reader`]: a place in a text, which goes forward value by value
//! - [`Fields`]: an object, whose fields a table names, with scalars that convert
//! - [`Field`]: one of them, and how it is read where a machine has written it
//! - [`Value`]: a value and all that is within, for texts that are small
//! - [`number`]: what the digits of a number amount to
//! - [`Writer`]: the way back
//! - [`Texts`]: where the texts stay that are read
//! - [`plain`]: where a plain stretch of text ends; [`text_of`]: how far bytes are text

mod fields;
pub mod number;
mod plain;
mod reader;
mod scan;
mod texts;
mod utf8;
mod value;
mod writer;

pub use fields::{Fields, Item, LAST_TIME, Scalar, Type, Wrong};
pub use plain::Field;
pub use reader::{Expected, Kind, Reader};
pub use scan::plain;
pub use texts::Texts;
pub use utf8::text_of;
pub use value::Value;
pub use writer::Writer;
