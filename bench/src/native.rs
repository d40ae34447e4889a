//! The same without a component: serde_json into the same records, and an asynchronous client that signs alike.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http_body_util::{BodyExt, Empty};
use huaweicloud_sign::{date, sign};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use serde::de::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use servicestage::types::{ConfigMode, Pipeline, Status};

use crate::component::KEY;
use crate::server::Address;

/// The vendor's answer.
#[derive(serde::Deserialize)]
struct Answer {
    pipelines: Vec<Record>,
}

/// The host's own record of a release task, read as the vendor writes it.
#[derive(serde::Deserialize)]
pub struct Record(#[serde(with = "Fields")] pub Pipeline);

#[derive(serde::Deserialize)]
#[serde(remote = "Pipeline")]
struct Fields {
    id: String,
    name: Option<String>,
    description: Option<String>,
    create_time: Option<u64>,
    update_time: Option<u64>,
    version: Option<i64>,
    #[serde(default, deserialize_with = "mode")]
    config_mode: Option<ConfigMode>,
    creator: Option<String>,
    model_version: Option<i64>,
    #[serde(default, deserialize_with = "status")]
    status: Option<Status>,
    last_trigger_at: Option<u64>,
    enterprise_project_id: Option<String>,
    enterprise_project: Option<String>,
    #[serde(default, deserialize_with = "raw")]
    extend_info: Option<String>,
}

fn mode<'de, D: Deserializer<'de>>(input: D) -> Result<Option<ConfigMode>, D::Error> {
    Ok(Option::<&str>::deserialize(input)?.map(ConfigMode::from_word))
}

fn status<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Status>, D::Error> {
    Ok(Option::<i64>::deserialize(input)?.map(Status::from_number))
}

fn raw<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    Ok(Option::<&RawValue>::deserialize(input)?.map(|value| value.get().to_owned()))
}

/// The release tasks in the answer, in its order.
pub fn decode(body: &[u8]) -> Result<Vec<Record>> {
    Ok(serde_json::from_slice::<Answer>(body)?.pipelines)
}

/// A client of the service without a sandbox, a policy or limits. It keeps its connections.
pub struct Native {
    http: Client<HttpsConnector<HttpConnector>, Empty<Bytes>>,
    origin: String,
}

impl Native {
    pub fn new(address: &Address) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let tls = tls.with_root_certificates(address.authorities()?).with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self { http: Client::builder(TokioExecutor::new()).build(connector), origin: address.origin.clone() })
    }

    /// Lists the release tasks of a project, with a signature.
    pub async fn list(&self, project: &str) -> Result<Vec<Record>> {
        let date = date::format(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs());
        let path = format!("/v3/{project}/pipeline/pipelines");
        let (_, host) = self.origin.split_once("://").context("an origin has a scheme")?;
        let headers = [
            ("host", host),
            ("content-type", "application/json;charset=utf8"),
            ("x-project-id", project),
            ("x-sdk-date", &date),
        ];
        let request =
            huaweicloud_sign::Request { method: "GET", path: &path, query: &[], headers: &headers, body: b"" };
        let signed = sign(&request, KEY.0, KEY.1, &date);
        let mut request = http::Request::get(format!("{}{path}", self.origin)).header("accept", "application/json");
        for (name, value) in headers.into_iter().filter(|(name, _)| *name != HOST) {
            request = request.header(name, value);
        }
        let request = request.header(AUTHORIZATION, signed.authorization).body(Empty::new())?;
        let response = self.http.request(request).await?;
        ensure!(response.status().is_success(), "the service answers {}", response.status());
        decode(&response.into_body().collect().await?.to_bytes())
    }
}
