//! The exports, which hand over to plain functions and do nothing else.

use model::connection::Connection;
use model::error::Error;
use model::listing::Listing;
use model::term::Term;

use crate::bindings;
use crate::bindings::exports::huaweicloud::servicestage::pipelines;
use crate::data_source;
use crate::list::{self, Transport};
use crate::transport::WasiHttp;
use declarative_plugin::{DataSources, Plugin};

struct Component;

declarative_plugin::export!(Component);

bindings::export!(Component with_types_in bindings);

impl pipelines::Guest for Component {
    fn list_pipelines(connection: Connection, query: Vec<Term>) -> Result<Listing, Error> {
        list::list_pipelines(&mut WasiHttp::begin(), &connection, query)
    }

    fn list_pipelines_json(connection: Connection, query: Vec<Term>) -> Result<String, Error> {
        let listing = list::list_pipelines(&mut WasiHttp::begin(), &connection, query)?;
        // Numbers, text and truth values always have a JSON form.
        Ok(serde_json::to_string(&listing).unwrap_or_default())
    }

    fn find_project(connection: Connection) -> Result<String, Error> {
        list::find_project(&mut WasiHttp::begin(), &connection)
    }
}

impl DataSources for Component {
    type Context = dyn Transport;
    const PLUGIN: Plugin<dyn Transport> = data_source::PLUGIN;

    fn context() -> Box<dyn Transport> {
        Box::new(WasiHttp::begin())
    }
}
