//! The one seam to the network: a stack of layers, through which every request of a component passes.
//!
//! A layer looks at a request and says what becomes of it: it goes on to the next layer, changed or not, or it is
//! complete with this response or error. Policy, authentication, replay and the client itself are such layers. A
//! request that no layer completes is denied.

use std::pin::Pin;
use std::sync::Arc;

use wasmtime_wasi_http::{RequestOptions, WasiBody, WasiHttpHooks};

pub use wasmtime_wasi_http::Error as HttpError;

/// A body on its way through the layers.
pub type Body = WasiBody;
/// A request of a component.
pub type Request = http::Request<Body>;
/// A response to a component.
pub type Response = http::Response<Body>;
/// The timeouts that a component asks for.
pub type Timeouts = RequestOptions;

/// What a layer decides. It comes when it is ready.
pub type Decision<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// What becomes of a request.
pub enum Verdict {
    /// The next layer sees this request.
    Continue(Request),
    /// The component sees this response, or this error.
    Complete(Result<Response, HttpError>),
}

/// One layer.
pub trait Layer: Send + Sync {
    /// Decides what becomes of a request.
    fn decide<'a>(&'a self, request: Request, timeouts: &'a Timeouts) -> Decision<'a>;
}

/// Layers, the first to see a request first.
pub struct Stack(Vec<Arc<dyn Layer>>);

impl Stack {
    /// A stack of these layers.
    #[must_use]
    pub fn new(layers: Vec<Arc<dyn Layer>>) -> Arc<Self> {
        Arc::new(Self(layers))
    }

    async fn send(&self, mut request: Request, timeouts: Timeouts) -> Result<Response, HttpError> {
        for layer in &self.0 {
            match layer.decide(request, &timeouts).await {
                Verdict::Continue(next) => request = next,
                Verdict::Complete(result) => return result,
            }
        }
        Err(HttpError::HttpRequestDenied)
    }
}

/// The hook of wasmtime, which leads into the stack.
pub(crate) struct Hook(pub(crate) Arc<Stack>);

type Worker = Box<dyn Future<Output = Result<(), HttpError>> + Send>;

impl WasiHttpHooks for Hook {
    fn send_request(
        &mut self,
        request: Request,
        timeouts: Option<Timeouts>,
        _sent: Worker,
    ) -> Box<dyn Future<Output = Result<(Response, Worker), HttpError>> + Send> {
        let stack = Arc::clone(&self.0);
        Box::new(async move {
            let response = stack.send(request, timeouts.unwrap_or_default()).await?;
            Ok((response, Box::new(async { Ok(()) }) as Worker))
        })
    }
}
