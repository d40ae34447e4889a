//! The exports, which hand over to plain functions and do nothing else.

use model::connection::Connection;
use model::error::Error;
use model::listing::Listing;
use model::term::Term;

use crate::bindings;
use crate::bindings::exports::huaweicloud::servicestage::pipelines;
use crate::data_source::ServiceStage;
use crate::list;
use crate::transport::WasiHttp;

struct Component;

declarative_plugin::export!(ServiceStage, WasiHttp::begin());

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
