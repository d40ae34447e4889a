//! The headers that authenticate a request: pure, so that it can be compared with the official signatures.

use std::time::{SystemTime, UNIX_EPOCH};

use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, InvalidHeaderValue};
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use huaweicloud_sign::{Request, canonical, date, sign};

use crate::credentials::AccessKey;
use crate::credentials::authenticator::KeyOrToken;
use crate::secret::Secret;

const AUTH_TOKEN: HeaderName = HeaderName::from_static("x-auth-token");
const DATE: HeaderName = HeaderName::from_static("x-sdk-date");
const PROJECT_ID: HeaderName = HeaderName::from_static("x-project-id");
const SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-security-token");

/// Adds the headers of a credential, and returns each secret in them. The project's id and the time stand in a signature only.
///
/// # Errors
/// A part is not a valid value of a header. Credentials are checked before they come here, so it is the request's host.
pub(crate) fn authenticate(
    head: &mut Parts,
    body: &[u8],
    credential: &KeyOrToken,
    now: SystemTime,
) -> Result<Vec<Secret>, &'static str> {
    let mut secrets = credential.secrets();
    let added = match credential {
        KeyOrToken::Token(token) => sensitive(token.expose()).map(|value| drop(head.headers.insert(AUTH_TOKEN, value))),
        KeyOrToken::Key(key) => {
            let project_id = project_id(head.uri.path()).map(str::to_owned);
            sign_with(head, body, key, project_id.as_deref(), now).map(|signature| secrets.push(signature))
        }
    };
    added.map_err(|_| "the request cannot be authenticated: its host is not a valid header value")?;
    Ok(secrets)
}

/// Returns the project in the path of the service, if it names one.
pub(crate) fn project_id(path: &str) -> Option<&str> {
    let (id, rest) = path.strip_prefix("/v3/")?.split_once('/')?;
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_id && (rest == "pipeline" || rest.starts_with("pipeline/"))).then_some(id)
}

/// Only what no proxy and no client changes is signed: neither `Accept` nor `User-Agent`.
fn sign_with(
    head: &mut Parts,
    body: &[u8],
    key: &AccessKey,
    project_id: Option<&str>,
    now: SystemTime,
) -> Result<Secret, InvalidHeaderValue> {
    let date = date::format(now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs());
    head.headers.insert(DATE, HeaderValue::from_str(&date)?);
    if let Some(id) = project_id {
        head.headers.insert(PROJECT_ID, HeaderValue::from_str(id)?);
    }
    if let Some(token) = &key.security_token {
        head.headers.insert(SECURITY_TOKEN, sensitive(token.expose())?);
    }
    let host = head.uri.authority().map(|authority| authority.as_str().to_owned()).unwrap_or_default();
    head.headers.insert(HOST, HeaderValue::from_str(&host)?);

    let query = pairs(head.uri.query().unwrap_or_default());
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut headers = Vec::new();
    for name in [HOST, CONTENT_TYPE, DATE, PROJECT_ID, SECURITY_TOKEN] {
        if let Some(value) = head.headers.get(&name) {
            // A value that is not text is not signed. The service may refuse it.
            headers.extend(value.to_str().ok().map(|value| (name.as_str().to_owned(), value.to_owned())));
        }
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request =
        Request { method: head.method.as_str(), path: head.uri.path(), query: &query, headers: &headers, body };
    let signed = sign(&request, &key.id, key.secret.expose(), &date);
    head.headers.insert(AUTHORIZATION, sensitive(&signed.authorization)?);
    Ok(Secret::new(signed.signature))
}

fn sensitive(value: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(value)?;
    value.set_sensitive(true);
    Ok(value)
}

/// A query as decoded pairs. A plus is a plus: the vendor's signatures know no other way to write a space than `%20`.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| String::from_utf8_lossy(&canonical::percent_decode(text)).into_owned();
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name), decoded(value))
    };
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::HeaderMap;
    use serde_json::Value;

    use super::*;

    /// Signs a vector as the layer would, and returns the headers.
    fn signed(vector: &Value) -> HeaderMap {
        let text = |name: &str| vector[name].as_str().unwrap();
        let sent = vector["headers_signed_and_sent"].as_object().unwrap();
        let header = |name: &str| sent.get(name).map(|value| value.as_str().unwrap().to_owned());
        let mut request = http::Request::builder().method(text("method")).uri(format!(
            "{}://{}{}",
            text("scheme"),
            text("host"),
            text("request_target")
        ));
        if let Some(content_type) = header("Content-Type") {
            request = request.header("content-type", content_type);
        }
        let (mut head, ()) = request.header("accept", "application/json").body(()).unwrap().into_parts();
        let key = AccessKey {
            id: text("access_key").to_owned(),
            secret: Secret::new(text("secret_key")),
            security_token: header("X-Security-Token").map(Secret::new),
        };
        let seconds = date::parse(&header("X-Sdk-Date").unwrap()).unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(seconds);
        let project = header("X-Project-Id");
        let body = text("body").as_bytes();
        sign_with(&mut head, body, &key, project.as_deref(), now).unwrap();
        head.headers
    }

    #[test]
    fn signatures_are_those_of_the_official_sdk() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/signing.json");
        let vectors: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let vectors = vectors["vectors"].as_array().unwrap();
        let mut checked = Vec::new();
        for vector in vectors {
            let name = vector["name"].as_str().unwrap();
            // It signs a header that no request of ours has.
            if name == "header_value_trimmed" {
                continue;
            }
            let headers = signed(vector);
            assert_eq!(headers["authorization"], vector["authorization"].as_str().unwrap(), "{name}");
            assert!(headers["authorization"].is_sensitive());
            checked.push(name);
        }
        for name in ["get_no_query", "get_query_encoding", "get_security_token", "minimal_headers", "post_json_body"] {
            assert!(checked.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_project_stands_in_the_path_of_the_service() {
        let id = "0123456789abcdef0123456789abcdef";
        assert_eq!(project_id(&format!("/v3/{id}/pipeline/pipelines")), Some(id));
        for path in ["/v3/projects", &format!("/v3/{id}/cas/x"), "/v3/x/pipeline/pipelines", &format!("/v3/{id}")] {
            assert_eq!(project_id(path), None, "{path}");
        }
    }
}
