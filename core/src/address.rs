//! Internet addresses and networks, read from text as strictly as every reader agrees on. A kernel.
//!
//! An IPv4 address is four decimal numbers without leading zeros (RFC 6943 §3.1.1): `127.1` and `010.0.0.1` mean different hosts to
//! different readers and are no addresses here. IPv6 is read as RFC 4291 §2.2 writes it, without a zone. An IPv4-mapped IPv6 address
//! (RFC 4291 §2.5.5.2) **is** the IPv4 address, however it came.
//!
//! Invariant: nothing here resolves a name. Invariant: an IPv4 address lies in no IPv6 network, nor the other way round.

use core::net::IpAddr;

/// The first twelve bytes of an IPv4 address.
const MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

/// An address: the 16 bytes of IPv6, IPv4 mapped into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Address([u8; 16]);

/// A network: an address whose first bits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: [u8; 16],
    /// 0 to 128, of the mapped form.
    bits: u8,
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => Self(address.to_ipv6_mapped().octets()),
            IpAddr::V6(address) => Self(address.octets()),
        }
    }
}

impl Address {
    /// Reads an address, without brackets, port or zone.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        if text.contains(&b':') { v6(text).map(|(octets, _)| Self(octets)) } else { v4(text).map(mapped).map(Self) }
    }

    /// Its 16 bytes, IPv4 mapped.
    #[must_use]
    pub const fn octets(&self) -> &[u8; 16] {
        &self.0
    }

    /// The four bytes of an IPv4 address.
    #[must_use]
    pub fn v4(&self) -> Option<[u8; 4]> {
        let [.., a, b, c, d] = self.0;
        self.0.starts_with(&MAPPED).then_some([a, b, c, d])
    }

    /// The first eight bytes: the network that one subscriber of IPv6 has at least (RFC 6177 §2).
    #[must_use]
    pub const fn prefix64(&self) -> [u8; 8] {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        [a, b, c, d, e, f, g, h]
    }
}

impl Network {
    /// Reads `10.0.0.0/8` or `2001:db8::/32`. Bits behind the prefix are passed over: [`Network::has_host_bits`] tells of them.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let slash = text.iter().position(|&byte| byte == b'/')?;
        let (address, prefix) = text.split_at_checked(slash)?;
        let Address(address) = Address::parse(address)?;
        let prefix = decimal(prefix.strip_prefix(b"/")?, 3)?;
        // the notation counts: `::ffff:10.0.0.0/104` is an IPv4 network as well
        let bits = if text.contains(&b':') { prefix } else { prefix.checked_add(96)? };
        Self::new(address, u8::try_from(bits).ok()?)
    }

    /// The network of the first `bits` of an address in its mapped form; `None` beyond 128.
    #[must_use]
    pub const fn new(address: [u8; 16], bits: u8) -> Option<Self> {
        if bits <= 128 { Some(Self { address, bits }) } else { None }
    }

    /// The address that stands before the slash, mapped, and the bits of that form which count.
    #[must_use]
    pub const fn parts(&self) -> ([u8; 16], u8) {
        (self.address, self.bits)
    }

    /// Whether the address has bits behind the prefix: probably not what was meant.
    #[must_use]
    pub fn has_host_bits(&self) -> bool {
        u128::from_be_bytes(self.address).checked_shl(u32::from(self.bits)).unwrap_or(0) != 0
    }

    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(&self, address: &Address) -> bool {
        let differ = u128::from_be_bytes(self.address) ^ u128::from_be_bytes(address.0);
        let rest = 128_u32.saturating_sub(u32::from(self.bits));
        self.is_v4() == address.v4().is_some() && differ.checked_shr(rest).unwrap_or(0) == 0
    }

    /// Whether a network lies in it, or is it.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        self.bits <= other.bits && self.contains(&Address(other.address)) && self.is_v4() == other.is_v4()
    }

    fn is_v4(&self) -> bool {
        self.bits >= 96 && self.address.starts_with(&MAPPED)
    }
}

const fn mapped([a, b, c, d]: [u8; 4]) -> [u8; 16] {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, a, b, c, d]
}

/// One to `digits` decimal digits without a leading zero.
fn decimal(text: &[u8], digits: usize) -> Option<u32> {
    if text.len() > digits || (text.len() > 1 && text.starts_with(b"0")) {
        return None;
    }
    number(text, 10)
}

/// Digits of a base, at least one and few enough for the type.
fn number(text: &[u8], base: u32) -> Option<u32> {
    if text.is_empty() {
        return None;
    }
    text.iter().try_fold(0_u32, |number, &byte| number.checked_mul(base)?.checked_add(char::from(byte).to_digit(base)?))
}

/// The bytes of a dotted IPv4 address.
pub(crate) fn v4(text: &[u8]) -> Option<[u8; 4]> {
    let mut parts = text.split(|&byte| byte == b'.');
    let mut octets = [0; 4];
    for octet in &mut octets {
        *octet = u8::try_from(decimal(parts.next()?, 3)?).ok()?;
    }
    parts.next().is_none().then_some(octets)
}

/// The bytes of an IPv6 address, and for how many groups a `::` stands in it: groups of up to four hexadecimal digits, at most one `::`
/// for some that are zero, and perhaps an IPv4 address at the end.
pub(crate) fn v6(text: &[u8]) -> Option<([u8; 16], usize)> {
    // the longest is eight groups of four, or six and an IPv4 address
    if text.len() > 45 {
        return None;
    }
    let gap = text.windows(2).position(|pair| pair == b"::");
    let (head, tail) = match gap {
        None => (text, None),
        Some(at) => (text.get(..at)?, Some(text.get(at.checked_add(2)?..)?)),
    };
    let mut octets = [0; 16];
    let Some(tail) = tail else { return (groups(head, &mut octets)? == 16).then_some((octets, 0)) };
    let mut last = [0; 16];
    let (before, after) = (groups(head, &mut octets)?, groups(tail, &mut last)?);
    // `::` stands for one group at least
    let start = 16_usize.checked_sub(after)?;
    let zeros = start.checked_sub(before)? >> 1;
    if zeros == 0 || (before > 0 && head.contains(&b'.')) {
        return None;
    }
    octets.get_mut(start..)?.iter_mut().zip(last).for_each(|(octet, last)| *octet = last);
    Some((octets, zeros))
}

/// Writes the groups between the colons of a text and says how many bytes they are; none in an empty text.
fn groups(text: &[u8], octets: &mut [u8; 16]) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let mut len = 0_usize;
    let mut parts = text.split(|&byte| byte == b':').peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() && part.contains(&b'.') {
            let end = len.checked_add(4)?;
            *octets.get_mut(len..)?.first_chunk_mut()? = v4(part)?;
            len = end;
        } else {
            let group = (part.len() <= 4).then(|| number(part, 16))??;
            let end = len.checked_add(2)?;
            *octets.get_mut(len..)?.first_chunk_mut()? = u16::try_from(group).ok()?.to_be_bytes();
            len = end;
        }
    }
    Some(len)
}
