//! The transport of a server whose client may be hostile. It bounds messages, and the number of requests under way.

use std::collections::HashSet;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use rmcp::RoleServer;
use rmcp::model::{ClientNotification, ErrorData, JsonRpcMessage, RequestId};
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;

/// The longest message that is read, in bytes. The arguments of a tool take some hundred bytes.
pub const LONGEST_MESSAGE: usize = 64 * 1024;

/// The most requests that are under way at a time. Further ones are rejected.
pub const MOST_REQUESTS: usize = 64;

/// A message that is being sent.
type Sending<E> = Pin<Box<dyn Future<Output = Result<(), E>> + Send>>;

/// A transport with bounds.
pub struct Bounded<T: Transport<RoleServer>> {
    inner: T,
    open: Arc<Mutex<Open>>,
    /// The answer to a rejected request. It is kept because `receive` may be dropped before it is sent.
    rejection: Option<Sending<T::Error>>,
    /// Whether the client has sent its first request. Before that, the server takes nothing else.
    initialized: bool,
}

/// The requests that count against the limit.
#[derive(Default)]
struct Open {
    running: HashSet<RequestId>,
    /// The answers that the client has not read yet. A client that does not read cannot make them pile up.
    unsent: usize,
}

/// An answer that is being sent.
struct Unsent(Arc<Mutex<Open>>);

impl Unsent {
    fn of(open: &Arc<Mutex<Open>>, id: &RequestId) -> Self {
        let mut locked = open.lock().unwrap_or_else(PoisonError::into_inner);
        locked.running.remove(id);
        locked.unsent += 1;
        Self(Arc::clone(open))
    }
}

impl Drop for Unsent {
    fn drop(&mut self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unsent -= 1;
    }
}

/// The decision about a message.
enum Admission {
    Accept,
    Ignore,
    Reject(RequestId, String),
}

impl<T: Transport<RoleServer>> Bounded<T> {
    /// Puts bounds on a transport.
    pub fn new(inner: T) -> Self {
        Self { inner, open: Arc::default(), rejection: None, initialized: false }
    }

    fn admit(&mut self, message: &RxJsonRpcMessage<RoleServer>) -> Admission {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match message {
            JsonRpcMessage::Request(request) => {
                self.initialized = true;
                if open.running.contains(&request.id) {
                    return Admission::Reject(request.id.clone(), "a request with this id is under way".to_owned());
                }
                if open.running.len() + open.unsent >= MOST_REQUESTS {
                    let busy = format!("{MOST_REQUESTS} requests are under way; wait for one of them to end");
                    return Admission::Reject(request.id.clone(), busy);
                }
                open.running.insert(request.id.clone());
                Admission::Accept
            }
            _ if !self.initialized => Admission::Ignore,
            JsonRpcMessage::Notification(sent) => {
                // A request that is cancelled gets no answer.
                if let ClientNotification::CancelledNotification(cancelled) = &sent.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    open.running.remove(id);
                }
                Admission::Accept
            }
            _ => Admission::Accept,
        }
    }
}

impl<T: Transport<RoleServer>> Transport<RoleServer> for Bounded<T> {
    type Error = T::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send + 'static {
        let answered = match &message {
            JsonRpcMessage::Response(response) => Some(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref(),
            _ => None,
        };
        let unsent = answered.map(|id| Unsent::of(&self.open, id));
        let sending = self.inner.send(message);
        async move {
            let sent = sending.await;
            drop(unsent);
            sent
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if let Some(rejection) = &mut self.rejection {
                let sent = rejection.await;
                self.rejection = None;
                sent.ok()?;
            }
            let message = self.inner.receive().await?;
            match self.admit(&message) {
                Admission::Accept => return Some(message),
                Admission::Ignore => {}
                Admission::Reject(id, why) => {
                    let rejection = JsonRpcMessage::error(ErrorData::invalid_request(why, None), Some(id));
                    self.rejection = Some(Box::pin(self.inner.send(rejection)));
                }
            }
        }
    }

    async fn close(&mut self) -> Result<(), Self::Error> {
        self.inner.close().await
    }
}
