//! The declarative face of the component: its data sources, over [`list`](crate::list).
//!
//! Hosts that know no service ask what there is and hand over what people wrote; the crate `declarative-plugin` knows the
//! contract. A new source is a file with its structs and its reading, and an entry in [`ServiceStage`]'s list.
//!
//! - `provider`: the configuration that all sources share, and the requests that the component makes
//! - `pipelines`: the source of release tasks
//! - `warnings`: warnings about what the vendor does not document
//! - `wording`: failures in the terms of attributes; [`time`]: times as people write them

mod pipelines;
mod provider;
pub mod time;
mod warnings;
mod wording;

pub use provider::ServiceStage;
