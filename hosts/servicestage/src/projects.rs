//! The projects of regions, looked up once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

use crate::Failure;

/// So many projects are remembered at most; then all are forgotten. A host deals with a few regions and identities.
const MOST: usize = 1024;

/// What a project's id depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub region: String,
    pub iam_endpoint: Option<String>,
    /// Whose credentials, without a secret.
    pub fingerprint: String,
}

/// Remembers project ids. Shared by as many sessions and calls as there are.
#[derive(Debug, Default)]
pub struct Projects(Mutex<HashMap<Key, Arc<OnceCell<String>>>>);

impl Projects {
    /// The id, looked up if it is not known. Of several callers at once one looks up, and the others wait for it; if it
    /// fails, the next one tries.
    pub(crate) async fn find(
        &self,
        key: &Key,
        look_up: impl Future<Output = Result<String, Failure>>,
    ) -> Result<String, Failure> {
        let cell = {
            let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if cells.len() >= MOST && !cells.contains_key(key) {
                cells.clear();
            }
            Arc::clone(cells.entry(key.clone()).or_default())
        };
        cell.get_or_try_init(|| look_up).await.cloned()
    }

    /// Forgets an id that the service does not know, unless another one was found since.
    pub(crate) fn forget(&self, key: &Key, id: &str) {
        let mut cells = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cells.get(key).and_then(|cell| cell.get()).is_some_and(|known| known == id) {
            cells.remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn key(region: &str) -> Key {
        Key { region: region.to_owned(), iam_endpoint: None, fingerprint: "access key A".to_owned() }
    }

    #[tokio::test]
    async fn concurrent_calls_share_one_look_up() {
        let (projects, looked_up) = (Projects::default(), AtomicU32::new(0));
        let look_up = || async {
            looked_up.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            Ok("id".to_owned())
        };
        let (a, b) = (key("a"), key("b"));
        let (one, two, other) =
            tokio::join!(projects.find(&a, look_up()), projects.find(&a, look_up()), projects.find(&b, look_up()));
        assert_eq!((one.unwrap(), two.unwrap(), other.unwrap()), ("id".into(), "id".into(), "id".into()));
        assert_eq!(looked_up.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn failures_are_not_remembered_and_ids_can_be_forgotten() {
        let projects = Projects::default();
        let key = key("a");
        let failed = projects.find(&key, async { Err(Failure::Host("no".to_owned())) }).await;
        assert!(failed.is_err());
        let id = |id: &'static str| async move { Ok(id.to_owned()) };
        assert_eq!(projects.find(&key, id("one")).await.unwrap(), "one");
        projects.forget(&key, "another");
        assert_eq!(projects.find(&key, id("two")).await.unwrap(), "one");
        projects.forget(&key, "one");
        assert_eq!(projects.find(&key, id("two")).await.unwrap(), "two");
    }
}
