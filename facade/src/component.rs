//! `wasi:http` and the listing, and nothing that decides.

use model::connection::Connection;
use model::error::Error;

use crate::answer::Answer;
use crate::ask::{Ask, Request};
use crate::deployment;
use crate::error::Refusal;

use bindings::exports::wasi::http::incoming_handler::Guest;
use bindings::huaweicloud::servicestage::pipelines::list_pipelines_json;
use bindings::wasi::cli::environment::get_environment;
use bindings::wasi::http::types::{Fields, IncomingRequest, Method, OutgoingBody, OutgoingResponse, ResponseOutparam};
use bindings::wasi::io::streams::{OutputStream, StreamError};

mod bindings {
    model::bindings!({
        path: ["../wit/plugin/0.1.1", "../wit/servicestage", "wit"],
        world: "huaweicloud:servicestage-facade/facade",
        generate_all,
    });
}

struct Facade;

bindings::export!(Facade with_types_in bindings);

impl Guest for Facade {
    fn handle(request: IncomingRequest, response: ResponseOutparam) {
        let answer = match read(&request) {
            Err(refusal) => Answer::refusal(refusal),
            Ok(ask) => match list(ask) {
                Ok(json) => Answer::listing(json),
                Err(error) => Answer::error(&error),
            },
        };
        send(&answer, response);
    }
}

fn read(request: &IncomingRequest) -> Result<Ask, Refusal> {
    let method = match request.method() {
        Method::Get => "GET",
        _ => "another",
    };
    let target = request.path_with_query().unwrap_or_default();
    let headers: Vec<_> =
        request.headers().entries().into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value)).collect();
    Ask::read(&Request { method, target: &target, headers: &headers })
}

fn list(ask: Ask) -> Result<String, Error> {
    let Ask { credentials, query } = ask;
    let deployed = deployment::connection(&get_environment());
    let connection = Connection { project_id: query.project_id, credentials, ..deployed };
    list_pipelines_json(&connection, &query.terms)
}

/// Sends the whole answer. If the caller leaves before its end, the failure has no reader.
fn send(answer: &Answer, out: ResponseOutparam) {
    let headers = Fields::new();
    for (name, value) in answer.headers() {
        // Names and values are the facade's own, and valid.
        let _ = headers.append(name, value.as_bytes());
    }
    let _ = headers.append("content-length", answer.body.len().to_string().as_bytes());
    let response = OutgoingResponse::new(headers);
    let _ = response.set_status_code(answer.status);
    // Fails only for who takes it twice.
    let Ok(body) = response.body() else { return };
    ResponseOutparam::set(out, Ok(response));
    let Ok(stream) = body.write() else { return };
    let sent = write(&stream, answer.body.as_bytes());
    drop(stream);
    if sent.is_ok() {
        let _ = OutgoingBody::finish(body, None);
    }
}

/// Writes as much at a time as the engine takes.
fn write(stream: &OutputStream, mut rest: &[u8]) -> Result<(), StreamError> {
    let ready = stream.subscribe();
    while !rest.is_empty() {
        ready.block();
        let room = usize::try_from(stream.check_write()?).unwrap_or(usize::MAX);
        let (now, later) = rest.split_at(room.min(rest.len()));
        stream.write(now)?;
        rest = later;
    }
    stream.blocking_flush()
}
