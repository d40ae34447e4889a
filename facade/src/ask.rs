//! Reads a request into a question for the component.

use model::credentials::Credentials;

use crate::error::Refusal;
use crate::query::{self, Query};

/// The header with the caller's IAM token.
const TOKEN: &str = "x-auth-token";

/// The longest path with query that is read, in bytes: room for each filter and a hundred statuses.
const LONGEST_TARGET: usize = 8192;

/// Headers by which a caller could mean to pass something on. The facade refuses them. Other headers are of
/// the client and of proxies in between, and end here.
const REFUSED: [&str; 10] = [
    "authorization",
    "cookie",
    "x-domain-id",
    "x-enterprise-project-id",
    "x-language",
    "x-project-id",
    "x-sdk-content-sha256",
    "x-sdk-date",
    "x-security-token",
    "x-subject-token",
];

/// A request, as far as it matters.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "as HTTP names them")]
pub struct Request<'a> {
    pub method: &'a str,
    pub target: &'a str,
    /// Names are in lower case.
    pub headers: &'a [(String, Vec<u8>)],
}

/// The request of a caller: what to list, and in whose name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The caller's IAM token.
    pub credentials: Credentials,
    /// The project, with the filters, the order and the limit.
    pub query: Query,
}

impl Ask {
    /// Reads a request. What the component checks is left to it.
    ///
    /// # Errors
    /// There is anything in it but a path, a method, parameters and a token that are known.
    pub fn read(request: &Request<'_>) -> Result<Self, Refusal> {
        let (path, parameters) = request.target.split_once('?').unwrap_or((request.target, ""));
        if path != "/pipelines" {
            return Err(refuse(404, "path", "there is /pipelines, and nothing else"));
        }
        if request.method != "GET" {
            return Err(refuse(405, "method", "it must be GET"));
        }
        if request.target.len() > LONGEST_TARGET {
            return Err(refuse(414, "query", format!("path and query are longer than {LONGEST_TARGET} bytes")));
        }
        refuse_headers(request.headers)?;
        Ok(Self { credentials: token(request.headers)?, query: query::read(parameters)? })
    }
}

fn refuse_headers(headers: &[(String, Vec<u8>)]) -> Result<(), Refusal> {
    for (name, value) in headers {
        if REFUSED.contains(&name.as_str()) {
            return Err(Refusal::invalid(name, "a header that is not passed on; the token goes into X-Auth-Token"));
        }
        let empty = name == "content-length" && value == b"0";
        if name == "transfer-encoding" || (name == "content-length" && !empty) {
            return Err(Refusal::invalid("body", "the request must have none"));
        }
    }
    Ok(())
}

fn token(headers: &[(String, Vec<u8>)]) -> Result<Credentials, Refusal> {
    let mut tokens = headers.iter().filter(|(name, _)| name == TOKEN);
    let Some((_, token)) = tokens.next() else {
        return Err(refuse(401, "X-Auth-Token", "the header is missing; send an IAM token of the region in it"));
    };
    if tokens.next().is_some() {
        return Err(Refusal::invalid("X-Auth-Token", "the header is there more than once"));
    }
    let token = String::from_utf8(token.clone());
    token.map(Credentials::Token).map_err(|_| Refusal::invalid("X-Auth-Token", "it is not UTF-8 text"))
}

fn refuse(status: u16, argument: &str, reason: impl Into<String>) -> Refusal {
    Refusal { status, argument: argument.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(method: &str, target: &str, headers: &[(&str, &str)]) -> Result<Ask, Refusal> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), value.as_bytes().to_vec());
        let headers: Vec<_> = headers.iter().map(owned).collect();
        Ask::read(&Request { method, target, headers: &headers })
    }

    #[test]
    fn a_token_is_all_that_is_needed() {
        let ask = read("GET", "/pipelines", &[("host", "example"), ("x-auth-token", "example-token")]).unwrap();
        assert_eq!(ask, Ask { credentials: Credentials::Token("example-token".to_owned()), query: Query::default() });
    }

    #[test]
    fn another_path_and_another_method_are_refused() {
        let token = ("x-auth-token", "example-token");
        for target in
            ["", "/", "/pipelines/", "//pipelines", "/v3/x/pipeline/pipelines", "https://example.com/pipelines"]
        {
            let refusal = read("GET", target, &[token]).unwrap_err();
            assert_eq!((refusal.status, refusal.argument.as_str()), (404, "path"), "{target}");
        }
        for method in ["POST", "HEAD", "OPTIONS", "get", "CONNECT"] {
            let refusal = read(method, "/pipelines", &[token]).unwrap_err();
            assert_eq!((refusal.status, refusal.argument.as_str()), (405, "method"), "{method}");
        }
    }

    #[test]
    fn headers_that_would_be_passed_on_are_refused_by_name() {
        for name in REFUSED {
            let refusal = read("GET", "/pipelines", &[("x-auth-token", "t"), (name, "hush")]).unwrap_err();
            assert_eq!((refusal.status, refusal.argument.as_str()), (400, name));
            assert!(!refusal.reason.contains("hush"));
        }
    }

    #[test]
    fn those_of_clients_and_proxies_pass() {
        let headers = ["host", "user-agent", "accept", "x-forwarded-for", "x-request-id", "traceparent"];
        let mut headers = headers.map(|name| (name, "anything")).to_vec();
        headers.extend([("content-length", "0"), ("x-auth-token", "t")]);
        read("GET", "/pipelines", &headers).unwrap();
    }

    #[test]
    fn a_body_is_refused() {
        for header in [("content-length", "1"), ("content-length", "00"), ("transfer-encoding", "chunked")] {
            let refusal = read("GET", "/pipelines", &[("x-auth-token", "t"), header]).unwrap_err();
            assert_eq!((refusal.status, refusal.argument.as_str()), (400, "body"));
        }
    }

    #[test]
    fn no_token_and_two_are_refused() {
        assert_eq!(read("GET", "/pipelines", &[]).unwrap_err().status, 401);
        let two = [("x-auth-token", "hush"), ("x-auth-token", "hush")];
        let refusal = read("GET", "/pipelines", &two).unwrap_err();
        assert_eq!((refusal.status, refusal.argument.as_str()), (400, "X-Auth-Token"));
        assert!(!refusal.reason.contains("hush"));
    }

    #[test]
    fn input_that_is_too_long_is_not_read() {
        let longest = format!("/pipelines?name={}", "x".repeat(LONGEST_TARGET - "/pipelines?name=".len()));
        read("GET", &longest, &[("x-auth-token", "t")]).unwrap();
        assert_eq!(read("GET", &format!("{longest}x"), &[("x-auth-token", "t")]).unwrap_err().status, 414);
    }

    #[test]
    fn a_token_is_not_shown() {
        let ask = read("GET", "/pipelines", &[("x-auth-token", "hush")]).unwrap();
        assert!(!format!("{ask:?}").contains("hush"));
    }
}
