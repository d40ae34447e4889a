//! Any text: no panic, and an origin that is read is the same to this crate, to the HTTP library and to a browser's rules.
#![no_main]

use http::Uri;
use libfuzzer_sys::fuzz_target;
use model::origin::{Host, Origin};
use url::Url;

fuzz_target!(|text: &str| {
    let origin = match text.parse::<Origin>() {
        Ok(origin) => origin,
        Err(error) => {
            let told = error.to_string();
            assert!(told.is_ascii() && !told.contains(char::is_control) && told.len() < 200, "{told}");
            return;
        }
    };
    let normal = origin.to_string();
    assert_eq!(normal.parse(), Ok(origin.clone()), "{normal}");
    assert!(normal.is_ascii() && normal == normal.to_ascii_lowercase(), "{normal}");
    assert!(text.len() >= normal.len() || normal.contains('['), "{normal}");

    let uri: Uri = normal.parse().expect("an origin is a URL");
    let (scheme, authority) = (uri.scheme_str(), uri.authority().map(|authority| authority.as_str()));
    assert_eq!(Origin::from_parts(scheme.unwrap_or_default(), authority.unwrap_or_default()), Ok(origin.clone()));

    // Unless the library refuses it: it reads the xn-- form of names, which is not done here.
    if let Ok(url) = text.parse::<Url>() {
        assert_eq!(url.origin().ascii_serialization(), normal, "{text:?}");
        assert_eq!(url.port_or_known_default(), Some(origin.port()), "{text:?}");
    }
    let loopback = match origin.host() {
        Host::Name(name) => name == "localhost",
        Host::Address(address) => address.is_loopback(),
    };
    assert!(origin.is_secure() || loopback, "{normal}");
});
