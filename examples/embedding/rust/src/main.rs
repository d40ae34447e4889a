//! Lists release tasks with wasmtime's crates alone, and prints the listing as JSON.
//!
//! `HW_REGION_NAME=cn-north-4 HW_PROJECT_ID=... HW_AUTH_TOKEN=... cargo run --bin embedding-example -- servicestage.wasm`
//!
//! `SERVICESTAGE_ENDPOINT` replaces the region's endpoint. Unlike this project's hosts, this program
//! - sends every request, because it has no policy,
//! - connects to private addresses too,
//! - passes the token into the component's memory,
//! - limits neither memory nor time; the component limits the time of a call itself.
//!
//! wasmtime trusts the authorities of the web instead of the system's, and uses no proxy.

use std::env;

use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::error::Context as _;
use wasmtime::{Engine, Result, Store, bail};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks};

use bindings::exports::huaweicloud::servicestage::pipelines::{Connection, Credentials};

mod bindings {
    wasmtime::component::bindgen!({
        path: ["../../../wit/plugin/0.1.1", "../../../wit/servicestage"],
        inline: "package example:embedding; world lister { export huaweicloud:servicestage/pipelines@0.1.0; }",
    });
}

/// The state of an instance: HTTP, and a WASI without files, environment variables and streams.
#[derive(Default)]
struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: default_hooks() }
    }
}

fn main() -> Result<()> {
    let engine = Engine::default();
    let component = Component::from_file(&engine, env::args().nth(1).context("name the component's file")?)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi_http::p2::add_to_linker_sync(&mut linker)?;
    let mut store = Store::new(&engine, State::default());
    let lister = bindings::Lister::instantiate(&mut store, &component, &linker)?;

    let connection = Connection {
        region: env::var("HW_REGION_NAME").ok(),
        project_id: env::var("HW_PROJECT_ID").ok(),
        endpoint: env::var("SERVICESTAGE_ENDPOINT").ok(),
        credentials: Credentials::Token(env::var("HW_AUTH_TOKEN")?),
        // None: the default that pipelines.wit documents.
        iam_endpoint: None,
        connect_timeout_ms: None,
        first_byte_timeout_ms: None,
        between_bytes_timeout_ms: None,
        call_timeout_ms: None,
        max_attempts: None,
        max_response_bytes: None,
    };
    let pipelines = lister.huaweicloud_servicestage_pipelines();
    match pipelines.call_list_pipelines_json(&mut store, &connection, &[])? {
        Ok(listing) => println!("{listing}"),
        Err(error) => bail!("{}", error.message),
    }
    Ok(())
}
