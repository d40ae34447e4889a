//! Values that are found once for each key. The caller that looks for one holds the lock of the key's entry, and others
//! wait for it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// The entry of a key.
pub type CacheEntry<V> = Arc<tokio::sync::Mutex<V>>;

/// An entry for each key, up to a number of keys. One key more, and all entries are forgotten.
///
/// ```
/// use component_runtime::keyed_cache::KeyedCache;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let cache: KeyedCache<&str, Option<u32>> = KeyedCache::up_to(2);
/// *cache.entry(&"one").lock().await = Some(1);
/// assert_eq!(*cache.entry(&"one").lock().await, Some(1));
/// cache.entry(&"two");
/// cache.entry(&"three");
/// assert_eq!(*cache.entry(&"one").lock().await, None);
/// # }
/// ```
#[derive(Debug)]
pub struct KeyedCache<K, V> {
    entries: Mutex<HashMap<K, CacheEntry<V>>>,
    most: usize,
}

impl<K: Clone + Eq + Hash, V: Default> KeyedCache<K, V> {
    /// Makes entries for up to this many keys.
    #[must_use]
    pub fn up_to(most: usize) -> Self {
        Self { entries: Mutex::default(), most }
    }

    /// Returns the entry of a key. A new key has a new entry.
    pub fn entry(&self, key: &K) -> CacheEntry<V> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= self.most && !entries.contains_key(key) {
            entries.clear();
        }
        Arc::clone(entries.entry(key.clone()).or_default())
    }
}
