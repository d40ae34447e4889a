//! What wit-bindgen generates from the WIT. Its types are those of the whole component, see [`wit`](crate::wit);
//! but those of the data sources are the crate `declarative-plugin`'s.

#![allow(missing_docs, unsafe_code, clippy::all, clippy::panic, clippy::unwrap_used, reason = "generated")]

wit_bindgen::generate!({
    path: ["wit/plugin", "wit/servicestage"],
    world: "huaweicloud:servicestage/lister",
    generate_all,
    additional_derives: [Clone, PartialEq, Eq],
    additional_derives_ignore: ["stream-error"],
    additional_type_attributes: {
        "huaweicloud:servicestage/pipelines@0.1.0/connection": [#[derive(Default)]],
        "huaweicloud:servicestage/pipelines@0.1.0/listing": [#[derive(serde::Serialize)]],
        "huaweicloud:servicestage/pipelines@0.1.0/pipeline": [#[derive(serde::Serialize)]],
        "huaweicloud:servicestage/pipelines@0.1.0/status":
            [#[derive(serde::Serialize)] #[serde(rename_all = "snake_case")]],
        "huaweicloud:servicestage/pipelines@0.1.0/config-mode":
            [#[derive(serde::Serialize)] #[serde(rename_all = "snake_case")]],
    },
    // Their Debug shows no secret.
    with: {
        "huaweicloud:servicestage/pipelines@0.1.0/credentials": model::credentials::Credentials,
        "huaweicloud:servicestage/pipelines@0.1.0/access-key": model::credentials::AccessKey,
    },
});
