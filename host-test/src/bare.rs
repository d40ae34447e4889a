//! Calls the component without the runtime, on an engine that counts what it does: instructions and memory, which
//! are the same at every run.

use anyhow::{Result, anyhow};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http_body_util::{BodyExt, Full};
use servicestage::INTERFACE;
use servicestage::error::Error;
use servicestage::types::{Connection, Term};
use wasmtime::component::{Component, ComponentNamedList, InstancePre, Lift, Linker, Lower, ResourceTable};
use wasmtime::{Config, Engine, ResourceLimiter, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView};

use crate::run::component_path;

/// How it is made sure that a component which computes can be interrupted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Metering {
    /// Not at all.
    None,
    /// As in the runtime. Whoever holds the engine advances its epoch.
    Epochs,
    /// By instructions, which are counted.
    Fuel,
}

/// The component on an engine of its own.
pub struct BareEngine {
    instance: InstancePre<StoreData>,
    metering: Metering,
}

/// The resources that a call used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceUse {
    /// Instructions, where they are counted.
    pub fuel: u64,
    /// The component's memory at the end of the call. It never shrinks.
    pub memory_bytes: usize,
}

impl BareEngine {
    /// Compiles the component.
    ///
    /// # Errors
    /// It is not built, or does not load.
    pub fn load(metering: Metering) -> Result<Self> {
        Self::compile(metering).map_err(|error| anyhow!("{}: {error:#}", component_path().display()))
    }

    fn compile(metering: Metering) -> wasmtime::Result<Self> {
        let mut config = Config::new();
        config.concurrency_support(false);
        config.epoch_interruption(metering == Metering::Epochs).consume_fuel(metering == Metering::Fuel);
        let engine = Engine::new(&config)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        let component = Component::from_file(&engine, component_path())?;
        Ok(Self { instance: linker.instantiate_pre(&component)?, metering })
    }

    /// The engine, for whoever advances its epoch.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        self.instance.component().engine()
    }

    /// Calls one of the functions that list. The answer is this body, whatever is asked.
    ///
    /// # Errors
    /// The component does not list.
    pub async fn list<T>(
        &self,
        function: &str,
        connection: Connection,
        query: Vec<Term>,
        body: Bytes,
    ) -> Result<(T, ResourceUse)>
    where
        T: Lift + Send + Sync + 'static,
    {
        let called = self.call::<_, Result<T, Error>>(INTERFACE, function, (connection, query), body, false).await;
        let (result, used) = called.map_err(|error| anyhow!("{function}: {error:#}"))?;
        Ok((result.map_err(|error| anyhow!("{error}"))?, used))
    }

    /// Calls any function. The answer is this body, whatever is asked, with its length or without.
    ///
    /// # Errors
    /// The component has no such function, or traps.
    pub async fn call<P, T>(
        &self,
        interface: &str,
        function: &str,
        parameters: P,
        body: Bytes,
        with_length: bool,
    ) -> wasmtime::Result<(T, ResourceUse)>
    where
        P: ComponentNamedList + Lower + Send + Sync + 'static,
        T: Lift + Send + Sync + 'static,
    {
        let component = self.instance.component();
        let index = component
            .get_export_index(None, interface)
            .and_then(|interface| component.get_export_index(Some(&interface), function))
            .ok_or_else(|| wasmtime::format_err!("the component does not export it"))?;
        let mut store = Store::new(self.engine(), StoreData::answering(body, with_length));
        store.limiter(|state| &mut state.memory);
        match self.metering {
            Metering::None => {}
            Metering::Epochs => store.epoch_deadline_async_yield_and_update(1),
            Metering::Fuel => {
                store.set_fuel(u64::MAX)?;
                store.fuel_async_yield_interval(Some(10_000_000))?;
            }
        }
        let instance = self.instance.instantiate_async(&mut store).await?;
        let function = instance.get_typed_func::<_, (T,)>(&mut store, index)?;
        let (result,) = function.call_async(&mut store, parameters).await?;
        let fuel = if self.metering == Metering::Fuel { u64::MAX - store.get_fuel()? } else { 0 };
        Ok((result, ResourceUse { fuel, memory_bytes: store.data().memory.bytes }))
    }
}

struct StoreData {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    answer: FixedResponse,
    memory: MemoryMeter,
}

impl StoreData {
    fn answering(body: Bytes, with_length: bool) -> Self {
        Self {
            table: ResourceTable::new(),
            wasi: WasiCtx::default(),
            http: WasiHttpCtx::new(),
            answer: FixedResponse { body, with_length },
            memory: MemoryMeter { bytes: 0 },
        }
    }
}

/// How much memory the component has.
struct MemoryMeter {
    bytes: usize,
}

impl ResourceLimiter for MemoryMeter {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        self.bytes = desired;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(true)
    }
}

impl WasiView for StoreData {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for StoreData {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { hooks: &mut self.answer, table: &mut self.table, ctx: &mut self.http }
    }
}

/// Answers at once, with this.
struct FixedResponse {
    body: Bytes,
    with_length: bool,
}

type Worker = Box<dyn Future<Output = Result<(), wasmtime_wasi_http::Error>> + Send>;

impl WasiHttpHooks for FixedResponse {
    fn send_request(
        &mut self,
        _: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Worker,
    ) -> Box<dyn Future<Output = Result<(http::Response<WasiBody>, Worker), wasmtime_wasi_http::Error>> + Send> {
        let body = Full::new(self.body.clone()).map_err(|never| match never {}).boxed_unsync();
        let mut response = http::Response::new(body);
        if self.with_length {
            response.headers_mut().insert(CONTENT_LENGTH, self.body.len().into());
        }
        let done: Worker = Box::new(async { Ok(()) });
        Box::new(std::future::ready(Ok((response, done))))
    }
}
