//! `wasi:http` in a few functions.

use crate::bindings::wasi::http::outgoing_handler::handle;
use crate::bindings::wasi::http::types::{
    ErrorCode, Fields, FutureIncomingResponse, IncomingResponse, OutgoingRequest, Scheme,
};

/// A request for a path of a server.
///
/// A refusal of a setter is reported by the name of the setter.
pub fn request(headers: Fields, server: &str, path: &str) -> Result<OutgoingRequest, String> {
    let request = OutgoingRequest::new(headers);
    request.set_scheme(Some(&Scheme::Http)).map_err(|()| "scheme refused")?;
    request.set_authority(Some(server)).map_err(|()| "authority refused")?;
    request.set_path_with_query(Some(path)).map_err(|()| "path refused")?;
    Ok(request)
}

/// Begins a request without headers.
pub fn begin(server: &str, path: &str) -> Result<FutureIncomingResponse, String> {
    handle(request(Fields::new(), server, path)?, None).map_err(name)
}

/// Waits for a response.
pub fn wait(pending: &FutureIncomingResponse) -> Result<IncomingResponse, String> {
    pending.subscribe().block();
    match pending.get() {
        Some(Ok(result)) => result.map_err(name),
        _ => Err("the response was not there".to_owned()),
    }
}

/// Sends a request.
pub fn send(request: OutgoingRequest) -> Result<IncomingResponse, String> {
    wait(&handle(request, None).map_err(name)?)
}

/// Asks for a path of a server.
pub fn get(server: &str, path: &str) -> Result<IncomingResponse, String> {
    wait(&begin(server, path)?)
}

/// The outcome of a request, as text: the status, or the reason for its absence.
pub fn told(result: Result<IncomingResponse, String>) -> String {
    result.map_or_else(|error| error, |response| response.status().to_string())
}

fn name(code: ErrorCode) -> String {
    match code {
        ErrorCode::HttpRequestDenied | ErrorCode::DestinationIpProhibited => "denied".to_owned(),
        other => format!("{other:?}"),
    }
}
