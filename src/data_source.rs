//! The declarative face of the component: its data sources, over [`list`](crate::list).
//!
//! Hosts that know no service ask what there is and hand over what people wrote. A new source is a file with its tables
//! and its reading, and an entry in `plugin`.
//!
//! - `provider`: the configuration that all sources share
//! - `pipelines`: the source of release tasks
//! - `wording`: failures in the terms of attributes; [`time`]: times as people write them

mod pipelines;
mod provider;
pub mod time;
mod wording;

pub use crate::plugin::contract;

use contract::{Description, Diagnostic, Reading, Values};

use crate::list::Transport;
use crate::plugin::Plugin;

fn plugin() -> Plugin<dyn Transport> {
    Plugin {
        name: "ServiceStage",
        description: "Lists the release tasks (\"pipelines\") of Huawei Cloud ServiceStage, which no other provider offers.",
        provider: provider::provider(),
        sources: vec![pipelines::source()],
    }
}

/// Says what the component offers.
#[must_use]
pub fn describe() -> Description {
    plugin().describe()
}

/// Checks the provider's configuration as far as it is known.
#[must_use]
pub fn validate_provider(configuration: &Values) -> Vec<Diagnostic> {
    plugin().validate_provider(configuration)
}

/// Checks the arguments of a source as far as they are known.
#[must_use]
pub fn validate_arguments(source: &str, arguments: &Values) -> Vec<Diagnostic> {
    plugin().validate_arguments(source, arguments)
}

/// Reads a source.
///
/// # Errors
/// What went wrong, in the terms of the arguments.
pub fn read(
    transport: &mut (dyn Transport + 'static),
    source: &str,
    provider: &Values,
    arguments: &Values,
) -> Result<Reading, Vec<Diagnostic>> {
    plugin().read(transport, source, provider, arguments)
}
