//! What the cost depends on, and what not: tools, roles, bytes, depth, members, and inputs made to be slow.

use adarga_core::Reason;

use crate::{
    bodies::{self, Era},
    decide, parse, policies,
    report::Report,
};

/// The largest policy may cost at most this many times the smallest.
const POLICY_CEILING: f64 = 1.5;
/// Bodies that are judged in turn, so that no one call's memory stays hot alone.
const TURNS: usize = 256;

/// Measures all of it.
pub(crate) fn measure(report: &mut Report) {
    report.table("Growth of the whole decision (S)", "");
    tools(report);
    roles(report);
    report.table("Growth of the tokenizer", "");
    bytes(report);
    depth(report);
    members(report);
    hostile(report);
}

fn tools(report: &mut Report) {
    let sizes = [10, 1_000, 100_000];
    if !report.wants("growth/tools, the last one") && !report.wants("growth/tools, in turn") {
        return;
    }
    let policies = sizes.map(|size| (size, policies::policy(size, 4)));
    // `write_content` is the fifth of sixteen permissions, so every sixteenth tool from there on is the editor's
    let names = |size: usize| {
        (4..size.max(16)).step_by(16).map(|at| if at < 16 { "write_content".into() } else { format!("write_content_{at}") })
    };
    let last = policies.each_ref().map(|(size, _)| bodies_of(names(*size).next_back().into_iter()));
    let turns = policies.each_ref().map(|(size, _)| {
        let all: Vec<String> = names(*size).collect();
        bodies_of((0..TURNS).map(|turn| all[turn * 7919 % all.len()].clone()))
    });
    for (name, bodies) in [("growth/tools, the last one", &last), ("growth/tools, in turn", &turns)] {
        let contestants = policies.iter().zip(bodies).map(|((size, policy), bodies)| {
            let gate = policy.gate().expect("the image is in order");
            (size.to_string(), 1.0, decide::ours(gate, None, "editor", bodies, Reason::Allowed))
        });
        report.growth(name, "ns", Some(POLICY_CEILING), contestants.collect());
    }
}

fn bodies_of(tools: impl Iterator<Item = String>) -> Vec<Vec<u8>> {
    tools.map(|tool| bodies::call(Era::Legacy, &tool, 253)).collect()
}

fn roles(report: &mut Report) {
    let name = "growth/roles, asserted by name";
    if !report.wants(name) {
        return;
    }
    let sizes = [4, 400, 4_000];
    let policies = sizes.map(|size| (size, policies::policy(16, size)));
    let role = |size: usize| if size == 4 { "editor".into() } else { format!("editor_{}", size - 3) };
    let roles = sizes.map(role);
    let bodies = [bodies::call(Era::Modern, "read_content", 253)];
    let headers = decide::headers("read_content");
    let contestants = policies.iter().zip(&roles).map(|((size, policy), role)| {
        let gate = policy.gate().expect("the image is in order");
        (size.to_string(), 1.0, decide::ours(gate, Some(&headers), role, &bodies, Reason::Allowed))
    });
    report.growth(name, "ns", Some(POLICY_CEILING), contestants.collect());
}

/// One contestant an input; the cost is told for each of its units.
fn inputs(report: &mut Report, name: &str, unit: &str, ceiling: Option<f64>, inputs: &[(String, usize, Vec<u8>)]) {
    if !report.wants(name) {
        return;
    }
    let contestants = inputs.iter().map(|(label, units, input)| (label.clone(), *units as f64, parse::ours(input)));
    report.growth(name, unit, ceiling, contestants.collect());
}

fn bytes(report: &mut Report) {
    let sizes = [1, 4, 16, 64, 256, 1024];
    let bodies =
        sizes.map(|kib: usize| (format!("{kib} KiB"), kib << 10, bodies::call(Era::Legacy, "search_reports", kib << 10)));
    inputs(report, "growth/bytes", "ns/byte", None, &bodies);
}

fn depth(report: &mut Report) {
    let bodies = [1, 4, 24, 120].map(|depth| (depth.to_string(), 1200, bodies::nested(depth, 1200)));
    assert!(bodies.iter().all(|(_, _, body)| body.len() == bodies[0].2.len()), "depth alone differs");
    inputs(report, "growth/depth, same bytes", "ns/level", None, &bodies);
}

fn members(report: &mut Report) {
    for (name, hostile) in [("growth/members", false), ("growth/members, alike", true)] {
        let bodies = [10, 100, 1_000, 10_000].map(|count| (count.to_string(), count, bodies::members(count, hostile)));
        inputs(report, name, "ns/member", None, &bodies);
    }
}

fn hostile(report: &mut Report) {
    let kinds = [
        "one long ASCII string",
        "small numbers",
        "fractions",
        "short members",
        "heavy escapes",
        "all escapes",
        "white space",
        "brackets",
    ];
    let bodies = kinds.map(|kind| (kind.to_owned(), bodies::special(kind, 64 << 10)));
    let bodies = bodies.map(|(kind, body)| (kind, body.len(), body));
    inputs(report, "hostile/64 KiB", "ns/byte", None, &bodies);
}
