//! The op of audit trails: `adarga audit verify` for as many chains as memory holds.

use core::fmt::Write;

use adarga_bare::arena::Arena;
use adarga_core::{
    Reason,
    audit::{ChainId, Event, Flaw, Line, SCRATCH_MAX, StartKey, Verifier, read},
};
use sha2::{Digest, Sha256};

use crate::{
    answer::Answer,
    question::{Fault, Question, full},
};

/// Numbers of chains that may lie between two.
const NUMBERS_MAX: u32 = 1 << 16;
/// The most chains of a trail, and lines of one that come late.
const CHAINS_MAX: usize = 16;

/// Lines of a chain that are missing at first: from, behind, which came later, and where that was seen.
struct Gap {
    from: u64,
    behind: u64,
    late: heapless::Vec<u64, 64>,
    at: usize,
}

struct Chain {
    id: ChainId,
    verifier: Verifier,
    gap: Option<Gap>,
}

/// What is wrong with a line that is followed nevertheless, and with one that isn't.
type Judged = (Option<Reason>, bool);

struct Trail {
    start: StartKey,
    chains: heapless::Vec<Chain, CHAINS_MAX>,
    /// The first thing that is wrong: where, and what.
    first: Option<(usize, Reason)>,
    /// A line that no chain wrote, until the next one says what it is.
    doubtful: Option<(usize, heapless::String<128>)>,
}

const fn reason(flaw: Flaw) -> Reason {
    match flaw {
        Flaw::Form => Reason::AuditLine,
        Flaw::Order => Reason::AuditOrder,
        Flaw::Splice => Reason::AuditSplice,
        Flaw::Missing(_) => Reason::AuditMissing,
        _ => Reason::AuditChanged,
    }
}

/// The note of the line behind a torn one.
fn torn_note(text: &[u8]) -> heapless::String<128> {
    let mut note = heapless::String::new();
    let _ = write!(note, "torn {} bytes sha256:", text.len());
    for byte in Sha256::digest(text) {
        let _ = write!(note, "{byte:02x}");
    }
    note
}

impl Trail {
    fn found(&mut self, at: usize, reason: Reason) {
        if self.first.is_none_or(|(first, _)| at < first) {
            self.first = Some((at, reason));
        }
    }

    fn doubt(&mut self) {
        if let Some((at, _)) = self.doubtful.take() {
            self.found(at, Reason::AuditLine);
        }
    }

    /// A genuine line may say what the doubtful one before it is.
    fn settle(&mut self, line: &Line<'_>) {
        let note = line.text("note").unwrap_or_default();
        if line.event() == Event::Recovery && self.doubtful.as_ref().is_some_and(|(_, torn)| torn.as_bytes() == note) {
            self.doubtful = None;
        }
        self.doubt();
    }

    fn line(&mut self, at: usize, text: &[u8], memory: &mut [u8]) -> Result<(), Fault> {
        let (wrong, genuine) = self.judge(at, text, memory)?;
        match read(text, memory).filter(|_| genuine) {
            Some(line) => self.settle(&line),
            None => self.doubt(),
        }
        match wrong {
            Some(Reason::AuditLine) => self.doubtful = Some((at, torn_note(text))),
            Some(reason) => self.found(at, reason),
            None => {}
        }
        Ok(())
    }

    fn judge(&mut self, at: usize, text: &[u8], memory: &mut [u8]) -> Result<Judged, Fault> {
        let Some(head) = read(text, memory).map(|line| line.head()) else { return Ok((Some(Reason::AuditLine), false)) };
        let Some(chain) = self.chains.iter_mut().find(|chain| chain.id == head.chain) else {
            return self.begin(head.chain, text, memory);
        };
        let next = chain.verifier.next();
        Ok(match chain.verifier.line(text, memory).map(drop) {
            Ok(()) => (None, true),
            Err(Flaw::Missing(lines)) => {
                chain.gap.get_or_insert(Gap { from: next, behind: next + lines, late: heapless::Vec::new(), at });
                (Some(Reason::AuditMissing), true)
            }
            Err(Flaw::Order) => {
                if let Some(gap) = &mut chain.gap
                    && (gap.from..gap.behind).contains(&head.sequence)
                    && !gap.late.contains(&head.sequence)
                {
                    gap.late.push(head.sequence).map_err(|_| full())?;
                }
                (Some(Reason::AuditOrder), false)
            }
            Err(flaw) => (Some(reason(flaw)), false),
        })
    }

    /// The first line of a chain that is met. A chain that is not genuine is not followed.
    fn begin(&mut self, id: ChainId, text: &[u8], memory: &mut [u8]) -> Result<Judged, Fault> {
        let last = self.chains.iter().map(|chain| chain.id.number()).max().unwrap_or(self.start.number());
        if id.number() < self.start.number() || id.number().saturating_sub(last) > NUMBERS_MAX {
            return Ok((Some(Reason::AuditChanged), false));
        }
        let mut start = self.start.clone();
        while start.number() < id.number() {
            let Some(next) = start.next() else { return Ok((Some(Reason::AuditChanged), false)) };
            start = next;
        }
        let mut verifier = Verifier::new(&start, id);
        let wrong = match verifier.line(text, memory).map(drop) {
            Ok(()) => None,
            Err(flaw @ Flaw::Missing(_)) => Some(reason(flaw)),
            Err(flaw) => return Ok((Some(reason(flaw)), false)),
        };
        self.chains.push(Chain { id, verifier, gap: None }).map_err(|_| full())?;
        Ok((wrong, true))
    }

    /// The first thing that is wrong with the whole.
    fn finish(mut self) -> Reason {
        self.doubt();
        for chain in &self.chains {
            // what is missing in one place and came in another was moved
            if let Some(gap) = &chain.gap
                && u64::try_from(gap.late.len()) == Ok(gap.behind - gap.from)
                && let Some((at, reason)) = &mut self.first
                && *at == gap.at
            {
                *reason = Reason::AuditOrder;
            }
        }
        let there = |number| self.chains.iter().any(|chain| chain.id.number() == number);
        let last = self.chains.iter().map(|chain| chain.id.number()).max().unwrap_or(0);
        match self.first {
            Some((_, reason)) => reason,
            None if (self.start.number()..last).all(there) => Reason::Allowed,
            None => Reason::AuditMissing,
        }
    }
}

pub fn audit<'t>(q: &Question<'t>, arena: &mut Arena<'t>, out: &mut Answer<'_>) -> Result<(), Fault> {
    let key = q.array("key_b64", arena)?;
    let lines = q.texts("lines")?;
    let count = lines.clone().count();
    let memory = arena.carve(SCRATCH_MAX).ok_or_else(full)?;
    let start = StartKey::new(0, key);
    let mut trail = Trail { start, chains: heapless::Vec::new(), first: None, doubtful: None };
    for (at, line) in lines.enumerate() {
        if at + 1 == count && line.starts_with(b"{") && !line.ends_with(b"}") {
            trail.doubt();
            trail.found(at, Reason::AuditTorn);
        } else {
            trail.line(at, line, memory)?;
        }
    }
    out.verdict(trail.finish());
    Ok(())
}
