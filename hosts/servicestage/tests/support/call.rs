//! One call's requests through the layer and the client, at a time that a test chooses.
#![allow(dead_code, missing_docs, reason = "each test binary uses a part")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use component_runtime::client::Client;
use component_runtime::http::{HttpError, Response, Timeouts, Verdict, full};
use component_runtime::{Layer, Network};
use servicestage::credentials::Identity;
use servicestage::error::{Error, InvalidArgument};
use servicestage::types::Connection;
use servicestage::{Authenticator, CallAuthentication};

use crate::support::{PROJECT, Server};

/// 2025-01-01T08:30:00Z, the time of the vectors.
const NOW: u64 = 1_735_720_200;

/// A clock that a test moves.
#[derive(Clone)]
pub struct Hands(Arc<AtomicU64>);

impl Hands {
    pub fn new() -> Self {
        Self(Arc::new(AtomicU64::new(NOW)))
    }

    pub fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn authenticator(&self, identity: Identity) -> Arc<Authenticator> {
        let hands = self.0.clone();
        let clock = move || -> SystemTime { UNIX_EPOCH + Duration::from_secs(hands.load(Ordering::SeqCst)) };
        Arc::new(Authenticator::new(identity, http(), Arc::new(clock)))
    }
}

pub fn http() -> Arc<dyn Layer> {
    Arc::new(Client::new(Network::new().unwrap()))
}

/// A connection to a server that is the service and IAM at once.
pub fn connection(server: &Server) -> Connection {
    Connection {
        region: Some("cn-north-4".to_owned()),
        endpoint: Some(server.url.clone()),
        iam_endpoint: Some(server.url.clone()),
        ..Connection::default()
    }
}

pub fn layer(authenticator: &Arc<Authenticator>, connection: &Connection) -> CallAuthentication {
    CallAuthentication::new(Arc::clone(authenticator), connection, http()).unwrap()
}

/// Sends a request as a component makes it, through the layer and the client.
pub async fn send(layer: &CallAuthentication, url: &str, headers: &[(&str, &str)]) -> Result<Response, HttpError> {
    let body = full("");
    let mut request = http::Request::builder().uri(url).header("accept", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match layer.layer().decide(request.body(body).unwrap(), &Timeouts::default()).await {
        Verdict::Complete(result) => result,
        Verdict::Continue(_) => panic!("the layer completes"),
    }
}

pub fn listing(server: &Server) -> String {
    format!("{}/v3/{PROJECT}/pipeline/pipelines", server.url)
}

pub async fn status(layer: &CallAuthentication, server: &Server) -> u16 {
    send(layer, &listing(server), &[]).await.unwrap().status().as_u16()
}

/// The error of a call whose component knows only that its request failed.
pub fn explained(layer: &CallAuthentication) -> Error {
    let invalid = InvalidArgument::new("x", "y");
    let mut error = Error::invalid_argument("list-pipelines", invalid);
    layer.explain(&mut error);
    error
}
