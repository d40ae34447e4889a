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
            merge(pair.split_at(sorted.min(pair.len())), merged, compare);
        }
        std::mem::swap(ranked, &mut merged);
        sorted *= 2;
    }
}

/// Merges two sorted parts. Which of them has what is next no processor can guess, so that it decides no jump.
fn merge((left, right): (&[Ranked], &[Ranked]), merged: &mut [Ranked], compare: &dyn Fn(usize, usize) -> Ordering) {
    let (mut from_left, mut from_right) = (0, 0);
    for next in merged {
        let (a, b) = (left.get(from_left), right.get(from_right));
        let right_is_next = match (a, b) {
            (Some(a), Some(b)) => (b.rank < a.rank) | (b.rank == a.rank && compare(b.place, a.place) == Ordering::Less),
            _ => b.is_some(),
        };
        let taken = if right_is_next { b } else { a };
        *next = taken.copied().unwrap_or_default();
        from_left += usize::from(!right_is_next);
        from_right += usize::from(right_is_next);
    }
}
