//! Components of each version of the contract: what they declare, and whether they get the origins of their endpoints.

use std::sync::Arc;
use std::time::Duration;

use component_runtime::{Client, Declaration, Limits, Network};

use crate::caller::Contract;
use crate::sources::DataSources;

/// The request that the component of 0.1.1 lists, as a section.
const SAME: &str = r#"{"version": 1, "requests": [
    {"role": "rates", "method": "GET", "path": "/v1/rates/{}", "query": ["page", "date"]}
]}"#;

const OTHER: &str = r#"{"version": 1, "requests": [
    {"role": "rates", "method": "GET", "path": "/v1/rates/{}", "query": ["date"]},
    {"role": "rates", "method": "POST", "path": "/v1/rates"}
]}"#;

fn component(name: &str) -> Vec<u8> {
    let file = format!("{}/../../target/component/{name}.wasm", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(file).expect("`cargo xtask component` makes it")
}

/// The component of 0.1.1 that lists its requests in a way.
fn listing(way: &str) -> Vec<u8> {
    let mut wasm = component("needs");
    let (old, new) = (b"way:rates       ", format!("{:16}", format!("way:{way}")));
    let at = wasm.windows(old.len()).position(|bytes| bytes == old).expect("the way stands in it");
    wasm[at..at + old.len()].copy_from_slice(new.as_bytes());
    wasm
}

/// The component with the section `network-needs`.
fn with_section(mut wasm: Vec<u8>, json: &str) -> Vec<u8> {
    let name = b"network-needs";
    let content = [&[name.len() as u8], &name[..], json.as_bytes()].concat();
    // Its size in LEB128, in two bytes.
    wasm.extend([0, (content.len() & 0x7f) as u8 | 0x80, (content.len() >> 7) as u8]);
    wasm.extend(content);
    wasm
}

async fn sources(wasm: &[u8]) -> Result<DataSources, String> {
    let limits = Limits { cpu: Duration::from_millis(300), ..Limits::default() };
    DataSources::new("needs", Contract::compile(limits, "needs", wasm)?).await
}

/// The requests that a component declares.
async fn declared(wasm: &[u8]) -> Result<Vec<String>, String> {
    let sources = sources(wasm).await?;
    Ok(sources.declaration().needs().iter().map(ToString::to_string).collect())
}

#[tokio::test]
async fn a_component_declares_by_its_section_or_by_its_function_or_by_both() {
    let section: Vec<String> = Declaration::from_json(OTHER).unwrap().needs().iter().map(ToString::to_string).collect();
    let function = vec!["rates: GET /v1/rates/{} with date, page".to_owned()];
    for (wasm, expected) in [
        (component("example"), vec![]),
        (with_section(component("example"), OTHER), section),
        (listing("rates"), function.clone()),
        (with_section(listing("rates"), SAME), function),
        (listing("nothing"), vec![]),
    ] {
        assert_eq!(declared(&wasm).await, Ok(expected));
    }
    assert_eq!(declared(&listing("twice")).await.map(|needs| needs.len()), Ok(2));
    assert!(declared(&with_section(listing("twice"), SAME)).await.is_ok());
}

#[tokio::test]
async fn a_function_and_a_section_that_differ_are_refused_with_the_difference() {
    let refused = declared(&with_section(listing("rates"), OTHER)).await.unwrap_err();
    let expected = "Its function needs and its section network-needs declare different requests. Only the function \
                    declares rates: GET /v1/rates/{} with date, page. Only the section declares rates: GET /v1/rates/{} \
                    with date; rates: POST /v1/rates. Build it again with both from one list, or without the section.";
    assert_eq!(refused, expected);
    assert!(declared(&with_section(listing("nothing"), SAME)).await.unwrap_err().contains("Only the section declares"));
}

#[tokio::test]
async fn a_function_that_fails_or_lists_what_a_section_may_not_is_refused() {
    for (way, expected) in [
        ("trap", "Its function needs failed: the component trapped: "),
        ("spin", "Its function needs failed: the component used the processor for longer than 300ms and was ended."),
        ("many", "Its function needs is at fault: the component declares 10000 requests, and may declare 256."),
        ("role", "Its function needs is at fault: \"Rates\" is not a role; "),
        ("method", "Its function needs is at fault: \"get\" is not a method; "),
        ("path", "Its function needs is at fault: \"/v1/../rates\" is not a pattern of paths; "),
        ("query", "Its function needs is at fault: \"a=b\" is not a name for a query; "),
    ] {
        let refused = declared(&listing(way)).await.unwrap_err();
        assert!(refused.starts_with(expected), "{way}: {refused}");
    }
}

#[tokio::test]
async fn a_component_that_exports_read_at_gets_the_origins_in_the_order_of_its_description() {
    let sources = sources(&listing("rates")).await.unwrap();
    let seen = async |provider: &str, arguments: &str| {
        let client = Client::new(Network::new().unwrap());
        let answers = Arc::new(client);
        let provider = sources.provider_values(provider).unwrap();
        let (configuration, _) = sources.configure_apart(provider, answers).await.unwrap();
        let arguments = sources.arguments("rates", arguments).unwrap();
        let (state, told) = sources.read(&Arc::new(configuration), "rates", &arguments).await.unwrap();
        assert!(told.is_empty(), "{told:?}");
        state.unwrap().text("seen").unwrap().to_owned()
    };
    let both = "rates: https://eu.example.com https://eu.example.org; other: ";
    assert_eq!(seen("{}", r#"{"region": "eu"}"#).await, both);
    assert_eq!(seen(r#"{"region": "eu"}"#, "{}").await, both);
    assert_eq!(seen("{}", "{}").await, "rates: ; other: ");
    let own = r#"{"endpoint": "https://rates.example.com/", "region": "eu"}"#;
    assert_eq!(seen(own, "{}").await, "rates: https://rates.example.com; other: ");
}
