//! From an image back to text that a person can check: what it allows, to whom, within which limits.

use std::fmt::{self, Write};

use adarga_core::{
    Image,
    capabilities::Capabilities,
    image::{ACCEPT, ANYONE, Entry, EntryKind, NOBODY, NONE, Policy, REFUSE, TestKind},
};

use crate::compile::Settings;

/// Describes an image.
#[must_use]
pub fn explain(image: Image<'_>) -> String {
    let mut text = String::new();
    // writing to a string does not fail
    let _ = write(&mut text, image);
    text
}

fn write(out: &mut String, image: Image<'_>) -> fmt::Result {
    let policy = image.policy();
    writeln!(out, "policy `{}`", policy.name.as_str())?;
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
    writeln!(out, "  stdio      {}", if roles.is_empty() { "no role: denied".to_owned() } else { roles.join(", ") })?;
    let list = |list: &rkyv::vec::ArchivedVec<rkyv::string::ArchivedString>| {
        let names: Vec<_> = list.iter().map(|name| name.as_str()).collect();
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
            if settings.env.is_empty() { "empty".to_owned() } else { settings.env.join(", ") }
        )?;
    }
    for kind in [EntryKind::Tool, EntryKind::Prompt, EntryKind::Resource, EntryKind::Method] {
        let entries = policy.entries.iter().filter(|entry| entry.kind == kind.number());
        for (count, entry) in entries.enumerate() {
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
            write_entry(out, policy, entry)?;
        }
    }
    writeln!(out, "\nWhat is not named is denied.")
}

fn role_name(policy: &Policy, id: u32) -> String {
    usize::try_from(id).ok().and_then(|id| policy.roles.get(id)).map_or_else(String::new, |role| role.name.as_str().to_owned())
}

fn write_entry(out: &mut String, policy: &Policy, entry: &Entry) -> fmt::Result {
    write!(out, "  {}  ", entry.name.as_str())?;
    match entry.permission.to_native() {
        ANYONE => write!(out, "every identified caller")?,
        NOBODY => write!(out, "nobody")?,
        id => {
            let permission = usize::try_from(id).ok().and_then(|id| policy.permissions.get(id));
            let granting = (0..).zip(policy.roles.iter()).filter(|(role, _)| policy.grants(*role, id));
            let granting: Vec<_> = granting.map(|(_, role)| role.name.as_str()).collect();
            let roles = if granting.is_empty() { "no role".to_owned() } else { granting.join(", ") };
            write!(out, "`{}`: {roles}", permission.map_or("?", |permission| permission.as_str()))?;
        }
    }
    for name in Capabilities::from_bits(entry.capabilities).names() {
        write!(out, "; client needs `{name}`")?;
    }
    for header in entry.headers.iter() {
        write!(out, "; header `Mcp-Param-{}` = {}", header.name.as_str(), pointer(policy, header.pointer.to_native()))?;
    }
    writeln!(out)?;
    let first = entry.condition.to_native();
    if first != NONE {
        write_condition(out, policy, first)?;
    }
    Ok(())
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
    let tokens = usize::try_from(id).ok().and_then(|id| policy.pointers.get(id)).map(|pointer| pointer.tokens.iter());
    tokens.into_iter().flatten().fold(String::new(), |text, token| text + "/" + token.as_str())
}
