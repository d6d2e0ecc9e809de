//! The lists of `[http]`: what could never equal a header of a request is an error.

use std::{net::Ipv6Addr, num::NonZero};

use crate::policy::Step;

use super::Compiler;

const ORIGIN: &str = "an origin is scheme, host and port alone, such as `https://app.example.com`; wildcards are not matched";
const HOST: &str = "write `host`, `host:port`, `host:*` for every port, or `*`";
const PUNYCODE: &str = "write it as browsers send it, in punycode: `xn--…`";
const PORT: &str = "a port is a number from 1 to 65535 without leading zeros";
const BRACKETS: &str = "an IPv6 address stands in brackets: `[::1]` or `[::1]:8080`";

impl Compiler<'_> {
    /// Origins as browsers write them: lower case, without a default port (RFC 6454 §6.1).
    pub(super) fn origins(&mut self) -> Vec<String> {
        let path: [Step<'_>; 2] = ["http".into(), "origins".into()];
        let list = &self.document().http.origins;
        let canonical = list.iter().map(|origin| {
            let lower = origin.to_ascii_lowercase();
            let fault = match lower.split_once("://") {
                Some((scheme, authority)) if is_scheme(scheme) => fault(authority, ORIGIN),
                _ => Some(ORIGIN),
            };
            if let Some(remedy) = fault {
                self.error(&path, format!("`{origin}` is not an origin"), remedy);
            }
            let default_port = match lower.split_once("://") {
                Some(("https", _)) => ":443",
                Some(("http", _)) => ":80",
                _ => "",
            };
            match lower.strip_suffix(default_port) {
                Some(stripped) if !default_port.is_empty() => stripped.to_owned(),
                _ => lower,
            }
        });
        canonical.collect()
    }

    pub(super) fn hosts(&mut self) -> Vec<String> {
        let list = &self.document().http.hosts;
        for host in list.iter().filter(|host| *host != "*") {
            let fault = match host.strip_suffix(":*") {
                // `host:1:*` and `::*` have a port already
                Some(name) if split_port(name).is_none_or(|(_, port)| port.is_some()) => fault(name, HOST).or(Some(HOST)),
                Some(name) => fault(name, HOST),
                None => fault(host, HOST),
            };
            if let Some(remedy) = fault {
                self.error(&["http".into(), "hosts".into()], format!("`{host}` is not a host"), remedy);
            }
        }
        list.clone()
    }
}

/// RFC 3986 §3.1.
fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Why `host` or `host:port` can't be, as a remedy.
fn fault(authority: &str, otherwise: &'static str) -> Option<&'static str> {
    if !authority.is_ascii() {
        return Some(PUNYCODE);
    }
    let Some((host, port)) = split_port(authority) else {
        return Some(BRACKETS);
    };
    let is_host = match host.strip_prefix('[') {
        Some(rest) => match rest.strip_suffix(']').map(str::parse::<Ipv6Addr>) {
            Some(Ok(_)) => true,
            _ => return Some(BRACKETS),
        },
        None => !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()+;=%".contains(&byte)),
    };
    if !is_host {
        return Some(otherwise);
    }
    let is_port = |port: &str| !port.starts_with(['0', '+']) && port.parse::<NonZero<u16>>().is_ok();
    if port.is_some_and(|port| !is_port(port)) { Some(PORT) } else { None }
}

/// Host and port; nothing when there are more colons than one outside of brackets.
fn split_port(authority: &str) -> Option<(&str, Option<&str>)> {
    let end = authority.find(']').map_or(0, |end| end + 1);
    let (_, after) = authority.split_at_checked(end)?;
    match after.split_once(':') {
        None => Some((authority, None)),
        Some((_, port)) if port.contains(':') => None,
        Some((_, port)) => Some((authority.strip_suffix(port)?.strip_suffix(':')?, Some(port))),
    }
}
