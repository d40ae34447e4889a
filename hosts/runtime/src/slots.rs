//! Values that are found once for each key. The caller that looks for one holds the lock of the key's slot, and others
//! wait for it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};

/// The slot of a key.
pub type Slot<V> = Arc<tokio::sync::Mutex<V>>;

/// A slot for each key, up to a number of keys. One key more, and all slots are forgotten.
///
/// ```
/// use component_runtime::slots::Slots;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let slots: Slots<&str, Option<u32>> = Slots::up_to(2);
/// *slots.of(&"one").lock().await = Some(1);
/// assert_eq!(*slots.of(&"one").lock().await, Some(1));
/// slots.of(&"two");
/// slots.of(&"three");
/// assert_eq!(*slots.of(&"one").lock().await, None);
/// # }
/// ```
#[derive(Debug)]
pub struct Slots<K, V> {
    slots: Mutex<HashMap<K, Slot<V>>>,
    most: usize,
}

impl<K: Clone + Eq + Hash, V: Default> Slots<K, V> {
    /// Makes slots for up to this many keys.
    #[must_use]
    pub fn up_to(most: usize) -> Self {
        Self { slots: Mutex::default(), most }
    }

    /// Returns the slot of a key. A new key has a new slot.
    pub fn of(&self, key: &K) -> Slot<V> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= self.most && !slots.contains_key(key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}
