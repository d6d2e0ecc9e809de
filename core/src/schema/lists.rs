//! Operations on the elements of arrays.

use super::{
    Keyword, Stop,
    machine::{Machine, ON, Step},
    memory::Frame,
    op::NONE,
};

impl Machine<'_, '_> {
    pub(super) fn begin_elements(&mut self) -> Step {
        let frame = Frame { at: self.at.wrapping_add(1), left: self.count(), ..self.frame() };
        self.charge(frame.left)?;
        self.elements(frame, false)
    }

    /// Goes from element to element until a node has to be asked whose result takes longer. `waits`: the frame is on top.
    pub(super) fn elements(&mut self, frame: Frame, mut waits: bool) -> Step {
        let [word, rest, first] = self.program.words(frame.pc)?;
        let (mut next, mut left, mut count) = (frame.at, frame.left, frame.count);
        while left > 0 {
            let node = if count < first { self.program.operand(frame.pc, count.wrapping_add(3)) } else { rest };
            if node == NONE {
                break;
            }
            let at = next;
            let value = self.document.node(at).ok_or(Stop::Program)?;
            next = value.next(at);
            left = left.wrapping_sub(1);
            count = count.wrapping_add(1);
            if frame.scope != NONE {
                self.mark(at, frame.scope)?;
            }
            match self.ask(node, (at, value), Frame { at: next, left, count, ..frame }, &mut waits)? {
                Some(true) => {}
                step => return self.handed_to(step, waits),
            }
        }
        self.leave(frame, waits, word, first.wrapping_add(3))
    }

    pub(super) fn begin_contains(&mut self) -> Step {
        let frame = Frame { at: self.at.wrapping_add(1), left: self.count(), ..self.frame() };
        self.push(frame)?;
        self.bearing = self.bearing.wrapping_add(1);
        self.containing(frame)
    }

    /// An element was asked: it is the one before `at`, whose place stands in `stage`.
    pub(super) fn contained(&mut self, mut frame: Frame, valid: bool) -> Step {
        self.count_contained(&mut frame, valid)?;
        self.containing(frame)
    }

    fn count_contained(&mut self, frame: &mut Frame, valid: bool) -> Result<(), Stop> {
        let [_, _, flags, _] = self.program.word(frame.pc).to_le_bytes();
        if !valid {
            return self.unmark(frame.trail);
        }
        frame.count = frame.count.wrapping_add(1);
        if frame.scope != NONE && flags & 1 != 0 {
            self.mark(frame.stage, frame.scope)?;
        }
        frame.trail = self.trail_len;
        Ok(())
    }

    fn containing(&mut self, mut frame: Frame) -> Step {
        let program = self.program;
        let (node, min, max) = (program.operand(frame.pc, 1), program.operand(frame.pc, 2), program.operand(frame.pc, 3));
        // where it matters which ones they are, all are asked
        let enough = |frame: &Frame| frame.scope == NONE && frame.count >= min && max == NONE;
        while frame.left > 0 && frame.count <= max && !enough(&frame) {
            self.charge(1)?;
            let value = self.document.node(frame.at).ok_or(Stop::Program)?;
            frame.stage = frame.at;
            frame.at = value.next(frame.at);
            frame.left = frame.left.wrapping_sub(1);
            self.turn_to(frame.stage, value);
            self.set_top(frame)?;
            match self.enter(node)? {
                None => return ON,
                Some(valid) => self.count_contained(&mut frame, valid)?,
            }
        }
        self.bearing = self.bearing.wrapping_sub(1);
        self.pop()?;
        self.restore(frame)?;
        self.pc = frame.pc;
        match () {
            () if frame.count > max => self.broken_by(Keyword::MaxContains, 4),
            () if frame.count >= min => self.passed(4),
            () if min > 1 => self.broken_by(Keyword::MinContains, 4),
            () => self.broken_by(Keyword::Contains, 4),
        }
    }
}
