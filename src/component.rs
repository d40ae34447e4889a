//! The exports, which hand over to plain functions and do nothing else.

use model::connection::Connection;
use model::error::Error;
use model::listing::Listing;
use model::term::Term;

use crate::bindings;
use crate::bindings::exports::huaweicloud::servicestage::pipelines;
use crate::data_source::contract;
use crate::transport::WasiHttp;
use crate::{data_source, list};

struct Component;

#[expect(unsafe_code, reason = "generated")]
mod exports {
    use super::{Component, bindings};

    bindings::export!(Component with_types_in bindings);
}

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

impl contract::Guest for Component {
    fn describe() -> contract::Description {
        data_source::describe()
    }

    fn validate_provider(configuration: contract::Values) -> Vec<contract::Diagnostic> {
        data_source::validate_provider(&configuration)
    }

    fn validate_arguments(source: String, arguments: contract::Values) -> Vec<contract::Diagnostic> {
        data_source::validate_arguments(&source, &arguments)
    }

    fn read(
        source: String,
        provider: contract::Values,
        arguments: contract::Values,
    ) -> Result<contract::Reading, Vec<contract::Diagnostic>> {
        data_source::read(&mut WasiHttp::begin(), &source, &provider, &arguments)
    }
}
