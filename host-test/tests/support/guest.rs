//! The hostile guests, and the one way to run them: under a policy, over the real client, against a witness.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime};

use component_runtime::client::Client;
use component_runtime::connector::Stream;
use component_runtime::socket::{Dialer, Dialing, Resolver, Resolving};
use component_runtime::{Call, CallError, Declaration, Grant, Limits, Network, Plugin, Policy, Runtime, Stack};
use tokio::net::TcpStream;

use super::witness::Witness;

/// Ends soon what never ends by itself.
pub const LIMITS: Limits = Limits { memory_bytes: 64 << 20, deadline: Duration::from_secs(1), ..Limits::DEFAULT };

/// The requests that the guests declare. Everything else that they send is more than that.
const NEEDS: &str = r#"{"version": 1, "requests": [
    {"role": "service", "method": "GET", "path": "/ok"},
    {"role": "service", "method": "GET", "path": "/endless"},
    {"role": "service", "method": "GET", "path": "/never"}
]}"#;

/// The guests that import what the real component does, as one component.
fn component() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| build("hostile-guests"))
}

/// The guest that imports all of WASI.
pub fn of_wasi() -> &'static [u8] {
    static COMPONENT: OnceLock<Vec<u8>> = OnceLock::new();
    COMPONENT.get_or_init(|| build("hostile-wasi-guest"))
}

/// Builds a guest. Cargo compiles it again only if its sources changed.
fn build(package: &str) -> Vec<u8> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    // A folder of its own: whoever runs the tests may hold the lock of the other one.
    let target = root.join("target/guests");
    let built = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
        .args(["build", "-p", package, "--profile", "component"])
        .args(["--target", "wasm32-unknown-unknown", "--target-dir"])
        .arg(&target)
        .current_dir(root)
        .status()
        .unwrap();
    assert!(built.success(), "{package} is not built: `cargo xtask component` installs what that needs");
    let file = format!("{}.wasm", package.replace('-', "_"));
    std::fs::read(target.join("wasm32-unknown-unknown/component").join(file)).unwrap()
}

/// The guests, loaded.
pub struct Guest(Plugin);

impl Guest {
    pub fn load(limits: Limits) -> Self {
        Self::of(&Runtime::new(limits).unwrap())
    }

    pub fn of(runtime: &Runtime) -> Self {
        Self(runtime.compile(component()).unwrap())
    }

    /// One that was loaded already.
    pub fn loaded(plugin: Plugin) -> Self {
        Self(plugin)
    }

    /// Plays a scenario against this witness, to which alone the guest may speak.
    pub async fn play(&self, scenario: &str, witness: &Witness) -> Result<Vec<String>, CallError> {
        let mut grant = Grant::default();
        grant.allow_origin("service", &format!("http://{}", witness.address)).unwrap();
        let policy = Policy::new(Declaration::from_json(NEEDS).unwrap(), grant);
        let network = Network::new().unwrap().resolving(Arc::new(Nobody));
        let dialed = Arc::new(Dialed::default());
        let http = Stack::new(vec![
            Arc::new(policy.clone()),
            Arc::new(Client::new(network.dialing(dialed.clone())).under(&policy)),
        ]);
        let call = Call { interface: "test:hostile/probe@0.1.0", function: "run", http, began: SystemTime::now() };
        let result = self.0.call(call, (scenario.to_owned(), witness.address.to_string())).await;
        let elsewhere: Vec<_> =
            dialed.0.lock().unwrap().iter().filter(|address| **address != witness.address).copied().collect();
        assert!(elsewhere.is_empty(), "{scenario}: connections to {elsewhere:?}");
        result.map(|(told,): (Vec<String>,)| told)
    }
}

/// Knows no name: the policy is asked first, and denies them all.
struct Nobody;

impl Resolver for Nobody {
    fn resolve<'a>(&'a self, name: &'a str) -> Resolving<'a> {
        panic!("the name {name} passed the policy")
    }
}

/// Dials, and remembers where.
#[derive(Default)]
struct Dialed(Mutex<Vec<SocketAddr>>);

impl Dialer for Dialed {
    fn dial(&self, address: SocketAddr) -> Dialing {
        self.0.lock().unwrap().push(address);
        Box::pin(async move {
            assert!(address.ip().is_loopback(), "{address} passed the policy");
            Ok(Box::new(TcpStream::connect(address).await?) as Box<dyn Stream>)
        })
    }
}
