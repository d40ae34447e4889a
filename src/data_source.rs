//! The declarative face of the component: the contract `declarative:plugin/data-source`, over [`list`].
//!
//! Hosts that know no service ask what there is and hand over what people wrote. The documentation of each type is the
//! contract's.
//!
//! # Layout
//! - this file: the functions of the contract; [`schema`] is what `describe` says
//! - [`values`]: the JSON that comes in
//! - [`arguments`]: a connection and a query of it; `status` and [`time`] read and write what people see
//! - [`reading`]: the JSON that goes out
//! - [`diagnostic`]: what people are told, in the terms in which they wrote

pub mod arguments;
pub mod diagnostic;
pub mod reading;
pub mod schema;
mod status;
pub mod time;
pub mod values;

use json_text::Texts;

use crate::data_source::arguments::Arguments;
use crate::data_source::diagnostic::Diagnostic;
use crate::data_source::reading::Reading;
use crate::data_source::schema::{PIPELINES, PROVIDER};
use crate::data_source::values::{Fields, Values};
use crate::error::Error;
use crate::list::{self, Transport};

/// Checks the provider's configuration as far as it is known.
#[must_use]
pub fn validate_provider(configuration: &Values) -> Vec<Diagnostic> {
    match Fields::read(configuration, PROVIDER) {
        Ok(fields) => arguments::check_provider(&fields),
        Err(diagnostic) => vec![*diagnostic],
    }
}

/// Checks the arguments of a source as far as they are known.
#[must_use]
pub fn validate_arguments(source: &str, arguments: &Values) -> Vec<Diagnostic> {
    match check_source(source).and_then(|()| Fields::read(arguments, PIPELINES)) {
        Ok(fields) => arguments::check(&fields),
        Err(diagnostic) => vec![*diagnostic],
    }
}

/// Reads a source.
///
/// # Errors
/// All that is wrong with the arguments, or what went wrong, in the terms of the arguments.
pub fn read(
    transport: &mut impl Transport,
    source: &str,
    provider: &Values,
    arguments: &Values,
) -> Result<Reading, Vec<Diagnostic>> {
    let alone = |diagnostic: Box<Diagnostic>| vec![*diagnostic];
    check_source(source).map_err(alone)?;
    let provider = Fields::read(provider, PROVIDER).map_err(alone)?;
    let fields = Fields::read(arguments, PIPELINES).map_err(alone)?;
    // Before the look-up: a query that makes no sense costs no request.
    let Arguments { mut connection, terms } = Arguments::of(&provider, &fields)?;
    let explain = |error: Box<Error>| alone(Diagnostic::of_error(&error, &fields));
    let project_id = match &connection.project_id {
        Some(id) => id.clone(),
        None => list::find_project(transport, &connection).map_err(explain)?,
    };
    connection.project_id = Some(project_id.clone());
    let texts = Texts::default();
    let listing = list::list_pipelines(transport, &connection, terms, &texts).map_err(explain)?;
    Ok(Reading::of(&listing, connection.region.as_deref(), &project_id, &fields))
}

fn check_source(source: &str) -> Result<(), Box<Diagnostic>> {
    if source == schema::SOURCE.name {
        return Ok(());
    }
    Err(Diagnostic::error("There is no such data source", "This component has the data source `pipelines`.", None))
}
