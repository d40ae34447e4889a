//! Lists the failed release tasks of a project from Rust: `cargo run --example list COMPONENT.wasm REGION PROJECT-ID`,
//! with a token in `HW_AUTH_TOKEN`.

use std::sync::Arc;

use component_runtime::client::Client as Http;
use component_runtime::{Limits, Network, Runtime, Stack};
use servicestage_host::Client;
use servicestage_host::types::{Connection, Credentials, Status, Term};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let component = std::fs::read(arguments.next().ok_or("name the component's file")?)?;
    let connection = Connection {
        region: arguments.next(),
        project_id: arguments.next(),
        credentials: Credentials::Token(std::env::var("HW_AUTH_TOKEN")?),
        ..Connection::default()
    };
    let plugin = Runtime::new(Limits::default())?.compile(&component)?;
    let http = Stack::new(vec![Arc::new(Http::new(Network::new()?))]);
    let failed = vec![Term::Status(vec![Status::Failed, Status::RollbackFailed])];
    let listing = Client::new(plugin, http).list_pipelines(connection, failed).await?;
    for pipeline in &listing.pipelines {
        println!("{} {}", pipeline.id, pipeline.name.as_deref().unwrap_or_default());
    }
    println!("{} of {} release tasks failed", listing.matched, listing.total);
    Ok(())
}
