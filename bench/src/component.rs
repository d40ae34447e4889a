//! The component as a host that ships runs it: as machine code, in an instance of its own for each call.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use anyhow::{Context, Result, anyhow};
use bytes::Bytes;
use component_runtime::client::Client as Http;
use component_runtime::http::{Decision, Request, Timeouts, Verdict, full};
use component_runtime::{Declaration, Grant, Layer, Limits, Network, Plugin, Policy, Runtime, Stack};
use servicestage::credentials::{AccessKey, Identity};
use servicestage::secret::Secret;
use servicestage::types::{Connection, Listing};
use servicestage::{Authenticator, Error, Exports, Session};

use crate::server::Address;

/// Any project: the answers are the same.
pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";

/// A key of nobody, as id and secret.
pub const KEY: (&str, &str) = ("AKEXAMPLE", "SecretKeyOfAnExample");

/// The file in the folder of the component.
fn file(name: &str) -> Result<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/component").join(name);
    std::fs::read(&path).with_context(|| format!("{} cannot be read: `cargo xtask build` makes it", path.display()))
}

/// Loads the machine code that `cargo xtask build` made.
pub fn load() -> Result<Plugin> {
    load_within(Limits::default())
}

/// Loads it for calls with these limits.
#[expect(unsafe_code, reason = "machine code is run as it is")]
pub fn load_within(limits: Limits) -> Result<Plugin> {
    let machine_code = file("servicestage.cwasm")?;
    // SAFETY: the file is what `Runtime::precompile` made of the component; `cargo xtask bench` has just built it.
    unsafe { Runtime::new(limits)?.load_precompiled(&machine_code) }.context("`cargo xtask build` mends it")
}

/// A layer in the client's place, which answers every request with this body.
struct Replay(Bytes);

impl Layer for Replay {
    fn decide<'a>(&'a self, _: Request, _: &'a Timeouts) -> Decision<'a> {
        let body = full(self.0.clone());
        Box::pin(std::future::ready(Verdict::Complete(Ok(http::Response::new(body)))))
    }
}

/// A client whose requests are answered from memory.
pub fn replaying(plugin: &Plugin, body: &Bytes) -> Exports {
    Exports::new(plugin.clone(), Stack::new(vec![Arc::new(Replay(body.clone()))]))
}

/// Lists with the component. The order of the result is its default, the newest first.
pub async fn list(client: &Exports) -> Result<Listing> {
    client.list_pipelines(connection("http://127.0.0.1:9", PROJECT), vec![]).await.map_err(failed)
}

/// A session as the tool has it: under a policy, with a key that the component does not see, over real HTTP.
pub fn session(plugin: &Plugin, address: &Address) -> Result<Session> {
    let mut grant = Grant::default();
    grant.allow_origin("service", &address.origin)?;
    let declaration = Declaration::from_json(&String::from_utf8(file("servicestage.needs.json")?)?)?;
    let policy = Policy::new(declaration, grant);
    let network = Network::trusting(address.authorities()?)?;
    let http: Arc<dyn Layer> = Arc::new(Http::new(network).under(&policy));
    let key = AccessKey { id: KEY.0.to_owned(), secret: Secret::new(KEY.1), security_token: None };
    let authenticator = Authenticator::new(Identity::AccessKey(key), Arc::clone(&http), Arc::new(SystemTime::now));
    Ok(Session::new(plugin.clone(), vec![Arc::new(policy)], Arc::new(authenticator), http))
}

/// Lists a project in a session.
pub async fn list_in(session: &Session, origin: &str, project: &str) -> Result<Listing> {
    session.list_pipelines(connection(origin, project), vec![]).await.map_err(failed)
}

fn connection(origin: &str, project: &str) -> Connection {
    Connection { endpoint: Some(origin.to_owned()), project_id: Some(project.to_owned()), ..Connection::default() }
}

fn failed(error: Box<Error>) -> anyhow::Error {
    anyhow!("the component does not list: {error}")
}
