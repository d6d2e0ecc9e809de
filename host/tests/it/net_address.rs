//! Which addresses are public: both sides of every boundary.

use std::net::IpAddr;

use adarga_host::net::{Network, special};

/// First and last address of each network, and what it is for.
const RANGES: &[(&str, &str, &str)] = &[
    ("0.0.0.0", "0.255.255.255", "this network"),
    ("10.0.0.0", "10.255.255.255", "private"),
    ("100.64.0.0", "100.127.255.255", "carrier-grade NAT"),
    ("127.0.0.0", "127.255.255.255", "loopback"),
    ("168.63.129.16", "168.63.129.16", "the platform of a cloud"),
    ("169.254.0.0", "169.254.255.255", "link-local"),
    ("172.16.0.0", "172.31.255.255", "private"),
    ("192.0.0.0", "192.0.0.255", "protocol assignments"),
    ("192.0.2.0", "192.0.2.255", "documentation"),
    ("192.88.99.0", "192.88.99.255", "6to4 relays"),
    ("192.168.0.0", "192.168.255.255", "private"),
    ("198.18.0.0", "198.19.255.255", "benchmarking"),
    ("198.51.100.0", "198.51.100.255", "documentation"),
    ("203.0.113.0", "203.0.113.255", "documentation"),
    ("224.0.0.0", "239.255.255.255", "multicast"),
    ("240.0.0.0", "255.255.255.254", "reserved"),
    ("255.255.255.255", "255.255.255.255", "broadcast"),
    ("::", "::", "unspecified"),
    ("::1", "::1", "loopback"),
    ("::2", "::ffff:ffff", "IPv4-compatible"),
    ("::ffff:0:0", "::ffff:ffff:ffff", "IPv4-mapped"),
    ("64:ff9b::", "64:ff9b::ffff:ffff", "NAT64"),
    ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "local NAT64"),
    ("100::", "100::ffff:ffff:ffff:ffff", "discard-only"),
    ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "protocol assignments"),
    ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"),
    ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "6to4"),
    ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"),
    ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "unique local"),
    ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "link-local"),
    ("fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "site-local"),
    ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"),
];

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// The address before or after another, within its family.
fn beside(address: IpAddr, step: i128) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => u32::try_from(i128::from(v4.to_bits()) + step).ok().map(|bits| IpAddr::V4(bits.into())),
        IpAddr::V6(v6) => v6.to_bits().checked_add_signed(step).map(|bits| IpAddr::V6(bits.into())),
    }
}

fn expected(address: IpAddr) -> Option<&'static str> {
    let of = |text: &str| text.parse::<IpAddr>().unwrap();
    let listed = RANGES
        .iter()
        .find(|(first, last, _)| (of(first).is_ipv4() == address.is_ipv4()) && of(first) <= address && address <= of(last));
    let assigned = address.is_ipv4() || (of("2000::")..=of("3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).contains(&address);
    listed.map(|(_, _, purpose)| *purpose).or(if assigned { None } else { Some("not assigned") })
}

#[test]
fn both_sides_of_every_boundary() {
    let mut public = 0;
    for (first, last, purpose) in RANGES {
        for inside in [first, last] {
            assert_eq!(special(address(inside)), Some(*purpose), "{inside}");
        }
        for outside in [beside(address(first), -1), beside(address(last), 1)].into_iter().flatten() {
            assert_eq!(special(outside), expected(outside), "{outside}");
            public += usize::from(special(outside).is_none());
        }
    }
    // in IPv4 one of 0/8, one of 224/4, none of what follows, two of each of the others; in IPv6 two of each within 2000::/3
    assert_eq!(public, 1 + 1 + 13 * 2 + 4 * 2);
}

#[test]
fn what_is_public_and_what_is_not() {
    for text in ["1.1.1.1", "8.8.8.8", "223.255.255.255", "2606:4700::1111", "2a00:1450::1", "2001:4860:4860::8888", "2000::"] {
        assert_eq!(special(address(text)), None, "{text}");
    }
    for text in ["::ffff:169.254.169.254", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "2002:a9fe:a9fe::", "2001:0:1::1"] {
        assert!(special(address(text)).is_some(), "{text}");
    }
    for text in ["1fff:ffff::", "4000::", "5f00::1", "100:0:0:1::", "64:ff9b:0:0:0:1::", "e000::", "::1:0:0:0"] {
        assert_eq!(special(address(text)), Some("not assigned"), "{text}");
    }
}

#[test]
fn networks_are_read_strictly() {
    let network = |text: &str| text.parse::<Network>();
    for (text, inside, outside) in [
        ("10.1.0.0/16", "10.1.255.255", "10.2.0.0"),
        ("127.0.0.1", "127.0.0.1", "127.0.0.2"),
        ("192.168.7.128/25", "192.168.7.255", "192.168.7.127"),
        ("0.0.0.0/0", "255.1.2.3", "::"),
        ("fd00::/8", "fdff::1", "fc00::"),
        ("::1/128", "::1", "::"),
        ("::/0", "ffff::", "1.2.3.4"),
    ] {
        let network = network(text).unwrap();
        assert!(network.contains(address(inside)) && !network.contains(address(outside)), "{text}");
    }
    for text in
        ["", "10", "10.1/16", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/08", "fd00::1/8", "::/129"]
    {
        assert!(network(text).is_err(), "{text}");
    }
}
