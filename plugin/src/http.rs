//! Requests for JSON over `wasi:http`, whose failures are diagnostics for people.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::de::DeserializeOwned;

use crate::contract::Diagnostic;
use crate::diagnostic::error;

/// The largest body that is read, in bytes.
pub const LARGEST_BODY: usize = 16 << 20;

/// The most characters of an error's body that people see.
const SHOWN: usize = 200;

/// The characters that stand for themselves in a path or a query.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A response.
struct Response {
    status: u16,
    body: Vec<u8>,
}

/// Sends a GET request and reads its response as JSON.
///
/// `origin` is that of [`Call::origin`](crate::Call::origin). `path` holds the segments of the path and `query` the names
/// and values of the query. Both are escaped here. A name without a value is left out. A connection may take 10
/// seconds, and each wait for data 30 seconds.
///
/// # Errors
/// There is no response, its status is not 200, or its body is larger than [`LARGEST_BODY`] or not JSON of this type. The
/// diagnostic holds the error code of `wasi:http`, or the status and the beginning of the body.
///
/// ```no_run
/// use declarative_plugin::contract::Diagnostic;
/// use declarative_plugin::http;
///
/// # fn main() -> Result<(), Diagnostic> {
/// let rates: serde_json::Value = http::get_json("https://rates.example.com", &["v1", "rates", "EUR"], &[("date", None)])?;
/// # Ok(())
/// # }
/// ```
pub fn get_json<T: DeserializeOwned>(
    origin: &str,
    path: &[&str],
    query: &[(&str, Option<&str>)],
) -> Result<T, Diagnostic> {
    let (path, query) = (written_path(path)?, written_query(query));
    let failed = |why: &str| error(format!("The request to {origin}{path} failed"), why, None);
    let response = transport::get(origin, &format!("{path}{query}")).map_err(|why| failed(&why))?;
    if response.status != 200 {
        return Err(failed(&refusal(&response)));
    }
    serde_json::from_slice(&response.body)
        .map_err(|fault| failed(&format!("The response is not as expected: {fault}.")))
}

fn written_path(segments: &[&str]) -> Result<String, Diagnostic> {
    let mut path = String::new();
    for segment in segments {
        if matches!(*segment, "" | "." | "..") {
            let detail = format!("A part of its path is \"{segment}\", which would lead elsewhere.");
            return Err(error("The request cannot be sent", detail, None));
        }
        path.push('/');
        path.extend(utf8_percent_encode(segment, ESCAPED));
    }
    Ok(path)
}

fn written_query(query: &[(&str, Option<&str>)]) -> String {
    let escaped = |text| utf8_percent_encode(text, ESCAPED);
    let given = query.iter().filter_map(|(name, value)| Some(format!("{}={}", escaped(name), escaped((*value)?))));
    let given: Vec<String> = given.collect();
    if given.is_empty() { String::new() } else { format!("?{}", given.join("&")) }
}

/// Returns the failure that a response reports.
fn refusal(response: &Response) -> String {
    let body = String::from_utf8_lossy(&response.body);
    let shown: String = body.trim().chars().take(SHOWN).collect();
    let said = if shown.is_empty() { String::new() } else { format!(" It says: {}", shown.escape_debug()) };
    format!("The server answers with status {}.{said}", response.status)
}

/// Returns the name of an error code in `wasi:http`, such as `HTTP-request-denied`, from its name in Rust.
#[cfg(any(test, target_family = "wasm"))]
fn name(code: &str) -> String {
    const WHOLE: [&str; 5] = ["dns", "http", "ip", "tls", "uri"];
    let code = code.trim_start_matches("ErrorCode::");
    let (variant, payload) = code.split_at(code.find('(').unwrap_or(code.len()));
    let mut words: Vec<String> = Vec::new();
    for letter in variant.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_ascii_uppercase() => word.push(letter),
            _ => words.push(letter.to_ascii_lowercase().to_string()),
        }
    }
    for word in &mut words {
        if WHOLE.contains(&word.as_str()) {
            word.make_ascii_uppercase();
        }
    }
    words.join("-") + payload
}

#[cfg(not(target_family = "wasm"))]
mod transport {
    use super::Response;

    pub(super) fn get(_: &str, _: &str) -> Result<Response, String> {
        Err("Only a component can send it.".to_owned())
    }
}

#[cfg(target_family = "wasm")]
mod transport {
    use wasip2::http::outgoing_handler;
    use wasip2::http::types::{
        self, ErrorCode, Fields, IncomingBody, IncomingResponse, OutgoingRequest, RequestOptions, Scheme,
    };
    use wasip2::io::streams::StreamError;

    use super::{LARGEST_BODY, Response};

    /// The most bytes that one read asks for.
    const CHUNK: u64 = 64 << 10;

    const SECOND: u64 = 1_000_000_000;

    pub(super) fn get(origin: &str, path_with_query: &str) -> Result<Response, String> {
        let sent = outgoing_handler::handle(outgoing(origin, path_with_query)?, Some(options())).map_err(told)?;
        sent.subscribe().block();
        match sent.get() {
            Some(Ok(response)) => {
                let response = response.map_err(told)?;
                Ok(Response { status: response.status(), body: body(&response)? })
            }
            _ => Err("The host has no response.".to_owned()),
        }
    }

    fn outgoing(origin: &str, path_with_query: &str) -> Result<OutgoingRequest, String> {
        let (scheme, authority) = origin.split_once("://").ok_or("The origin has no scheme.")?;
        let scheme = if scheme == "http" { Scheme::Http } else { Scheme::Https };
        let request = OutgoingRequest::new(Fields::new());
        let set = request.set_scheme(Some(&scheme)).and_then(|()| request.set_authority(Some(authority)));
        set.and_then(|()| request.set_path_with_query(Some(path_with_query)))
            .map_err(|()| "The host does not take such a URL.")?;
        Ok(request)
    }

    /// A host without such a limit ignores it.
    fn options() -> RequestOptions {
        let options = RequestOptions::new();
        let _ = options.set_connect_timeout(Some(10 * SECOND));
        let _ = options.set_first_byte_timeout(Some(30 * SECOND));
        let _ = options.set_between_bytes_timeout(Some(30 * SECOND));
        options
    }

    fn body(response: &IncomingResponse) -> Result<Vec<u8>, String> {
        let taken = |()| "The host has no body.".to_owned();
        let incoming = response.consume().map_err(taken)?;
        let stream = incoming.stream().map_err(taken)?;
        let mut body = Vec::new();
        loop {
            match stream.blocking_read(CHUNK) {
                Ok(chunk) if chunk.len() > LARGEST_BODY - body.len() => {
                    return Err(format!("The response is larger than {LARGEST_BODY} bytes."));
                }
                Ok(chunk) => body.extend(chunk),
                Err(StreamError::Closed) => break,
                Err(StreamError::LastOperationFailed(error)) => {
                    return Err(match types::http_error_code(&error) {
                        Some(code) => told(code),
                        None => format!("The response ended early: {}.", error.to_debug_string()),
                    });
                }
            }
        }
        drop(stream);
        // Some hosts report a broken body only here.
        let trailers = IncomingBody::finish(incoming);
        trailers.subscribe().block();
        match trailers.get() {
            Some(Ok(Err(code))) => Err(told(code)),
            _ => Ok(body),
        }
    }

    fn told(code: ErrorCode) -> String {
        format!("The host reports the error code {}.", super::name(&format!("{code:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_and_a_query_are_escaped_and_a_name_without_a_value_is_left_out() {
        assert_eq!(written_path(&["v1", "a/b ?#é.~"]).unwrap(), "/v1/a%2Fb%20%3F%23%C3%A9.~");
        assert_eq!(written_query(&[("a b", Some("1&2=3")), ("c", None), ("d", Some(""))]), "?a%20b=1%262%3D3&d=");
        assert_eq!(written_query(&[("c", None)]), "");
        for segment in ["", ".", ".."] {
            assert!(written_path(&["v1", segment]).is_err(), "{segment:?}");
        }
    }

    #[test]
    fn an_error_code_has_the_name_that_wasi_gives_it() {
        for (rust, wasi) in [
            ("ErrorCode::HttpRequestDenied", "HTTP-request-denied"),
            ("ErrorCode::DestinationIpProhibited", "destination-IP-prohibited"),
            ("ErrorCode::InternalError(Some(\"no Room\"))", "internal-error(Some(\"no Room\"))"),
        ] {
            assert_eq!(name(rust), wasi);
        }
    }

    #[test]
    fn a_refusal_shows_its_status_and_the_beginning_of_its_body() {
        let body = format!("no\u{1b}{}", "x".repeat(1000)).into_bytes();
        let told = refusal(&Response { status: 404, body });
        assert!(told.starts_with("The server answers with status 404. It says: no\\u{1b}xxx"), "{told}");
        assert!(told.len() < 260, "{told}");
        assert_eq!(refusal(&Response { status: 500, body: vec![] }), "The server answers with status 500.");
    }
}
