//! Bodies, and listings that are decoded as a whole or in chunks, for tests and for fuzzing.
#![allow(dead_code, reason = "each test uses its part")]

use servicestage_component::answer::{Decoder, List};
use servicestage_component::decode::{self, Project};
use servicestage_component::error::Failure;
use servicestage_component::item::Item;
use servicestage_component::pipeline::Pipeline;
use servicestage_component::query::Query;
use servicestage_component::response::Body;

/// A body in one chunk.
struct Whole(Option<Vec<u8>>);

impl Body for Whole {
    fn next(&mut self) -> Result<Option<Vec<u8>>, Box<Failure>> {
        Ok(self.0.take())
    }
}

/// A body that arrives in one chunk.
pub fn whole(bytes: Vec<u8>) -> Box<dyn Body> {
    Box::new(Whole(Some(bytes)))
}

/// What a listing's body holds.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The release tasks that match, as the service ordered them.
    pub matching: Vec<Pipeline>,
    /// How many there were in all.
    pub total: u32,
}

/// Decodes a listing that is there as a whole.
pub fn listing(body: &[u8], query: &Query) -> Result<Decoded, Box<Failure>> {
    in_chunks([body].into_iter(), query)
}

/// Decodes a listing that arrives in these chunks.
pub fn in_chunks<'a>(chunks: impl Iterator<Item = &'a [u8]>, query: &Query) -> Result<Decoded, Box<Failure>> {
    take(decode::pipelines(query), chunks).map(|(matching, total)| Decoded { matching, total })
}

/// Decodes a list of projects that is there as a whole.
pub fn projects(body: &[u8]) -> Result<Vec<Project>, Box<Failure>> {
    take(decode::projects(), [body].into_iter()).map(|(projects, _)| projects)
}

/// The failure without the excerpt, which shows what has arrived.
pub fn comparable(mut failure: Box<Failure>) -> Box<Failure> {
    failure.detail = failure.detail.and_then(|detail| detail.split(" The body begins").next().map(str::to_owned));
    failure
}

fn take<'a, T: Item>(
    mut list: List<T, impl Fn(&T) -> bool>,
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Result<(Vec<T>, u32), Box<Failure>> {
    for chunk in chunks {
        list.push(chunk)?;
    }
    list.finish()?;
    Ok(list.into_items())
}
