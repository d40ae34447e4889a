//! Properties of any fixture and any policy, also of those that nobody would write.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use component_runtime::Grant;
use component_runtime::policy::{Entry, Origin, admit};
use host_test::case::Case;
use host_test::raw::{Request, Response};
use proptest::prelude::*;
use proptest::sample::select;

/// A copy of a fixture, which is deleted when it is dropped.
struct Copy(PathBuf);

impl Copy {
    fn of(name: &str) -> Self {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(name);
        let to = std::env::temp_dir().join(format!("properties-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&to).unwrap();
        for file in std::fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
        Self(to)
    }

    /// Reads the fixture with these bytes in one of its files, and then with those it had.
    fn with(&self, file: &str, bytes: &[u8]) -> anyhow::Result<Case> {
        let file = self.0.join(file);
        let before = std::fs::read(&file).unwrap();
        std::fs::write(&file, bytes).unwrap();
        let read = Case::read(&self.0);
        std::fs::write(&file, before).unwrap();
        read
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn address() -> impl Strategy<Value = IpAddr> {
    let known =
        select(vec!["10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fe80::1", "fd00:ec2::254"]);
    prop_oneof![
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).to_ipv6_mapped().into()),
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
        known.prop_map(|address| address.parse().unwrap()),
    ]
}

/// The rule once more, from the standard library's own classes.
fn is_special(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_multicast() || v4.is_unspecified()
        }
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_loopback() || v6.is_unicast_link_local() || v6.is_multicast(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_special_address_is_admitted_unless_a_range_holds_it(
        addresses in prop::collection::vec(address(), 0..5),
        granted in prop::collection::vec(select(vec!["10.0.0.0/8", "169.254.0.0/16", "fe80::/10", "127.0.0.0/8"]), 0..3),
        origin in select(vec!["https://a.example", "http://localhost", "http://127.0.0.1:1", "https://10.0.0.1"]),
    ) {
        let mut grant = Grant::default();
        granted.iter().for_each(|range| grant.allow_address(range).unwrap());
        let origin: Origin = origin.parse().unwrap();
        let holds = |address| {
            move |entry: &Entry| matches!(entry, Entry::Address(range) if range.contains(address))
        };
        for address in admit(&origin, &addresses, &grant).unwrap_or_default() {
            prop_assert!(addresses.iter().any(|resolved| resolved.to_canonical() == address), "{address}");
            if origin.is_loopback() {
                prop_assert!(address.is_loopback(), "{address}");
            } else {
                prop_assert!(!is_special(address) || grant.entries().iter().any(holds(address)), "{address}");
            }
        }
    }

    #[test]
    fn a_request_or_response_that_is_read_reads_again_as_it_is_written(
        text in r"GET /[a-z]{0,3} HTTP/1\.1(\r?\n[a-zA-Z-]{0,4}: ?[ -~\r\t]{0,6}){0,4}(\r?\n){0,2}",
        bytes in prop::collection::vec(prop_oneof![Just(b'\n'), Just(b'\r'), Just(b':'), any::<u8>()], 0..60),
    ) {
        if let Ok(request) = Request::parse(&text) {
            prop_assert_eq!(Request::parse(&request.to_string()).unwrap(), request);
        }
        for bytes in [text.as_bytes(), &bytes] {
            if let Ok(response) = Response::parse(bytes) {
                prop_assert_eq!(Response::parse(&response.bytes()).unwrap(), response);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    #[test]
    fn a_fixture_with_a_file_that_is_anything_is_read_or_refused(
        file in select(vec!["case.toml", "expected.json", "request-1.http", "response-1.http"]),
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
    ) {
        let fixture = Copy::of("vendor_example");
        drop(fixture.with(file, &bytes));
        // And with a piece of the real file replaced by them.
        let mut damaged = std::fs::read(fixture.0.join(file)).unwrap();
        let at = at.index(damaged.len());
        damaged.splice(at..(at + bytes.len()).min(damaged.len()), bytes);
        if let Err(error) = fixture.with(file, &damaged) {
            let told = format!("{error:#}");
            prop_assert!(told.contains(file) || told.contains("case.toml"), "{file} is not named: {told}");
        }
        prop_assert!(Case::read(&fixture.0).is_ok());
    }
}

#[test]
fn a_clock_that_is_not_a_time_is_reported_with_its_file() {
    let fixture = Copy::of("count_differs");
    let text = std::fs::read_to_string(fixture.0.join("case.toml")).unwrap();
    let damaged = text.replacen("clock = \"", "clock = \"\u{80}", 1);
    let error = fixture.with("case.toml", damaged.as_bytes()).unwrap_err();
    assert!(format!("{error:#}").contains("case.toml: clock: "), "{error:#}");
}

#[test]
fn a_control_character_in_a_request_is_refused() {
    for text in ["GET / HTTP/1.1\nx: a\r\r\n", "GET / HTTP/1.1\nx: a\0\n", "GET /\u{1b} HTTP/1.1\n"] {
        assert!(Request::parse(text).is_err(), "{text:?}");
    }
}
