//! Rules and types that the guest and every host share. Pure: values in, values out.
//!
//! Each rule is here once for Rust. A table under `tests/vectors/` says the same for every other language, and the
//! tests of this crate read those tables too. With the feature `wasmtime` a host passes the types of the WIT to a component
//! as they are.
//!
//! - [`origin`]: the one grammar of origins, `tests/vectors/origins.json`
//! - [`request`]: which request a declaration covers, `tests/vectors/requests.json`
//! - [`no_proxy`]: which origin is reached without a proxy, `tests/vectors/no_proxy.json`
//! - [`region`]: what a region looks like, and where its APIs are
//! - [`connection`], [`credentials`], [`term`], [`listing`], [`status`], [`error`]: the types of the WIT, and their
//!   JSON. Names are in snake_case. A case without payload is a string, one with payload an object.
//! - [`text`]: a refused value, as an error shows it

#![cfg_attr(not(test), deny(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]
#![forbid(unsafe_code)]

pub mod connection;
pub mod credentials;
pub mod error;
pub mod listing;
pub mod no_proxy;
pub mod origin;
pub mod region;
pub mod request;
pub mod status;
pub mod term;
pub mod text;

/// Generates bindings as `wit_bindgen::generate!` does, with the types of this crate for the interface `pipelines`.
/// The crate that calls it depends on `wit-bindgen`.
#[macro_export]
macro_rules! bindings {
    ({ $($options:tt)* }) => {
        wit_bindgen::generate!({
            $($options)*
            // Each type by itself: an entry for the whole interface does not count for exports.
            with: {
                "huaweicloud:servicestage/pipelines@0.1.0/connection": model::connection::Connection,
                "huaweicloud:servicestage/pipelines@0.1.0/credentials": model::credentials::Credentials,
                "huaweicloud:servicestage/pipelines@0.1.0/access-key": model::credentials::AccessKey,
                "huaweicloud:servicestage/pipelines@0.1.0/term": model::term::Term,
                "huaweicloud:servicestage/pipelines@0.1.0/time-range": model::term::TimeRange,
                "huaweicloud:servicestage/pipelines@0.1.0/order": model::term::Order,
                "huaweicloud:servicestage/pipelines@0.1.0/order-key": model::term::OrderKey,
                "huaweicloud:servicestage/pipelines@0.1.0/direction": model::term::Direction,
                "huaweicloud:servicestage/pipelines@0.1.0/listing": model::listing::Listing,
                "huaweicloud:servicestage/pipelines@0.1.0/pipeline": model::listing::Pipeline,
                "huaweicloud:servicestage/pipelines@0.1.0/status": model::status::Status,
                "huaweicloud:servicestage/pipelines@0.1.0/config-mode": model::status::ConfigMode,
                "huaweicloud:servicestage/pipelines@0.1.0/error": model::error::Error,
                "huaweicloud:servicestage/pipelines@0.1.0/error-kind": model::error::ErrorKind,
                "huaweicloud:servicestage/pipelines@0.1.0/invalid-argument": model::error::InvalidArgument,
                "huaweicloud:servicestage/pipelines@0.1.0/timeout": model::error::Timeout,
                "huaweicloud:servicestage/pipelines@0.1.0/clock-skew": model::error::ClockSkew,
                "huaweicloud:servicestage/pipelines@0.1.0/forbidden": model::error::Forbidden,
                "huaweicloud:servicestage/pipelines@0.1.0/throttled": model::error::Throttled,
                "huaweicloud:servicestage/pipelines@0.1.0/redirected": model::error::Redirected,
                "huaweicloud:servicestage/pipelines@0.1.0/too-large": model::error::TooLarge,
                "huaweicloud:servicestage/pipelines@0.1.0/undecodable": model::error::Undecodable,
            },
        });
    };
}
