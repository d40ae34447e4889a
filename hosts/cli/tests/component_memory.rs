//! The component never holds a secret: its whole memory is searched, after calls with every kind of credentials.
#![cfg(feature = "compile")]

#[path = "../../servicestage/tests/support/mod.rs"]
mod recording;

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::client::Client;
use component_runtime::{Layer, Limits, Network};
use host_test::memory::Watch;
use recording::{PROJECT, Server, json, repeated, repeated_in_listing, token, token_expired};
use servicestage::credentials::{AccessKey, Identity, Password};
use servicestage::types::Connection;
use servicestage::{Authenticator, Secret, Session};

const SECRET: &str = "hushSK-Qw7Zr2Xk9Lm4Vn8Tb3Yc6Fh1Jd5Gp0A";
const SESSION: &str = "hushST/+Jy5Gf6Dd1Wq0Ps8Ua3Ek7Rz2Nv9Bm4Cx==";
const TOKEN: &str = "hushUT/+Hf3Yt8Lp6Oi1Gd4Sa9Qw2Er7Ty5Ui0==";
const PASSWORD: &str = "hushPW!Mn4Bv8Cx2Za6";

#[test]
fn no_secret_and_no_signature_is_in_the_component_s_memory() {
    // The first token that is issued has expired at the service, so that one is renewed. The service repeats what
    // authenticates a request, in headers that the component reads and in the listing.
    let server = Server::start(|before, request| match request {
        _ if request.starts_with("POST ") => token(&format!("hushPT-{before}-Kd8Wm3Xq"), "2099-01-01T00:00:00.000000Z"),
        _ if request.contains("hushPT-0") => token_expired(),
        _ if request.contains("/v3/projects") => {
            json("200 OK", "", &format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"cn-north-4"}}]}}"#))
        }
        _ => json("200 OK", &repeated(request), &repeated_in_listing(request)),
    });
    let identities = [
        Identity::Password(Password {
            user: "ann".to_owned(),
            password: Secret::new(PASSWORD),
            domain: "account".to_owned(),
        }),
        Identity::Token(Secret::new(TOKEN)),
        Identity::AccessKey(AccessKey {
            id: "EXAMPLEAK0123456789A".to_owned(),
            secret: Secret::new(SECRET),
            security_token: Some(Secret::new(SESSION)),
        }),
    ];
    let watch = Watch::default();
    for identity in identities {
        list(&watch, identity, &server);
    }
    assert!(watch.len() > 1 << 20, "there were memories to look at");
    assert!(watch.holds(b"/pipeline/pipelines"), "what the component does hold is found");
    for secret in ["hush", &SECRET[6..], &SESSION[6..], &TOKEN[6..], &PASSWORD[6..], "Kd8Wm3Xq"] {
        assert!(!watch.holds(secret.as_bytes()), "{secret}");
    }
    let signatures = server.signatures();
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        assert!(!watch.holds(signature.as_bytes()), "{signature}");
    }
    assert_eq!(server.count("POST"), 2);
}

fn list(watch: &Watch, identity: Identity, server: &Server) {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/component/servicestage.wasm");
    let plugin = watch.runtime(Limits::default()).unwrap().compile(&std::fs::read(file).unwrap()).unwrap();
    let http: Arc<dyn Layer> = Arc::new(Client::new(Network::new().unwrap()));
    let authenticator = Authenticator::new(identity, Arc::clone(&http), Arc::new(SystemTime::now));
    let session = Session::new(plugin, vec![], Arc::new(authenticator), http);
    let connection = Connection {
        region: Some("cn-north-4".to_owned()),
        endpoint: Some(server.url.clone()),
        iam_endpoint: Some(server.url.clone()),
        ..Connection::default()
    };
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    assert_eq!(tokio.block_on(session.list_pipelines(connection, vec![])).unwrap().total, 1);
}
