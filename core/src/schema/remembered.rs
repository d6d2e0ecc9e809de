//! Results that are remembered, so that no value is asked the same twice.

use crate::num;

use super::{
    Stop,
    machine::{Machine, Step},
    memory::{Frame, Memo},
    op::NONE,
};

impl Machine<'_, '_> {
    /// What is remembered of the current value and a node, where it can be used.
    pub(super) fn remembered(&mut self, node: u32) -> Step {
        if !self.memo_ready {
            self.memory.memo.get_mut(..self.memo_len).ok_or(Stop::Memory)?.fill(Memo::default());
            self.memo_ready = true;
        }
        let value = self.at.wrapping_add(1);
        let known = self.memo_slot(node).filter(|memo| memo.node == node && memo.value == value);
        Ok(match known.map(|memo| memo.valid != 0) {
            // which members it evaluated isn't remembered
            Some(true) if self.scope == NONE => Some(true),
            // who is to blame isn't remembered either
            Some(false) if self.bearing > 0 => Some(false),
            _ => None,
        })
    }

    /// A result is known, and handed on.
    pub(super) fn remember(&mut self, frame: Frame, valid: bool) -> Step {
        self.pop()?;
        self.restore(frame)?;
        if let Some(slot) = self.memo_slot(frame.at) {
            *slot = Memo { node: frame.at, value: frame.value.wrapping_add(1), valid: u32::from(valid) };
        }
        Ok(Some(valid))
    }

    /// Where a result about the current value and a node stands. A later one takes the place of an earlier one.
    fn memo_slot(&mut self, node: u32) -> Option<&mut Memo> {
        let mixed = u64::from(node).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(self.at).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let mask = self.memo_len.wrapping_sub(1);
        self.memory.memo.get_mut(num::index(num::high(num::fold(mixed, 0xA076_1D64_78BD_642F))) & mask)
    }
}
