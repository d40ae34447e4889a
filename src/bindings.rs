//! The imports and exports that wit-bindgen generates from the WIT. The types of the interface `pipelines` are those of the
//! crate `model`; the crate `declarative-plugin` exports the data sources.

#![allow(missing_docs, unsafe_code, clippy::all, clippy::panic, clippy::unwrap_used, reason = "generated")]

wit_bindgen::generate!({
    path: ["wit/plugin", "wit/servicestage"],
    world: "huaweicloud:servicestage/lister",
    generate_all,
    additional_derives: [Clone, PartialEq, Eq],
    additional_derives_ignore: ["stream-error"],
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
