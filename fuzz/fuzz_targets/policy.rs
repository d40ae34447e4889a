//! Any declaration, grant, request and addresses: the check does not panic. A request that passes was declared and
//! granted. An address that is not public passes only if it was granted.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use http::{Method, Uri};
use libfuzzer_sys::fuzz_target;
use runtime::policy::{Declaration, Entry, Grant, Host, Origin, Role, admit, check, origin};
use serde_json::json;

// The policy alone is pure; as a dependency, its crate would bring wasmtime into every build with a sanitizer.
#[allow(dead_code, unused_imports, reason = "the target uses its part")]
#[path = "../../hosts/runtime/src/printable.rs"]
mod printable;
#[allow(dead_code, unused_imports, reason = "the target uses its part")]
#[path = "../../hosts/runtime/src"]
mod runtime {
    pub mod policy;
}

/// Roles, of which a declaration and a grant may name the same.
const ROLES: [&str; 3] = ["service", "iam", "other"];

/// Role, path and query names of a request.
type Need = (u8, String, Vec<String>);

fuzz_target!(|input: (String, Vec<Need>, Vec<(u8, String)>, Vec<String>, String, Vec<(u32, Option<u128>)>)| {
    let (text, needs, origins, ranges, url, addresses) = input;
    read_anything(&text);
    let (Some(declaration), Ok(uri)) = (declared(&needs), url.parse::<Uri>()) else { return };
    let grant = granted(&origins, &ranges);
    let addresses: Vec<IpAddr> = addresses
        .into_iter()
        .map(|(v4, v6)| v6.map_or_else(|| Ipv4Addr::from_bits(v4).into(), |bits| Ipv6Addr::from_bits(bits).into()))
        .collect();

    match check(&Method::GET, &uri, &declaration, &grant) {
        Ok(role) => {
            let target = uri.path_and_query().map_or("/", |target| target.as_str());
            let origin = origin::of(&uri).expect("what passes leads somewhere");
            assert!(declaration.needs().iter().any(|need| need.role == role && need.covers("GET", target)));
            assert!(grant.has(&role, &origin), "{origin} is not granted");
            if let Host::Address(address) = origin.host() {
                assert!(may_be_reached(&origin, *address, &grant), "{address}");
            }
            connect(&origin, &addresses, &grant);
        }
        Err(denial) => {
            let shown = denial.to_string();
            assert!(shown.is_ascii() && !shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
            let mut grant = grant;
            for entry in denial.missing() {
                grant.add(entry.to_string().parse().expect("a line that is shown can be added"));
            }
            let passes = check(&Method::GET, &uri, &declaration, &grant).is_ok();
            assert_eq!(passes, !denial.missing().is_empty(), "{shown}");
        }
    }
});

/// A policy that is read, written and read again stays the same.
fn read_anything(text: &str) {
    let _ = (Grant::from_json(text), Declaration::of_component(text.as_bytes()), text.parse::<Role>());
    if let Ok(declaration) = Declaration::from_json(text) {
        let written = serde_json::to_string(&declaration).expect("a declaration has a JSON form");
        assert_eq!(Declaration::from_json(&written), Ok(declaration));
    }
    if let Ok(entry) = text.parse::<Entry>() {
        assert_eq!(entry.to_string().parse(), Ok(entry));
    }
}

fn declared(needs: &[Need]) -> Option<Declaration> {
    let requests: Vec<_> = needs
        .iter()
        .map(|(role, path, query)| json!({"role": name(*role), "method": "GET", "path": path, "query": query}))
        .collect();
    Declaration::from_json(&json!({"version": 1, "requests": requests}).to_string()).ok()
}

fn granted(origins: &[(u8, String)], ranges: &[String]) -> Grant {
    let mut grant = Grant::default();
    // What is not well-formed grants nothing.
    origins.iter().for_each(|(role, origin)| drop(grant.allow_origin(name(*role), origin)));
    ranges.iter().for_each(|range| drop(grant.allow_address(range)));
    grant
}

fn name(role: u8) -> &'static str {
    ROLES[usize::from(role) % ROLES.len()]
}

fn connect(origin: &Origin, addresses: &[IpAddr], grant: &Grant) {
    match admit(origin, addresses, grant) {
        Ok(admitted) => {
            let resolved: Vec<IpAddr> = addresses.iter().map(IpAddr::to_canonical).collect();
            for address in admitted {
                assert!(resolved.contains(&address), "{address} was not resolved");
                assert!(may_be_reached(origin, address, grant), "{address}");
            }
        }
        Err(denial) => assert!(!addresses.is_empty(), "{denial}"),
    }
}

/// The rule once more, from the standard library's own classes.
fn may_be_reached(origin: &Origin, address: IpAddr, grant: &Grant) -> bool {
    let address = address.to_canonical();
    if origin.is_loopback() {
        return address.is_loopback();
    }
    let special = match address {
        IpAddr::V4(v4) => {
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_unspecified()
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local() || v6.is_multicast(),
    };
    let covers = |entry: &Entry| matches!(entry, Entry::Address(range) if range.contains(address));
    !special || grant.entries().iter().any(covers)
}
