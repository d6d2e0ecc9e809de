//! Frames: what waits for the result of a value that is asked about.

use crate::{json::Node, num};

use super::{
    Stop,
    machine::{INVALID, Machine, ON, Step, VALID, is_last},
    memory::Frame,
    op::{PASS, REMEMBERED},
};

impl Machine<'_, '_> {
    /// Asks a node about a value for a frame that waits only once a result does not come at once. With most members and elements it
    /// does: then no frame is written, and where the kind alone decides, nothing else either.
    #[inline(always)]
    pub(super) fn ask(&mut self, node: u32, (at, value): (u32, Node), frame: Frame, waits: &mut bool) -> Step {
        if node & REMEMBERED != 0 {
            // that writes a frame of its own, above this one
            self.turn_to(at, value);
            self.wait(frame, waits)?;
            return self.enter(node);
        }
        let entry = self.program.get(node.wrapping_add(value.kind_bits()))?;
        if entry == PASS {
            return VALID;
        }
        self.pc = entry;
        if self.program.is_leaf(entry)? {
            let step = self.leaves(entry, at, value)?;
            if step.is_some() {
                return Ok(step);
            }
        }
        self.turn_to(at, value);
        self.wait(frame, waits)?;
        ON
    }

    #[inline(always)]
    fn wait(&mut self, frame: Frame, waits: &mut bool) -> Result<(), Stop> {
        if *waits {
            return self.set_top(frame);
        }
        *waits = true;
        self.push(frame)
    }

    /// A frame, which may wait, is done. Unless its operation, which has so many words, is the last one, its value is the current one
    /// again, and the next operation is taken.
    #[inline(always)]
    pub(super) fn leave(&mut self, frame: Frame, waits: bool, word: u32, words: u32) -> Step {
        if waits {
            self.pop()?;
        }
        if is_last(word) {
            return VALID;
        }
        self.restore(frame)?;
        self.pc = frame.pc.wrapping_add(words);
        ON
    }

    /// What becomes of the frame on top, all of whose nodes have to hold, when one of them has no result yet or doesn't.
    #[inline(always)]
    pub(super) fn handed(&mut self, step: Option<bool>) -> Step {
        match step {
            Some(_) => self.pop().and(INVALID),
            None => ON,
        }
    }

    /// What becomes of a frame that may wait, all of whose nodes have to hold, when one of them has no result yet or doesn't.
    #[inline(always)]
    pub(super) fn handed_to(&mut self, step: Option<bool>, waits: bool) -> Step {
        if step.is_some() && waits { self.pop().and(INVALID) } else { Ok(step) }
    }

    /// A frame of the current operation and value.
    #[inline(always)]
    pub(super) fn frame(&self) -> Frame {
        Frame { pc: self.pc, value: self.at, scope: self.scope, trail: self.trail_len, ..Frame::default() }
    }

    #[inline(always)]
    pub(super) fn top(&self) -> Result<Frame, Stop> {
        self.memory.frames.get(num::index(self.depth.wrapping_sub(1))).copied().ok_or(Stop::Program)
    }

    #[inline(always)]
    pub(super) fn set_top(&mut self, frame: Frame) -> Result<(), Stop> {
        *self.memory.frames.get_mut(num::index(self.depth.wrapping_sub(1))).ok_or(Stop::Program)? = frame;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        *self.memory.frames.get_mut(num::index(self.depth)).ok_or(Stop::Memory)? = frame;
        self.depth = self.depth.wrapping_add(1);
        Ok(())
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Result<(), Stop> {
        self.depth = self.depth.checked_sub(1).ok_or(Stop::Program)?;
        Ok(())
    }

    /// Makes the value of a frame the current one again.
    #[inline(always)]
    pub(super) fn restore(&mut self, frame: Frame) -> Result<(), Stop> {
        self.node = self.document.node(frame.value).ok_or(Stop::Program)?;
        (self.at, self.scope) = (frame.value, frame.scope);
        Ok(())
    }

    /// The frame's operation, of so many words, has been passed.
    #[inline(always)]
    pub(super) fn proceed(&mut self, frame: Frame, words: u32) -> Step {
        self.pop()?;
        self.restore(frame)?;
        self.pc = frame.pc.wrapping_add(words);
        ON
    }
}
