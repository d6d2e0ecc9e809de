//! Addresses of IPv4 and IPv6, as the kernel [`address`](crate::address) reads them.

use crate::address::{v4, v6};

/// Four decimal octets without leading zeros (RFC 3986 §3.2.2 `IPv4address`), which no reader takes for octal.
pub(super) fn is_ipv4(text: &[u8]) -> bool {
    v4(text).is_some()
}

/// Eight groups, some of which one `::` may stand for, the last two perhaps as an IPv4 address (RFC 4291 §2.2).
pub(super) fn is_ipv6(text: &[u8]) -> bool {
    v6(text).is_some()
}

/// As [`is_ipv6`], but `::` stands for two groups or more: the form that mail has (RFC 5321 §4.1.3).
pub(super) fn is_ipv6_of_mail(text: &[u8]) -> bool {
    v6(text).is_some_and(|(_, zeros)| zeros != 1)
}
