//! No two elements are equal, and what equal means: numbers by value, objects whatever the order of their members.

use core::cmp::Ordering;

use crate::{
    json::{Kind, Value},
    num,
};

use super::{
    Stop,
    decimal::{Decimal, print},
    machine::{Machine, Step},
    memory::Frame,
};

/// Arrays of scalars up to this length are compared pairwise.
const PAIRWISE_MAX: usize = 6;

impl<'r> Machine<'r, '_> {
    pub(super) fn unique(&mut self) -> Step {
        let array = self.value();
        let scalars = || array.elements().all(|value| !matches!(value.kind(), Kind::Array | Kind::Object));
        let twins = match array.len() {
            0 | 1 => false,
            len if len <= PAIRWISE_MAX && scalars() => self.pairwise(array)?,
            len => self.hashed(array, len)?,
        };
        if twins { self.broken(1) } else { self.passed(1) }
    }

    fn pairwise(&mut self, array: Value<'r>) -> Result<bool, Stop> {
        for (count, value) in array.elements().enumerate() {
            for other in array.elements().take(count) {
                if self.equal(value, other)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Open addressing in a table that is at most half full; a slot holds the place of an element plus one.
    fn hashed(&mut self, array: Value<'r>, len: usize) -> Result<bool, Stop> {
        self.print_all()?;
        let size = len.saturating_mul(2).checked_next_power_of_two().ok_or(Stop::Memory)?;
        self.memory.table.get_mut(..size).ok_or(Stop::Memory)?.fill(0);
        self.charge(num::length(size))?;
        let mask = size.wrapping_sub(1);
        for value in array.elements() {
            let print = self.print(value.index());
            let mut at = num::index(num::high(num::fold(print, 0x9E37_79B9_7F4A_7C15))) & mask;
            loop {
                self.charge(1)?;
                let other = *self.memory.table.get(at).ok_or(Stop::Memory)?;
                let Some(other) = other.checked_sub(1) else { break };
                let other = self.document.value(other).ok_or(Stop::Program)?;
                if self.print(other.index()) == print && self.equal(value, other)? {
                    return Ok(true);
                }
                at = at.wrapping_add(1) & mask;
            }
            *self.memory.table.get_mut(at).ok_or(Stop::Memory)? = value.index().wrapping_add(1);
        }
        Ok(false)
    }

    fn print(&self, at: u32) -> u64 {
        self.memory.prints.get(num::index(at.wrapping_sub(self.base))).copied().unwrap_or(0)
    }

    /// The print of every value, once for all arrays: from the last one to the first, so that containers come after what they hold.
    fn print_all(&mut self) -> Result<(), Stop> {
        if self.prints_ready {
            return Ok(());
        }
        self.charge(self.end.wrapping_sub(self.base))?;
        for at in (self.base..self.end).rev() {
            let value = self.document.value(at).ok_or(Stop::Program)?;
            let print = self.print_of(value).ok_or(Stop::Number)?;
            *self.memory.prints.get_mut(num::index(at.wrapping_sub(self.base))).ok_or(Stop::Memory)? = print;
        }
        self.prints_ready = true;
        Ok(())
    }

    fn print_of(&self, value: Value<'r>) -> Option<u64> {
        let start = self.memory.seed ^ u64::from(value.kind().bits()).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let text = |text: &[u8]| print_text(text, start);
        Some(match value.kind() {
            Kind::Null => start,
            Kind::Bool => start ^ u64::from(value.boolean()?),
            Kind::Number => print(value.raw(), start)?,
            Kind::String => text(value.text()?),
            Kind::Array => value.elements().fold(start, |print, value| {
                num::fold(print ^ self.print(value.index()), 0x9E37_79B9_7F4A_7C15 ^ self.memory.seed)
            }),
            // whatever the order
            Kind::Object => value.members().fold(start, |print, (key, value)| {
                print.wrapping_add(num::fold(self.print(key.index()) ^ start, self.print(value.index()) ^ !start))
            }),
        })
    }

    /// Whether two values are equal. What is still to compare lies above the frames; where it does not fit, it is not equal memory.
    fn equal(&mut self, a: Value<'r>, b: Value<'r>) -> Result<bool, Stop> {
        let floor = self.depth;
        let result = self.walk_both(a, b, floor);
        self.depth = floor;
        result
    }

    fn walk_both(&mut self, a: Value<'r>, b: Value<'r>, floor: u32) -> Result<bool, Stop> {
        let (mut a, mut b) = (a, b);
        loop {
            self.charge(1)?;
            if a.kind() != b.kind() || a.len() != b.len() {
                return Ok(false);
            }
            match a.kind() {
                Kind::Array | Kind::Object if !a.is_empty() => {
                    // `value` and `scope` are the containers, `at` and `trail` the next of each
                    self.push(Frame {
                        value: a.index(),
                        scope: b.index(),
                        at: a.index().wrapping_add(1),
                        trail: b.index().wrapping_add(1),
                        left: num::length(a.len()),
                        ..Frame::default()
                    })?;
                }
                _ if !same_scalar(a, b)? => return Ok(false),
                _ => {}
            }
            let Some(next) = self.next_pair(floor)? else { return Ok(true) };
            let Some(next) = next else { return Ok(false) };
            (a, b) = next;
        }
    }

    /// The next two values to compare: none when all are done; none inside when a member has no counterpart.
    fn next_pair(&mut self, floor: u32) -> Result<Option<Option<(Value<'r>, Value<'r>)>>, Stop> {
        while self.depth > floor {
            let mut frame = self.top()?;
            let Some(left) = frame.left.checked_sub(1) else {
                self.pop()?;
                continue;
            };
            frame.left = left;
            let (mut a, mut b) = (self.place(frame.at)?, self.place(frame.trail)?);
            let other = self.place(frame.scope)?;
            if other.kind() == Kind::Object {
                let (key, key_b) = (a, b);
                a = self.place(a.index().wrapping_add(1))?;
                b = self.place(b.index().wrapping_add(1))?;
                frame.trail = b.next();
                if key.text() != key_b.text() {
                    // another order
                    self.charge(num::length(other.len()))?;
                    let Some(found) = other.get(key.text().unwrap_or_default()) else { return Ok(Some(None)) };
                    b = found;
                }
            } else {
                frame.trail = b.next();
            }
            frame.at = a.next();
            self.set_top(frame)?;
            return Ok(Some(Some((a, b))));
        }
        Ok(None)
    }

    fn place(&self, at: u32) -> Result<Value<'r>, Stop> {
        self.document.value(at).ok_or(Stop::Program)
    }
}

/// Whether two values of one kind that hold nothing are equal.
fn same_scalar(a: Value<'_>, b: Value<'_>) -> Result<bool, Stop> {
    Ok(match a.kind() {
        Kind::Number if a.raw() == b.raw() => true,
        Kind::Number => {
            let (a, b) = (Decimal::read(a.raw()).ok_or(Stop::Number)?, Decimal::read(b.raw()).ok_or(Stop::Number)?);
            a.compare(b) == Ordering::Equal
        }
        Kind::Bool => a.boolean() == b.boolean(),
        Kind::String => a.text() == b.text(),
        _ => true,
    })
}

/// A keyed print of a text: equal texts have equal prints.
fn print_text(text: &[u8], seed: u64) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let step = |print: u64, word: u64| num::fold(print ^ word, 0x9E37_79B9_7F4A_7C15 ^ seed);
    let print = words.iter().fold(seed ^ u64::from(num::low(text.len())), |print, word| step(print, u64::from_le_bytes(*word)));
    step(print, rest.iter().fold(0, |word, &byte| word.wrapping_shl(8) | u64::from(byte)))
}
