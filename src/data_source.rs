//! The declarative face of the component: its data sources, over [`list`](crate::list).
//!
//! Hosts that know no service ask what there is and hand over what people wrote; the crate `declarative-plugin` knows the
//! contract. A new source is a file with its tables and its reading, and an entry in [`PLUGIN`].
//!
//! - `provider`: the configuration that all sources share, and the requests that the component makes
//! - `pipelines`: the source of release tasks
//! - `wording`: failures in the terms of attributes; [`time`]: times as people write them

mod pipelines;
mod provider;
pub mod time;
mod wording;

use declarative_plugin::Plugin;

use crate::list::Transport;

/// What the component offers.
pub const PLUGIN: Plugin<dyn Transport> = Plugin {
    name: "ServiceStage",
    description: "Lists the release tasks (\"pipelines\") of Huawei Cloud ServiceStage, which no other provider offers.",
    provider: provider::PROVIDER,
    sources: &[pipelines::SOURCE],
};
