//! gRPC by hand: six calls of `tfplugin6.Provider`, and the one by which Terraform ends the process.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use prost::Message;
use tokio::sync::Notify;
use tonic::Status;
use tonic::body::Body;
use tonic::server::{Grpc, UnaryService};
use tonic_prost::ProstCodec;

use crate::proto::Empty;
use crate::provider::Provider;

/// The largest message that is taken, in bytes: what Terraform itself takes.
const LARGEST_MESSAGE: usize = 256 << 20;

/// Answers one call.
pub async fn answer(
    provider: Arc<Provider>,
    shutdown: Arc<Notify>,
    request: Request<Incoming>,
) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    Ok(match path.as_str() {
        "/tfplugin6.Provider/GetProviderSchema" => {
            unary(request, |_: Empty| async move { provider.schema().await }).await
        }
        "/tfplugin6.Provider/ValidateProviderConfig" => {
            unary(request, |request| async move { provider.validate_provider(request).await }).await
        }
        "/tfplugin6.Provider/ValidateDataResourceConfig" => {
            unary(request, |request| async move { provider.validate_data_source(request).await }).await
        }
        "/tfplugin6.Provider/ConfigureProvider" => {
            unary(request, |request| async move { provider.configure(request).await }).await
        }
        "/tfplugin6.Provider/ReadDataSource" => {
            unary(request, |request| async move { provider.read(request).await }).await
        }
        "/tfplugin6.Provider/StopProvider" => unary(request, |_: Empty| async move { provider.stop() }).await,
        "/plugin.GRPCController/Shutdown" => {
            unary(request, |_: Empty| async move {
                shutdown.notify_one();
                Empty {}
            })
            .await
        }
        _ => Status::unimplemented(path).into_http(),
    })
}

async fn unary<I, O, F>(request: Request<Incoming>, call: impl FnOnce(I) -> F) -> Response<Body>
where
    I: Message + Default + 'static,
    O: Message + 'static,
    F: Future<Output = O> + Send + 'static,
{
    let mut grpc = Grpc::new(ProstCodec::<O, I>::default()).max_decoding_message_size(LARGEST_MESSAGE);
    grpc.unary(Once(Some(call)), request).await
}

/// A call as the library wants it, which could make it twice, but does not.
struct Once<C>(Option<C>);

impl<I, O, F, C> UnaryService<I> for Once<C>
where
    C: FnOnce(I) -> F,
    F: Future<Output = O> + Send + 'static,
{
    type Response = O;
    type Future = Pin<Box<dyn Future<Output = Result<tonic::Response<O>, Status>> + Send>>;

    fn call(&mut self, request: tonic::Request<I>) -> Self::Future {
        let answer = self.0.take().map(|call| call(request.into_inner()));
        Box::pin(async move {
            let answer = answer.ok_or_else(|| Status::internal("a call was made twice"))?;
            Ok(tonic::Response::new(answer.await))
        })
    }
}
