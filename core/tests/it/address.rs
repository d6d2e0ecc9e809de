//! Addresses and networks: against the standard library's, and a corpus.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use adarga_core::address::{Address, Network};
use proptest::prelude::*;

use crate::corpora::lines;

fn parse(text: &str) -> Option<Address> {
    Address::parse(text.as_bytes())
}

/// Texts that are addresses, nearly are, or are none.
fn text() -> impl Strategy<Value = String> {
    let v4 = any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).to_string());
    let sparse = prop::array::uniform8(prop_oneof![3 => Just(0), 1 => any::<u16>()]);
    let v6 = sparse.prop_map(|groups| Ipv6Addr::from(groups).to_string());
    let long = prop::array::uniform8(any::<u16>()).prop_map(|groups| groups.map(|group| format!("{group:04X}")).join(":"));
    let both = (any::<u32>(), any::<u16>()).prop_map(|(bits, group)| format!("{group:x}::{}", Ipv4Addr::from_bits(bits)));
    let whole = prop_oneof![v4, v6, long, both];
    let edited = (whole.clone(), any::<prop::sample::Index>(), "[0-9a-f:./% ]{0,2}").prop_map(|(mut text, at, new)| {
        text.insert_str(at.index(text.len() + 1), &new);
        text
    });
    prop_oneof![whole, edited, "[0-9a-f:.]{0,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_what_the_standard_library_reads(text in text()) {
        let want = text.parse::<IpAddr>().ok().map(Address::from);
        prop_assert_eq!(parse(&text), want, "{}", text);
    }

    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let want = std::str::from_utf8(&bytes).ok().and_then(|text| text.parse::<IpAddr>().ok()).map(Address::from);
        prop_assert_eq!(Address::parse(&bytes), want);
        let _ = Network::parse(&bytes);
    }

    #[test]
    fn a_network_contains_what_has_its_bits(one: u128, flip in 0..128_u32, bits in 0..=128_u8, v4: bool) {
        let (one, other) = (Ipv6Addr::from_bits(one), Ipv6Addr::from_bits(one ^ 1 << (127 - flip)));
        if v4 {
            let of = |address: Ipv6Addr| Ipv4Addr::from_bits(address.to_bits() as u32);
            let (one, other, bits) = (of(one), of(other), bits % 33);
            let network = Network::parse(format!("{one}/{bits}").as_bytes()).unwrap();
            let mask = u32::MAX.checked_shl(32 - u32::from(bits)).unwrap_or(0);
            let want = one.to_bits() & mask == other.to_bits() & mask;
            prop_assert_eq!(network.contains(&IpAddr::from(other).into()), want);
            prop_assert!(network.contains(&IpAddr::from(one).into()));
            prop_assert_eq!(network.has_host_bits(), one.to_bits() & !mask != 0);
        } else {
            // the mapped ones are IPv4
            prop_assume!(one.to_ipv4_mapped().is_none() && other.to_ipv4_mapped().is_none());
            let network = Network::parse(format!("{one}/{bits}").as_bytes()).unwrap();
            let mask = u128::MAX.checked_shl(128 - u32::from(bits)).unwrap_or(0);
            prop_assert_eq!(network.contains(&IpAddr::from(other).into()), u32::from(bits) <= flip);
            prop_assert!(network.contains(&IpAddr::from(one).into()));
            prop_assert_eq!(network.has_host_bits(), one.to_bits() & !mask != 0);
        }
    }
}

#[test]
fn one_spelling_of_an_ipv4_address_and_none_that_readers_read_differently() {
    assert_eq!(parse("::ffff:192.0.2.1"), parse("192.0.2.1"));
    assert_eq!(parse("::FFFF:C000:0201"), parse("192.0.2.1"));
    for text in [
        "127.1",
        "010.0.0.1",
        "0x7f.0.0.1",
        "1.2.3.4.",
        "1.2.3",
        "256.1.1.1",
        "1.2.3.4 ",
        "::1%lo",
        "[::1]",
        "1:2",
        ":::",
        "1::2::3",
        "::1.2.3",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[test]
fn families_do_not_mix() {
    let network = |text: &str| Network::parse(text.as_bytes()).unwrap();
    let address = |text: &str| parse(text).unwrap();
    assert!(!network("::/0").contains(&address("192.0.2.1")));
    assert!(!network("0.0.0.0/0").contains(&address("2001:db8::1")));
    assert!(network("0.0.0.0/0").contains(&address("::ffff:192.0.2.1")));
    assert!(network("::ffff:192.0.2.0/120").contains(&address("192.0.2.9")));
    assert_eq!(Network::parse(b"10.0.0.0/33"), None);
    assert_eq!(Network::parse(b"10.0.0.0/08"), None);
    assert_eq!(Network::parse(b"10.0.0.0/"), None);
    assert_eq!(Network::parse(b"::/129"), None);
    assert_eq!(Network::parse(b"10.0.0.0"), None);
}

#[test]
fn a_corpus_of_networks() {
    for line in lines("uri/cidr.jsonl", 8) {
        let text = |member: &str| line[member].as_str().unwrap();
        let net = Network::parse(text("net").as_bytes()).unwrap();
        let what = Network::parse(text("what").as_bytes());
        let host = || parse(text("what"));
        let got = match (what, host()) {
            (Some(what), _) => net.covers(&what).into(),
            (None, Some(host)) => net.contains(&host).into(),
            (None, None) => serde_json::Value::from("error"),
        };
        assert_eq!(got, line["expect"], "{}", line["id"]);
    }
}
