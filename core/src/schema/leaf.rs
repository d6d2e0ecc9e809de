//! Operations that are done at once: on numbers, strings, booleans, and the sizes of arrays and objects.

use core::cmp::Ordering;

use crate::{format::Format, num};

use super::{
    Stop,
    decimal::{Decimal, compare},
    machine::{INVALID, Machine, ON, Step, VALID},
    op::{LITERAL, Op},
};

/// 64 bytes of a text are one step.
const TEXT_STEP: u32 = 6;

impl<'r> Machine<'r, '_> {
    /// Takes operations that ask nobody else, up to the first that does.
    #[inline(never)]
    pub(super) fn leaves(&mut self) -> Step {
        loop {
            let words = self.program.words::<4>(self.pc)?;
            let [[op, _, flags, last], ..] = words.map(u32::to_le_bytes);
            let op = Op::numbered(op);
            let (holds, len) = match op {
                Op::Pass => return VALID,
                op if op < Op::Unique => self.leaf(op, flags, words)?,
                Op::Memo => return Err(Stop::Program),
                _ => return ON,
            };
            if holds && last != 0 {
                return VALID;
            }
            self.charge(1)?;
            if holds {
                self.pc = self.pc.wrapping_add(len);
            } else if self.broken(len)?.is_some() {
                return INVALID;
            } else if op == Op::Fail {
                // nothing follows: all culprits are looked for
                return VALID;
            }
        }
    }

    /// Whether an operation holds that asks nobody else, and how many words it has.
    #[inline(always)]
    fn leaf(&mut self, op: Op, flags: u8, [_, a, b, c]: [u32; 4]) -> Result<(bool, u32), Stop> {
        Ok(match op {
            Op::Integer => (self.is_integer()?, 1),
            Op::Compare => (self.relates(a, flags)?, 2),
            Op::Multiple => (self.is_multiple(num::wide(a, b), c)?, 4),
            Op::LengthMin => (self.has_length(a, false)?, 2),
            Op::LengthMax => (self.has_length(a, true)?, 2),
            Op::Pattern => (self.has_pattern(a)? == (flags & 1 == 0), 2),
            Op::Format => (self.has_format(a)?, 2),
            Op::Strings => (self.program.find(a, self.value().text().unwrap_or_default()).is_some(), 2),
            Op::Numbers => (self.is_one_of(a, b)?, 3),
            Op::Booleans => {
                let bit = if self.value().boolean() == Some(true) { 2 } else { 1 };
                (flags & bit != 0, 1)
            }
            Op::CountMin => (self.count() >= a, 2),
            Op::CountMax => (self.count() <= a, 2),
            // no value of this kind
            Op::Fail => (false, 0),
            _ => return Err(Stop::Program),
        })
    }

    #[inline(never)]
    fn has_pattern(&mut self, automaton: u32) -> Result<bool, Stop> {
        let text = self.text()?;
        self.program.is_match(automaton, text).ok_or(Stop::Program)
    }

    #[inline(never)]
    fn has_format(&mut self, format: u32) -> Result<bool, Stop> {
        let format = u8::try_from(format).ok().and_then(Format::numbered).ok_or(Stop::Program)?;
        Ok(format.matches(self.text()?))
    }

    /// The text of a string, which is paid for.
    fn text(&mut self) -> Result<&'r [u8], Stop> {
        let text = self.value().text().unwrap_or_default();
        self.charge(num::low(text.len()) >> TEXT_STEP)?;
        Ok(text)
    }

    fn is_integer(&self) -> Result<bool, Stop> {
        if self.value().has_integer_form() {
            return Ok(true);
        }
        self.is_whole()
    }

    /// Whether a number with a fraction or an exponent is an integer nevertheless.
    #[inline(never)]
    fn is_whole(&self) -> Result<bool, Stop> {
        Ok(Decimal::read(self.value().raw()).ok_or(Stop::Number)?.is_integer())
    }

    #[inline(never)]
    fn relates(&self, literal: u32, relation: u8) -> Result<bool, Stop> {
        let order = compare(self.value().raw(), self.program.literal(literal)).ok_or(Stop::Number)?;
        Ok(match relation {
            0 => order != Ordering::Less,
            1 => order != Ordering::Greater,
            2 => order == Ordering::Greater,
            _ => order == Ordering::Less,
        })
    }

    #[inline(never)]
    fn is_multiple(&self, divisor: u64, exponent: u32) -> Result<bool, Stop> {
        let exponent = i32::from_le_bytes(exponent.to_le_bytes());
        if divisor >> 60 != 0 {
            return Err(Stop::Program);
        }
        Ok(Decimal::read(self.value().raw()).ok_or(Stop::Number)?.is_multiple(divisor, i64::from(exponent)))
    }

    #[inline(never)]
    fn is_one_of(&mut self, count: u32, literals: u32) -> Result<bool, Stop> {
        self.charge(count)?;
        for n in 0..count {
            let literal = self.program.literal(literals.wrapping_add(n.wrapping_mul(num::length(LITERAL))));
            if compare(self.value().raw(), literal).ok_or(Stop::Number)? == Ordering::Equal {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a string has at least or at most so many code points.
    #[inline(never)]
    fn has_length(&mut self, bound: u32, at_most: bool) -> Result<bool, Stop> {
        let text = self.value().text().unwrap_or_default();
        let (bytes, bound) = (text.len(), num::index(bound));
        // a code point has one to four bytes
        if bytes <= bound && at_most {
            return Ok(true);
        }
        if bytes < bound || bytes > bound.saturating_mul(4) {
            return Ok(!at_most && bytes >= bound);
        }
        self.charge(num::low(bytes) >> TEXT_STEP)?;
        let points = text.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Ok(if at_most { points <= bound } else { points >= bound })
    }
}
