//! Operations that ask other nodes about the same value.

use super::{
    Stop,
    machine::{INVALID, Machine, ON, Step},
    memory::Frame,
    op::{NONE, Op},
};

impl Machine<'_, '_> {
    /// Asks the node of an operand, which has to hold; the operation has so many words.
    pub(super) fn all(&mut self, operand: u32, words: u32) -> Step {
        let (pc, node) = (self.pc, self.program.operand(self.pc, operand));
        // the last operation needs no frame to come back to
        let last = self.program.operand(pc, words) == u32::from(Op::Pass.number());
        if !last {
            self.push(self.frame())?;
        }
        match self.enter(node)? {
            Some(true) if !last => {
                self.pop()?;
                self.pc = pc.wrapping_add(words);
                ON
            }
            Some(false) if !last => self.pop().map(|()| Some(false)),
            step => Ok(step),
        }
    }

    /// `Any` and `One`: `at` is the next node, `count` how many held.
    pub(super) fn begin_choice(&mut self) -> Step {
        let frame = Frame { left: self.program.operand(self.pc, 1), ..self.frame() };
        self.push(frame)?;
        self.bearing = self.bearing.wrapping_add(1);
        self.choose(frame)
    }

    /// Asks the next node about the current value, which is that of the frame, or says what became of all.
    fn choose(&mut self, mut frame: Frame) -> Step {
        let [op, _, flags, _] = self.program.word(frame.pc).to_le_bytes();
        let any = Op::numbered(op) == Op::Any;
        // for the sake of what they evaluate all are asked
        let scope = if flags & 1 == 0 { frame.scope } else { NONE };
        loop {
            let settled = if any { frame.count > 0 && scope == NONE } else { frame.count > 1 };
            if settled || frame.at >= frame.left {
                break;
            }
            self.charge(1)?;
            let node = self.program.operand(frame.pc, frame.at.wrapping_add(2));
            frame.at = frame.at.wrapping_add(1);
            self.scope = scope;
            self.set_top(frame)?;
            match self.enter(node)? {
                None => return ON,
                Some(valid) => self.count_choice(&mut frame, valid)?,
            }
        }
        self.end_bearing(frame)?;
        let words = frame.left.wrapping_add(2);
        if frame.count == 0 || (!any && frame.count > 1) { self.broken(words) } else { self.passed(words) }
    }

    fn count_choice(&mut self, frame: &mut Frame, valid: bool) -> Result<(), Stop> {
        if !valid {
            return self.unmark(frame.trail);
        }
        frame.count = frame.count.wrapping_add(1);
        frame.trail = self.trail_len;
        Ok(())
    }

    /// A frame that bears what is not valid has its result: its value and operation are the current ones again.
    fn end_bearing(&mut self, frame: Frame) -> Result<(), Stop> {
        self.bearing = self.bearing.wrapping_sub(1);
        self.pop()?;
        self.restore(frame)?;
        self.pc = frame.pc;
        Ok(())
    }

    pub(super) fn any(&mut self, mut frame: Frame, valid: bool) -> Step {
        self.count_choice(&mut frame, valid)?;
        self.restore(frame)?;
        self.choose(frame)
    }

    pub(super) fn one(&mut self, frame: Frame, valid: bool) -> Step {
        self.any(frame, valid)
    }

    pub(super) fn begin_not(&mut self) -> Step {
        let frame = self.frame();
        self.push(frame)?;
        self.bearing = self.bearing.wrapping_add(1);
        // what a node evaluates that must not hold is not asked for
        self.scope = NONE;
        match self.enter(self.program.operand(frame.pc, 1))? {
            None => ON,
            Some(valid) => self.negated(frame, valid),
        }
    }

    pub(super) fn negated(&mut self, frame: Frame, valid: bool) -> Step {
        self.unmark(frame.trail)?;
        self.end_bearing(frame)?;
        if valid { self.broken(2) } else { self.passed(2) }
    }

    /// `stage` is 0 while the condition is asked, and 1 after that.
    pub(super) fn begin_if(&mut self) -> Step {
        let frame = self.frame();
        self.push(frame)?;
        self.bearing = self.bearing.wrapping_add(1);
        match self.enter(self.program.operand(frame.pc, 1))? {
            None => ON,
            Some(valid) => self.decided(frame, valid),
        }
    }

    pub(super) fn decided(&mut self, frame: Frame, valid: bool) -> Step {
        if frame.stage == 1 {
            return if valid { self.proceed(frame, 4) } else { self.pop().and(INVALID) };
        }
        if !valid {
            self.unmark(frame.trail)?;
        }
        self.bearing = self.bearing.wrapping_sub(1);
        self.restore(frame)?;
        self.set_top(Frame { stage: 1, ..frame })?;
        let node = self.program.operand(frame.pc, if valid { 2 } else { 3 });
        match if node == NONE { Ok(Some(true)) } else { self.enter(node) }? {
            None => ON,
            Some(true) => self.proceed(frame, 4),
            Some(false) => self.pop().and(INVALID),
        }
    }
}
