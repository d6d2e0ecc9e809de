//! From a pattern to the two tables of [`adarga_core::dfa::Dfa`].

use std::collections::HashMap;

use regex_automata::{
    Anchored, MatchKind,
    dfa::{Automaton as _, StartKind, dense},
    nfa::thompson,
    util::{primitives::StateID, start},
};
use regex_syntax::hir::{Hir, Look};

use super::{archive::Dfa, pattern};

/// Most memory that building an automaton takes.
const BUILD_MAX: usize = 8 << 20;
/// Most states before the automaton is minimised.
const STATES_MAX: usize = 1 << 15;
/// The largest table, in entries: places in it are 16 bits wide.
const TABLE_MAX: usize = 1 << 16;

/// The automaton that searches for a pattern anywhere in a text.
pub(super) fn compile(pattern: &str) -> Result<Dfa, String> {
    let hir = pattern::read(pattern)?;
    let properties = hir.properties();
    if properties.minimum_len() == Some(0) && properties.look_set().contains(Look::WordAsciiNegate) {
        // such a match could lie between the bytes of one character
        return Err("`\\B` in a pattern that matches the empty text".into());
    }
    tables(&minimise(&explore(&hir)?)).ok_or_else(|| "it needs a table of more than 128 KiB".to_owned())
}

/// A state: where each class of bytes leads to, and whether a text may end here.
#[derive(Clone, Debug)]
struct State {
    next: Vec<usize>,
    ending: bool,
}

/// States, the first of which is dead, and which class each byte has.
struct Machine {
    states: Vec<State>,
    start: usize,
    classes: [usize; 256],
}

const DEAD: usize = 0;
const ACCEPT: usize = 1;

/// All states that a search can be in: [`DEAD`], [`ACCEPT`], the start, the others.
fn explore(hir: &Hir) -> Result<Machine, String> {
    let large = || "its automaton is too large".to_owned();
    let config = thompson::Config::new().which_captures(thompson::WhichCaptures::None).nfa_size_limit(Some(BUILD_MAX));
    let nfa = thompson::Compiler::new().configure(config).build_from_hir(hir).map_err(|_| large())?;
    let config = dense::Config::new()
        .start_kind(StartKind::Unanchored)
        .match_kind(MatchKind::All)
        .accelerate(false)
        .dfa_size_limit(Some(BUILD_MAX))
        .determinize_size_limit(Some(BUILD_MAX));
    let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).map_err(|_| large())?;
    let start = dfa.start_state(&start::Config::new().anchored(Anchored::No)).map_err(|_| large())?;
    let classes = std::array::from_fn(|byte| usize::from(dfa.byte_classes().get(u8::try_from(byte).unwrap_or(0))));
    let bytes = representatives(&classes);
    let sink = |to| State { next: vec![to; bytes.len()], ending: to == ACCEPT };
    let mut states = vec![sink(DEAD), sink(ACCEPT)];
    let mut known = HashMap::from([(start, 2)]);
    let mut open = vec![start];
    while let Some(&id) = open.get(states.len() - 2) {
        // a match is told one byte late; what was told counts for good
        let mut place = |id: StateID| match () {
            () if dfa.is_dead_state(id) => DEAD,
            () if dfa.is_match_state(id) => ACCEPT,
            () => *known.entry(id).or_insert_with(|| {
                open.push(id);
                open.len() + 1
            }),
        };
        let next = bytes.iter().map(|&byte| place(dfa.next_state(id, byte))).collect();
        states.push(State { next, ending: dfa.is_match_state(dfa.next_eoi_state(id)) });
        if states.len() > STATES_MAX {
            return Err(large());
        }
    }
    Ok(Machine { states, start: 2, classes })
}

/// One byte of each class, in the order of classes.
fn representatives(classes: &[usize; 256]) -> Vec<u8> {
    let mut bytes: Vec<(usize, u8)> = classes.iter().copied().zip(0..=255).collect();
    bytes.sort_by_key(|(class, _)| *class);
    bytes.dedup_by_key(|(class, _)| *class);
    bytes.into_iter().map(|(_, byte)| byte).collect()
}

/// The same automaton with the fewest states (Moore's algorithm): states are told apart by where they lead, until no more are.
fn minimise(machine: &Machine) -> Machine {
    let states = &machine.states;
    let mut group: Vec<usize> = states.iter().map(|state| usize::from(state.ending)).collect();
    let mut count = 0;
    loop {
        let mut seen = HashMap::new();
        let told = states.iter().zip(&group).map(|(state, own)| {
            let signature: Vec<usize> = std::iter::once(*own).chain(state.next.iter().map(|&next| group[next])).collect();
            let fresh = seen.len();
            *seen.entry(signature).or_insert(fresh)
        });
        let told = told.collect();
        let found = seen.len();
        group = told;
        if found == count {
            break;
        }
        count = found;
    }
    // groups are numbered in the order of their first states: the dead one stays the first
    let mut minimal: Vec<State> = Vec::with_capacity(count);
    for (state, &own) in states.iter().zip(&group) {
        if own == minimal.len() {
            minimal.push(State { next: state.next.iter().map(|&next| group[next]).collect(), ending: state.ending });
        }
    }
    Machine { states: minimal, start: group[machine.start], classes: machine.classes }
}

/// Merges classes that never differ, orders the states, and writes the tables; nothing when they are too large.
fn tables(machine: &Machine) -> Option<Dfa> {
    let Machine { states, start, classes } = machine;
    let mut seen = HashMap::new();
    let merged: Vec<usize> = (0..states.first()?.next.len())
        .map(|class| {
            let column: Vec<usize> = states.iter().map(|state| state.next[class]).collect();
            let fresh = seen.len();
            *seen.entry(column).or_insert(fresh)
        })
        .collect();
    let width = seen.len();
    let classes: [usize; 256] = std::array::from_fn(|byte| merged[classes[byte]]);
    if states.len() * width > TABLE_MAX {
        return None;
    }
    let is_accept = |at: usize| states[at].ending && states[at].next.iter().all(|&next| next == at);
    // dead, those that don't end, those that do, and at last the one that accepts
    let mut order: Vec<usize> = (0..states.len()).collect();
    order.sort_by_key(|&at| match at {
        DEAD => 0,
        at if is_accept(at) => 3,
        at if states[at].ending => 2,
        _ => 1,
    });
    let mut place = vec![0; states.len()];
    for (row, &state) in order.iter().enumerate() {
        place[state] = row * width;
    }
    let class_of = |class: usize| merged.iter().position(|&other| other == class).unwrap_or(0);
    let columns: Vec<usize> = (0..width).map(class_of).collect();
    let entries = order.iter().flat_map(|&state| columns.iter().map(move |&class| (state, class)));
    let table = entries.map(|(state, class)| u16::try_from(place[states[state].next[class]]).ok()).collect::<Option<_>>()?;
    let narrow = |n: usize| u32::try_from(n).ok();
    let ending = order.iter().position(|&state| states[state].ending).unwrap_or(states.len());
    let accept = order.last().copied().filter(|&last| is_accept(last));
    Some(Dfa {
        classes: classes.map(|class| u8::try_from(class).unwrap_or(u8::MAX)),
        table,
        start: narrow(place[*start])?,
        ending: narrow(ending * width)?,
        accept: accept.map_or(Some(u32::MAX), |state| narrow(place[state]))?,
    })
}
