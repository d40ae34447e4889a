//! Lists the failed release tasks of a region: `cargo run --example list -- COMPONENT.wasm REGION`, with credentials from
//! the environment or a profile. The component never sees them.

use std::sync::Arc;
use std::time::SystemTime;

use component_runtime::client::Client as Http;
use component_runtime::{Declaration, Grant, Layer, Limits, Network, Policy, Runtime};
use servicestage::credentials::chain::Sources;
use servicestage::origin::Origins;
use servicestage::types::{Connection, Status, Term};
use servicestage::{Authenticator, Session};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let component = std::fs::read(arguments.next().ok_or("name the component's file")?)?;
    let connection = Connection { region: arguments.next(), ..Connection::default() };
    let (home, variable) = (std::env::home_dir(), |name: &str| std::env::var(name).ok());
    let sources = Sources { explicit: None, profile: None, variable: &variable, home: home.as_deref(), metadata: None };
    let identity = sources.find().map_err(|invalid| format!("`{}`: {}", invalid.argument, invalid.reason))?.identity;

    // What the component declares, and what the region implies, is sent; nothing else is.
    let mut grant = Grant::default();
    let Origins { service, iam } = Origins::of(&connection);
    for (role, origin) in [("service", service), ("iam", iam)] {
        grant.allow_origin(role, &origin.ok_or("name a region")?.to_string())?;
    }
    let policy = Policy::new(Declaration::of_component(&component)?.unwrap_or_default(), grant);

    let plugin = Runtime::new(Limits::default())?.compile(&component)?;
    let http: Arc<dyn Layer> = Arc::new(Http::new(Network::new()?).under(&policy));
    let authenticator = Authenticator::new(identity, Arc::clone(&http), Arc::new(SystemTime::now));
    let session = Session::new(plugin, vec![Arc::new(policy)], Arc::new(authenticator), http);

    let failed = vec![Term::Status(vec![Status::Failed, Status::RollbackFailed])];
    let listing = session.list_pipelines(connection, failed).await?;
    for pipeline in &listing.pipelines {
        println!("{} {}", pipeline.id, pipeline.name.as_deref().unwrap_or_default());
    }
    println!("{} of {} release tasks failed", listing.matched, listing.total);
    Ok(())
}
