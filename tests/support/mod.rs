//! Bodies, and listings that are decoded as a whole or in chunks, for tests and for fuzzing.
#![allow(dead_code, reason = "each test uses its part")]

use std::fmt;

use json_text::Texts;
use self_cell::self_cell;
use servicestage_component::answer::List;
use servicestage_component::decode::{pipelines, projects as all_projects};
use servicestage_component::error::Failure;
use servicestage_component::item::Wanted;
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

self_cell!(
    /// What a body holds, with the texts that are kept of it.
    pub struct Decoded {
        owner: Texts,
        #[covariant]
        dependent: Found,
    }
);

/// What was found in a body.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'t> {
    /// The items that are wanted, as the service ordered them.
    pub matching: Vec<Pipeline<'t>>,
    /// How many there were in all.
    pub total: u32,
}

impl fmt::Debug for Decoded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.borrow_dependent().fmt(f)
    }
}

impl PartialEq for Decoded {
    fn eq(&self, other: &Self) -> bool {
        self.borrow_dependent() == other.borrow_dependent()
    }
}

impl Decoded {
    /// The items that are wanted, as the service ordered them.
    pub fn matching(&self) -> &Vec<Pipeline<'_>> {
        &self.borrow_dependent().matching
    }

    /// How many there were in all.
    pub fn total(&self) -> u32 {
        self.borrow_dependent().total
    }
}

/// Decodes a listing that is there as a whole.
pub fn listing(body: &[u8], query: &Query) -> Result<Decoded, Box<Failure>> {
    in_chunks([body].into_iter(), query)
}

/// Decodes a listing that arrives in these chunks.
pub fn in_chunks<'a>(chunks: impl Iterator<Item = &'a [u8]>, query: &Query) -> Result<Decoded, Box<Failure>> {
    Decoded::try_new(Texts::default(), |texts| take(pipelines(query), texts, chunks))
}

/// Decodes a list of projects that is there as a whole.
pub fn projects(body: &[u8]) -> Result<Decoded, Box<Failure>> {
    Decoded::try_new(Texts::default(), |texts| take(all_projects(), texts, [body].into_iter()))
}

/// The failure without the excerpt, which shows what has arrived.
pub fn comparable(mut failure: Box<Failure>) -> Box<Failure> {
    failure.detail = failure.detail.and_then(|detail| detail.split(" The body begins").next().map(str::to_owned));
    failure
}

fn take<'a, 't>(
    wanted: Wanted<'_>,
    texts: &'t Texts,
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Result<Found<'t>, Box<Failure>> {
    let mut list = List::of(wanted, texts);
    for chunk in chunks {
        list.push(chunk.to_vec())?;
    }
    list.finish()?;
    let (matching, total) = list.into_items();
    Ok(Found { matching, total })
}
