//! Every stage of every signature that the official SDK made, and of those in the folder named by `VECTORS`.

use std::path::PathBuf;

use huaweicloud_sign::{Request, canonical, sign};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    name: String,
    access_key: String,
    secret_key: String,
    method: String,
    path: String,
    query: Vec<(String, Value)>,
    headers_signed_and_sent: serde_json::Map<String, Value>,
    body: String,
    signed_headers: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
    request_target: String,
}

#[test]
fn every_stage_agrees_with_the_official_sdk() {
    let own = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors"));
    let extra = std::env::var_os("VECTORS").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    for folder in std::iter::once(own).chain(extra) {
        let file = folder.join("signing.json");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let Vectors { vectors } = serde_json::from_str(&text).unwrap();
        assert!(!vectors.is_empty(), "{} holds no vector", file.display());
        for vector in &vectors {
            check(vector);
        }
    }
}

fn check(vector: &Vector) {
    let query: Vec<(&str, String)> = vector
        .query
        .iter()
        .flat_map(|(name, value)| texts(value).into_iter().map(move |text| (name.as_str(), text)))
        .collect();
    let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let headers: Vec<(&str, &str)> =
        vector.headers_signed_and_sent.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let request = Request {
        method: &vector.method,
        path: &vector.path,
        query: &query,
        headers: &headers,
        body: vector.body.as_bytes(),
    };
    let date = vector.headers_signed_and_sent["X-Sdk-Date"].as_str().unwrap();
    let signed = sign(&request, &vector.access_key, &vector.secret_key, date);

    let name = &vector.name;
    assert_eq!(signed.signed_headers, vector.signed_headers, "{name}: signed headers");
    assert_eq!(signed.canonical_request, vector.canonical_request, "{name}: canonical request");
    assert_eq!(signed.string_to_sign, vector.string_to_sign, "{name}: string to sign");
    assert_eq!(signed.signature, vector.signature, "{name}: signature");
    assert_eq!(signed.authorization, vector.authorization, "{name}: authorization");
    let sent = match canonical::query(&query) {
        query if query.is_empty() => vector.path.clone(),
        query => format!("{}?{query}", vector.path),
    };
    assert_eq!(sent, vector.request_target, "{name}: request target");
}

/// A query value as the SDK takes it: a scalar, or a list that repeats its name.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}
