//! The imports and exports that wit-bindgen generates from the WIT. The types of the interface `pipelines` are those of the
//! crate `model`; the crate `declarative-plugin` exports the data sources.

#![allow(missing_docs, unsafe_code, clippy::all, clippy::panic, clippy::unwrap_used, reason = "generated")]

model::bindings!({
    path: ["wit/plugin/0.1.1", "wit/servicestage"],
    world: "huaweicloud:servicestage/lister",
    generate_all,
    additional_derives: [Clone, PartialEq, Eq],
    additional_derives_ignore: ["stream-error"],
});
