//! The machine: one loop that takes operations, and one that hands results back to what waits for them.

use crate::json::{Document, Node, Value};

use super::{
    Culprit, Keyword, Memory, Schema, Stop, Verdict,
    memory::Frame,
    op::{MEMO, NONE, Op, PASS, REMEMBERED},
    program::{Program, Root},
};

/// What became of an operation: nothing yet, or the result of the value it belongs to.
pub(super) type Step = Result<Option<bool>, Stop>;

/// Go on.
pub(super) const ON: Step = Ok(None);
/// The value is valid.
pub(super) const VALID: Step = Ok(Some(true));
/// The value is not valid.
pub(super) const INVALID: Step = Ok(Some(false));

pub(super) struct Machine<'r, 'm> {
    // borrowed, as copies would wait for what the caller has just written
    pub(super) program: &'r Program<'r>,
    root: &'r Root,
    pub(super) document: &'r Document<'r>,
    pub(super) memory: &'r mut Memory<'m>,
    /// The place of the value that is judged; what marks and prints are counted from.
    pub(super) base: u32,
    pub(super) end: u32,
    /// The next operation; how long the trail was when it began to matter what is evaluated of the value ([`NONE`] when it doesn't);
    /// and the value that the operation is about, its place and its node.
    pub(super) pc: u32,
    // not in the order of a frame, so that no two of them are copied as one before they were written as one
    pub(super) scope: u32,
    pub(super) at: u32,
    pub(super) node: Node,
    pub(super) depth: u32,
    /// How many of the frames can bear a result that is not valid. While there is one, nobody is to blame.
    pub(super) bearing: u32,
    steps: u64,
    pub(super) trail_len: u32,
    /// How many results can be remembered.
    pub(super) memo_len: usize,
    pub(super) memo_ready: bool,
    pub(super) prints_ready: bool,
    first: Option<Culprit>,
    blamed: usize,
}

/// Whether the word of an operation says that none follows.
#[inline(always)]
pub(super) fn is_last(word: u32) -> bool {
    let [_, _, _, flags] = word.to_le_bytes();
    flags != 0
}

impl<'r, 'm> Machine<'r, 'm> {
    #[inline(always)]
    pub(super) fn new(schema: &'r Schema<'r>, value: &'r Value<'r>, memory: &'r mut Memory<'m>) -> Self {
        let (base, end) = (value.index(), value.next());
        // texts are walked as well, 64 bytes to a step
        let text = value.node().extent() >> 6;
        let size = u64::from(end.wrapping_sub(base)).wrapping_add(u64::from(text)).wrapping_add(16);
        Self {
            program: &schema.program,
            root: schema.root,
            document: value.document_ref(),
            memory,
            base,
            end,
            pc: 0,
            at: base,
            node: value.node(),
            scope: NONE,
            depth: 0,
            bearing: 0,
            steps: u64::from(schema.root.steps.to_native()).wrapping_mul(size),
            trail_len: 0,
            memo_len: 0,
            memo_ready: false,
            prints_ready: false,
            first: None,
            blamed: 0,
        }
    }

    /// Judges the value by the schema.
    #[inline(always)]
    pub(super) fn judge(&mut self) -> Verdict {
        match self.run(self.root.node.to_native()) {
            Err(stop) => Verdict::Stopped(stop),
            Ok(true) if self.first.is_none() => Verdict::Valid,
            Ok(_) => {
                let whole = Culprit { at: self.base, keyword: Keyword::False };
                Verdict::Invalid(self.first.unwrap_or(whole), self.blamed.min(self.memory.culprits.len()))
            }
        }
    }

    /// Most schemas need frames alone. What others need has to be there, and nothing of it is marked.
    #[cold]
    fn prepare(&mut self) -> Result<(), Stop> {
        let needs = Schema { program: *self.program, root: self.root }.needs(self.end.saturating_sub(self.base), 0);
        self.memory.marks.get_mut(..needs.marks).ok_or(Stop::Memory)?.fill(0);
        let enough = self.memory.memo.len() >= needs.memo
            && self.memory.prints.len() >= needs.prints
            && self.memory.table.len() >= needs.table;
        self.memo_len = needs.memo;
        if enough { Ok(()) } else { Err(Stop::Memory) }
    }

    fn run(&mut self, node: u32) -> Result<bool, Stop> {
        if !self.root.is_plain() {
            self.prepare()?;
        }
        let mut result = self.enter(node)?;
        loop {
            while let Some(valid) = result {
                if self.depth == 0 {
                    return Ok(valid);
                }
                result = self.resume(valid)?;
            }
            result = self.operate()?;
        }
    }

    /// The value that is asked about.
    #[inline(always)]
    pub(super) fn value(&self) -> Value<'r> {
        self.document.at(self.at, self.node)
    }

    /// The next value to ask about, of which nobody wants to know what is evaluated.
    #[inline(always)]
    pub(super) fn turn_to(&mut self, at: u32, node: Node) {
        (self.at, self.node, self.scope) = (at, node, NONE);
    }

    /// How many members or elements the current value has.
    #[inline(always)]
    pub(super) fn count(&self) -> u32 {
        self.node.len()
    }

    /// The operation at `pc`.
    #[inline(always)]
    fn operate(&mut self) -> Step {
        self.charge(1)?;
        let [op, ..] = self.program.word(self.pc).to_le_bytes();
        match Op::numbered(op) {
            Op::Pass => VALID,
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
            _ => self.leaves(self.pc, self.at, self.node),
        }
    }

    /// Hands a result to the frame that waits for it.
    #[inline(always)]
    fn resume(&mut self, valid: bool) -> Step {
        let frame = self.top()?;
        let [op, ..] = self.program.word(frame.pc).to_le_bytes();
        match Op::numbered(op) {
            Op::Members if valid => self.members(frame, true),
            Op::Elements if valid => self.elements(frame, true),
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
        if node & REMEMBERED != 0 { self.enter_remembered(node & !REMEMBERED) } else { self.begin(node) }
    }

    #[inline(always)]
    fn begin(&mut self, node: u32) -> Step {
        let entry = self.program.get(node.wrapping_add(self.node.kind_bits()))?;
        if entry == PASS { VALID } else { self.begin_at(entry) }
    }

    #[inline(always)]
    pub(super) fn begin_at(&mut self, entry: u32) -> Step {
        self.pc = entry;
        if self.program.is_leaf(entry)? { self.leaves(entry, self.at, self.node) } else { ON }
    }

    #[inline(never)]
    fn enter_remembered(&mut self, node: u32) -> Step {
        let entry = self.program.get(node.wrapping_add(self.node.kind_bits()))?;
        if entry == PASS || self.value().is_empty() {
            return self.begin(node);
        }
        if let Some(valid) = self.remembered(node)? {
            return Ok(Some(valid));
        }
        self.push(Frame { pc: MEMO, at: node, ..self.frame() })?;
        self.pc = entry;
        ON
    }

    /// The current operation, of so many words, has been passed.
    #[inline(always)]
    pub(super) fn passed(&mut self, words: u32) -> Step {
        self.pc = self.pc.wrapping_add(words);
        ON
    }

    /// The current value breaks the keyword of the current operation, which has so many words.
    #[inline(always)]
    pub(super) fn broken(&mut self, words: u32) -> Step {
        // where nobody is to blame, as in most branches, nothing else is to do
        if self.bearing > 0 { INVALID } else { self.broken_here(words) }
    }

    #[cold]
    fn broken_here(&mut self, words: u32) -> Step {
        let [_, keyword, ..] = self.program.word(self.pc).to_le_bytes();
        self.broken_by(Keyword::numbered(keyword), words)
    }

    #[cold]
    pub(super) fn broken_by(&mut self, keyword: Keyword, words: u32) -> Step {
        if self.blame(self.at, keyword) { self.passed(words) } else { INVALID }
    }

    /// Notes a culprit, if there is one to be noted. Whether to go on as if nothing had been, for the sake of others.
    #[cold]
    pub(super) fn blame(&mut self, at: u32, keyword: Keyword) -> bool {
        if self.bearing > 0 {
            return false;
        }
        let culprit = Culprit { at, keyword };
        self.first.get_or_insert(culprit);
        if let Some(slot) = self.memory.culprits.get_mut(self.blamed) {
            *slot = culprit;
        }
        self.blamed = self.blamed.saturating_add(1);
        self.blamed < self.memory.culprits.len()
    }
}
