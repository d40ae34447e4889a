//! A token for a user and a password, from IAM.
//!
//! Source: "Obtaining a User Token Through Password Authentication" of the vendor.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use component_runtime::Layer;
use http::{HeaderValue, Method, StatusCode};
use serde_json::{Value, json};

use super::exchange::{RequestTimeouts, send};
use super::{Password, Secret, header_value};
use crate::credentials_error::CredentialsError;
use crate::error::{ErrorKind, Undecodable};
use crate::origin::{self, Scope};

/// The catalogue of all services would be a hundred kilobytes.
const PATH: &str = "/v3/auth/tokens?nocatalog=true";

/// As long as the component itself waits for a connection and for an answer.
const PATIENCE: RequestTimeouts = RequestTimeouts {
    connect: Duration::from_secs(10),
    pause: Duration::from_secs(30),
    total: Duration::from_secs(60),
};

const NEXT: &str = "Check user name, password, domain name and region; only an IAM user gets a token, and several \
     failures lock it for a while.";

/// A token for what the scope names, and when it expires.
pub(super) async fn issue(
    layer: &dyn Layer,
    user: &Password,
    scope: &Scope,
) -> Result<(Secret, Option<SystemTime>), CredentialsError> {
    ask(layer, user, scope).await.map_err(|error| match error.kind {
        ErrorKind::Unauthenticated => CredentialsError { next: NEXT, ..error },
        _ => error,
    })
}

async fn ask(
    layer: &dyn Layer,
    user: &Password,
    scope: &Scope,
) -> Result<(Secret, Option<SystemTime>), CredentialsError> {
    let asked = format!("POST {}{PATH}", scope.iam);
    let undecodable = |expected: &str| {
        let kind = ErrorKind::Undecodable(Undecodable { path: "$".to_owned(), expected: expected.to_owned() });
        CredentialsError::new(kind, format!("The answer has no {expected} ({asked})."))
    };
    let mut request = http::Request::new(Bytes::from(body(user, scope).to_string()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = origin::url(&scope.iam, PATH).ok_or_else(|| undecodable("address"))?;
    request.headers_mut().insert("host", origin::host_header(&scope.iam.authority()));
    request.headers_mut().insert("content-type", HeaderValue::from_static("application/json;charset=utf8"));

    let answer = send(layer, request, PATIENCE).await?;
    if answer.status != StatusCode::CREATED {
        return Err(CredentialsError::refused(&asked, answer.status, &answer.headers, &answer.body));
    }
    let token = answer.headers.get("x-subject-token").and_then(|token| token.to_str().ok());
    let token = token.filter(|token| header_value("credentials.token", token).is_ok());
    let token = token.ok_or_else(|| undecodable("X-Subject-Token"))?;
    let json: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let expires = json.pointer("/token/expires_at").and_then(Value::as_str).and_then(super::authenticator::time);
    Ok((Secret::new(token), expires))
}

fn body(user: &Password, scope: &Scope) -> Value {
    let project = match (&scope.project_id, &scope.region) {
        (Some(id), _) => json!({ "id": id }),
        (None, region) => json!({ "name": region }),
    };
    json!({ "auth": {
        "identity": { "methods": ["password"], "password": { "user": {
            "name": user.user, "password": user.password.expose(), "domain": { "name": user.domain }
        } } },
        "scope": { "project": project }
    } })
}
