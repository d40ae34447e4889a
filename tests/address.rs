//! Addresses are read as the library reads them.

use std::net::{Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use servicestage_component::address::{Address, v4, v6};

fn told(loopback: bool) -> Address {
    if loopback { Address::Loopback } else { Address::Other }
}

fn check(text: &str) {
    let expected = text.parse::<Ipv4Addr>().ok().map(|address| told(address.is_loopback()));
    assert_eq!(v4(text), expected, "{text}");
    let expected = text.parse::<Ipv6Addr>().ok().map(|address| told(address.is_loopback()));
    assert_eq!(v6(text), expected, "{text}");
}

#[test]
fn the_forms_of_loopback_are_known() {
    for text in ["::1", "0:0:0:0:0:0:0:1", "::0.0.0.1", "0::0001", "::0:0.0.0.1", "127.0.0.1", "127.1.2.3"] {
        assert_eq!(v4(text).or(v6(text)), Some(Address::Loopback), "{text}");
        check(text);
    }
    for text in ["1::", "::1:0", "::1:0.0.0.0", "::", "::2", "::ffff:127.0.0.1", "1::1", "128.0.0.1", "0127.0.0.1"] {
        assert_ne!(v4(text).or(v6(text)), Some(Address::Loopback), "{text}");
        check(text);
    }
}

proptest! {
    #[test]
    fn what_looks_like_an_address_is_read_as_the_library_reads_it(
        text in "(0|1|00|::?|ffff|:1|10|127|256|0\\.|\\.|1\\.2|0\\.0\\.0\\.1|é){0,12}"
    ) {
        check(&text);
    }

    #[test]
    fn groups_are_counted(before in "((0|1|Ff0):){0,8}", between in ":?", after in "((0|1):){0,8}(0|1|1\\.2\\.3\\.4|0\\.0\\.0\\.1)?") {
        check(&format!("{before}{between}{after}"));
    }

    #[test]
    fn an_address_is_read_however_it_is_written(bits: u128, zeros in 0_u32..128, v4_bits: u32) {
        check(&Ipv6Addr::from(bits << zeros >> zeros).to_string());
        check(&Ipv4Addr::from(v4_bits).to_string());
    }
}
