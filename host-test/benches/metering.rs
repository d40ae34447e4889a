//! What it costs that a component which computes can be interrupted: not at all, by epochs, by fuel.
//!
//! Each listing of the fixture `thousand_records` has an instance of its own and its answer in memory, so that little
//! but the component's own code is measured. `cargo bench --workspace --profile dev --bench metering`: the component's
//! machine code is the same in every profile.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use bytes::Bytes;
use host_test::case::{Answer, Case};
use host_test::run::component_path;
use http_body_util::{BodyExt, Full};
use servicestage_host::INTERFACE;
use servicestage_host::types::{Connection, Term};
use wasmtime::component::{Component, InstancePre, Linker, ResourceTable};
use wasmtime::{Config, Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

const ROUNDS: usize = 200;

/// As in the runtime.
const TICK: Duration = Duration::from_millis(10);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Metering {
    None,
    Epochs,
    Fuel,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/thousand_records");
    let case = Case::read(&folder)?;
    let [exchange] = case.exchanges.as_slice() else { return Err("the fixture has another number of answers".into()) };
    let Answer::Response { response, .. } = &exchange.answer else { return Err("the fixture has no answer".into()) };
    let (connection, body) = (case.connection.clone(), Bytes::from(response.body.clone()));
    let ways = [("none", Metering::None), ("epochs", Metering::Epochs), ("fuel", Metering::Fuel)];
    let loaded = ways.iter().map(|(_, metering)| load(*metering)).collect::<Result<Vec<_>, _>>()?;
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build()?;

    let mut best = vec![Duration::MAX; ways.len()];
    // In turns, and the shortest counts, so that what else the machine does falls on none.
    for _ in 0..ROUNDS {
        for ((instance, (_, metering)), best) in loaded.iter().zip(ways).zip(&mut best) {
            let began = Instant::now();
            let listing = tokio.block_on(list(instance, metering, connection.clone(), body.clone()))?;
            *best = began.elapsed().min(*best);
            if serde_json::from_str::<serde_json::Value>(&listing)?.get("total") != Some(&serde_json::json!(1000)) {
                return Err("the listing has another size".into());
            }
        }
    }
    for ((name, _), time) in ways.iter().zip(&best) {
        let more = (time.as_secs_f64() / best[0].as_secs_f64() - 1.0) * 100.0;
        println!("{name:<7} {:>7.2} ms {more:>+5.0} %", time.as_secs_f64() * 1000.0);
    }
    Ok(())
}

fn load(metering: Metering) -> wasmtime::Result<InstancePre<State>> {
    let mut config = Config::new();
    config.concurrency_support(false);
    config.epoch_interruption(metering == Metering::Epochs).consume_fuel(metering == Metering::Fuel);
    let engine = Engine::new(&config)?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    let instance = linker.instantiate_pre(&Component::from_file(&engine, component_path())?)?;
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(TICK);
            engine.increment_epoch();
        }
    });
    Ok(instance)
}

async fn list(
    instance: &InstancePre<State>,
    metering: Metering,
    connection: Connection,
    body: Bytes,
) -> wasmtime::Result<String> {
    let component = instance.component();
    let function = component
        .get_export_index(None, INTERFACE)
        .and_then(|interface| component.get_export_index(Some(&interface), "list-pipelines-json"));
    let state = State {
        table: ResourceTable::new(),
        wasi: WasiCtx::default(),
        http: WasiHttpCtx::new(),
        answer: Answering(body),
    };
    let mut store = Store::new(component.engine(), state);
    match metering {
        Metering::None => {}
        Metering::Epochs => store.epoch_deadline_async_yield_and_update(1),
        Metering::Fuel => {
            store.set_fuel(u64::MAX)?;
            store.fuel_async_yield_interval(Some(10_000_000))?;
        }
    }
    let instance = instance.instantiate_async(&mut store).await?;
    let function = function.ok_or_else(|| wasmtime::format_err!("it exports no such function"))?;
    let function = instance
        .get_typed_func::<(Connection, Vec<Term>), (Result<String, servicestage_host::error::Error>,)>(
            &mut store, function,
        )?;
    let (listing,) = function.call_async(&mut store, (connection, Vec::new())).await?;
    listing.map_err(|error| wasmtime::format_err!("{error}"))
}

struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    answer: Answering,
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.answer, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Answers at once, with this.
struct Answering(Bytes);

type Worker = Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>;

impl WasiHttpHooks for Answering {
    fn send_request(
        &mut self,
        _: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Worker,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Worker), wasmtime_wasi_http::Error>> + Send> {
        let body = Full::new(self.0.clone()).map_err(|never| match never {}).boxed_unsync();
        let done: Worker = Box::new(async { Ok(()) });
        Box::new(std::future::ready(Ok((http::Response::new(body), done))))
    }
}
