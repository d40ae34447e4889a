//! The component never holds a secret: its whole memory is searched, after reads with every kind of credentials.

#[path = "../../servicestage/tests/support/mod.rs"]
mod recording;

use std::sync::Arc;

use component_runtime::{Client, Declaration, Grant, Limits, Network};
use host_test::memory::Watch;

use crate::caller::Contract;
use crate::component::{self, LoadedComponent};
use crate::configuration::{self, Configuration};
use crate::environment::{Environment, VariableAccess};
use crate::read::Read;
use crate::schema::Schema;
use crate::scheme::User;
use crate::value::Value;
use recording::{PROJECT, Server, json, repeated, repeated_in_listing};

const SECRET: &str = "hushSK-Qw7Zr2Xk9Lm4Vn8Tb3Yc6Fh1Jd5Gp0A";
const SESSION: &str = "hushST/+Jy5Gf6Dd1Wq0Ps8Ua3Ek7Rz2Nv9Bm4Cx==";
const TOKEN: &str = "hushUT/+Hf3Yt8Lp6Oi1Gd4Sa9Qw2Er7Ty5Ui0==";
const KEY: &str = "EXAMPLEAK0123456789A";

#[tokio::test]
async fn no_secret_and_no_signature_is_in_the_component_s_memory() {
    // The servers repeat what authenticates a request, in headers that the component reads and in the listing.
    let server = Server::start(|_, request| {
        let projects = format!(r#"{{"projects":[{{"id":"{PROJECT}","name":"cn-north-4"}}]}}"#);
        let body = if request.contains("/v3/projects") { projects } else { repeated_in_listing(request) };
        json("200 OK", &repeated(request), &body)
    });
    let watch = Watch::default();
    let runtime = watch.runtime(Limits::default()).unwrap();
    let LoadedComponent { plugin, declaration, .. } = component::embedded_in(&runtime).unwrap();
    let contract = Contract::new(plugin).unwrap();
    let schema = Schema::new(contract.describe().await.unwrap()).unwrap();
    let declaration = contract.declaration(declaration).await.unwrap();

    let key = [("access_key", KEY), ("secret_key", SECRET), ("security_token", SESSION)];
    for credentials in [&[("token", TOKEN)][..], &key] {
        list(&contract, &declaration, &schema, credentials, &server.url).await;
    }
    assert!(watch.len() > 1 << 20, "there were memories to look at");
    assert!(watch.holds(b"/pipeline/pipelines"), "what the component does hold is found");
    for secret in ["hush", &SECRET[6..], &SESSION[6..], &TOKEN[6..], KEY] {
        assert!(!watch.holds(secret.as_bytes()), "{secret}");
    }
    let signatures = server.signatures();
    assert_eq!(signatures.len(), 2);
    for signature in signatures {
        assert!(!watch.holds(signature.as_bytes()), "{signature}");
    }
}

/// It asks for the variable of the key a second time, for those of other programs, and for those of a known scheme.
#[tokio::test]
async fn a_component_that_asks_for_every_secret_holds_none_of_them() {
    let component = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/component/hostile.wasm");
    let bytes = std::fs::read(component).expect("`cargo xtask component` makes it");
    let watch = Watch::default();
    let plugin = watch.runtime(Limits::default()).unwrap().compile(&bytes).unwrap();
    let contract = Contract::new(plugin).unwrap();
    let schema = Schema::new(contract.describe().await.unwrap()).unwrap();

    // Every variable is set to what its name says.
    let variable = |name: &str| Some(format!("hush-{name}"));
    let grant = Grant::from_json(r#"{"version": 1, "allow": [{"variable": "HW_SECRET_KEY"}]}"#).unwrap();
    let (nobody, servers) =
        (User { variable: &|_| None, home: None }, configuration::network(Client::new(Network::new().unwrap())));
    let environment = Environment { variable: &variable, grant: &grant, access: VariableAccess::Provider("hostile") };
    let (configuration, _) =
        Configuration::new(&schema, Value::nothing(&schema.provider), &environment, &nobody, servers).ok().unwrap();
    let configuration = Arc::new(configuration);
    contract.validate_provider(configuration.shown.to_values()).await.unwrap();
    let read = Read {
        contract: &contract,
        declaration: &Declaration::default(),
        schema: &schema,
        configuration: &configuration,
        provider: "hostile",
        policy_variable: "NONE",
    };
    let object = &schema.sources["thing"].object;
    assert!(read.run("thing", object, &Value::nothing(object)).await.0.is_some());
    assert!(watch.holds(b"hush-HOSTILE_ZONE"), "what the component may see is found");
    for described in &schema.provider.attributes {
        for name in described.environment.iter().filter(|name| *name != "HOSTILE_ZONE") {
            assert!(!watch.holds(format!("hush-{name}").as_bytes()), "{name}");
        }
    }
}

/// The same in every language.
#[tokio::test]
async fn a_token_is_in_no_memory_of_a_component_in_another_language() {
    for file in [
        "component/rates.wasm",
        "languages/c.wasm",
        "languages/javascript.wasm",
        "languages/python.wasm",
        "languages/go.wasm",
    ] {
        let server = Server::start(|_, request| {
            let rates = r#"{"rates":[{"currency":"USD","rate":1.1742}]}"#;
            json("200 OK", &repeated(request), rates)
        });
        let component = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target").join(file);
        let bytes = std::fs::read(component).expect("`cargo xtask component` and `cargo xtask languages` make it");
        let watch = Watch::default();
        let contract =
            Contract::new(watch.runtime_with_empty_wasi(Limits::default()).unwrap().compile(&bytes).unwrap()).unwrap();
        let schema = Schema::new(contract.describe().await.unwrap()).unwrap();
        let declaration = contract.declaration(None).await.unwrap();
        let mut arguments = Value::nothing(&schema.sources["rates"].object);
        arguments.set("base", Value::Text("EUR".to_owned()));
        let values = [("endpoint", server.url.as_str()), ("token", TOKEN)];
        read_with(&contract, &declaration, &schema, &values, ("rates", &arguments)).await;
        assert!(watch.holds(b"1.1742"), "{file}: what the component does hold is found");
        assert!(!watch.holds(&TOKEN.as_bytes()[6..]), "{file}");
    }
}

async fn list(
    contract: &Contract,
    declaration: &Declaration,
    schema: &Schema,
    credentials: &[(&str, &str)],
    url: &str,
) {
    let place = [("region", "cn-north-4"), ("endpoint", url), ("iam_endpoint", url)];
    let arguments = Value::nothing(&schema.sources["pipelines"].object);
    let values = [&place, credentials].concat();
    read_with(contract, declaration, schema, &values, ("pipelines", &arguments)).await;
}

/// Reads a source with its arguments, and the provider's configuration from these values.
async fn read_with(
    contract: &Contract,
    declaration: &Declaration,
    schema: &Schema,
    configured: &[(&str, &str)],
    (source, arguments): (&str, &Value),
) {
    let mut values = Value::nothing(&schema.provider);
    for (name, text) in configured {
        values.set(name, Value::Text((*text).to_owned()));
    }
    let (nobody, servers) =
        (User { variable: &|_| None, home: None }, configuration::network(Client::new(Network::new().unwrap())));
    let environment = Environment { variable: &|_| None, grant: &Grant::default(), access: VariableAccess::Any };
    let Ok((configuration, _)) = Configuration::new(schema, values, &environment, &nobody, servers) else {
        panic!("it is complete");
    };
    let configuration = Arc::new(configuration);
    assert!(contract.validate_provider(configuration.shown.to_values()).await.unwrap().is_empty());
    let read = Read {
        contract,
        declaration,
        schema,
        configuration: &configuration,
        provider: "servicestage",
        policy_variable: "NONE",
    };
    let (state, told) = read.run(source, &schema.sources[source].object, arguments).await;
    assert!(state.is_some(), "{told:?}");
}
