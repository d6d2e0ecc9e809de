//! Which addresses a document of others may send this machine to: those of the public Internet, and no others.
//!
//! A pure function over [`IpAddr`]. Nothing here resolves a name.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// A network: an address and how many of its leading bits count.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Self {
        Self { address: IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix }
    }

    const fn v6(high: u64, low: u64, prefix: u8) -> Self {
        let bits = ((high as u128) << 64) | low as u128;
        Self { address: IpAddr::V6(Ipv6Addr::from_bits(bits)), prefix }
    }

    /// Whether `address` is of this network. An IPv4 address is never of an IPv6 network, in whatever way it could be written as
    /// one.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(32 - u32::from(self.prefix)).is_none_or(|rest| rest == 0)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                (own.to_bits() ^ other.to_bits()).checked_shr(128 - u32::from(self.prefix)).is_none_or(|rest| rest == 0)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkError;

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not a network\n  help: write its first address and the length of its prefix, such as `10.1.0.0/16` or `fd00::/8`",
        )
    }
}

impl std::error::Error for NetworkError {}

/// Reads `10.1.0.0/16`; bits after the prefix must be zero, and an address alone is a network of one.
impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address: IpAddr = address.parse().map_err(|_| NetworkError)?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => width,
            Some(digits)
                if digits.bytes().all(|byte| byte.is_ascii_digit()) && !(digits.len() > 1 && digits.starts_with('0')) =>
            {
                digits.parse().ok().filter(|prefix| *prefix <= width).ok_or(NetworkError)?
            }
            Some(_) => return Err(NetworkError),
        };
        let host_bits = match address {
            IpAddr::V4(address) => u128::from(address.to_bits().checked_shl(u32::from(prefix)).unwrap_or(0)),
            IpAddr::V6(address) => address.to_bits().checked_shl(u32::from(prefix)).unwrap_or(0),
        };
        if host_bits == 0 { Ok(Self { address, prefix }) } else { Err(NetworkError) }
    }
}

/// What lies behind NAT64 (RFC 6052 §2.1): IPv4 addresses in the last 32 bits.
const NAT64: Network = Network::v6(0x0064_FF9B_0000_0000, 0, 96);
/// All that has been given out for use on the Internet (RFC 4291 §2.4 and the registry of IANA).
const GLOBAL_V6: Network = Network::v6(0x2000 << 48, 0, 3);

/// Networks that are not the public Internet, by the registries of IANA (RFC 6890), and what each is for.
const SPECIAL: &[(Network, &str)] = &[
    (Network::v4(0, 0, 0, 0, 8), "this network"),
    (Network::v4(10, 0, 0, 0, 8), "private"),
    (Network::v4(100, 64, 0, 0, 10), "carrier-grade NAT"),
    (Network::v4(127, 0, 0, 0, 8), "loopback"),
    // the virtual host of a cloud, which answers its guests alone
    (Network::v4(168, 63, 129, 16, 32), "the platform of a cloud"),
    (Network::v4(169, 254, 0, 0, 16), "link-local"),
    (Network::v4(172, 16, 0, 0, 12), "private"),
    (Network::v4(192, 0, 0, 0, 24), "protocol assignments"),
    (Network::v4(192, 0, 2, 0, 24), "documentation"),
    (Network::v4(192, 88, 99, 0, 24), "6to4 relays"),
    (Network::v4(192, 168, 0, 0, 16), "private"),
    (Network::v4(198, 18, 0, 0, 15), "benchmarking"),
    (Network::v4(198, 51, 100, 0, 24), "documentation"),
    (Network::v4(203, 0, 113, 0, 24), "documentation"),
    (Network::v4(224, 0, 0, 0, 4), "multicast"),
    (Network::v4(255, 255, 255, 255, 32), "broadcast"),
    (Network::v4(240, 0, 0, 0, 4), "reserved"),
    (Network::v6(0, 0, 128), "unspecified"),
    (Network::v6(0, 1, 128), "loopback"),
    (Network::v6(0, 0xFFFF_0000_0000, 96), "IPv4-mapped"),
    (Network::v6(0, 0, 96), "IPv4-compatible"),
    (NAT64, "NAT64"),
    (Network::v6(0x0064_FF9B_0001_0000, 0, 48), "local NAT64"),
    (Network::v6(0x0100_0000_0000_0000, 0, 64), "discard-only"),
    // with Teredo (2001::/32), ORCHID and benchmarking
    (Network::v6(0x2001_0000_0000_0000, 0, 23), "protocol assignments"),
    (Network::v6(0x2001_0DB8_0000_0000, 0, 32), "documentation"),
    (Network::v6(0x2002_0000_0000_0000, 0, 16), "6to4"),
    (Network::v6(0x3FFF_0000_0000_0000, 0, 20), "documentation"),
    (Network::v6(0xFC00_0000_0000_0000, 0, 7), "unique local"),
    (Network::v6(0xFE80_0000_0000_0000, 0, 10), "link-local"),
    (Network::v6(0xFEC0_0000_0000_0000, 0, 10), "site-local"),
    (Network::v6(0xFF00_0000_0000_0000, 0, 8), "multicast"),
];

/// What an address is for when it is not of the public Internet, such as `private`; none when it is.
///
/// ```
/// use adarga_host::net::special;
///
/// assert_eq!(special("169.254.169.254".parse()?), Some("link-local"));
/// assert_eq!(special("::ffff:8.8.8.8".parse()?), Some("IPv4-mapped"));
/// assert_eq!(special("8.8.8.8".parse()?), None);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[must_use]
pub fn special(address: IpAddr) -> Option<&'static str> {
    let known = SPECIAL.iter().find(|(network, _)| network.contains(address)).map(|(_, purpose)| *purpose);
    known.or_else(|| (address.is_ipv6() && !GLOBAL_V6.contains(address)).then_some("not assigned"))
}

/// Whether an address is of one of the networks in `allow`. What an allowed NAT64 address stands for has to be public or allowed
/// itself.
pub(super) fn is_allowed(address: IpAddr, allow: &[Network]) -> bool {
    let listed = |address| allow.iter().any(|network| network.contains(address));
    match address {
        IpAddr::V6(v6) if NAT64.contains(address) => {
            let [.., a, b, c, d] = v6.octets();
            let inner = IpAddr::from([a, b, c, d]);
            listed(address) && (special(inner).is_none() || listed(inner))
        }
        _ => listed(address),
    }
}
