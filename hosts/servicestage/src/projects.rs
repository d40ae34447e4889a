//! The projects of regions, looked up once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::time::{Instant, timeout_at};

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

/// An id, once it is known. Whoever looks it up holds the lock.
type Slot = tokio::sync::Mutex<Option<String>>;

/// Remembers project ids. Shared by as many sessions and calls as there are.
#[derive(Debug, Default)]
pub struct Projects(Mutex<HashMap<Key, Arc<Slot>>>);

impl Projects {
    /// The id, looked up if it is not known; nothing if another caller's look-up is still under way at the deadline. Of
    /// several callers at once one looks up, and the others wait for it; if it fails, the next one tries. A look-up
    /// keeps its own time.
    pub(crate) async fn find<F>(
        &self,
        key: &Key,
        deadline: Instant,
        look_up: impl FnOnce() -> F,
    ) -> Option<Result<String, Failure>>
    where
        F: Future<Output = Result<String, Failure>>,
    {
        let slot = self.slot(key);
        let mut known = timeout_at(deadline, slot.lock()).await.ok()?;
        if let Some(id) = &*known {
            return Some(Ok(id.clone()));
        }
        Some(look_up().await.inspect(|id| *known = Some(id.clone())))
    }

    /// Forgets an id that the service does not know, unless another one was found since.
    pub(crate) fn forget(&self, key: &Key, id: &str) {
        let slot = self.slot(key);
        // Whoever holds the lock is about to find another one.
        if let Ok(mut known) = slot.try_lock()
            && known.as_deref() == Some(id)
        {
            *known = None;
        }
    }

    fn slot(&self, key: &Key) -> Arc<Slot> {
        let mut slots = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.len() >= MOST && !slots.contains_key(key) {
            slots.clear();
        }
        Arc::clone(slots.entry(key.clone()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    fn key(region: &str) -> Key {
        Key { region: region.to_owned(), iam_endpoint: None, fingerprint: "access key A".to_owned() }
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(60)
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
        let find = async |key| projects.find(key, soon(), look_up).await.unwrap().unwrap();
        assert_eq!(tokio::join!(find(&a), find(&a), find(&b)), ("id".into(), "id".into(), "id".into()));
        assert_eq!(looked_up.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn failures_are_not_remembered_and_ids_can_be_forgotten() {
        let projects = Projects::default();
        let key = key("a");
        let failed = projects.find(&key, soon(), || async { Err(Failure::Host("no".to_owned())) }).await;
        assert!(failed.unwrap().is_err());
        let find = async |id: &'static str| {
            projects.find(&key, soon(), || async { Ok(id.to_owned()) }).await.unwrap().unwrap()
        };
        assert_eq!(find("one").await, "one");
        projects.forget(&key, "another");
        assert_eq!(find("two").await, "one");
        projects.forget(&key, "one");
        assert_eq!(find("two").await, "two");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_for_another_s_look_up_beyond_the_deadline() {
        let projects = Projects::default();
        let (key, began) = (key("a"), Instant::now());
        let within = |seconds| began + Duration::from_secs(seconds);
        let slow = async || {
            tokio::time::sleep(Duration::from_secs(100)).await;
            Ok("id".to_owned())
        };
        // The first one's look-up keeps its own time.
        let first = async { (projects.find(&key, within(1), slow).await.unwrap().unwrap(), began.elapsed()) };
        let impatient = async { (projects.find(&key, within(30), slow).await.is_none(), began.elapsed()) };
        let patient = async { projects.find(&key, within(120), slow).await.unwrap().unwrap() };
        let (first, impatient, patient) = tokio::join!(first, impatient, patient);
        assert_eq!(first, ("id".to_owned(), Duration::from_secs(100)));
        assert_eq!(impatient, (true, Duration::from_secs(30)));
        assert_eq!((patient, began.elapsed()), ("id".to_owned(), Duration::from_secs(100)));
    }
}
