//! Origins and addresses in all their clothes.

use component_runtime::policy::{Class, Origin, Range, origin};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    origin: String,
    normal: Option<String>,
}

#[test]
fn an_origin_takes_its_normal_form_or_is_refused_as_in_every_host() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("../../../tests/vectors/origins.json")).unwrap();
    for Case { origin: text, normal } in cases {
        let read = text.parse::<Origin>().map(|origin| origin.to_string());
        assert_eq!(read.ok(), normal, "{text:?}");
        // A component asks for a URL. Only its origin is checked here.
        if let Ok(uri) = text.parse::<http::Uri>()
            && uri.path() == "/"
            && uri.query().is_none()
            && !text.contains('#')
        {
            assert_eq!(origin::of(&uri).map(|origin| origin.to_string()).ok(), normal, "{text:?}");
        }
    }
}

#[test]
fn every_kind_of_address_is_known() {
    for (class, addresses) in [
        (
            Class::Global,
            "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 128.0.0.0 172.15.255.255 172.32.0.0",
        ),
        (Class::Global, "169.253.255.255 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255"),
        (
            Class::Global,
            "2606:4700::1 2a00::1 2001:200::1 2001:4860::1 64:ff9b::101:101 2002:101:101::1 ::ffff:1.1.1.1",
        ),
        (Class::Private, "10.0.0.0 10.255.255.255 172.16.0.0 172.31.255.255 192.168.0.0 192.168.255.255"),
        (Class::Private, "::ffff:10.0.0.1 64:ff9b::10.0.0.1 2002:a00:1::1 2002:c0a8:101::"),
        (Class::Loopback, "127.0.0.0 127.0.0.1 127.255.255.255 ::1 ::ffff:127.0.0.1 64:ff9b::127.0.0.1 2002:7f00:1::"),
        (Class::LinkLocal, "169.254.0.0 169.254.255.255 fe80::1 febf::1 ::ffff:169.254.1.1"),
        (Class::CarrierGrade, "100.64.0.0 100.127.255.255 100.100.100.200 ::ffff:100.64.0.1"),
        (Class::UniqueLocal, "fc00::1 fd00::1 fdff::1"),
        (Class::Multicast, "224.0.0.0 239.255.255.255 ff02::1 ff0e::1"),
        (Class::Broadcast, "255.255.255.255 ::ffff:255.255.255.255"),
        (Class::Unspecified, "0.0.0.0 0.1.2.3 :: ::ffff:0.0.0.0"),
        (Class::Documentation, "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff:fff::1"),
        (Class::Benchmarking, "198.18.0.0 198.19.255.255 2001:2::1"),
        (Class::Metadata, "169.254.169.254 fd00:ec2::254 ::ffff:169.254.169.254 64:ff9b::169.254.169.254"),
        (Class::Metadata, "2002:a9fe:a9fe:: 168.63.129.16"),
        // Teredo: a private server, a private client, both public.
        (Class::Private, "2001:0:a00:1::fefe:fefe 2001:0:101:101::f5ff:fffe"),
        (Class::Global, "2001:0:101:101::fefe:fefe"),
        (Class::Reserved, "192.0.0.1 192.88.99.1 240.0.0.1 255.255.255.254 ::127.0.0.1 ::10.0.0.1 ::ffff:0:10.0.0.1"),
        (Class::Reserved, "64:ff9b:1::1 100::1 2001:10::1 2001:20::1 fec0::1 4000::1 5f00::1 fe00::1 1::"),
    ] {
        for address in addresses.split(' ') {
            assert_eq!(Class::of(address.parse().unwrap()), class, "{address}");
        }
    }
}

#[test]
fn ranges_hold_what_they_say_and_slips_are_refused() {
    for (range, inside, outside) in [
        ("10.0.0.0/8", "10.255.0.1 ::ffff:10.1.1.1", "11.0.0.0 9.255.255.255 ::10.0.0.1 64:ff9b::a00:1"),
        ("10.1.2.3", "10.1.2.3", "10.1.2.2 10.1.2.4"),
        ("0.0.0.0/0", "0.0.0.0 255.255.255.255", "::1 ::"),
        ("::/0", ":: ffff::1", "1.1.1.1 ::ffff:1.1.1.1"),
        ("::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.0"),
        ("::ffff:0:0/96", "0.0.0.0 ::ffff:1.1.1.1", "::1"),
        ("::fffe:0:0/95", "::fffe:1:1", "1.1.1.1 ::ffff:1.1.1.1"),
        ("fd00::/8", "fd12::1", "fc00::1"),
        ("169.254.169.254/32", "169.254.169.254", "169.254.169.253"),
    ] {
        let parsed: Range = range.parse().unwrap();
        inside.split(' ').for_each(|ip| assert!(parsed.contains(ip.parse().unwrap()), "{ip} in {range}"));
        outside.split(' ').for_each(|ip| assert!(!parsed.contains(ip.parse().unwrap()), "{ip} not in {range}"));
    }
    for text in [
        "",
        "/",
        "/8",
        "10/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/+8",
        "10.0.0.0/-1",
        "10.0.0.0/8/8",
        "10.0.0.0/ 8",
        "010.0.0.0/8",
        "10.0.0.1/8",
        "fd00::1/8",
        "fd00::/129",
        "::ffff:0:0/90",
        "a.example",
        "[::1]",
        "10.0.0.0/99999999999",
        "10.0.0.0/255.0.0.0",
        "*",
    ] {
        assert!(text.parse::<Range>().is_err(), "{text}");
    }
}

#[test]
fn a_refused_range_says_what_to_write() {
    for (text, told) in [
        ("10.0.0/8", "write 10.0.0.0/8, fd00::/8 or one address alone"),
        ("10.0.0.0/33", "write a number from 0 to 32 after the slash"),
        ("fd00::/129", "write a number from 0 to 128 after the slash"),
        ("10.0.0.1/8", "write the first address of the range"),
        ("::ffff:0:0/90", "write the first address of the range"),
    ] {
        let error = text.parse::<Range>().unwrap_err().to_string();
        assert!(error.ends_with(told), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_makes_it_panic_and_what_is_read_reads_again(text in ".*", host in "[a-zA-Z0-9.:\\[\\]x@%-]{0,40}", port in 0_u32..70_000) {
        for text in [text, format!("https://{host}"), format!("http://{host}:{port}")] {
            if let Ok(origin) = text.parse::<Origin>() {
                prop_assert_eq!(origin.to_string().parse::<Origin>(), Ok(origin));
            }
            let _ = text.parse::<Range>();
        }
    }

    #[test]
    fn mapped_addresses_are_of_the_class_of_what_they_map(bits in any::<u32>()) {
        let plain = std::net::Ipv4Addr::from_bits(bits);
        prop_assert_eq!(Class::of(plain.to_ipv6_mapped().into()), Class::of(plain.into()));
        prop_assert!(Range::of(plain.into()).contains(plain.to_ipv6_mapped().into()));
    }

    #[test]
    fn a_range_reads_again_and_holds_its_own(bits in any::<u128>(), prefix in 0_u32..=128) {
        let first = std::net::Ipv6Addr::from_bits(if prefix == 0 { 0 } else { bits >> (128 - prefix) << (128 - prefix) });
        if let Ok(range) = format!("{first}/{prefix}").parse::<Range>() {
            prop_assert!(range.contains(first.into()));
            prop_assert_eq!(range.to_string().parse::<Range>().unwrap(), range);
        }
    }
}
