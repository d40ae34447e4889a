//! Sorts places, by merging: the library's sort would take 4 KB of the component.

use std::cmp::Ordering;

/// A place, and how it ranks: what is smaller comes first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    /// The rank.
    pub rank: u64,
    /// The place.
    pub place: usize,
}

/// Sorts by ranks, what has the same rank by this comparison of places, and what is equal in that as well not at all.
pub fn sort(ranked: &mut Vec<Ranked>, compare: &dyn Fn(usize, usize) -> Ordering) {
    let mut merged = vec![Ranked::default(); ranked.len()];
    let mut sorted = 1;
    while sorted < ranked.len() {
        for (pair, merged) in ranked.chunks(2 * sorted).zip(merged.chunks_mut(2 * sorted)) {
            let (left, right) = pair.split_at(sorted.min(pair.len()));
            merge(left, right, merged, compare);
        }
        std::mem::swap(ranked, &mut merged);
        sorted *= 2;
    }
}

/// Merges two sorted parts into one.
fn merge(left: &[Ranked], right: &[Ranked], merged: &mut [Ranked], compare: &dyn Fn(usize, usize) -> Ordering) {
    let (mut left, mut right) = (left.iter(), right.iter());
    let (mut first, mut other) = (left.next(), right.next());
    for next in merged {
        let right_is_next = match (first, other) {
            (Some(a), Some(b)) => b.rank < a.rank || (b.rank == a.rank && compare(b.place, a.place) == Ordering::Less),
            (first, _) => first.is_none(),
        };
        let taken = if right_is_next {
            std::mem::replace(&mut other, right.next())
        } else {
            std::mem::replace(&mut first, left.next())
        };
        *next = taken.copied().unwrap_or_default();
    }
}
