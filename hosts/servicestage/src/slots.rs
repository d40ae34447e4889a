//! What is found out once for each key. Whoever does it holds the lock of the key's slot, and others wait for that.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// A slot for each key, up to a number of them; then all are forgotten.
#[derive(Debug)]
pub(crate) struct Slots<K, V> {
    slots: Mutex<HashMap<K, Arc<tokio::sync::Mutex<V>>>>,
    most: usize,
}

impl<K: Clone + Eq + Hash, V: Default> Slots<K, V> {
    pub(crate) fn up_to(most: usize) -> Self {
        Self { slots: Mutex::default(), most }
    }

    /// The slot of a key, which is new if the key is.
    pub(crate) fn of(&self, key: &K) -> Arc<tokio::sync::Mutex<V>> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= self.most && !slots.contains_key(key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}
