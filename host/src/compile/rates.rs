//! `[rates]`, the limits of entries, and the proxies that say whose address a call has.

use adarga_core::{
    address::{Address, Network},
    image::{BY_ENTRY, BY_PEER, BY_SUBJECT, EntryKind, Store},
    method::{Method, Target},
    rate::Gcra,
};
use sha2::{Digest, Sha256};

use crate::{
    policy::{self, By, Full, MethodRule, Secret, Step, StoreFailed},
    rates::{MEMORY_MAX, table_bytes},
    secrets::Place,
};

use super::{
    Compiler, archive,
    archive::{EntryRates, Proxy, RateLimit},
    index,
};

/// A table of so many bytes is worth a word.
const MEMORY_WARNED: u64 = 256 << 20;

/// What is said of one entry.
struct Said<'l> {
    kind: EntryKind,
    table: &'static str,
    name: &'l str,
    limits: &'l [policy::RateLimit],
    cost: u32,
}

impl<'l> Compiler<'l> {
    /// The section, if the policy says anything that belongs there.
    pub(super) fn rates(&mut self) -> Option<archive::Rates> {
        let said = self.said();
        let document = self.document();
        let limited = document.rates.is_some() || said.iter().any(|entry| !entry.limits.is_empty());
        let rates = document.rates.clone().unwrap_or_default();
        self.check_idle_costs(&rates, &said, limited);
        if !limited && document.http.trusted_proxies.is_empty() {
            return None;
        }
        let proxies = self.proxies();
        let mut limits = Vec::new();
        for (key, list, usual, may) in [
            ("client", &rates.client, &[By::Peer][..], &[By::Peer][..]),
            ("subject", &rates.subject, &[By::Subject], &[By::Peer, By::Subject]),
            ("calls", &rates.calls, &[By::Subject, By::Tool], &[By::Peer, By::Subject, By::Tool]),
        ] {
            self.add(&mut limits, &["rates".into(), key.into()], list, usual, may);
        }
        let entries = self.entry_rates(&said, &mut limits);
        if limited && limits.is_empty() {
            self.warn(
                &["rates".into()],
                "`[rates]` limits nothing",
                "add `client`, `subject` or `calls`, or a `rate` to an entry",
            );
        }
        self.check_costs(&rates, &said);
        self.check_store(&rates);
        let (store, place) = place(&rates.store);
        let file = rates.store.file().unwrap_or_default().to_owned();
        let shares = match rates.store_failed {
            StoreFailed::Local if store.is_external() => self.shares(&limits, rates.share.unwrap_or(1)),
            _ => Vec::new(),
        };
        let here = if store.is_external() { rates.client.len() } else { limits.len() };
        let window = |limit: &RateLimit| if limit.kind == 0 { limit.calls } else { 0 };
        let window_max = limits.iter().take(here).chain(&shares).map(window).max().unwrap_or(0);
        let rates = archive::Rates {
            client: index(rates.client.len()),
            subject: index(rates.subject.len()),
            calls: index(rates.calls.len()),
            depth: deepest(&rates, &said),
            limits,
            entries,
            shares,
            clients: rates.clients,
            window_max,
            full_allows: rates.full == Full::Allow,
            store: store.number(),
            place,
            file,
            proxies,
        };
        self.check_memory(&rates);
        Some(rates)
    }

    /// What the document says of its entries, in their order.
    fn said(&self) -> Vec<Said<'l>> {
        let document = self.document();
        let entry = |kind, table, name: &'l String, entry: &'l policy::Entry| Said {
            kind,
            table,
            name,
            limits: &entry.rate,
            cost: entry.cost,
        };
        let tools = document.tools.iter().map(|(name, tool)| entry(EntryKind::Tool, "tools", name, &tool.entry));
        let prompts = document.prompts.iter().map(|(name, prompt)| entry(EntryKind::Prompt, "prompts", name, prompt));
        let resources =
            document.resources.iter().map(|(uri, resource)| entry(EntryKind::Resource, "resources", uri, &resource.entry));
        let methods = document.methods.iter().map(|(name, rule)| {
            let (limits, cost): (&[_], u32) = match rule {
                MethodRule::Table(table) => (&table.rate, table.cost),
                _ => (&[], 1),
            };
            Said { kind: EntryKind::Method, table: "methods", name, limits, cost }
        });
        tools.chain(prompts).chain(resources).chain(methods).collect()
    }

    /// A cost that no limit counts by does nothing: where nothing is limited it is an error, otherwise worth a word.
    fn check_idle_costs(&mut self, rates: &policy::Rates, said: &[Said<'_>], limited: bool) {
        let idle = |entry: &&Said<'_>| {
            let calls = entry.kind == EntryKind::Tool && !rates.calls.is_empty();
            entry.cost > 1 && entry.limits.is_empty() && rates.subject.is_empty() && !calls
        };
        for entry in said.iter().filter(idle) {
            let path = [entry.table.into(), entry.name.into(), "cost".into()];
            let message = "a `cost`, but no limit that counts by it";
            let remedy = "limit something: add a `rate` here, or `[rates] subject = \"…\"`";
            if limited { self.warn(&path, message, remedy) } else { self.error(&path, message, remedy) }
        }
    }

    fn entry_rates(&mut self, said: &[Said<'_>], limits: &mut Vec<RateLimit>) -> Vec<EntryRates> {
        let entries = said.iter().map(|entry| {
            let own = match entry.kind {
                EntryKind::Tool => By::Tool,
                EntryKind::Prompt => By::Prompt,
                EntryKind::Resource => By::Resource,
                EntryKind::Method => By::Method,
            };
            let first = index(limits.len());
            let path: [Step<'_>; 3] = [entry.table.into(), entry.name.into(), "rate".into()];
            self.add(limits, &path, entry.limits, &[By::Subject, own], &[By::Peer, By::Subject, own]);
            let tag = tag(&[entry.table, entry.name]);
            EntryRates { first, count: index(entry.limits.len()), cost: entry.cost, tag }
        });
        entries.collect()
    }

    /// Adds the limits of one place.
    fn add(&mut self, limits: &mut Vec<RateLimit>, path: &[Step<'_>], list: &[policy::RateLimit], usual: &[By], may: &[By]) {
        for (number, limit) in list.iter().enumerate() {
            if let Some(wrong) = limit.by.iter().find(|by| !may.contains(by)) {
                let words: Vec<_> = may.iter().map(|by| format!("`{}`", by.word())).collect();
                let message = format!("allowances can't be told apart by `{}` here", wrong.word());
                let place: Vec<_> = path.iter().copied().chain([number.into(), "by".into()]).collect();
                self.error(&place, message, format!("what is known here is {}", words.join(", ")));
            }
            let by = if limit.by.is_empty() { usual } else { &limit.by };
            let bits = by.iter().fold(0, |bits, by| {
                bits | match by {
                    By::Peer => BY_PEER,
                    By::Subject => BY_SUBJECT,
                    By::Tool | By::Prompt | By::Resource | By::Method => BY_ENTRY,
                }
            });
            // only a rate may be brought to lowest terms: a window remembers its calls
            let (calls, span_ms) = match limit.burst {
                Some(_) => lowest(limit.calls, limit.span_ms),
                None => (limit.calls, limit.span_ms),
            };
            let numbers = format!("{number} {calls} {span_ms} {:?} {bits}", limit.burst);
            let place = path.iter().filter_map(|step| match step {
                Step::Key(key) => Some(*key),
                Step::Index(_) => None,
            });
            let words: Vec<&str> = place.chain([numbers.as_str()]).collect();
            let (kind, burst) = (u8::from(limit.burst.is_some()), limit.burst.unwrap_or(0));
            limits.push(RateLimit { kind, by: bits, calls, span_ms, burst, tag: tag(&words) });
        }
    }

    /// What costs more than a limit ever allows could never be called.
    fn check_costs(&mut self, rates: &policy::Rates, said: &[Said<'_>]) {
        for entry in said {
            let calls: &[policy::RateLimit] = if entry.kind == EntryKind::Tool { &rates.calls } else { &[] };
            let all = rates.subject.iter().chain(calls).chain(entry.limits);
            let capacity = |limit: &policy::RateLimit| limit.burst.unwrap_or(limit.calls);
            if let Some(limit) = all.min_by_key(|limit| capacity(limit)).filter(|limit| capacity(limit) < entry.cost) {
                let message = format!("a cost of {}, and a limit that allows {} at once", entry.cost, capacity(limit));
                let remedy = format!("no call would ever be allowed: write a cost of at most {}", capacity(limit));
                self.error(&[entry.table.into(), entry.name.into(), "cost".into()], message, remedy);
            }
        }
    }

    /// Keys that say what happens without Redis say nothing where there is none.
    fn check_store(&mut self, rates: &policy::Rates) {
        let says = |key: &'static str| self.loaded.says(&["rates".into(), key.into()]);
        let (redis, local) = (matches!(rates.store, policy::Store::Redis(..)), rates.store_failed == StoreFailed::Local);
        let (failed, share) = (says("store_failed"), says("share"));
        if failed && !redis {
            let remedy = "remove it, or name a store: `store = { redis = { env = \"REDIS_URL\" } }`";
            self.error(&["rates".into(), "store_failed".into()], "`store_failed` without Redis would do nothing", remedy);
        }
        if share && !(redis && local) {
            let remedy = "remove it, or write `store_failed = \"local\"` beside a `store` in Redis";
            self.error(&["rates".into(), "share".into()], "`share` would do nothing", remedy);
        }
        if redis && local && !share {
            let remedy = "say how many processes share the limits, or machines where `store` names a file: `share = 2`";
            self.error(&["rates".into(), "store_failed".into()], "`store_failed = \"local\"` without `share`", remedy);
        }
        if redis && !local && rates.client.is_empty() && rates.store.file().is_some() {
            let remedy = "remove it, limit clients, or write `store_failed = \"local\"`";
            self.error(&["rates".into(), "store".into(), "file".into()], "nothing would be counted in this file", remedy);
        }
    }

    /// Each limit as one of so many processes or machines keeps it by itself.
    fn shares(&mut self, limits: &[RateLimit], processes: u32) -> Vec<RateLimit> {
        let part = |number: u32| (number / processes.max(1)).max(1);
        let mut shares = Vec::new();
        for limit in limits {
            if limit.kind == 0 {
                shares.push(RateLimit { calls: part(limit.calls), ..limit.clone() });
                continue;
            }
            // a rate is divided exactly: as many calls, in more time
            let (calls, span_ms) = lowest(limit.calls, limit.span_ms * u64::from(processes));
            let burst = part(limit.burst);
            if let Err(unfit) = Gcra::new(calls, span_ms, burst) {
                let message = format!("a limit can't be divided among {processes} processes");
                self.error(&["rates".into(), "share".into()], message, unfit.text());
            }
            shares.push(RateLimit { calls, span_ms, burst, ..limit.clone() });
        }
        shares
    }

    fn check_memory(&mut self, rates: &archive::Rates) {
        let bytes = table_bytes(rates.clients, rates.depth, rates.window_max);
        let path: [Step<'_>; 1] = ["rates".into()];
        let mib = bytes >> 20;
        let message = format!(
            "counting {} clients takes {mib} MiB: a window remembers each of its {} calls",
            rates.clients, rates.window_max
        );
        let remedy = "write fewer `clients`, or a rate with a burst, which remembers one number: `{ rate = \"…\", burst = … }`";
        if bytes > MEMORY_MAX {
            self.error(&path, message, remedy);
        } else if bytes > MEMORY_WARNED {
            self.warn(&path, message, remedy);
        }
    }

    fn proxies(&mut self) -> Vec<Proxy> {
        let list = &self.document().http.trusted_proxies;
        let mut proxies = Vec::new();
        for (number, text) in list.iter().enumerate() {
            let path: [Step<'_>; 3] = ["http".into(), "trusted_proxies".into(), number.into()];
            let alone = || Address::parse(text.as_bytes()).and_then(|address| Network::new(*address.octets(), 128));
            let Some(network) = Network::parse(text.as_bytes()).or_else(alone) else {
                let remedy = "write its first address and the length of its prefix, such as `10.1.0.0/16` or `fd00::/8`";
                self.error(&path, format!("`{text}` is not a network"), remedy);
                continue;
            };
            let (address, bits) = network.parts();
            if network.has_host_bits() {
                let remedy = "write the first address of the network, or a longer prefix for fewer addresses";
                self.error(&path, format!("`{text}` has bits behind its prefix"), remedy);
            }
            if bits == 0 || (bits == 96 && text.ends_with("/0")) {
                let remedy = "name the proxies alone: whoever else calls could say any address";
                self.warn(&path, format!("`{text}` trusts everybody's word on where a call comes from"), remedy);
            }
            proxies.push(Proxy { address, bits });
        }
        proxies
    }
}

/// The most limits that one message is charged under.
fn deepest(rates: &policy::Rates, said: &[Said<'_>]) -> u32 {
    let most =
        |of: &dyn Fn(&Said<'_>) -> bool| said.iter().filter(|entry| of(entry)).map(|entry| entry.limits.len()).max().unwrap_or(0);
    let kinds = [EntryKind::Tool, EntryKind::Prompt, EntryKind::Resource];
    let of_kinds = kinds.map(|kind| {
        let calls = if kind == EntryKind::Tool { rates.calls.len() } else { 0 };
        calls
            + most(&|entry| entry.kind == kind)
            + most(&|entry| entry.kind == EntryKind::Method && may_address(entry.name, kind))
    });
    let alone = most(&|entry| entry.kind == EntryKind::Method);
    index(rates.client.len() + rates.subject.len() + of_kinds.into_iter().fold(alone, usize::max))
}

/// Whether a method may be about an entry of a kind.
fn may_address(method: &str, kind: EntryKind) -> bool {
    let rule = Method::from_name(method.as_bytes()).and_then(Method::rule);
    match rule.map_or(Target::Method, |rule| rule.target) {
        Target::Method => false,
        Target::Tool => kind == EntryKind::Tool,
        Target::Prompt => kind == EntryKind::Prompt,
        Target::Resource | Target::Subscriptions => kind == EntryKind::Resource,
        Target::Reference => kind != EntryKind::Tool,
    }
}

fn place(store: &policy::Store) -> (Store, String) {
    match store {
        policy::Store::Memory | policy::Store::File(_) => (Store::Here, String::new()),
        policy::Store::Redis(Secret::At(Place::Env(name)), _) => (Store::RedisEnv, name.clone()),
        policy::Store::Redis(Secret::At(Place::File(name)), _) => (Store::RedisFile, name.clone()),
        policy::Store::Redis(Secret::At(Place::Credential(name)), _) => (Store::RedisCredential, name.clone()),
        policy::Store::Redis(Secret::Stored(name), _) => (Store::RedisSecret, name.clone()),
    }
}

/// A rate in lowest terms, so that an engine has little to divide.
fn lowest(calls: u32, span_ms: u64) -> (u32, u64) {
    let (mut a, mut b) = (u64::from(calls), span_ms);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    (u32::try_from(u64::from(calls) / a.max(1)).unwrap_or(calls), span_ms / a.max(1))
}

/// What a limit or entry is known by in a store: it changes with everything that it depends on, and with nothing else.
fn tag(words: &[&str]) -> u64 {
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_le_bytes());
        hash.update(word);
    }
    let digest: [u8; 32] = hash.finalize().into();
    digest.first_chunk().map_or(0, |head| u64::from_le_bytes(*head))
}
