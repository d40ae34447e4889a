//! A call of the component uses no more than `tests/budgets.json` allows, and the component is no larger than
//! that. The counts are the same at every run and on every machine, so a higher one comes from a change.

use std::path::Path;

use host_test::budget::checked;
use serde_json::{Map, Value};

#[tokio::test]
async fn the_component_keeps_to_its_budgets() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/budgets.json");
    let budgets: Map<String, Value> = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let found = checked().await.unwrap();
    assert_eq!(found.keys().collect::<Vec<_>>(), budgets.keys().collect::<Vec<_>>(), "each has a budget");

    let above: Vec<_> = found
        .iter()
        .filter(|(name, used)| used.as_u64().unwrap() > budgets[*name].as_u64().unwrap())
        .map(|(name, used)| format!("{name} is {used}, and its budget {}", budgets[name]))
        .collect();
    let advice = "find out what made it grow; a budget is raised in tests/budgets.json only for what is worth it";
    assert!(above.is_empty(), "{}\n{advice}\nall: {found:#?}", above.join("\n"));
}
