//! The section that says how often callers may call, and whose word on their addresses is believed. The compiler in `adarga-host`
//! owns the matching types.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU32, ArchivedU64},
    string::ArchivedString,
    vec::ArchivedVec,
};

use crate::{
    address::{Address, Network},
    num,
    rate::{Gcra, Limit, Window},
};

/// The most charges of one body, all messages of a batch together; what needs more is refused.
pub const CHARGES_MAX: usize = 64;

/// `[rates]`, the limits of entries, and `[http] trusted_proxies`.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Rates {
    /// All limits: those of clients, of subjects, of calls, then those of entries. A limit's id is its index.
    pub limits: ArchivedVec<RateLimit>,
    /// How many in front hold for every client, before it is known who calls.
    pub client: ArchivedU32,
    /// How many behind them hold for every message of an identified caller.
    pub subject: ArchivedU32,
    /// How many behind those hold for every call of a tool.
    pub calls: ArchivedU32,
    /// What holds for entries, by their ids; empty where nothing does.
    pub entries: ArchivedVec<EntryRates>,
    /// The limits by id as they are counted here while the store is away; empty: calls are denied then.
    pub shares: ArchivedVec<RateLimit>,
    /// How many clients are to be remembered.
    pub clients: ArchivedU32,
    /// The most limits that one message is charged under, as the compiler counted them: for the size of tables.
    pub depth: ArchivedU32,
    /// The calls of the largest window that a table of this process or machine has to hold; 0 where all limits are rates with bursts.
    pub window_max: ArchivedU32,
    /// The policy names it: where the table has no room for another client, its calls are not counted and pass.
    pub full_allows: bool,
    /// [`Store::number`].
    pub store: u8,
    /// The name of the variable or file that holds the URL of an external store; empty for others.
    pub place: ArchivedString,
    /// The file with the table of this machine, in which is counted what no external store counts; empty: memory of each process.
    pub file: ArchivedString,
    /// The proxies whose word is believed.
    pub proxies: ArchivedVec<Proxy>,
}

/// One limit.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct RateLimit {
    /// 0: so many calls in any window; 1: a rate and a burst.
    pub kind: u8,
    /// What tells allowances apart: [`BY_PEER`], [`BY_SUBJECT`], [`BY_ENTRY`].
    pub by: u8,
    /// Calls of the window or rate; with `span_ms` in lowest terms where it is a rate.
    pub calls: ArchivedU32,
    /// The window, or the time of the rate, in milliseconds.
    pub span_ms: ArchivedU64,
    /// Of a rate: the most calls at once.
    pub burst: ArchivedU32,
    /// What it is known by in a store that others share: of its place in the policy and its numbers.
    pub tag: ArchivedU64,
}

/// Allowances of each peer.
pub const BY_PEER: u8 = 1;
/// Allowances of each subject.
pub const BY_SUBJECT: u8 = 2;
/// Allowances of each entry.
pub const BY_ENTRY: u8 = 4;

/// The limits of an entry and what a call of it costs.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct EntryRates {
    /// Its first limit.
    pub first: ArchivedU32,
    /// How many it has.
    pub count: ArchivedU32,
    /// How many calls one call of it counts as.
    pub cost: ArchivedU32,
    /// What it is known by in a store that others share.
    pub tag: ArchivedU64,
}

/// A network of trusted proxies.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Proxy {
    /// An address, IPv4 mapped into IPv6.
    pub address: [u8; 16],
    /// How many of its bits count.
    pub bits: u8,
}

/// Where limits of subjects and entries are counted. Those of clients are counted here, whatever stands here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Store {
    /// In the table of this process or machine.
    #[default]
    Here = 0,
    /// In Redis or Valkey; its URL stands in an environment variable.
    RedisEnv = 1,
    /// In Redis or Valkey; its URL stands in a file.
    RedisFile = 2,
    /// In Redis or Valkey; its URL is a credential that systemd hands to the host.
    RedisCredential = 3,
    /// In Redis or Valkey; its URL is a secret in the vault of the policy.
    RedisSecret = 4,
}

impl Store {
    /// Its number in the image.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Here => 0,
            Self::RedisEnv => 1,
            Self::RedisFile => 2,
            Self::RedisCredential => 3,
            Self::RedisSecret => 4,
        }
    }

    /// The store of a number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::Here),
            1 => Some(Self::RedisEnv),
            2 => Some(Self::RedisFile),
            3 => Some(Self::RedisCredential),
            4 => Some(Self::RedisSecret),
            _ => None,
        }
    }

    /// Whether it is asked by the driver of the machine, over a network.
    #[must_use]
    pub const fn is_external(self) -> bool {
        !matches!(self, Self::Here)
    }
}

impl RateLimit {
    /// The limit; none if its numbers are none.
    #[must_use]
    pub fn limit(&self) -> Option<Limit> {
        let (calls, span_ms) = (self.calls.to_native(), self.span_ms.to_native());
        match self.kind {
            0 => Window::new(calls, span_ms).ok().map(Limit::Window),
            1 => Gcra::in_lowest_terms(calls, span_ms, self.burst.to_native()).ok().map(Limit::Gcra),
            _ => None,
        }
    }

    /// Whether it is a limit, and written as the compiler writes it: [`RateLimit::limit`] does not reduce a rate at each charge.
    fn is_sound(&self) -> bool {
        let (calls, span_ms) = (self.calls.to_native(), self.span_ms.to_native());
        match self.limit() {
            Some(Limit::Gcra(limit)) => Gcra::new(calls, span_ms, self.burst.to_native()) == Ok(limit),
            Some(Limit::Window(_)) => true,
            None => false,
        }
    }

    /// The calls of a window; of a rate none.
    const fn window_calls(&self) -> u32 {
        if self.kind == 0 { self.calls.to_native() } else { 0 }
    }
}

impl Rates {
    /// The calls of the largest window that is counted here.
    fn widest(&self) -> u32 {
        let external = self.is_external();
        let here = if external { num::index(self.client.to_native()) } else { self.limits.len() };
        let shares = self.shares.iter().filter(|_| external);
        self.limits.iter().take(here).chain(shares).map(RateLimit::window_calls).max().unwrap_or(0)
    }

    /// Whether all of it is such as an engine can use.
    pub(super) fn is_sound(&self, entries: usize) -> bool {
        let limits = self.limits.len();
        let fits = |entry: &EntryRates| {
            let end = num::index(entry.first.to_native()).checked_add(num::index(entry.count.to_native()));
            end.is_some_and(|end| end <= limits) && entry.cost.to_native() > 0
        };
        self.heads().is_some_and(|heads| heads <= limits)
            && self.limits.iter().chain(self.shares.iter()).all(RateLimit::is_sound)
            && (self.shares.is_empty() || self.shares.len() == limits)
            && (self.entries.is_empty() || self.entries.len() == entries)
            && self.entries.iter().all(fits)
            && Store::from_number(self.store).is_some()
            && self.window_max.to_native() == self.widest()
            && self.proxies.iter().all(|row| Network::new(row.address, row.bits).is_some())
    }

    /// How many limits are not those of an entry.
    fn heads(&self) -> Option<usize> {
        let [client, subject, calls] = [&self.client, &self.subject, &self.calls].map(|count| num::index(count.to_native()));
        client.checked_add(subject)?.checked_add(calls)
    }

    /// Where limits of subjects and entries are counted.
    #[must_use]
    pub const fn store(&self) -> Store {
        match Store::from_number(self.store) {
            Some(store) => store,
            None => Store::Here,
        }
    }

    /// Whether the driver has to ask a store: [`Step::Charge`](crate::Step::Charge).
    #[must_use]
    pub fn is_external(&self) -> bool {
        self.store().is_external()
    }

    /// The limit of an id.
    #[must_use]
    pub fn limit(&self, id: u32) -> Option<Limit> {
        self.limits.get(num::index(id))?.limit()
    }

    /// The limit of an id as it is counted here while the store is away.
    #[must_use]
    pub fn share(&self, id: u32) -> Option<Limit> {
        self.shares.get(num::index(id))?.limit()
    }

    /// Ids of the limits of every client.
    #[must_use]
    pub const fn of_clients(&self) -> core::ops::Range<u32> {
        0..self.client.to_native()
    }

    /// Ids of the limits of every message.
    #[must_use]
    pub const fn of_subjects(&self) -> core::ops::Range<u32> {
        let start = self.client.to_native();
        start..start.saturating_add(self.subject.to_native())
    }

    /// Ids of the limits of every call of a tool.
    #[must_use]
    pub const fn of_calls(&self) -> core::ops::Range<u32> {
        let start = self.of_subjects().end;
        start..start.saturating_add(self.calls.to_native())
    }

    /// What holds for an entry.
    #[must_use]
    pub fn entry(&self, id: u32) -> Option<&EntryRates> {
        self.entries.get(num::index(id))
    }

    /// Whether calls are counted in a table of this process or machine, perhaps only while the store is away.
    #[must_use]
    pub fn needs_table(&self) -> bool {
        !self.limits.is_empty() && (!self.is_external() || self.client.to_native() > 0 || !self.shares.is_empty())
    }

    /// Whether an address is that of a trusted proxy.
    #[must_use]
    pub fn trusts(&self, address: &Address) -> bool {
        self.proxies.iter().any(|row| Network::new(row.address, row.bits).is_some_and(|network| network.contains(address)))
    }
}

impl EntryRates {
    /// Ids of its limits.
    #[must_use]
    pub const fn limits(&self) -> core::ops::Range<u32> {
        let first = self.first.to_native();
        first..first.saturating_add(self.count.to_native())
    }
}
