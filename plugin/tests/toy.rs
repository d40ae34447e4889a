//! The contract's machinery with a toy source: a file with tables and a reading, and an entry in a list.

use declarative_plugin::attribute::{Attribute, Type, list, map, number, text, truth_value};
use declarative_plugin::contract::{
    self, Collection, Diagnostic, ElementType, Guest, Mode, Reading, Severity, Step, Values,
};
use declarative_plugin::diagnostic::{error, invalid};
use declarative_plugin::fields::Fields;
use declarative_plugin::network::{Authentication, Endpoint, Request};
use declarative_plugin::{Call, DataSources, Plugin, Provider, Source, object};
use serde::Serialize;
use serde_json::json;

/// A source that counts how often it was read.
mod die {
    use super::*;

    pub const SOURCE: Source<u32> = Source {
        name: "die",
        description: "Rolls a die.",
        deprecated: None,
        arguments: &[
            number("sides", "How many sides the die has."),
            text("colour", "Its colour. Default: red."),
            map("faces", &Type::List(&Type::Object(FACE)), "What is on its faces.").deprecated("Use `sides`."),
        ],
        results: Roll::ATTRIBUTES,
        check,
        read,
    };

    const FACE: &[Attribute] = &[truth_value("blank", "Whether it is blank.").required()];

    object! {
        #[derive(Serialize)]
        struct Roll<'a> {
            colour: &'a str,
            /// What was
            /// rolled.
            rolls: Vec<Number>,
            /// The kind of the die.
            r#type: Option<&'a str>,
        }
    }

    object! {
        #[derive(Serialize)]
        struct Number {
            /// What is on top.
            number: u32,
        }
    }

    fn check(arguments: &Fields) -> Vec<Diagnostic> {
        match arguments.whole("sides") {
            Ok(Some(0)) => vec![invalid("sides", "a die has sides")],
            Ok(_) => vec![],
            Err(fault) => vec![fault],
        }
    }

    fn read(call: &mut Call<'_, u32>, _: &Fields, arguments: &Fields) -> Result<Reading, Vec<Diagnostic>> {
        *call.context += 1;
        let number = arguments.whole("sides")?.unwrap_or(6);
        let colour = arguments.text("colour")?.unwrap_or("red");
        Reading::new(&Roll { colour, rolls: vec![Number { number }], r#type: None }, vec![])
    }
}

const PLUGIN: Plugin<u32> = Plugin {
    name: "Toys",
    description: "Plays.",
    provider: Provider {
        attributes: &[text("house", "Whose toys.").or(&["HOUSE"]).sensitive(), list("open", &Type::Text, "When.")],
        check: |provider| match provider.text("house") {
            Ok(Some("no")) => vec![error("There is no house", "It was never built.\nBuild it.", Some("house"))],
            _ => vec![],
        },
        authentication: &[
            Authentication::Header { name: "x-house", prefix: "My ", attribute: "house" },
            Authentication::Scheme { name: "key", inputs: &[("key", "house")], optional: &[("ring", "house")] },
        ],
        endpoints: &[
            Endpoint {
                role: "toys",
                attribute: "house",
                defaults: &["https://{house}.example.com"],
                stable: true,
                requests: &[
                    Request { method: "GET", path: "/toys/{}", query: &["limit", "page"] },
                    Request { method: "POST", path: "/toys", query: &[] },
                ],
            },
            Endpoint { role: "parts", attribute: "house", defaults: &[], stable: false, requests: &[] },
        ],
    },
    sources: &[die::SOURCE, Source { name: "other", ..die::SOURCE }],
};

fn values(json: &serde_json::Value) -> Values {
    Values { json: json.to_string(), unknown: vec![] }
}

/// An attribute, as far as it matters here.
fn attribute<'a>(object: &'a contract::ObjectType, name: &str) -> &'a contract::Attribute {
    object.attributes.iter().find(|attribute| attribute.name == name).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn a_source_is_described_by_its_tables() {
    let description = PLUGIN.describe();
    let names: Vec<&str> = description.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!((names.as_slice(), description.provider), (["die", "other"].as_slice(), 0));
    let house = attribute(&description.objects[0], "house");
    assert_eq!(
        (house.environment.as_slice(), house.sensitive, house.mode),
        (["HOUSE".to_owned()].as_slice(), true, Mode::Optional)
    );
    let die = &description.objects[description.sources[0].object as usize];
    let names: Vec<&str> = die.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(names, ["sides", "colour", "faces", "rolls", "type"]);

    let faces = attribute(die, "faces");
    assert_eq!(faces.holds.collections, [Collection::Map, Collection::List]);
    assert_eq!((faces.deprecated.as_deref(), faces.mode), (Some("Use `sides`."), Mode::Optional));
    let ElementType::Object(face) = faces.holds.element else { panic!("{faces:?}") };
    assert_eq!(attribute(&description.objects[face as usize], "blank").mode, Mode::Required);

    let rolls = attribute(die, "rolls");
    assert_eq!((rolls.description.as_str(), rolls.mode), ("What was rolled.", Mode::Computed));
    assert_eq!(rolls.holds.collections, [Collection::List]);
    let ElementType::Object(roll) = rolls.holds.element else { panic!("{rolls:?}") };
    assert_eq!(attribute(&description.objects[roll as usize], "number").mode, Mode::Computed);
}

#[test]
fn an_argument_that_is_computed_too_keeps_its_description() {
    let description = PLUGIN.describe();
    let colour = attribute(&description.objects[description.sources[0].object as usize], "colour");
    assert_eq!((colour.mode, colour.description.as_str()), (Mode::OptionalComputed, "Its colour. Default: red."));
}

#[test]
fn the_requests_of_all_endpoints_are_declared_by_their_roles() {
    let declared: serde_json::Value = serde_json::from_str(&PLUGIN.network_needs()).unwrap();
    let expected = json!({"version": 1, "requests": [
        {"role": "toys", "method": "GET", "path": "/toys/{}", "query": ["limit", "page"]},
        {"role": "toys", "method": "POST", "path": "/toys", "query": []},
    ]});
    assert_eq!(declared, expected);
    let needs = PLUGIN.needs();
    let paths: Vec<(&str, &str)> = needs.iter().map(|need| (need.role.as_str(), need.path.as_str())).collect();
    assert_eq!((paths.as_slice(), needs[0].query.len()), ([("toys", "/toys/{}"), ("toys", "/toys")].as_slice(), 2));
    let description = PLUGIN.describe();
    let roles: Vec<(&str, bool)> =
        description.endpoints.iter().map(|endpoint| (endpoint.role.as_str(), endpoint.stable)).collect();
    assert_eq!(roles, [("toys", true), ("parts", false)]);
    let contract::Authentication::Scheme(scheme) = &description.authentication[1] else { panic!("{description:?}") };
    let inputs: Vec<(&str, bool)> = scheme.inputs.iter().map(|input| (input.name.as_str(), input.optional)).collect();
    assert_eq!(inputs, [("key", false), ("ring", true)]);
}

#[test]
fn a_source_is_checked_and_read() {
    let mut reads = 0;
    let reading = PLUGIN.read(&mut reads, "die", &values(&json!({})), &values(&json!({"sides": 20})), None).unwrap();
    assert_eq!((reading.json.as_str(), reads), (r#"{"colour":"red","rolls":[{"number":20}],"type":null}"#, 1));
    for (source, arguments, summary) in [
        ("die", json!({"sides": 0}), "The argument `sides` is not valid"),
        ("die", json!({"sides": "six"}), "The argument `sides` is not valid"),
        ("die", json!({"color": "red"}), "There is no attribute `color`"),
        ("dice", json!({}), "There is no such data source"),
    ] {
        let told = PLUGIN.validate_arguments(source, &values(&arguments));
        assert_eq!(PLUGIN.read(&mut reads, source, &values(&json!({})), &values(&arguments), None), Err(told.clone()));
        assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Error, summary), "{arguments}");
    }
    assert_eq!(reads, 1);
    assert_eq!(PLUGIN.validate_arguments("die", &values(&json!({"rolls": null}))), []);
    let unknown =
        Values { unknown: vec![vec![Step::Attribute("sides".to_owned())]], ..values(&json!({"sides": null})) };
    assert_eq!(PLUGIN.validate_arguments("other", &unknown), []);
}

#[test]
fn a_fault_of_the_provider_names_its_place_and_ends_in_its_advice() {
    let provider = values(&json!({"house": "no"}));
    let told = PLUGIN.validate_provider(&provider);
    assert_eq!((told[0].detail.as_str(), told[0].path.is_some()), ("It was never built.\nBuild it.", true));
    let told = PLUGIN.read(&mut 0, "die", &provider, &values(&json!({})), None).unwrap_err();
    let expected = "It was never built. It is part of the provider's configuration.\nBuild it.";
    assert_eq!((told[0].detail.as_str(), told[0].path.is_some()), (expected, false));
}

#[test]
fn what_has_no_form_in_json_is_an_error() {
    let results = std::collections::BTreeMap::from([((1, 2), 3)]);
    let told = Reading::new(&results, vec![]).unwrap_err();
    assert_eq!(told[0].summary, "What was read cannot be written as JSON");
}

#[test]
fn the_functions_of_the_contract_are_those_of_the_plugin() {
    struct Toys;

    impl DataSources for Toys {
        type Context = u32;
        const PLUGIN: Plugin<u32> = PLUGIN;

        fn context() -> Box<u32> {
            Box::new(0)
        }
    }

    declarative_plugin::export!(Toys);

    let (provider, arguments) = (values(&json!({"house": "no"})), values(&json!({"sides": 0})));
    assert_eq!(Toys::describe(), PLUGIN.describe());
    assert_eq!(Toys::validate_provider(provider.clone()), PLUGIN.validate_provider(&provider));
    assert_eq!(Toys::validate_arguments("die".to_owned(), arguments.clone()).len(), 1);
    assert_eq!(Toys::read("die".to_owned(), provider, arguments).unwrap_err().len(), 2);
    let empty = values(&json!({}));
    assert!(Toys::read("die".to_owned(), empty.clone(), empty.clone()).is_ok());
    assert!(Toys::read_at("die".to_owned(), empty.clone(), empty, vec![]).is_ok());
    assert_eq!(Toys::needs(), PLUGIN.needs());
}
