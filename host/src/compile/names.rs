//! Builds the name tables of an image.

use adarga_core::{image::place, text};

use super::archive::{Names, Slot};

/// Longest probe that a table is accepted with; another key is tried otherwise.
const PROBE_MAX: usize = 24;
/// Keys that are tried before the one with the shortest probes is taken.
const TRIES: u64 = 64;

/// A table in which each name, within its space, leads to its index.
pub(crate) fn table<'n>(names: impl Iterator<Item = (u64, &'n str)>) -> Names {
    numbered((0..).zip(names))
}

/// The same for names of which not all are there: each comes with the index that it leads to.
pub(crate) fn numbered<'n>(names: impl Iterator<Item = (u32, (u64, &'n str))>) -> Names {
    let names: Vec<_> = names.collect();
    if names.is_empty() {
        return Names { key: [0, 0], slots: Vec::new() };
    }
    let size = (names.len() * 2).next_power_of_two();
    let mut best: Option<(usize, Names)> = None;
    for attempt in 0..TRIES {
        // fixed constants: the same policy gives the same image
        let key = [0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(attempt + 1), 0xD1B5_4A32_D192_ED03 ^ attempt];
        let (probe, slots) = fill(&names, key, size);
        if best.as_ref().is_none_or(|(shortest, _)| probe < *shortest) {
            best = Some((probe, Names { key, slots }));
        }
        if best.as_ref().is_some_and(|(shortest, _)| *shortest <= PROBE_MAX) {
            break;
        }
    }
    best.map_or(Names { key: [0, 0], slots: Vec::new() }, |(_, table)| table)
}

/// The filled table and its longest probe.
fn fill(names: &[(u32, (u64, &str))], key: [u64; 2], size: usize) -> (usize, Vec<Slot>) {
    let mut slots = vec![Slot::default(); size];
    let mut longest = 0;
    for (index, (space, name)) in names {
        let (mut at, tag) = place(text::hash((key[0] ^ space, key[1]), name.as_bytes()), size);
        let mut probe = 1;
        while slots[at].entry != 0 {
            at = (at + 1) % size;
            probe += 1;
        }
        slots[at] = Slot { tag, entry: index + 1 };
        longest = longest.max(probe);
    }
    (longest, slots)
}
