//! Operations on the members of objects.

use super::{
    Keyword, Stop,
    machine::{INVALID, Machine, Step},
    memory::Frame,
    op::NONE,
    program::Property,
};

/// In the stage of a member: a name or a pattern knows it.
const KNOWN: u32 = 1 << 31;
/// In the stage of a member: nothing more is asked about it.
const LAST: u32 = 1 << 30;

impl Machine<'_, '_> {
    pub(super) fn begin_members(&mut self) -> Step {
        let left = self.count();
        self.charge(left)?;
        let frame = Frame { at: self.at.wrapping_add(1), left, ..self.frame() };
        self.members(frame, false)
    }

    /// Goes from member to member until a node has to be asked whose result takes longer. `waits`: the frame is on top.
    pub(super) fn members(&mut self, frame: Frame, mut waits: bool) -> Step {
        let program = self.program;
        let [word, table, required, others, patterns] = program.words(frame.pc)?;
        if patterns != 0 {
            return self.members_by_stages(frame, waits);
        }
        let names = if table == NONE { None } else { Some(program.table(table).ok_or(Stop::Program)?) };
        let (mut next, mut left, mut count) = (frame.at, frame.left, frame.count);
        while left > 0 {
            let (name, value) = self.document.member(next).ok_or(Stop::Program)?;
            let at = next.wrapping_add(1);
            next = value.next(at);
            left = left.wrapping_sub(1);
            let found = names.and_then(|names| names.find(name));
            count = count.wrapping_add(u32::from(found.is_some_and(Property::is_required)));
            let node = found.map_or(others, |property| property.node);
            if frame.scope != NONE && (others != NONE || found.is_some_and(Property::is_property)) {
                self.mark(at, frame.scope)?;
            }
            if node == NONE {
                continue;
            }
            match self.ask(node, (at, value), Frame { at: next, left, count, ..frame }, &mut waits)? {
                Some(true) => {}
                step => return self.handed_to(step, waits),
            }
        }
        if count < required && !self.blame(frame.value, Keyword::Required) {
            return if waits { self.pop().and(INVALID) } else { INVALID };
        }
        self.leave(frame, waits, word, 5)
    }

    /// The same where there are patterns: each member is asked by the node of its name, by those of the patterns, or by what all
    /// others are.
    #[inline(never)]
    fn members_by_stages(&mut self, mut frame: Frame, mut waits: bool) -> Step {
        let [word, _, required, _, patterns] = self.program.words(frame.pc)?;
        while frame.left > 0 {
            self.charge(1)?;
            let (name, value) = self.document.member(frame.at).ok_or(Stop::Program)?;
            let at = frame.at.wrapping_add(1);
            let node = self.stage(&mut frame, name)?;
            if node.is_some() && frame.scope != NONE {
                self.mark(at, frame.scope)?;
            }
            if frame.stage & LAST != 0 {
                frame.at = value.next(at);
                frame.left = frame.left.wrapping_sub(1);
                frame.stage = 0;
            }
            let Some(node) = node.filter(|node| *node != NONE) else { continue };
            match self.ask(node, (at, value), frame, &mut waits)? {
                Some(true) => {}
                step => return self.handed_to(step, waits),
            }
        }
        if frame.count < required && !self.blame(frame.value, Keyword::Required) {
            return if waits { self.pop().and(INVALID) } else { INVALID };
        }
        self.leave(frame, waits, word, patterns.wrapping_mul(2).wrapping_add(5))
    }

    /// The next node that a member is asked by. `stage` counts them. Inside of `Some`, [`NONE`] knows the member and asks nothing.
    fn stage(&mut self, frame: &mut Frame, name: &[u8]) -> Result<Option<u32>, Stop> {
        let (program, pc) = (self.program, frame.pc);
        let (table, others, patterns) = (program.operand(pc, 1), program.operand(pc, 3), program.operand(pc, 4));
        let stage = frame.stage & !KNOWN;
        if stage > patterns {
            frame.stage |= LAST;
            return Ok((frame.stage & KNOWN == 0 && others != NONE).then_some(others));
        }
        frame.stage = frame.stage.wrapping_add(1);
        let node = if stage == 0 {
            let found = if table == NONE { None } else { program.table(table).ok_or(Stop::Program)?.find(name) };
            frame.count = frame.count.wrapping_add(u32::from(found.is_some_and(Property::is_required)));
            found.filter(|property| property.is_property()).map(|property| property.node)
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
        let frame = Frame { at: self.at.wrapping_add(1), left: self.count(), ..self.frame() };
        self.push(frame)?;
        self.names(frame)
    }

    pub(super) fn names(&mut self, mut frame: Frame) -> Step {
        while frame.left > 0 {
            self.charge(1)?;
            let (at, value_at) = (frame.at, frame.at.wrapping_add(1));
            let key = self.document.node(at).ok_or(Stop::Program)?;
            let value = self.document.node(value_at).ok_or(Stop::Program)?;
            frame.at = value.next(value_at);
            frame.left = frame.left.wrapping_sub(1);
            self.turn_to(at, key);
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
        Ok(self.value().get(name).is_some())
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
