//! Any connection: no panic, and an accepted endpoint is a URL that leads where it says.
#![no_main]

use http::Uri;
use libfuzzer_sys::fuzz_target;
use servicestage_component::connection::{ProjectSource, project, service};
use model::connection::Connection;

fuzz_target!(|input: (Option<String>, Option<String>, Option<String>, Option<String>)| {
    let (region, project_id, endpoint, iam_endpoint) = input;
    let connection = Connection { region, project_id, endpoint, iam_endpoint, ..Connection::default() };
    let iam = match project(&connection) {
        Ok(ProjectSource::OfRegion(lookup)) => Some(lookup.iam),
        _ => None,
    };
    for origin in service(&connection).ok().into_iter().chain(iam) {
        let uri: Uri = format!("{origin}/v3").parse().expect("an accepted origin is part of a URL");
        assert_eq!(uri.scheme_str() == Some("https"), origin.is_secure());
        assert_eq!(uri.authority().map(|authority| authority.as_str()), Some(origin.authority().as_str()));
        assert_eq!(uri.path(), "/v3");
        assert!(origin.is_secure() || origin.authority().starts_with(['1', '[', 'l']), "{uri}");
    }
});
