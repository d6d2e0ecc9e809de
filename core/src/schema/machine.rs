//! The machine: one loop that takes operations, and one that hands results back to what waits for them.

use crate::{
    json::{Document, Value},
    num,
};

use super::{
    Culprit, Keyword, Memory, Schema, Stop, Verdict,
    memory::{Frame, Memo, Trail},
    op::{MEMO, NONE, Op, REMEMBERED},
    program::Program,
};

/// What became of an operation: nothing yet, or the result of the value it belongs to.
pub(super) type Step = Result<Option<bool>, Stop>;

/// Go on.
pub(super) const ON: Step = Ok(None);
/// The value is valid.
pub(super) const VALID: Step = Ok(Some(true));
/// The value is not valid.
pub(super) const INVALID: Step = Ok(Some(false));

pub(super) struct Machine<'r> {
    pub(super) program: Program<'r>,
    pub(super) document: Document<'r>,
    /// The place of the value that is judged; what marks and prints are counted from.
    pub(super) base: u32,
    pub(super) end: u32,
    /// The next operation, and the value that it is about.
    pub(super) pc: u32,
    pub(super) value: Value<'r>,
    /// How long the trail was when it began to matter what is evaluated of the value; [`NONE`] when it doesn't.
    pub(super) scope: u32,
    pub(super) frames: &'r mut [Frame],
    pub(super) depth: u32,
    /// How many of the frames can bear a result that is not valid. While there is one, nobody is to blame.
    pub(super) bearing: u32,
    steps: u64,
    pub(super) marks: &'r mut [u32],
    pub(super) trail: &'r mut [Trail],
    pub(super) trail_len: u32,
    memo: &'r mut [Memo],
    memo_ready: bool,
    pub(super) prints: &'r mut [u64],
    pub(super) prints_ready: bool,
    pub(super) table: &'r mut [u32],
    culprits: &'r mut [Culprit],
    first: Option<Culprit>,
    blamed: usize,
    pub(super) seed: u64,
}

impl<'r> Machine<'r> {
    pub(super) fn new(schema: Schema<'r>, value: Value<'r>, memory: &'r mut Memory<'_>) -> Result<Self, Stop> {
        let (base, end) = (value.index(), value.next());
        let values = end.saturating_sub(base);
        let needs = schema.needs(values, 0);
        let marks = memory.marks.get_mut(..needs.marks).ok_or(Stop::Memory)?;
        marks.fill(0);
        // texts are walked as well, 64 bytes to a step
        let size = u64::from(values).saturating_add(u64::from(num::low(value.span().len()) >> 6)).saturating_add(16);
        let steps = u64::from(schema.root.steps.to_native()).saturating_mul(size);
        Ok(Self {
            program: schema.program,
            document: value.document(),
            base,
            end,
            pc: 0,
            value,
            scope: NONE,
            frames: memory.frames,
            depth: 0,
            bearing: 0,
            steps,
            marks,
            trail: memory.trail,
            trail_len: 0,
            memo: memory.memo.get_mut(..needs.memo).ok_or(Stop::Memory)?,
            memo_ready: false,
            prints: memory.prints.get_mut(..needs.prints).ok_or(Stop::Memory)?,
            prints_ready: false,
            table: memory.table.get_mut(..needs.table).ok_or(Stop::Memory)?,
            culprits: memory.culprits,
            first: None,
            blamed: 0,
            seed: memory.seed,
        })
    }

    pub(super) fn judge(mut self, node: u32) -> Verdict {
        match self.run(node) {
            Err(stop) => Verdict::Stopped(stop),
            Ok(true) if self.first.is_none() => Verdict::Valid,
            Ok(_) => {
                let whole = Culprit { at: self.base, keyword: Keyword::False };
                Verdict::Invalid(self.first.unwrap_or(whole), self.blamed.min(self.culprits.len()))
            }
        }
    }

    fn run(&mut self, node: u32) -> Result<bool, Stop> {
        let mut result = self.enter(node)?;
        loop {
            while let Some(valid) = result {
                if self.depth == 0 {
                    return Ok(valid);
                }
                result = self.resume(valid)?;
            }
            self.charge(1)?;
            result = self.operate()?;
        }
    }

    /// The operation at `pc`.
    #[inline(always)]
    fn operate(&mut self) -> Step {
        let word = self.program.word(self.pc);
        let [op, ..] = word.to_le_bytes();
        match Op::numbered(op) {
            Op::Pass => VALID,
            Op::Deny | Op::Memo => Err(Stop::Program),
            Op::Members => self.begin_members(),
            Op::Names => self.begin_names(),
            Op::Elements => self.begin_elements(),
            Op::Contains => self.begin_contains(),
            Op::Together => self.together(),
            Op::WhenPresent => self.when_present(),
            Op::All => self.all(1, 2),
            Op::Any | Op::One => self.begin_choice(),
            Op::Not => self.begin_not(),
            Op::If => self.begin_if(),
            Op::Scope => self.begin_scope(),
            Op::OtherMembers | Op::OtherElements => self.begin_others(),
            Op::Unique => self.unique(),
            leaf => self.leaf(leaf, word),
        }
    }

    /// Hands a result to the frame that waits for it.
    #[inline(always)]
    fn resume(&mut self, valid: bool) -> Step {
        let frame = self.top()?;
        let [op, ..] = self.program.word(frame.pc).to_le_bytes();
        match Op::numbered(op) {
            Op::Members if valid => self.members(frame),
            Op::Elements if valid => self.elements(frame),
            Op::Names if valid => self.names(frame),
            Op::OtherMembers | Op::OtherElements if valid => self.others(frame),
            Op::Scope if valid => self.end_scope(frame),
            Op::All if valid => self.proceed(frame, 2),
            Op::WhenPresent if valid => self.proceed(frame, 4),
            Op::Contains => self.contained(frame, valid),
            Op::Any => self.any(frame, valid),
            Op::One => self.one(frame, valid),
            Op::Not => self.negated(frame, valid),
            Op::If => self.decided(frame, valid),
            Op::Memo => self.remember(frame, valid),
            // what has to hold doesn't
            _ => self.pop().map(|()| Some(false)),
        }
    }

    /// Takes so many steps.
    #[inline(always)]
    pub(super) fn charge(&mut self, steps: u32) -> Result<(), Stop> {
        self.steps = self.steps.checked_sub(u64::from(steps)).ok_or(Stop::Steps)?;
        Ok(())
    }

    /// Begins to ask the current value what a node says. The result, when it can be told at once.
    #[inline(always)]
    pub(super) fn enter(&mut self, node: u32) -> Step {
        let entry = self.program.word((node & !REMEMBERED).wrapping_add(self.value.kind().bits()));
        if self.program.word(entry) == u32::from(Op::Pass.number()) {
            return VALID;
        }
        if node & REMEMBERED != 0 && !self.value.is_empty() {
            if let Some(valid) = self.remembered(node)? {
                return Ok(Some(valid));
            }
            self.push(Frame { pc: MEMO, at: node, ..self.frame() })?;
        }
        self.pc = entry;
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

    /// A frame of the current operation and value.
    #[inline(always)]
    pub(super) fn frame(&self) -> Frame {
        Frame { pc: self.pc, value: self.value.index(), scope: self.scope, trail: self.trail_len, ..Frame::default() }
    }

    #[inline(always)]
    pub(super) fn top(&self) -> Result<Frame, Stop> {
        self.frames.get(num::index(self.depth.wrapping_sub(1))).copied().ok_or(Stop::Program)
    }

    #[inline(always)]
    pub(super) fn set_top(&mut self, frame: Frame) -> Result<(), Stop> {
        *self.frames.get_mut(num::index(self.depth.wrapping_sub(1))).ok_or(Stop::Program)? = frame;
        Ok(())
    }

    #[inline(always)]
    pub(super) fn push(&mut self, frame: Frame) -> Result<(), Stop> {
        *self.frames.get_mut(num::index(self.depth)).ok_or(Stop::Memory)? = frame;
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
        self.value = self.document.value(frame.value).ok_or(Stop::Program)?;
        self.scope = frame.scope;
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

    /// The current operation, of so many words, has been passed.
    #[inline(always)]
    pub(super) fn passed(&mut self, words: u32) -> Step {
        self.pc = self.pc.wrapping_add(words);
        ON
    }

    /// The current value breaks the keyword of the current operation, which has so many words.
    #[cold]
    pub(super) fn broken(&mut self, words: u32) -> Step {
        let [_, keyword, ..] = self.program.word(self.pc).to_le_bytes();
        self.broken_by(Keyword::numbered(keyword), words)
    }

    #[cold]
    pub(super) fn broken_by(&mut self, keyword: Keyword, words: u32) -> Step {
        if self.blame(self.value.index(), keyword) { self.passed(words) } else { INVALID }
    }

    /// Notes a culprit, if there is one to be noted. Whether to go on as if nothing had been, for the sake of others.
    #[cold]
    pub(super) fn blame(&mut self, at: u32, keyword: Keyword) -> bool {
        if self.bearing > 0 {
            return false;
        }
        let culprit = Culprit { at, keyword };
        self.first.get_or_insert(culprit);
        if let Some(slot) = self.culprits.get_mut(self.blamed) {
            *slot = culprit;
        }
        self.blamed = self.blamed.saturating_add(1);
        self.blamed < self.culprits.len()
    }

    /// What is remembered of the current value and a node, where it can be used.
    fn remembered(&mut self, node: u32) -> Step {
        if !self.memo_ready {
            self.memo.fill(Memo::default());
            self.memo_ready = true;
        }
        let value = self.value.index().wrapping_add(1);
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
    fn remember(&mut self, frame: Frame, valid: bool) -> Step {
        self.pop()?;
        self.restore(frame)?;
        if let Some(slot) = self.memo_slot(frame.at) {
            *slot = Memo { node: frame.at, value: frame.value.wrapping_add(1), valid: u32::from(valid) };
        }
        Ok(Some(valid))
    }

    /// Where a result about the current value and a node stands. A later one takes the place of an earlier one.
    fn memo_slot(&mut self, node: u32) -> Option<&mut Memo> {
        let mixed = u64::from(node).wrapping_mul(0x9E37_79B9_7F4A_7C15)
            ^ u64::from(self.value.index()).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        let mask = self.memo.len().wrapping_sub(1);
        self.memo.get_mut(num::index(num::high(num::fold(mixed, 0xA076_1D64_78BD_642F))) & mask)
    }
}
