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
    open: Arc<Mutex<HashSet<RequestId>>>,
    /// The answer to a rejected request. It is kept because `receive` may be dropped before it is sent.
    rejection: Option<Sending<T::Error>>,
    /// Whether the client has sent its first request. Before that, the server takes nothing else.
    initialized: bool,
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
                if open.contains(&request.id) {
                    return Admission::Reject(request.id.clone(), "a request with this id is under way".to_owned());
                }
                if open.len() >= MOST_REQUESTS {
                    let busy = format!("{MOST_REQUESTS} requests are under way; wait for one of them to end");
                    return Admission::Reject(request.id.clone(), busy);
                }
                open.insert(request.id.clone());
                Admission::Accept
            }
            _ if !self.initialized => Admission::Ignore,
            JsonRpcMessage::Notification(sent) => {
                // A request that is cancelled gets no answer.
                if let ClientNotification::CancelledNotification(cancelled) = &sent.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    open.remove(id);
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
            JsonRpcMessage::Response(response) => Some(response.id.clone()),
            JsonRpcMessage::Error(error) => error.id.clone(),
            _ => None,
        };
        let (sending, open) = (self.inner.send(message), Arc::clone(&self.open));
        async move {
            let sent = sending.await;
            // Only now: a client that does not read cannot make answers pile up.
            if let Some(id) = answered {
                open.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
            }
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
