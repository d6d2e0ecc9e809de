//! Operations that are done at once: on numbers, strings, booleans, and the sizes of arrays and objects.

use core::cmp::Ordering;

use crate::{format::Format, num};

use super::{
    Stop,
    decimal::{Decimal, compare},
    machine::{Machine, Step},
    op::{LITERAL, Op},
};

/// 64 bytes of a text are one step.
const TEXT_STEP: u32 = 6;

impl<'r> Machine<'r> {
    /// An operation that asks nobody else.
    #[inline(always)]
    pub(super) fn leaf(&mut self, op: Op, word: u32) -> Step {
        let [_, _, flags, _] = word.to_le_bytes();
        let operand = self.program.operand(self.pc, 1);
        let (holds, words) = match op {
            Op::Integer => (self.is_integer()?, 1),
            Op::Compare => (self.relates(operand, flags)?, 2),
            Op::Multiple => (self.is_multiple()?, 4),
            Op::LengthMin => (self.has_length(operand, false)?, 2),
            Op::LengthMax => (self.has_length(operand, true)?, 2),
            Op::Pattern => {
                let text = self.text()?;
                (self.program.is_match(operand, text).ok_or(Stop::Program)? == (flags & 1 == 0), 2)
            }
            Op::Format => {
                let format = u8::try_from(operand).ok().and_then(Format::numbered).ok_or(Stop::Program)?;
                (format.matches(self.text()?), 2)
            }
            Op::Strings => {
                let text = self.value.text().unwrap_or_default();
                (self.program.find(operand, text).is_some(), 2)
            }
            Op::Numbers => (self.is_one_of(operand, self.program.operand(self.pc, 2))?, 3),
            Op::Booleans => {
                let bit = if self.value.boolean() == Some(true) { 2 } else { 1 };
                (flags & bit != 0, 1)
            }
            Op::CountMin => (self.value.len() >= num::index(operand), 2),
            Op::CountMax => (self.value.len() <= num::index(operand), 2),
            // no value of this kind
            Op::Fail => (false, 0),
            _ => return Err(Stop::Program),
        };
        if holds {
            return self.passed(words);
        }
        match self.broken(words)? {
            // nothing follows: all culprits are looked for
            None if op == Op::Fail => Ok(Some(true)),
            step => Ok(step),
        }
    }

    /// The text of a string, which is paid for.
    fn text(&mut self) -> Result<&'r [u8], Stop> {
        let text = self.value.text().unwrap_or_default();
        self.charge(num::low(text.len()) >> TEXT_STEP)?;
        Ok(text)
    }

    fn is_integer(&self) -> Result<bool, Stop> {
        if self.value.has_integer_form() {
            return Ok(true);
        }
        Ok(Decimal::read(self.value.raw()).ok_or(Stop::Number)?.is_integer())
    }

    fn relates(&self, literal: u32, relation: u8) -> Result<bool, Stop> {
        let order = compare(self.value.raw(), self.program.literal(literal)).ok_or(Stop::Number)?;
        Ok(match relation {
            0 => order != Ordering::Less,
            1 => order != Ordering::Greater,
            2 => order == Ordering::Greater,
            _ => order == Ordering::Less,
        })
    }

    fn is_multiple(&self) -> Result<bool, Stop> {
        let divisor = self.program.wide(self.pc.wrapping_add(1));
        let exponent = i32::from_le_bytes(self.program.operand(self.pc, 3).to_le_bytes());
        if divisor >> 60 != 0 {
            return Err(Stop::Program);
        }
        Ok(Decimal::read(self.value.raw()).ok_or(Stop::Number)?.is_multiple(divisor, i64::from(exponent)))
    }

    fn is_one_of(&mut self, count: u32, literals: u32) -> Result<bool, Stop> {
        self.charge(count)?;
        for n in 0..count {
            let literal = self.program.literal(literals.wrapping_add(n.wrapping_mul(LITERAL)));
            if compare(self.value.raw(), literal).ok_or(Stop::Number)? == Ordering::Equal {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a string has at least or at most so many code points.
    fn has_length(&mut self, bound: u32, at_most: bool) -> Result<bool, Stop> {
        let text = self.value.text().unwrap_or_default();
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
