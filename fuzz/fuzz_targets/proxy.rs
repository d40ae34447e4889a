//! Any URL of a proxy: no panic, an accepted URL leads where its text says, and a refused one is not repeated.
#![no_main]

use http::HeaderValue;
use libfuzzer_sys::fuzz_target;
use model::origin::Origin;
use runtime::proxy_url::ProxyUrl;

// Pure; as a dependency, its crate would bring wasmtime into every build with a sanitizer.
#[allow(dead_code, reason = "the target uses its part")]
#[path = "../../hosts/runtime/src"]
mod runtime {
    pub mod proxy_url;
}

/// Stands in the password, and nowhere else.
const MARK: &str = "q7Zx9";

fuzz_target!(|input: (&str, &str, &str)| {
    let (before, password, after) = input;
    let _ = ProxyUrl::read(before);
    let text = format!("http://{before}:{MARK}{password}@{after}");
    match ProxyUrl::read(&text) {
        Err(why) => assert!(!why.contains(MARK) && why.is_ascii() && why.len() < 500, "{why:?}"),
        Ok(url) => {
            // It leads to what stands behind the last `@`, and to nothing else.
            let authority = after.strip_suffix('/').unwrap_or(after);
            let has_port = authority.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
            let authority = if has_port { authority.to_owned() } else { format!("{authority}:80") };
            assert_eq!(Origin::from_parts("https", &authority), Ok(url.at), "{text:?}");
            let credentials = url.credentials.expect("there is a password");
            assert!(credentials.header.is_sensitive());
            assert!(HeaderValue::from_bytes(credentials.header.as_bytes()).is_ok());
            assert!(credentials.secrets.iter().any(|secret| secret.contains(MARK)));
        }
    }
});
