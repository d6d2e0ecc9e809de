//! Operations on the members of objects.

use super::{
    Keyword, Stop,
    machine::{INVALID, Machine, ON, Step},
    memory::Frame,
    op::NONE,
};

/// In the stage of a member: a name or a pattern knows it.
const KNOWN: u32 = 1 << 31;
/// In the stage of a member: nothing more is asked about it.
const LAST: u32 = 1 << 30;

impl Machine<'_> {
    pub(super) fn begin_members(&mut self) -> Step {
        let left = self.count();
        let frame = Frame { at: self.value.index().wrapping_add(1), left, ..self.frame() };
        self.push(frame)?;
        self.members(frame)
    }

    /// How many members or elements the current value has.
    fn count(&self) -> u32 {
        crate::num::length(self.value.len())
    }

    /// Goes from member to member until a node has to be asked.
    pub(super) fn members(&mut self, mut frame: Frame) -> Step {
        let (program, pc) = (self.program, frame.pc);
        let (table, others, patterns) = (program.operand(pc, 1), program.operand(pc, 3), program.operand(pc, 4));
        while frame.left > 0 {
            self.charge(1)?;
            let (name, next) = self.document.member(frame.at).ok_or(Stop::Program)?;
            let at = frame.at.wrapping_add(1);
            let node = if patterns == 0 {
                let found = if table == NONE { None } else { program.find(table, name) };
                frame.count = frame.count.wrapping_add(u32::from(found.is_some_and(|property| property.required)));
                frame.stage = LAST;
                match found.filter(|property| property.property) {
                    Some(property) => Some(property.node),
                    None if others == NONE => None,
                    None => Some(others),
                }
            } else {
                self.member_by_stages(&mut frame, name)?
            };
            if node.is_some() && frame.scope != NONE {
                self.mark(at, frame.scope)?;
            }
            if frame.stage & LAST != 0 {
                frame.at = next;
                frame.left = frame.left.wrapping_sub(1);
                frame.stage = 0;
            }
            let Some(node) = node.filter(|node| *node != NONE) else { continue };
            self.value = self.document.value(at).ok_or(Stop::Program)?;
            self.scope = NONE;
            self.set_top(frame)?;
            match self.enter(node)? {
                Some(true) => {}
                step => return self.handed(step),
            }
        }
        let missing = frame.count < program.operand(pc, 2);
        let after = patterns.wrapping_mul(2).wrapping_add(5);
        self.proceed(frame, after)?;
        if missing && !self.blame(frame.value, Keyword::Required) {
            return INVALID;
        }
        ON
    }

    /// The next node that a member is asked by where there are patterns: that of its name, those of the patterns, or what all others
    /// are. `stage` counts them. Inside of `Some`, [`NONE`] knows the member and asks nothing.
    #[inline(never)]
    fn member_by_stages(&mut self, frame: &mut Frame, name: &[u8]) -> Result<Option<u32>, Stop> {
        let (program, pc) = (self.program, frame.pc);
        let (table, others, patterns) = (program.operand(pc, 1), program.operand(pc, 3), program.operand(pc, 4));
        let stage = frame.stage & !KNOWN;
        if stage > patterns {
            frame.stage |= LAST;
            return Ok((frame.stage & KNOWN == 0 && others != NONE).then_some(others));
        }
        frame.stage = frame.stage.wrapping_add(1);
        let node = if stage == 0 {
            let found = if table == NONE { None } else { program.find(table, name) };
            frame.count = frame.count.wrapping_add(u32::from(found.is_some_and(|property| property.required)));
            found.filter(|property| property.property).map(|property| property.node)
        } else {
            let at = pc.wrapping_add(3).wrapping_add(stage.wrapping_mul(2));
            program.is_match(program.word(at), name).ok_or(Stop::Program)?.then(|| program.operand(at, 1))
        };
        if node.is_some() {
            frame.stage |= KNOWN;
        }
        Ok(node)
    }

    pub(super) fn begin_names(&mut self) -> Step {
        let frame = Frame { at: self.value.index().wrapping_add(1), left: self.count(), ..self.frame() };
        self.push(frame)?;
        self.names(frame)
    }

    pub(super) fn names(&mut self, mut frame: Frame) -> Step {
        while frame.left > 0 {
            self.charge(1)?;
            let key = self.document.value(frame.at).ok_or(Stop::Program)?;
            let value = self.document.value(frame.at.wrapping_add(1)).ok_or(Stop::Program)?;
            frame.at = value.next();
            frame.left = frame.left.wrapping_sub(1);
            self.value = key;
            self.scope = NONE;
            self.set_top(frame)?;
            match self.enter(self.program.operand(frame.pc, 1))? {
                Some(true) => {}
                step => return self.handed(step),
            }
        }
        self.proceed(frame, 2)
    }

    /// Whether the current object has a member of the name that two operands tell.
    fn has(&mut self, at: u32) -> Result<bool, Stop> {
        self.charge(self.count())?;
        let name = self.program.text(self.program.word(at), self.program.operand(at, 1));
        Ok(self.value.get(name).is_some())
    }

    pub(super) fn together(&mut self) -> Step {
        let count = self.program.operand(self.pc, 3);
        let words = count.wrapping_mul(2).wrapping_add(4);
        if !self.has(self.pc.wrapping_add(1))? {
            return self.passed(words);
        }
        for n in 0..count {
            if !self.has(self.pc.wrapping_add(4).wrapping_add(n.wrapping_mul(2)))? {
                return self.broken(words);
            }
        }
        self.passed(words)
    }

    pub(super) fn when_present(&mut self) -> Step {
        if self.has(self.pc.wrapping_add(1))? { self.all(3, 4) } else { self.passed(4) }
    }
}
