//! A provider in a few lines: a component that exports the declarative contract, and no more.
#![cfg(target_family = "wasm")]
#![allow(missing_docs, unsafe_code, reason = "the bindings are public, documented in the WIT, and generated")]

wit_bindgen::generate!({
    path: ["../../../../wit/plugin/0.1.0", "../../../../wit/plugin/0.1.1", "../../../../wit/servicestage"],
    inline: "package test:example; world example {
        include declarative:plugin/data-sources@0.1.0;
        import wasi:cli/stderr@0.2.12;
    }",
    world: "test:example/example",
    generate_all,
});

use exports::declarative::plugin0_1_0::data_source::*;
use wasi::cli::stderr::get_stderr;

struct Example;

export!(Example);

impl Guest for Example {
    fn describe() -> Description {
        use Collection::{List, Map, Set};
        use ElementType::{Number, Object, Text, TruthValue};
        use Mode::{Computed, Optional, OptionalComputed, Required};
        let from = |variable: &str, attribute| Attribute { environment: vec![variable.to_owned()], ..attribute };
        let old = |attribute| Attribute { deprecated: Some("Use `labels`.".to_owned()), ..attribute };
        let provider = vec![
            from("EXAMPLE_FLAVOUR", attribute("flavour", &[], Text, Required)),
            from("EXAMPLE_KEY", Attribute { sensitive: true, ..attribute("key", &[], Text, Optional) }),
        ];
        let thing = vec![
            attribute("name", &[], Text, Required),
            attribute("act", &[], Text, Optional),
            Attribute { sensitive: true, ..attribute("pin", &[], Text, Optional) },
            attribute("size", &[], Number, Optional),
            attribute("big", &[], TruthValue, Optional),
            attribute("labels", &[Map], Text, Optional),
            attribute("rules", &[List], Object(2), Optional),
            old(attribute("tags", &[Set], Text, Optional)),
            attribute("zone", &[], Text, OptionalComputed),
            attribute("seen", &[], Text, Computed),
            attribute("exact", &[List], Number, Computed),
            attribute("ports", &[Map, List], Number, Computed),
            attribute("words", &[Set], Text, Computed),
            attribute("tree", &[List], Object(3), Computed),
            Attribute { sensitive: true, ..attribute("secret", &[], Text, Computed) },
        ];
        let rule = vec![
            attribute("port", &[], Number, Required),
            attribute("open", &[], TruthValue, Optional),
            old(attribute("note", &[], Text, Optional)),
        ];
        let branch = vec![attribute("name", &[], Text, Computed), attribute("leaves", &[Map], Object(4), Computed)];
        let leaf = vec![attribute("green", &[], TruthValue, Computed)];
        let objects = [provider, thing, rule, branch, leaf].map(|attributes| ObjectType { attributes });
        Description {
            name: "Example".to_owned(),
            description: "Has a value of every type.".to_owned(),
            objects: objects.into(),
            provider: 0,
            sources: vec![source("thing", 1, None), source("item", 2, Some("Use `thing`."))],
            authentication: vec![Authentication::Header(Header {
                name: "x-key".to_owned(),
                prefix: String::new(),
                attribute: "key".to_owned(),
            })],
            endpoints: vec![],
        }
    }

    fn validate_provider(_: Values) -> Vec<Diagnostic> {
        vec![]
    }

    fn validate_arguments(_: String, _: Values) -> Vec<Diagnostic> {
        vec![]
    }

    fn read(_: String, provider: Values, arguments: Values) -> Result<Reading, Vec<Diagnostic>> {
        let acts = |act: &str| arguments.json.contains(&format!("\"act\":\"{act}\""));
        if acts("trap") {
            core::arch::wasm32::unreachable();
        }
        if acts("throw") {
            let text = format!("Traceback of \x1b[1mread:\nValueError: unknown thing {}\n", arguments.json);
            let _ = get_stderr().blocking_write_and_flush(text.as_bytes());
            core::arch::wasm32::unreachable();
        }
        while acts("spin") {
            core::hint::black_box(());
        }
        let mut kept = vec![];
        while acts("grow") {
            kept.push(core::hint::black_box(vec![1; 1 << 20]));
        }
        let zone = if acts("misfit") { "7" } else { "\"here\"" };
        let json = format!(
            "{{\"zone\": {zone}, \"seen\": {:?}, \"exact\": [0.1, 12345678901234567890.125, 18446744073709551615, -7], \
             \"ports\": {{\"a\": [1, 2], \"b\": []}}, \"words\": [\"x\", \"y\"], \"secret\": \"shh-shh\", \
             \"tree\": [{{\"name\": \"oak\", \"leaves\": {{\"one\": {{\"green\": true}}}}}}, {{\"name\": null}}]}}",
            provider.json + &arguments.json
        );
        Ok(Reading { json, diagnostics: vec![] })
    }
}

fn source(name: &str, object: u32, deprecated: Option<&str>) -> Source {
    let description = "Whatever it is.".to_owned();
    Source { name: name.to_owned(), description, object, deprecated: deprecated.map(str::to_owned) }
}

fn attribute(name: &str, collections: &[Collection], element: ElementType, mode: Mode) -> Attribute {
    Attribute {
        name: name.to_owned(),
        holds: ValueType { collections: collections.to_vec(), element },
        mode,
        description: format!("The {name}."),
        sensitive: false,
        deprecated: None,
        environment: vec![],
    }
}
