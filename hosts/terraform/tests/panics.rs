//! A panic in an author's code reaches people with its message and its place. The provider itself does not panic.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use terraform_provider_servicestage::DataSources;

#[tokio::test]
async fn a_panic_in_rust_is_a_diagnostic_with_its_message_and_its_place() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/component/panicking.wasm");
    let sources = DataSources::of_file(&file, "panicking").await.expect("`cargo xtask component` makes it");
    let provider = sources.provider_values("{}").unwrap();
    let (configuration, _) = sources.configure(provider).await.unwrap();
    let arguments = sources.arguments("rates", r#"{"base": "EUR"}"#).unwrap();
    let (state, told) = sources.read(&Arc::new(configuration), "rates", &arguments).await.unwrap();
    assert!(state.is_none() && told.len() == 1, "{told:?}");
    for part in ["no rate of EUR", "lib.rs:"] {
        assert!(told[0].detail.contains(part), "{part}: {told:?}");
    }
}

#[test]
fn a_stderr_that_nobody_reads_is_no_panic() {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut provider = Command::new(env!("CARGO_BIN_EXE_terraform-provider-servicestage"));
    assert_eq!(provider.env_clear().stderr(writer).status().unwrap().code(), Some(1));
}
