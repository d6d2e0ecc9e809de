//! Operations that are done at once: on numbers, strings, booleans, and the sizes of arrays and objects.

use core::cmp::Ordering;

use crate::{format::Format, json::Node, num};

use super::{
    Stop,
    decimal::{Decimal, compare},
    machine::{INVALID, Machine, ON, Step, VALID},
    op::{LITERAL, Op},
};

/// 64 bytes of a text are one step.
const TEXT_STEP: u32 = 6;

impl<'r> Machine<'r, '_> {
    /// Takes operations on a value that ask nobody else, from `pc` up to the first that does, where `self.pc` stands then. Only there
    /// and where the value is to blame for something it becomes the current one: most values are asked and left.
    #[inline(never)]
    pub(super) fn leaves(&mut self, mut pc: u32, at: u32, node: Node) -> Step {
        loop {
            let words = self.program.words::<4>(pc)?;
            let [[op, _, flags, last], ..] = words.map(u32::to_le_bytes);
            let op = Op::numbered(op);
            let (holds, len) = match op {
                Op::Pass => return VALID,
                op if op < Op::Unique => self.leaf(op, flags, words, node)?,
                Op::Memo => return Err(Stop::Program),
                _ => {
                    self.pc = pc;
                    return ON;
                }
            };
            if holds && last != 0 {
                return VALID;
            }
            self.charge(1)?;
            if holds {
                pc = pc.wrapping_add(len);
                continue;
            }
            (self.pc, self.at, self.node) = (pc, at, node);
            if self.broken(len)?.is_some() {
                return INVALID;
            }
            // all culprits are looked for; behind this one nothing follows
            if op == Op::Fail {
                return VALID;
            }
            pc = self.pc;
        }
    }

    /// Whether an operation on a value holds that asks nobody else, and how many words it has.
    #[inline(always)]
    fn leaf(&mut self, op: Op, flags: u8, [_, a, b, c]: [u32; 4], node: Node) -> Result<(bool, u32), Stop> {
        let document = self.document;
        Ok(match op {
            Op::Integer => (node.has_integer_form() || is_whole(document.raw(node))?, 1),
            Op::Compare => (self.relates(document.raw(node), a, flags)?, 2),
            Op::Multiple => (is_multiple(document.raw(node), num::wide(a, b), c)?, 4),
            Op::LengthMin => (self.is_long_enough(document.text(node), a)?, 2),
            Op::LengthMax => (self.is_short_enough(document.text(node), a)?, 2),
            Op::Pattern => (self.has_pattern(document.text(node), a)? == (flags & 1 == 0), 2),
            Op::Format => (self.has_format(document.text(node), a)?, 2),
            Op::Strings => (self.program.table(a).and_then(|names| names.find(document.text(node))).is_some(), 2),
            Op::Numbers => (self.is_one_of(document.raw(node), a, b)?, 3),
            Op::Booleans => {
                let bit = if node.flag() { 2 } else { 1 };
                (flags & bit != 0, 1)
            }
            Op::CountMin => (node.len() >= a, 2),
            Op::CountMax => (node.len() <= a, 2),
            // no value of this kind
            Op::Fail => (false, 0),
            _ => return Err(Stop::Program),
        })
    }

    #[inline(never)]
    fn has_pattern(&mut self, text: &[u8], automaton: u32) -> Result<bool, Stop> {
        self.walk(text)?;
        self.program.is_match(automaton, text).ok_or(Stop::Program)
    }

    #[inline(never)]
    fn has_format(&mut self, text: &[u8], format: u32) -> Result<bool, Stop> {
        self.walk(text)?;
        let format = u8::try_from(format).ok().and_then(Format::numbered).ok_or(Stop::Program)?;
        Ok(format.matches(text))
    }

    /// Pays for going over a text.
    #[inline(always)]
    fn walk(&mut self, text: &[u8]) -> Result<(), Stop> {
        self.charge(num::low(text.len()) >> TEXT_STEP)
    }

    #[inline(never)]
    fn relates(&self, number: &[u8], literal: u32, relation: u8) -> Result<bool, Stop> {
        let order = compare(number, self.program.literal(literal)).ok_or(Stop::Number)?;
        Ok(match relation {
            0 => order != Ordering::Less,
            1 => order != Ordering::Greater,
            2 => order == Ordering::Greater,
            _ => order == Ordering::Less,
        })
    }

    #[inline(never)]
    fn is_one_of(&mut self, number: &[u8], count: u32, literals: u32) -> Result<bool, Stop> {
        self.charge(count)?;
        for n in 0..count {
            let literal = self.program.literal(literals.wrapping_add(n.wrapping_mul(num::length(LITERAL))));
            if compare(number, literal).ok_or(Stop::Number)? == Ordering::Equal {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a text has at least so many code points, each of which has one to four bytes.
    #[inline(always)]
    fn is_long_enough(&mut self, text: &[u8], bound: u32) -> Result<bool, Stop> {
        let (bytes, bound) = (text.len(), num::index(bound));
        if bytes >= bound.saturating_mul(4) {
            return Ok(true);
        }
        Ok(bytes >= bound && self.code_points(text)? >= bound)
    }

    /// Whether a text has at most so many code points.
    #[inline(always)]
    fn is_short_enough(&mut self, text: &[u8], bound: u32) -> Result<bool, Stop> {
        let (bytes, bound) = (text.len(), num::index(bound));
        if bytes <= bound {
            return Ok(true);
        }
        Ok(bytes <= bound.saturating_mul(4) && self.code_points(text)? <= bound)
    }

    #[inline(never)]
    fn code_points(&mut self, text: &[u8]) -> Result<usize, Stop> {
        self.walk(text)?;
        Ok(text.iter().filter(|&&byte| byte & 0xC0 != 0x80).count())
    }
}

/// Whether a number with a fraction or an exponent is an integer nevertheless.
#[inline(never)]
fn is_whole(number: &[u8]) -> Result<bool, Stop> {
    Ok(Decimal::read(number).ok_or(Stop::Number)?.is_integer())
}

#[inline(never)]
fn is_multiple(number: &[u8], divisor: u64, exponent: u32) -> Result<bool, Stop> {
    let exponent = i32::from_le_bytes(exponent.to_le_bytes());
    if divisor >> 60 != 0 {
        return Err(Stop::Program);
    }
    Ok(Decimal::read(number).ok_or(Stop::Number)?.is_multiple(divisor, i64::from(exponent)))
}
