//! Any text that holds a secret in any form: it comes out without it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::credentials::Credentials;
use servicestage_component::report;
use model::text::shorten;

fuzz_target!(|input: (String, String, String, u8)| {
    let (secret, before, after, longest) = input;
    // What the checks of a connection let through.
    if !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return;
    }
    let secrets = report::secrets(&Credentials::Token(secret.clone()));
    let json = serde_json::to_string(&secret).expect("text has a JSON form");
    for written in [secret.as_str(), json.trim_matches('"')] {
        let mut text = format!("{before}{written}{after}");
        secrets.redact(&mut text);
        // The text around a secret may complete another one, so only parts of eight characters are promised. A part
        // that the marker of a redaction completes was not in the text.
        if secret.len() >= 8 {
            let mut left = text.split("[redacted]");
            assert!(left.all(|left| !left.contains(&secret)), "{secret:?} in {text:?}");
        }
        let mut short = shorten(&format!("{before}{written}{after}"), longest.into());
        secrets.redact(&mut short);
    }
});
