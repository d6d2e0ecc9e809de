//! From an image back to text that a person can check: what it allows, to whom, within which limits.

mod arguments;
mod data;

use std::{
    fmt::{self, Write},
    net::{Ipv4Addr, Ipv6Addr},
    ops::Range,
};

use adarga_core::{
    Image,
    capabilities::Capabilities,
    image::{
        ACCEPT, ANYONE, BY_ENTRY, BY_PEER, BY_SUBJECT, Effect, Entry, EntryKind, GUARD, NOBODY, NONE, PathSource, Places,
        Pointer, Policy, Proxy, REFUSE, Rates, Root, Store, TestKind,
    },
    keys::{Algorithm, Algorithms},
};

use crate::{
    compile::Settings,
    rates::describe_memory,
    text::{escaped, word},
};

/// Roles that are named for one entry.
const ROLES_SHOWN: usize = 20;

/// Describes an image. Every name stands there as one word: see [`word`].
#[must_use]
pub fn explain(image: Image<'_>) -> String {
    let mut text = String::new();
    // writing to a string does not fail
    let _ = write(&mut text, image);
    text
}

/// Who may prove who they are, and how.
fn write_callers(out: &mut String, image: Image<'_>) -> fmt::Result {
    let Some(rules) = image.authentication() else { return Ok(()) };
    let policy = image.policy();
    let algorithms = Algorithms::from_bits(rules.algorithms.to_native());
    if !algorithms.is_empty() {
        let names: Vec<_> = algorithms.iter().map(Algorithm::name).collect();
        let audiences: Vec<_> = rules.audiences.iter().map(|audience| word(audience.as_str())).collect();
        writeln!(out, "  tokens     {} of {} for {}", names.join(", "), word(rules.issuer.as_str()), audiences.join(", "))?;
    }
    let mut others = Vec::new();
    others.extend(rules.introspection.then(|| "introspected tokens".to_owned()));
    others.extend((!rules.api_keys.hashes.is_empty()).then(|| format!("API keys ({})", rules.api_keys.hashes.len())));
    others.extend((!rules.certificates.is_empty()).then(|| format!("certificates ({})", rules.certificates.len())));
    others.extend(rules.provider.then(|| "a provider of the host".to_owned()));
    if !others.is_empty() {
        writeln!(out, "  callers    {}", others.join(", "))?;
    }
    let effect = |number| match Effect::from_number(number) {
        Effect::Intersect => "narrow the roles",
        Effect::Require => "narrow the roles and have to be there",
        Effect::Add => "widen the roles",
        Effect::Ignore => "do nothing",
    };
    writeln!(out, "  rights     scopes {}, permissions {}", effect(rules.scopes_effect), effect(rules.permissions_effect))?;
    let roles: Vec<_> = rules.default_roles.iter().map(|&id| role_name(policy, id.to_native())).collect();
    writeln!(out, "  no role    {}", if roles.is_empty() { "denied".to_owned() } else { roles.join(", ") })?;
    writeln!(out, "  revoked    {} in the policy", rules.revoked.rows.len())
}

fn write(out: &mut String, image: Image<'_>) -> fmt::Result {
    let policy = image.policy();
    writeln!(out, "policy `{}`", escaped(policy.name.as_str()))?;
    write!(out, "  sha256     ")?;
    image.digest().iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
    let revisions: Vec<_> = policy.revisions().iter().map(|revision| revision.name()).collect();
    writeln!(out, "\n  revisions  {}", revisions.join(", "))?;
    writeln!(
        out,
        "  mode       {}",
        if policy.observe { "observe: nothing is denied but what is ambiguous" } else { "enforce" }
    )?;
    writeln!(out, "  codes      {}", if policy.guide_codes { "guide" } else { "specification" })?;
    let (body, http) = (policy.body_max.to_native(), policy.http_body_max.to_native());
    let (depth, http_depth) = (policy.depth_max.to_native(), policy.http_depth_max.to_native());
    writeln!(out, "  limits     {body} bytes ({http} over http), depth {depth} ({http_depth}), {} values", policy.values_max)?;
    let roles: Vec<_> = policy.stdio_roles.iter().map(|&id| role_name(policy, id.to_native())).collect();
    writeln!(
        out,
        "  stdio      {}",
        if roles.is_empty() { "no role: denied unless the host says who calls".to_owned() } else { roles.join(", ") }
    )?;
    let list = |list: &rkyv::vec::ArchivedVec<rkyv::string::ArchivedString>| {
        let names: Vec<_> = list.iter().map(|name| word(name.as_str())).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    };
    writeln!(out, "  hosts      {}", list(&policy.hosts))?;
    writeln!(out, "  origins    {}", list(&policy.origins))?;
    if let Some(settings) = Settings::from_image(image) {
        writeln!(
            out,
            "  server     {:?} an answer, {} in flight, lines of {} bytes, environment {}",
            settings.timeout(),
            settings.in_flight_max,
            settings.line_max,
            if settings.env.is_empty() {
                "empty".to_owned()
            } else {
                settings.env.iter().map(|name| word(name)).collect::<Vec<_>>().join(", ")
            }
        )?;
    }
    write_callers(out, image)?;
    write_rates(out, image)?;
    for root in image.places().map(|places| places.roots.iter()).into_iter().flatten() {
        write_root(out, root)?;
    }
    for kind in [EntryKind::Tool, EntryKind::Prompt, EntryKind::Resource, EntryKind::Method] {
        let entries = (0..).zip(policy.entries.iter()).filter(|(_, entry)| entry.kind == kind.number());
        for (count, (id, entry)) in entries.enumerate() {
            if count == 0 {
                writeln!(
                    out,
                    "\n{}",
                    match kind {
                        EntryKind::Tool => "tools",
                        EntryKind::Prompt => "prompts",
                        EntryKind::Resource => "resources",
                        EntryKind::Method => "methods",
                    }
                )?;
            }
            write_entry(out, image, id, entry)?;
        }
    }
    writeln!(out, "\nWhat is not named is denied.")
}

fn role_name(policy: &Policy, id: u32) -> String {
    usize::try_from(id)
        .ok()
        .and_then(|id| policy.roles.get(id))
        .map_or_else(String::new, |role| word(role.name.as_str()).into_owned())
}

/// How often callers may call, and where that is counted.
fn write_rates(out: &mut String, image: Image<'_>) -> fmt::Result {
    let Some(rates) = image.rates() else { return Ok(()) };
    if !rates.proxies.is_empty() {
        let network = |row: &Proxy| match row.bits.checked_sub(96) {
            Some(bits) if Ipv6Addr::from(row.address).to_ipv4_mapped().is_some() => {
                let [.., a, b, c, d] = row.address;
                format!("{}/{bits}", Ipv4Addr::new(a, b, c, d))
            }
            _ => format!("{}/{}", Ipv6Addr::from(row.address), row.bits),
        };
        let networks: Vec<_> = rates.proxies.iter().map(network).collect();
        writeln!(out, "  proxies    {}", networks.join(", "))?;
    }
    for (name, ids) in [("clients", rates.of_clients()), ("subjects", rates.of_subjects()), ("each tool", rates.of_calls())] {
        if !ids.is_empty() {
            writeln!(out, "  {name:<9}  {}", limits(rates, ids))?;
        }
    }
    if let Some(memory) = describe_memory(rates) {
        let full = if rates.full_allows { ", who is not counted when it is full passes" } else { "" };
        writeln!(out, "  counted    in {memory}{full}")?;
    }
    if !rates.file.is_empty() {
        writeln!(out, "  table      file {}", word(rates.file.as_str()))?;
    }
    let place = word(rates.place.as_str());
    let store = match rates.store() {
        Store::Here => return Ok(()),
        Store::RedisEnv => format!("Redis at ${place}"),
        Store::RedisFile => format!("Redis at what {place} holds"),
        Store::RedisCredential => format!("Redis at what the credential {place} holds"),
        Store::RedisSecret => format!("Redis at the secret {place}"),
    };
    let away = if rates.shares.is_empty() { "denied" } else { "counted here, a share of each limit" };
    writeln!(out, "  store      {store}; while it is away: {away}")
}

/// Limits as a policy writes them.
fn limits(rates: &Rates, ids: Range<u32>) -> String {
    let rows = ids.filter_map(|id| rates.limits.get(usize::try_from(id).ok()?));
    let texts = rows.map(|row| {
        let by: Vec<_> = [(BY_PEER, "peer"), (BY_SUBJECT, "subject"), (BY_ENTRY, "entry")]
            .into_iter()
            .filter_map(|(bit, name)| (row.by & bit != 0).then_some(name))
            .collect();
        let burst = if row.kind == 0 { "in any".to_owned() } else { format!("(at most {} at once) in", row.burst) };
        format!("{} {burst} {} by {}", row.calls, span(row.span_ms.to_native()), by.join(" and "))
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// A time with the largest unit that leaves a whole number.
fn span(ms: u64) -> String {
    let units = [("day", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1000)];
    let unit = units.into_iter().find(|(_, unit)| ms.is_multiple_of(*unit));
    unit.map_or_else(|| format!("{ms} ms"), |(name, unit)| format!("{} {name}", ms / unit))
}

/// A root and what differs from the defaults.
fn write_root(out: &mut String, root: &Root) -> fmt::Result {
    write!(out, "  root       {} = {}", word(root.name.as_str()), word(root.directory.as_str()))?;
    if root.posix {
        write!(out, ", read by POSIX systems alone")?;
    }
    if root.decode != GUARD {
        write!(out, ", decoded {} times", root.decode)?;
    }
    for (says, what) in
        [(root.absolute_only, "no relative paths"), (root.no_links, "no symbolic links"), (root.single_names, "no hard links")]
    {
        if says {
            write!(out, ", {what}")?;
        }
    }
    writeln!(out)
}

/// What of a call is a path, and beneath which root.
fn write_paths(out: &mut String, policy: &Policy, places: &Places, id: u32) -> fmt::Result {
    for rule in places.paths_of(id) {
        let root = places.root(rule.root.to_native()).map_or("?".into(), |root| word(root.name.as_str()));
        match rule.source {
            source if source == PathSource::Uri.number() => write!(out, "; file beneath {root}")?,
            source => {
                let pointer = pointer(policy, rule.pointer.to_native());
                let what = if source == PathSource::Variable.number() { pointer.trim_start_matches('/') } else { &pointer };
                write!(out, "; path {what} beneath {root}")?;
            }
        }
    }
    Ok(())
}

fn write_entry(out: &mut String, image: Image<'_>, entry_id: u32, entry: &Entry) -> fmt::Result {
    let (policy, places) = (image.policy(), image.places());
    write!(out, "  {}  ", word(entry.name.as_str()))?;
    match entry.permission.to_native() {
        ANYONE => write!(out, "every identified caller")?,
        NOBODY => match places.and_then(|places| places.pattern_of(entry_id)) {
            Some(pattern) => write!(out, "`{}`: whose roles grant it", escaped(&String::from_utf8_lossy(pattern)))?,
            None => write!(out, "nobody")?,
        },
        id => {
            let permission = usize::try_from(id).ok().and_then(|id| policy.permissions.get(id));
            write!(out, "`{}`: ", permission.map_or("?".into(), |permission| escaped(permission.as_str())))?;
            write_roles(out, policy, id)?;
        }
    }
    for name in Capabilities::from_bits(entry.capabilities).names() {
        write!(out, "; client needs `{name}`")?;
    }
    for header in entry.headers.iter() {
        write!(out, "; header `Mcp-Param-{}` = {}", escaped(header.name.as_str()), pointer(policy, header.pointer.to_native()))?;
    }
    if let Some((rates, own)) = image.rates().and_then(|rates| Some((rates, rates.entry(entry_id)?))) {
        if !own.limits().is_empty() {
            write!(out, "; {}", limits(rates, own.limits()))?;
        }
        if own.cost.to_native() > 1 {
            write!(out, "; counts as {} calls", own.cost)?;
        }
    }
    if let Some(places) = places {
        write_paths(out, policy, places, entry_id)?;
    }
    arguments::write(out, image, entry_id)?;
    data::write(out, image, entry_id)?;
    writeln!(out)?;
    let first = entry.condition.to_native();
    if first != NONE {
        write_condition(out, policy, first)?;
    }
    Ok(())
}

/// The roles that grant a permission: the first of them, and how many more there are.
fn write_roles(out: &mut String, policy: &Policy, permission: u32) -> fmt::Result {
    let mut count = 0;
    for (_, role) in (0..).zip(policy.roles.iter()).filter(|(role, _)| policy.grants(*role, permission)) {
        if count < ROLES_SHOWN {
            write!(out, "{}{}", if count > 0 { ", " } else { "" }, word(role.name.as_str()))?;
        }
        count += 1;
    }
    match count {
        0 => write!(out, "no role"),
        count if count > ROLES_SHOWN => write!(out, " and {} more", count - ROLES_SHOWN),
        _ => Ok(()),
    }
}

/// The tests of a condition, numbered, with where each answer leads.
fn write_condition(out: &mut String, policy: &Policy, first: u32) -> fmt::Result {
    let mut last = first;
    let mut at = first;
    while at <= last {
        let Some(test) = usize::try_from(at).ok().and_then(|at| policy.tests.get(at)) else { break };
        let (then, otherwise) = (test.then.to_native(), test.otherwise.to_native());
        let operand = test.operand.to_native();
        let question = if test.kind == TestKind::Role.number() {
            format!("caller is `{}`", role_name(policy, operand))
        } else if test.kind == TestKind::VariableIsSubject.number() {
            format!("variable {} equals the caller's subject", pointer(policy, operand).trim_start_matches('/'))
        } else {
            format!("{} equals the caller's subject", pointer(policy, operand))
        };
        let go = |to: u32| match to {
            ACCEPT => "allow".to_owned(),
            REFUSE => "deny".to_owned(),
            to if to >= first => format!("go to {}", to - first + 1),
            _ => "nowhere: deny".to_owned(),
        };
        writeln!(out, "      {}. {question}? yes: {}, no: {}", at - first + 1, go(then), go(otherwise))?;
        for to in [then, otherwise] {
            if to < REFUSE {
                last = last.max(to);
            }
        }
        at += 1;
    }
    Ok(())
}

fn pointer(policy: &Policy, id: u32) -> String {
    let pointer = usize::try_from(id).ok().and_then(|id| policy.pointers.get(id));
    pointer.map(shown).unwrap_or_default()
}

/// A JSON Pointer as people write it.
fn shown(pointer: &Pointer) -> String {
    let text = pointer.tokens.iter().fold(String::new(), |text, token| text + "/" + token.as_str());
    word(&text).into_owned()
}
