//! Any `NO_PROXY` and any origin: no panic, an entry means the same beside others, and an error shows nothing that could
//! not be seen.
#![no_main]

use libfuzzer_sys::fuzz_target;
use model::no_proxy::NoProxy;
use model::origin::Origin;

/// The origins that every list is asked for, beside the one that is made up.
const ORIGINS: [&str; 6] = [
    "https://example.com",
    "https://a.b.example.com:8443",
    "https://10.1.2.3",
    "https://[::1]:443",
    "https://[2001:db8::1]",
    "http://localhost:80",
];

fuzz_target!(|data: &str| {
    let (text, origin) = data.split_once('\0').unwrap_or((data, ""));
    let entries = || text.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    let no_proxy = match text.parse::<NoProxy>() {
        Ok(no_proxy) => no_proxy,
        Err(error) => {
            let told = error.to_string();
            assert!(!told.contains(char::is_control) && told.len() < 2000, "{told:?}");
            assert!(entries().any(|entry| entry.parse::<NoProxy>().is_err()), "{text:?}");
            return;
        }
    };
    let turned: NoProxy = text.to_ascii_uppercase().parse().expect("case does not matter");
    let single: Vec<NoProxy> = entries().map(|entry| entry.parse().expect("each is read alone")).collect();
    for origin in ORIGINS.into_iter().chain([origin]).filter_map(|origin| origin.parse::<Origin>().ok()) {
        let covered = no_proxy.covers(&origin);
        assert_eq!(covered, single.iter().any(|entry| entry.covers(&origin)), "{text:?} {origin}");
        assert_eq!(covered, turned.covers(&origin), "{text:?} {origin}");
        let all: NoProxy = format!("{text} *").parse().expect("one entry more");
        assert!(all.covers(&origin));
    }
});
