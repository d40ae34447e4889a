//! Terraform's log: one JSON object a line on stderr, with the keys of hclog. Terraform shows it where
//! `TF_LOG` asks for it.
//!
//! A line has the fields of the spans around it, so that lines of reads at the same time can be distinguished.

use std::io::Write as _;

use component_runtime::log::{Line, Lines, own_targets};
use component_runtime::printable;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, registry};

/// Logs what happens from here on, under the provider's name.
pub fn start(provider: &str) {
    let provider = provider.to_owned();
    let lines = Lines(move |line: &Line<'_>| write(&provider, line));
    let lines = lines.with_filter(own_targets(env!("CARGO_CRATE_NAME"), LevelFilter::DEBUG));
    // It fails only where somebody listens already.
    let _ = tracing::subscriber::set_global_default(registry().with(lines));
}

fn write(provider: &str, line: &Line<'_>) {
    let mut fields = line.around.clone();
    fields.extend(line.fields);
    let mut object = fields.to_json();
    object.insert("@level".to_owned(), json!(line.metadata.level().as_str().to_ascii_lowercase()));
    for value in object.values_mut() {
        if let Value::String(text) = value {
            *text = printable::lines(text);
        }
    }
    object.insert("@message".to_owned(), json!(printable::lines(line.text)));
    object.insert("@module".to_owned(), json!(provider));
    object.insert("@timestamp".to_owned(), json!(format!("{:.6}", jiff::Timestamp::now())));
    // In one piece: stderr has no buffer, and each piece of a line would wake up Terraform, which reads it. A failure
    // means that nobody reads the log, so it cannot be reported.
    let _ = std::io::stderr().write_all(format!("{}\n", Value::Object(object)).as_bytes());
}
