//! Whether a trail is whole: each chain by itself, which chains there are, and what was torn rather than tampered with.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use adarga_core::{
    Reason,
    audit::{ChainId, Event, Flaw, GAP_MAX, Head, LINE_MAX, Line, SCRATCH_MAX, StartKey, Verifier, read},
};
use sha2::{Digest, Sha256};

/// How far ahead of the chains that were found the number of another one may be: each step costs one hash.
const NUMBERS_MAX: u32 = 1 << 16;
/// Findings that are kept; all are counted.
const FINDINGS_MAX: usize = 1000;

/// What is wrong with a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A line is not as its chain wrote it.
    Line(Flaw),
    /// The last line was not written to its end: power was lost, the disk was full, or a process was killed. Nothing of the trail
    /// before it is in doubt.
    Torn,
    /// The start key moved on before this chain began: it is verified with an older copy.
    Key,
    /// The chain does not begin with its first line: so many are missing.
    Begins(u64),
    /// No line of the chain with this number is left.
    Absent(u32),
    /// The chain ends before a head of it that is known.
    Cut(Head),
}

impl Fault {
    /// The reason that stands for it.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Torn => Reason::AuditTorn,
            Self::Line(Flaw::Form) => Reason::AuditLine,
            Self::Line(Flaw::Order) => Reason::AuditOrder,
            Self::Line(Flaw::Splice) => Reason::AuditSplice,
            Self::Line(Flaw::Missing(_)) | Self::Begins(_) | Self::Absent(_) | Self::Cut(_) => Reason::AuditMissing,
            Self::Line(_) | Self::Key => Reason::AuditChanged,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(flaw) => flaw.fmt(f),
            Self::Torn => f.write_str("torn: not written to its end, which is no sign of tampering"),
            Self::Key => f.write_str("older than the key: verify with the copy that was kept when the key was made"),
            Self::Begins(lines) => write!(f, "the first {lines} lines of its chain are missing: name older files first"),
            Self::Absent(number) => write!(f, "no line of chain {number} is left"),
            Self::Cut(head) => write!(f, "chain {} was cut below its line {}", head.chain, head.sequence),
        }
    }
}

/// Something wrong, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The index of the line among all that were given, from 0; none for what is not there.
    pub line: Option<u64>,
    /// What is wrong.
    pub fault: Fault,
}

/// The outcome of a verification.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// What is wrong, in the order of lines; what is not there comes last. At most a thousand.
    pub findings: Vec<Finding>,
    /// How much is wrong in all.
    pub wrong: u64,
    /// Lines that are genuine and where they belong.
    pub genuine: u64,
    /// Lines that were torn and told apart from tampering by the line behind them.
    pub torn: u64,
    /// Lines that could not be written, by what chains say of themselves.
    pub lost: u64,
    /// The last line of each chain, and whether it ended as it should. One that did not is still open, or its process was killed,
    /// or it was cut: only a head that left the machine tells.
    pub heads: Vec<(Head, bool)>,
}

impl Summary {
    /// Whether nothing is wrong but a torn last line.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.findings.iter().all(|finding| finding.fault == Fault::Torn)
    }
}

struct Followed {
    verifier: Verifier,
    head: Head,
    ended: bool,
    /// What is missing at first: from, behind, the lines of it that came later, and the line where that was seen.
    gap: Option<(u64, u64, BTreeSet<u64>, u64)>,
}

/// Verifies lines as they are given.
pub struct Verification {
    start: StartKey,
    /// The start key that was needed last.
    at: StartKey,
    partial: bool,
    chains: BTreeMap<ChainId, Followed>,
    /// Known heads, and those that were met.
    heads: Vec<(Head, bool)>,
    /// A line that no chain wrote, until the next one says what it is.
    doubtful: Option<(u64, String)>,
    lines: u64,
    memory: Vec<u8>,
    summary: Summary,
}

impl Verification {
    /// Verifies a trail with the start key of its first chain, or of a later one.
    #[must_use]
    pub fn new(start: StartKey) -> Self {
        Self {
            at: start.clone(),
            start,
            partial: false,
            chains: BTreeMap::new(),
            heads: Vec::new(),
            doubtful: None,
            lines: 0,
            memory: vec![0; SCRATCH_MAX],
            summary: Summary::default(),
        }
    }

    /// Chains may begin anywhere, and whole ones may be absent: files before these were removed.
    #[must_use]
    pub fn partial(self) -> Self {
        Self { partial: true, ..self }
    }

    /// Lines that are known to have been written.
    #[must_use]
    pub fn with_heads(self, heads: impl IntoIterator<Item = Head>) -> Self {
        Self { heads: heads.into_iter().map(|head| (head, false)).collect(), ..self }
    }

    /// Takes the next line, without its line feed.
    pub fn line(&mut self, text: &[u8]) {
        let at = self.lines;
        self.lines += 1;
        let mut memory = std::mem::take(&mut self.memory);
        let outcome = self.judge(text, at, &mut memory);
        match &outcome {
            Ok(line) => self.settle(line),
            Err((Fault::Line(Flaw::Missing(_)) | Fault::Begins(_), Some(line))) => self.settle(line),
            Err(_) => self.doubt(),
        }
        match outcome {
            Ok(_) => self.summary.genuine += 1,
            Err((Fault::Line(Flaw::Form), _)) => self.doubtful = Some((at, torn_note(text))),
            Err((fault, _)) => self.found(Some(at), fault),
        }
        self.memory = memory;
    }

    /// Takes what stands behind the last line feed: nothing, in a file that is whole.
    pub fn end_of_file(&mut self, text: &[u8]) {
        if text.is_empty() {
            return;
        }
        self.doubt();
        self.found(Some(self.lines), Fault::Torn);
        self.lines += 1;
    }

    /// What was found.
    #[must_use]
    pub fn finish(mut self) -> Summary {
        self.doubt();
        let chains = std::mem::take(&mut self.chains);
        for followed in chains.values() {
            // what is missing in one place and came in another was moved
            if let Some((from, behind, late, at)) = &followed.gap
                && u64::try_from(late.len()) == Ok(behind - from)
                && let Some(finding) = self.summary.findings.iter_mut().find(|finding| finding.line == Some(*at))
            {
                finding.fault = Fault::Line(Flaw::Order);
            }
        }
        if !self.partial {
            let numbers: BTreeSet<u32> = chains.keys().map(ChainId::number).collect();
            let last = numbers.last().copied().unwrap_or(0);
            (self.start.number()..last).filter(|number| !numbers.contains(number)).for_each(|number| {
                self.found(None, Fault::Absent(number));
            });
        }
        for (head, met) in std::mem::take(&mut self.heads) {
            if !met {
                self.found(None, Fault::Cut(head));
            }
        }
        self.summary.findings.sort_by_key(|finding| finding.line.unwrap_or(u64::MAX));
        self.summary.heads = chains.into_values().map(|followed| (followed.head, followed.ended)).collect();
        self.summary
    }

    fn judge<'m>(&mut self, text: &[u8], at: u64, memory: &'m mut [u8]) -> Result<Line<'m>, (Fault, Option<Box<Line<'m>>>)> {
        let flaw = |flaw| (Fault::Line(flaw), None);
        if text.len() > LINE_MAX {
            return Err(flaw(Flaw::Form));
        }
        let head = read(text, memory).ok_or(flaw(Flaw::Form))?.head();
        match self.chains.get_mut(&head.chain) {
            Some(followed) => {
                let next = followed.verifier.next();
                let verdict = followed.verifier.line(text, memory).map(drop);
                let line = read(text, memory);
                match (verdict, line) {
                    (Ok(()), Some(line)) => {
                        followed.follow(&line);
                        Ok(line)
                    }
                    (Err(Flaw::Missing(lines)), line) => {
                        followed.gap.get_or_insert_with(|| (next, next + lines, BTreeSet::new(), at));
                        line.iter().for_each(|line| followed.follow(line));
                        Err((Fault::Line(Flaw::Missing(lines)), line.map(Box::new)))
                    }
                    (Err(Flaw::Order), _) => {
                        if let Some((from, behind, late, _)) = &mut followed.gap
                            && (*from..*behind).contains(&head.sequence)
                            && u64::try_from(late.len()).is_ok_and(|late| late < GAP_MAX)
                        {
                            late.insert(head.sequence);
                        }
                        Err(flaw(Flaw::Order))
                    }
                    (Err(other), _) => Err(flaw(other)),
                    (Ok(()), None) => Err(flaw(Flaw::Form)),
                }
            }
            None => self.first(head, text, memory),
        }
    }

    /// The first line of a chain that is met. A chain that is not genuine is not followed.
    fn first<'m>(&mut self, head: Head, text: &[u8], memory: &'m mut [u8]) -> Result<Line<'m>, (Fault, Option<Box<Line<'m>>>)> {
        let flaw = |flaw| (Fault::Line(flaw), None);
        let start = self.start_of(head.chain.number()).map_err(|fault| (fault, None))?;
        let mut verifier = Verifier::new(&start, head.chain);
        let verdict = verifier.line(text, memory).map(drop);
        let line = read(text, memory).ok_or(flaw(Flaw::Form))?;
        let outcome = match verdict {
            Ok(()) => Ok(line),
            Err(Flaw::Missing(_)) if self.partial => Ok(line),
            Err(Flaw::Missing(lines)) => Err((Fault::Begins(lines), Some(Box::new(line)))),
            Err(other) => return Err(flaw(other)),
        };
        let mut followed = Followed { verifier, head, ended: false, gap: None };
        followed.follow(&line);
        self.chains.insert(head.chain, followed);
        outcome
    }

    /// The start key of a chain's number.
    fn start_of(&mut self, number: u32) -> Result<StartKey, Fault> {
        if number < self.start.number() {
            return Err(Fault::Key);
        }
        let last = self.chains.keys().next_back().map_or(self.start.number(), ChainId::number);
        if number.saturating_sub(last) > NUMBERS_MAX {
            return Err(Fault::Line(Flaw::Changed));
        }
        if number < self.at.number() {
            self.at = self.start.clone();
        }
        while self.at.number() < number {
            self.at = self.at.next().ok_or(Fault::Key)?;
        }
        Ok(self.at.clone())
    }

    /// A genuine line: it may be a head, and it may say what the doubtful line before it is.
    fn settle(&mut self, line: &Line<'_>) {
        let head = line.head();
        self.heads
            .iter_mut()
            .filter(|(known, _)| known.is_of(head.chain, head.sequence, &head.mac))
            .for_each(|(_, met)| *met = true);
        let note = line.text("note").unwrap_or_default();
        match line.event() {
            Event::Recovery if self.doubtful.as_ref().is_some_and(|(_, torn)| torn.as_bytes() == note) => {
                self.doubtful = None;
                self.summary.torn += 1;
            }
            Event::Lost => {
                let count = std::str::from_utf8(note).ok().and_then(|note| note.parse::<u64>().ok());
                self.summary.lost += count.unwrap_or(1);
            }
            _ => {}
        }
        self.doubt();
    }

    /// Nobody said that the doubtful line was torn.
    fn doubt(&mut self) {
        if let Some((at, _)) = self.doubtful.take() {
            self.found(Some(at), Fault::Line(Flaw::Form));
        }
    }

    fn found(&mut self, line: Option<u64>, fault: Fault) {
        self.summary.wrong += 1;
        if self.summary.findings.len() < FINDINGS_MAX {
            self.summary.findings.push(Finding { line, fault });
        }
    }
}

impl Followed {
    fn follow(&mut self, line: &Line<'_>) {
        self.head = line.head();
        self.ended = line.event() == Event::End;
    }
}

/// The note of the line behind a torn one: its length and hash, so that nothing else can be passed off as torn.
#[must_use]
pub fn torn_note(text: &[u8]) -> String {
    let hash = Sha256::digest(text);
    let mut note = format!("torn {} bytes sha256:", text.len());
    hash.iter().for_each(|byte| note.push_str(&format!("{byte:02x}")));
    note
}
