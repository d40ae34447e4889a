//! What wit-bindgen generates from the contract.

#![allow(missing_docs, unsafe_code, clippy::all, clippy::panic, clippy::unwrap_used, reason = "generated")]

wit_bindgen::generate!({
    path: "../wit/plugin",
    world: "data-sources",
    additional_derives: [Clone, PartialEq, Eq],
    // The exporting functions are generated where `export!` is called.
    pub_export_macro: true,
});
