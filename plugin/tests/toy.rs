//! The contract's machinery with a toy source: two structs and a reading, and an entry in a list.

use std::collections::BTreeMap;

use declarative_plugin::contract::{self, Collection, Diagnostic, ElementType, Mode, Resolved, Severity, Step, Values};
use declarative_plugin::diagnostic::{error, invalid, warning};
use declarative_plugin::network::{Authentication, Endpoint, Request};
use declarative_plugin::{Call, Entry, Number, Provider, Source, arguments, component, object};
use serde_json::json;

arguments! {
    struct Die {
        /// How many sides the die has.
        sides: Option<u32>,
        /// Its colour. Default: red.
        colour: Option<String>,
        /// The marks on its faces.
        faces: Option<BTreeMap<String, Vec<Face>>> => deprecated("Use `sides`."),
        /// Its weight.
        weight: Option<Number>,
    }
}

object! {
    struct Face {
        /// Whether it is blank.
        blank: bool,
        /// The mark on it.
        mark: Option<String>,
    }
}

object! {
    struct Roll {
        colour: String,
        /// The sides that were
        /// rolled.
        rolls: Vec<Rolled>,
        /// The kind of the die.
        r#type: Option<String>,
        weight: Option<Number>,
    }
}

object! {
    struct Rolled {
        /// The number on top.
        number: u32,
    }
}

/// Counts how often it was read.
enum Dice {}

impl Source for Dice {
    type Provider = Toys;
    type Arguments = Die;
    type Results = Roll;
    const NAME: &'static str = "die";
    const DESCRIPTION: &'static str = "Rolls a die.";

    fn check(die: &Die) -> Vec<Diagnostic> {
        if die.sides == Some(0) { vec![invalid("sides", "a die has sides")] } else { vec![] }
    }

    fn read(call: &mut Call<'_, Toys>, die: Die) -> Result<Roll, Vec<Diagnostic>> {
        *call.context += 1;
        if die.faces.is_some() {
            call.warn(warning("The faces are ignored", "", Some("faces")));
        }
        let r#type = Some(call.origin("toys")?.to_owned());
        let rolls = vec![Rolled { number: die.sides.unwrap_or(6) }];
        Ok(Roll { colour: die.colour.unwrap_or("red".to_owned()), rolls, r#type, weight: die.weight })
    }
}

arguments! {
    struct Needed {
        /// Its purpose.
        game: String,
    }
}

/// A source whose argument must be set, and whose results have no form in JSON.
enum Game {}

impl Source for Game {
    type Provider = Toys;
    type Arguments = Needed;
    type Results = Unwritable;
    const NAME: &'static str = "game";
    const DESCRIPTION: &'static str = "Plays a game.";

    fn read(_: &mut Call<'_, Toys>, asked: Needed) -> Result<Unwritable, Vec<Diagnostic>> {
        Ok(Unwritable(BTreeMap::from([((1, 2), asked.game)])))
    }
}

#[derive(serde::Serialize)]
struct Unwritable(BTreeMap<(u8, u8), String>);

impl declarative_plugin::object::Object for Unwritable {
    const ATTRIBUTES: &'static [declarative_plugin::attribute::Attribute] = &[];
}

arguments! {
    struct House {
        /// The owner of the toys.
        house: Option<String> => required.or(&["HOUSE"]).sensitive,
        /// When.
        open: Option<Vec<String>>,
    }
}

enum Toys {}

impl Provider for Toys {
    type Configuration = House;
    type Context = u32;
    const NAME: &'static str = "Toys";
    const DESCRIPTION: &'static str = "Plays.";
    const AUTHENTICATION: &'static [Authentication] = &[
        Authentication::Header { name: "x-house", prefix: "My ", attribute: "house" },
        Authentication::Scheme { name: "key", inputs: &[("key", "house")], optional: &[("ring", "house")] },
    ];
    const ENDPOINTS: &'static [Endpoint] = &[
        Endpoint::new("toys", "house", &["https://{house}.{colour}.example.com", "https://{colour}.example.com/"])
            .stable()
            .requests(&[
                Request { method: "GET", path: "/toys/{}", query: &["limit", "page"] },
                Request { method: "POST", path: "/toys", query: &[] },
            ]),
        Endpoint::new("parts", "house", &[]),
    ];
    const SOURCES: &'static [Entry<Self>] = &[Entry::of::<Dice>(), Entry::of::<Game>()];

    fn check(configuration: &House) -> Vec<Diagnostic> {
        match configuration.house.as_deref() {
            Some("no") => vec![error("There is no house", "It was never built.\nBuild it.", Some("house"))],
            _ => vec![],
        }
    }
}

declarative_plugin::export!(Toys, 0);

fn values(json: &serde_json::Value) -> Values {
    Values { json: json.to_string(), unknown: vec![] }
}

fn read(arguments: serde_json::Value) -> Result<serde_json::Value, Vec<Diagnostic>> {
    let reading = component::read::<Toys>(&mut 0, "die", &values(&json!({})), &values(&arguments), None);
    reading.map(|reading| serde_json::from_str(&reading.json).unwrap())
}

/// An attribute, as far as it matters here.
fn attribute<'a>(object: &'a contract::ObjectType, name: &str) -> &'a contract::Attribute {
    object.attributes.iter().find(|attribute| attribute.name == name).unwrap_or_else(|| panic!("{name}"))
}

#[test]
fn a_source_is_described_by_its_structs() {
    let description = component::describe::<Toys>();
    let names: Vec<&str> = description.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!((names.as_slice(), description.provider), (["die", "game"].as_slice(), 0));
    let house = attribute(&description.objects[0], "house");
    assert_eq!(
        (house.environment.as_slice(), house.sensitive, house.mode),
        (["HOUSE".to_owned()].as_slice(), true, Mode::Required)
    );
    let die = &description.objects[description.sources[0].object as usize];
    let names: Vec<&str> = die.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    assert_eq!(names, ["sides", "colour", "faces", "weight", "rolls", "type"]);
    assert_eq!(attribute(die, "weight").holds.element, ElementType::Number);

    let faces = attribute(die, "faces");
    assert_eq!(faces.holds.collections, [Collection::Map, Collection::List]);
    assert_eq!((faces.deprecated.as_deref(), faces.mode), (Some("Use `sides`."), Mode::Optional));
    let ElementType::Object(face) = faces.holds.element else { panic!("{faces:?}") };
    let face = &description.objects[face as usize];
    assert_eq!((attribute(face, "blank").mode, attribute(face, "mark").mode), (Mode::Required, Mode::Optional));

    let rolls = attribute(die, "rolls");
    assert_eq!((rolls.description.as_str(), rolls.mode), ("The sides that were rolled.", Mode::Computed));
    assert_eq!(rolls.holds.collections, [Collection::List]);
    let ElementType::Object(roll) = rolls.holds.element else { panic!("{rolls:?}") };
    assert_eq!(attribute(&description.objects[roll as usize], "number").mode, Mode::Computed);
    let game = &description.objects[description.sources[1].object as usize];
    assert_eq!(attribute(game, "game").mode, Mode::Required);
}

#[test]
fn an_argument_that_is_computed_too_keeps_its_description() {
    let description = component::describe::<Toys>();
    let colour = attribute(&description.objects[description.sources[0].object as usize], "colour");
    assert_eq!((colour.mode, colour.description.as_str()), (Mode::OptionalComputed, "Its colour. Default: red."));
}

#[test]
fn the_requests_of_all_endpoints_are_declared_by_their_roles() {
    let declared: serde_json::Value = serde_json::from_str(&component::network_needs::<Toys>()).unwrap();
    let expected = json!({"version": 1, "requests": [
        {"role": "toys", "method": "GET", "path": "/toys/{}", "query": ["limit", "page"]},
        {"role": "toys", "method": "POST", "path": "/toys", "query": []},
    ]});
    assert_eq!(declared, expected);
    let needs = component::needs::<Toys>();
    let paths: Vec<(&str, &str)> = needs.iter().map(|need| (need.role.as_str(), need.path.as_str())).collect();
    assert_eq!((paths.as_slice(), needs[0].query.len()), ([("toys", "/toys/{}"), ("toys", "/toys")].as_slice(), 2));
    let description = component::describe::<Toys>();
    let roles: Vec<(&str, bool)> =
        description.endpoints.iter().map(|endpoint| (endpoint.role.as_str(), endpoint.stable)).collect();
    assert_eq!(roles, [("toys", true), ("parts", false)]);
    let contract::Authentication::Scheme(scheme) = &description.authentication[1] else { panic!("{description:?}") };
    let inputs: Vec<(&str, bool)> = scheme.inputs.iter().map(|input| (input.name.as_str(), input.optional)).collect();
    assert_eq!(inputs, [("key", false), ("ring", true)]);
}

#[test]
fn a_source_is_read_with_every_digit_and_its_warnings() {
    let mut reads = 0;
    let arguments = r#"{"sides": 2e1, "colour": "blue", "faces": {}, "weight": 12345678901234567890.125}"#;
    let arguments = Values { json: arguments.to_owned(), unknown: vec![] };
    let reading = component::read::<Toys>(&mut reads, "die", &values(&json!({})), &arguments, None).unwrap();
    let expected = r#"{"colour":"blue","rolls":[{"number":20}],"type":"https://blue.example.com","weight":12345678901234567890.125}"#;
    assert_eq!((reading.json.as_str(), reads), (expected, 1));
    assert_eq!(reading.diagnostics, [warning("The faces are ignored", "", Some("faces"))]);
}

#[test]
fn a_value_of_another_type_is_refused_in_the_words_of_its_type() {
    for (arguments, detail) in [
        (json!({"sides": 0}), "`sides`: a die has sides."),
        (json!({"sides": "six"}), "`sides`: it is not a whole number from 0 to 4294967295."),
        (json!({"sides": -1}), "`sides`: -1 is not a whole number from 0 to 4294967295."),
        (json!({"sides": 1.5}), "`sides`: 1.5 is not a whole number from 0 to 4294967295."),
        (json!({"colour": true}), "`colour`: it is not a text."),
        (json!({"weight": "1"}), "`weight`: it is not a number."),
        (json!({"faces": {"a": [{"blank": 1}]}}), "`faces`: it is not a map of the right type."),
    ] {
        let told = component::validate_arguments::<Toys>("die", &values(&arguments));
        assert_eq!((told.len(), told[0].detail.as_str()), (1, detail));
        assert_eq!(read(arguments.clone()), Err(told), "{arguments}");
    }
    let all = component::validate_arguments::<Toys>("die", &values(&json!({"sides": "a", "colour": 1})));
    assert_eq!(all.len(), 2);
}

#[test]
fn a_misspelt_attribute_and_a_misspelt_source_are_refused() {
    for (source, arguments, summary) in [
        ("die", json!({"color": "red"}), "There is no attribute `color`"),
        ("dice", json!({}), "There is no such data source"),
    ] {
        let told = component::validate_arguments::<Toys>(source, &values(&arguments));
        assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Error, summary), "{arguments}");
    }
    assert_eq!(component::validate_arguments::<Toys>("die", &values(&json!({"rolls": null}))), []);
}

#[test]
fn an_unknown_value_is_not_missing_until_it_is_read() {
    let unknown = Values { unknown: vec![vec![Step::Attribute("game".to_owned())]], ..values(&json!({"game": null})) };
    assert_eq!(component::validate_arguments::<Toys>("game", &unknown), []);
    let empty = values(&json!({}));
    let told = component::read::<Toys>(&mut 0, "game", &empty, &empty, None).unwrap_err();
    assert_eq!((told.len(), told[0].detail.as_str()), (1, "`game`: it is missing."));
}

#[test]
fn a_fault_of_the_provider_names_its_place_and_ends_in_its_advice() {
    let provider = values(&json!({"house": "no"}));
    let told = component::validate_provider::<Toys>(&provider);
    assert_eq!((told[0].detail.as_str(), told[0].path.is_some()), ("It was never built.\nBuild it.", true));
    let told = component::read::<Toys>(&mut 0, "die", &provider, &values(&json!({})), None).unwrap_err();
    let expected = "It was never built. It is part of the provider's configuration.\nBuild it.";
    assert_eq!((told[0].detail.as_str(), told[0].path.is_some()), (expected, false));
}

#[test]
fn results_without_a_form_in_json_are_an_error() {
    let arguments = values(&json!({"game": "chess"}));
    let told = component::read::<Toys>(&mut 0, "game", &values(&json!({})), &arguments, None).unwrap_err();
    assert_eq!(told[0].summary, "The results cannot be written as JSON");
}

#[test]
fn origins_are_those_of_the_host_or_else_the_completed_patterns() {
    let origin = |provider, arguments, endpoints| {
        let reading = component::read::<Toys>(&mut 0, "die", &values(&provider), &values(&arguments), endpoints);
        let results: Result<serde_json::Value, _> = reading.map(|reading| serde_json::from_str(&reading.json).unwrap());
        results.map_err(|told| told[0].summary.clone()).map(|results| results["type"].as_str().unwrap().to_owned())
    };
    let resolved = |origins: &[&str]| {
        let resolved = |role: &str, origins: &[&str]| Resolved {
            role: role.to_owned(),
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
        };
        Some(vec![resolved("parts", &["https://parts.example.com"]), resolved("toys", origins)])
    };
    let blue = json!({"colour": "blue"});
    let nowhere = Err("The server to ask is not known".to_owned());
    assert_eq!(origin(json!({}), blue.clone(), None), Ok("https://blue.example.com".to_owned()));
    assert_eq!(
        origin(json!({"house": "https://mine.example/"}), blue.clone(), None),
        Ok("https://mine.example".to_owned())
    );
    for lost in [json!({}), json!({"colour": "evil.com/"}), json!({"colour": ""}), json!({"colour": "EU"})] {
        assert_eq!(origin(json!({}), lost, None), nowhere);
    }
    assert_eq!(
        origin(json!({}), blue.clone(), resolved(&["https://a.example", "https://b.example"])),
        Ok("https://a.example".to_owned())
    );
    assert_eq!(origin(json!({}), blue, resolved(&[])), nowhere);
}
