//! Patterns as tables: one look-up a byte, whatever the pattern and the text.
//!
//! The host builds an automaton that searches anywhere in a text, minimises it and writes two tables: the class of each byte, and
//! for each state and class the next state. A kernel.
//!
//! Invariant: time is linear in the text; no table can make a walk leave its bounds or run on, and a damaged one matches nothing.

use rkyv::{
    Portable,
    bytecheck::CheckBytes,
    primitive::{ArchivedU16, ArchivedU32},
    vec::ArchivedVec,
};

use crate::num;

/// An automaton that says whether a pattern is found in a text.
///
/// A state is named by the place of its row in `table`. State 0 is dead: nothing that follows can match. The last row is the
/// accepting state that nothing leaves. The states from `ending` on match where the text ends.
#[derive(Portable, CheckBytes, Debug)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Dfa {
    /// The class of each byte.
    pub classes: [u8; 256],
    /// For each state the next one by class.
    pub table: ArchivedVec<ArchivedU16>,
    /// The first state.
    pub start: ArchivedU32,
    /// The first of the states that match at the end of a text.
    pub ending: ArchivedU32,
    /// The state that matches whatever follows.
    pub accept: ArchivedU32,
}

/// Bytes between two looks at whether anything can still change.
const STRIDE: usize = 8;

impl Dfa {
    /// Whether the pattern is found anywhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &[u8]) -> bool {
        let table = self.table.as_slice();
        let accept = self.accept.to_native();
        let mut state = self.start.to_native();
        // dead and decided states lead to themselves, so it is enough to look for them now and then
        for bytes in text.chunks(STRIDE) {
            if state == 0 || state == accept {
                break;
            }
            for &byte in bytes {
                let class = self.classes.get(usize::from(byte)).copied().unwrap_or(0);
                let at = num::index(state).wrapping_add(usize::from(class));
                state = table.get(at).map_or(0, |next| u32::from(next.to_native()));
            }
        }
        state != 0 && state >= self.ending.to_native()
    }
}
