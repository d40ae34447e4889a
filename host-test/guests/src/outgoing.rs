//! Too many requests, requests to servers that were not granted, and malformed requests.

use crate::ask::{begin, get, request, send, told};
use crate::bindings::wasi::http::types::{Fields, HeaderError, Method, OutgoingRequest, Scheme};

/// As many as nobody needs.
const MANY: usize = 100_000;

/// Headers that no component may set: the host speaks for itself on its connections.
const FORBIDDEN: [&str; 16] = [
    "host",
    "HoSt",
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-anything",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "Transfer-Encoding",
    "upgrade",
    "http2-settings",
];

pub fn asks_without_end(server: &str) -> Vec<String> {
    let answered = (0..MANY).filter(|_| get(server, "/ok").is_ok()).count();
    vec![format!("{answered} answered")]
}

pub fn asks_all_at_once(server: &str) -> Vec<String> {
    let pending: Vec<_> = (0..MANY).map(|_| begin(server, "/never")).collect();
    vec![format!("{} begun", pending.iter().filter(|begun| begun.is_ok()).count())]
}

pub fn asks_and_does_not_listen(server: &str) -> Vec<String> {
    let begun = (0..MANY).filter(|_| begin(server, "/ok").is_ok()).count();
    vec![format!("{begun} begun")]
}

/// Tries each way to set each header, and sends what was taken.
pub fn sets_forbidden_headers(server: &str) -> Vec<String> {
    let sent = Fields::new();
    let mut told = Vec::new();
    for name in FORBIDDEN {
        let value = b"evil.example".to_vec();
        let ways = [
            sent.append(name, &value),
            sent.set(name, std::slice::from_ref(&value)),
            Fields::from_list(&[(name.to_owned(), value)]).map(drop),
        ];
        told.extend(ways.into_iter().map(|way| format!("{name}: {}", taken(way))));
    }
    let request = request(sent, server, "/ok");
    // Once it is a request, its headers are fixed.
    let late = request.as_ref().map(|request| taken(request.headers().append("x-late", b"evil")));
    told.push(format!("late: {}", late.unwrap_or("no request")));
    told.push(told_of(request));
    told
}

pub fn smuggles_in_headers(server: &str) -> Vec<String> {
    let sent = Fields::new();
    let values: [&[u8]; 6] =
        [b"a\r\nx-evil: 1", b"a\nx-evil: 1", b"a\rx-evil: 1", b"a\0b", b"a\r\n\r\nGET /evil HTTP/1.1", b"a\x7fb"];
    let names = ["x-evil: 1\r\nx", "x evil", "x-evil:", "x\0evil", "x-\u{e9}vil", ""];
    let mut told: Vec<_> = values.iter().map(|value| taken(sent.append("x-value", value)).to_owned()).collect();
    told.extend(names.iter().map(|name| taken(sent.append(name, b"1")).to_owned()));
    told.push(told_of(request(sent, server, "/ok")));
    told
}

pub fn smuggles_in_the_request_line(server: &str) -> Vec<String> {
    let paths = [
        "/ok HTTP/1.1\r\nx-evil: 1",
        "/ok\r\n\r\nGET /evil HTTP/1.1",
        "/ok\0",
        "/evil",
        "/ok/../evil",
        "/%6fk",
        "/ok?evil=1",
        "//evil.example/ok",
        "/ok/",
        "http://evil.example/ok",
        "*",
    ];
    let mut all: Vec<_> = paths.iter().map(|path| told_of(request(Fields::new(), server, path))).collect();
    let methods = ["GET /evil HTTP/1.1\r\nx:", "get", "G\0T", "CONNECT"];
    all.extend(methods.map(|method| {
        let request = request(Fields::new(), server, "/ok");
        told_of(request.and_then(|request| {
            request.set_method(&Method::Other(method.to_owned())).map_err(|()| "method refused")?;
            Ok(request)
        }))
    }));
    all.extend([Method::Post, Method::Connect, Method::Trace].map(|method| {
        let request = request(Fields::new(), server, "/ok");
        told_of(request.and_then(|request| {
            request.set_method(&method).map_err(|()| "method refused")?;
            Ok(request)
        }))
    }));
    all
}

/// The server's own port under every other name for a host.
pub fn asks_other_hosts(server: &str) -> Vec<String> {
    let port = server.rsplit(':').next().unwrap_or_default();
    let mut all = vec![];
    for host in [
        "evil.example",
        "localhost",
        "127.0.0.2",
        "127.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "2130706433",
        "0.0.0.0",
        "[::1]",
        "[::]",
        "10.0.0.1",
        "169.254.169.254",
        "[fd00:ec2::254]",
        "user:password@127.0.0.1",
        "127.0.0.1.evil.example",
        "127.0.0.1\r\nx-evil: 1",
        "127.0.0.1/ok?",
        "127.0.0.1#",
        "127.0.0.1\\@evil.example",
        "\u{ff11}27.0.0.1",
        "",
    ] {
        all.push(told(get(&format!("{host}:{port}"), "/ok")));
    }
    for other in ["127.0.0.1", "127.0.0.1:1", "127.0.0.1:0", "127.0.0.1:", "127.0.0.1:99999"] {
        all.push(told(get(other, "/ok")));
    }
    for scheme in [Scheme::Https, Scheme::Other("file".to_owned()), Scheme::Other("ht tp".to_owned())] {
        let request = request(Fields::new(), server, "/ok");
        all.push(told_of(request.and_then(|request| {
            request.set_scheme(Some(&scheme)).map_err(|()| "scheme refused")?;
            Ok(request)
        })));
    }
    all
}

pub fn sends_without_end(server: &str) -> Vec<String> {
    let sent = request(Fields::new(), server, "/never").and_then(|request| {
        let body = request.body().map_err(|()| "body refused")?;
        let stream = body.write().map_err(|()| "stream refused")?;
        let pending = crate::bindings::wasi::http::outgoing_handler::handle(request, None).map_err(|_| "not sent")?;
        while stream.blocking_write_and_flush(&[b'x'; 4096]).is_ok() {}
        Ok(pending)
    });
    vec![sent.map_or_else(|why| why, |_| "the stream ended".to_owned())]
}

/// Fills one set of headers after another.
pub fn sets_headers_without_end() -> Vec<String> {
    let value = vec![b'x'; 1024];
    let all: Vec<Fields> = (0..MANY)
        .map(|_| {
            let headers = Fields::new();
            while headers.append("x-large", &value).is_ok() {}
            headers
        })
        .collect();
    vec![format!("{} made", all.len())]
}

pub fn makes_and_drops_without_end() -> Vec<String> {
    loop {
        drop(Fields::new());
    }
}

fn told_of(request: Result<OutgoingRequest, String>) -> String {
    told(request.and_then(send))
}

fn taken(result: Result<(), HeaderError>) -> &'static str {
    match result {
        Ok(()) => "taken",
        Err(HeaderError::Forbidden) => "forbidden",
        Err(HeaderError::InvalidSyntax) => "invalid",
        Err(HeaderError::Immutable) => "immutable",
    }
}
