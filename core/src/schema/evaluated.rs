//! Which members and elements were evaluated (JSON Schema core §11), without a heap.
//!
//! A mark of a value is the length that the trail had when it was set. It counts in a scope that is younger than it; the trail tells
//! what stood there before, so that a branch that fails takes its marks back.

use crate::{json::Kind, num};

use super::{
    Stop,
    machine::{Machine, Step},
    memory::{Frame, Trail},
    op::NONE,
};

impl Machine<'_, '_> {
    /// Notes that the value at a place was evaluated, for a scope.
    pub(super) fn mark(&mut self, at: u32, scope: u32) -> Result<(), Stop> {
        let mark = self.memory.marks.get_mut(num::index(at.wrapping_sub(self.base))).ok_or(Stop::Program)?;
        // known to this scope already, and to those around it
        if *mark > scope {
            return Ok(());
        }
        *self.memory.trail.get_mut(num::index(self.trail_len)).ok_or(Stop::Memory)? = Trail { value: at, before: *mark };
        self.trail_len = self.trail_len.wrapping_add(1);
        *mark = self.trail_len;
        Ok(())
    }

    /// Takes back what was marked since the trail had this length.
    pub(super) fn unmark(&mut self, len: u32) -> Result<(), Stop> {
        while self.trail_len > len {
            self.trail_len = self.trail_len.wrapping_sub(1);
            let Trail { value, before } = *self.memory.trail.get(num::index(self.trail_len)).ok_or(Stop::Program)?;
            *self.memory.marks.get_mut(num::index(value.wrapping_sub(self.base))).ok_or(Stop::Program)? = before;
        }
        Ok(())
    }

    pub(super) fn begin_scope(&mut self) -> Step {
        self.push(self.frame())?;
        self.scope = self.trail_len;
        self.passed(1)
    }

    pub(super) fn end_scope(&mut self, frame: Frame) -> Step {
        self.pop()?;
        self.restore(frame)?;
        if frame.scope == NONE {
            self.unmark(frame.trail)?
        } else {
            self.hand_over(frame)?
        }
        Ok(Some(true))
    }

    /// What a scope evaluated is evaluated in the one around it as well. A mark that this one had anyway is dropped, so that no value
    /// has more of them than scopes lie in one another.
    fn hand_over(&mut self, frame: Frame) -> Result<(), Stop> {
        self.charge(self.trail_len.wrapping_sub(frame.trail))?;
        let mut kept = frame.trail;
        for at in frame.trail..self.trail_len {
            let entry = *self.memory.trail.get(num::index(at)).ok_or(Stop::Program)?;
            let mark = if entry.before > frame.scope {
                entry.before
            } else {
                *self.memory.trail.get_mut(num::index(kept)).ok_or(Stop::Program)? = entry;
                kept = kept.wrapping_add(1);
                kept
            };
            *self.memory.marks.get_mut(num::index(entry.value.wrapping_sub(self.base))).ok_or(Stop::Program)? = mark;
        }
        self.trail_len = kept;
        Ok(())
    }

    pub(super) fn begin_others(&mut self) -> Step {
        let frame = Frame { at: self.at.wrapping_add(1), left: self.count(), ..self.frame() };
        self.push(frame)?;
        self.others(frame)
    }

    /// Goes over the members or elements that no mark of this scope has.
    pub(super) fn others(&mut self, mut frame: Frame) -> Step {
        if frame.scope == NONE {
            return Err(Stop::Program);
        }
        let keys = u32::from(self.document.node(frame.value).is_some_and(|value| value.kind() == Kind::Object));
        while frame.left > 0 {
            self.charge(1)?;
            let at = frame.at.wrapping_add(keys);
            let value = self.document.node(at).ok_or(Stop::Program)?;
            frame.at = value.next(at);
            frame.left = frame.left.wrapping_sub(1);
            let mark = self.memory.marks.get(num::index(at.wrapping_sub(self.base))).copied().unwrap_or(0);
            if mark > frame.scope {
                continue;
            }
            self.mark(at, frame.scope)?;
            self.turn_to(at, value);
            self.set_top(frame)?;
            match self.enter(self.program.operand(frame.pc, 1))? {
                Some(true) => {}
                step => return self.handed(step),
            }
        }
        self.proceed(frame, 2)
    }
}
