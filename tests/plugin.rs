//! The contract's machinery with a toy source: a table, a reading, and an entry in a list.

use serde_json::json;
use servicestage_component::plugin::attribute::{Attribute, Type};
use servicestage_component::plugin::contract::{
    Collection, Diagnostic, ElementType, Mode, Reading, Severity, Step, Values,
};
use servicestage_component::plugin::diagnostic::invalid;
use servicestage_component::plugin::fields::Fields;
use servicestage_component::plugin::{Plugin, Provider, Source};

const DIE: &[Attribute] = &[
    Attribute::optional("sides", Type::Number, "How many sides the die has."),
    Attribute::computed("rolls", Type::ObjectList(ROLL), "The rolls."),
];

const HOUSE: &[Attribute] = &[Attribute::optional("house", Type::Text, "Whose toys.").or(&["HOUSE"]).secret()];

const ROLL: &[Attribute] = &[Attribute::computed("number", Type::Number, "What was rolled.")];

/// A source that counts how often it was read.
fn die() -> Source<u32> {
    fn check(arguments: &Fields) -> Vec<Diagnostic> {
        match arguments.whole("sides") {
            Ok(Some(0)) => vec![invalid("sides", "a die has sides")],
            Ok(_) => vec![],
            Err(fault) => vec![fault],
        }
    }
    fn read(reads: &mut u32, _: &Fields, arguments: &Fields) -> Result<Reading, Vec<Diagnostic>> {
        *reads += 1;
        let sides = arguments.whole("sides").map_err(|fault| vec![fault])?;
        let json = json!({"rolls": [{"number": sides.unwrap_or(6)}]}).to_string();
        Ok(Reading { json, diagnostics: vec![] })
    }
    Source { name: "die", description: "Rolls a die.", attributes: DIE, check, read }
}

fn plugin() -> Plugin<u32> {
    Plugin {
        name: "Toys",
        description: "Plays.",
        provider: Provider { attributes: HOUSE, check: |_| vec![], authentication: vec![], endpoints: vec![] },
        sources: vec![die(), Source { name: "other", ..die() }],
    }
}

fn values(json: &serde_json::Value) -> Values {
    Values { json: json.to_string(), unknown: vec![] }
}

#[test]
fn a_source_is_described_by_its_tables() {
    let description = plugin().describe();
    let names: Vec<&str> = description.sources.iter().map(|source| source.name.as_str()).collect();
    assert_eq!((names.as_slice(), description.provider), (["die", "other"].as_slice(), 0));
    let house = &description.objects[0].attributes[0];
    assert_eq!(
        (house.environment.as_slice(), house.sensitive, house.mode),
        (["HOUSE".to_owned()].as_slice(), true, Mode::Optional)
    );
    let rolls = &description.objects[description.sources[0].object as usize].attributes[1];
    assert_eq!(rolls.holds.collections, [Collection::List]);
    let ElementType::Object(roll) = rolls.holds.element else { panic!("{rolls:?}") };
    assert_eq!(description.objects[roll as usize].attributes[0].name, "number");
}

#[test]
fn a_source_is_checked_and_read() {
    let mut reads = 0;
    let reading = plugin().read(&mut reads, "die", &values(&json!({})), &values(&json!({"sides": 20}))).unwrap();
    assert_eq!((reading.json.as_str(), reads), (r#"{"rolls":[{"number":20}]}"#, 1));
    for (source, arguments, summary) in [
        ("die", json!({"sides": 0}), "The argument `sides` is not valid"),
        ("die", json!({"sides": "six"}), "The argument `sides` is not valid"),
        ("die", json!({"colour": "red"}), "There is no attribute `colour`"),
        ("dice", json!({}), "There is no such data source"),
    ] {
        let told = plugin().validate_arguments(source, &values(&arguments));
        assert_eq!(plugin().read(&mut reads, source, &values(&json!({})), &values(&arguments)), Err(told.clone()));
        assert_eq!((told[0].severity, told[0].summary.as_str()), (Severity::Error, summary), "{arguments}");
    }
    assert_eq!(reads, 1);
    let unknown =
        Values { unknown: vec![vec![Step::Attribute("sides".to_owned())]], ..values(&json!({"sides": null})) };
    assert_eq!(plugin().validate_arguments("other", &unknown), []);
}
