//! Whether lines are those of their chain, one after another.

use core::fmt;

use super::{
    chain::Head,
    key::{ChainId, KEY_LEN, LineKey, StartKey},
    line,
    read::{Line, read},
    record::record,
};
use crate::signature::same;

/// Most lines that may be missing at one place for the next one to be recognised: each costs one step of the key.
pub const GAP_MAX: u64 = 1 << 20;

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flaw {
    /// Not an audit line, or not written as a chain writes it.
    Form,
    /// Of another chain than the one that is verified.
    Chain,
    /// The line is not what was written: it was changed, or made by someone without the key.
    Changed,
    /// The line is genuine, and so many before it are missing.
    Missing(u64),
    /// The line is one of those before: repeated, or moved.
    Order,
    /// The line is genuine by itself and follows upon another one than it does here: two chains grew from one key.
    Splice,
    /// The memory does not hold the line twice and one byte: no line is longer than [`super::LINE_MAX`].
    Room,
}

impl Flaw {
    /// What is wrong.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Form => "not an audit line",
            Self::Chain => "a line of another chain",
            Self::Changed => "changed, or written without the key",
            Self::Missing(_) => "lines before it are missing",
            Self::Order => "repeated or out of order",
            Self::Splice => "follows upon another line than here",
            Self::Room => "longer than the memory for it",
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(1) => f.write_str("one line before it is missing"),
            Self::Missing(lines) => write!(f, "{lines} lines before it are missing"),
            flaw => f.write_str(flaw.text()),
        }
    }
}

impl core::error::Error for Flaw {}

/// The state between two lines of one chain.
#[derive(Debug)]
pub struct Verifier {
    chain: ChainId,
    key: LineKey,
    /// The sequence of the line that `key` is for.
    next: u64,
    /// The MAC of the line before; none after a line whose MAC is not known.
    prev: Option<[u8; KEY_LEN]>,
}

impl Verifier {
    /// Verifies a chain from its first line. `start` is the start key of the chain's number.
    #[must_use]
    pub fn new(start: &StartKey, chain: ChainId) -> Self {
        Self { chain, key: start.chain(chain), next: 0, prev: Some([0; KEY_LEN]) }
    }

    /// The sequence of the line that should come next.
    #[must_use]
    pub const fn next(&self) -> u64 {
        self.next
    }

    /// Verifies the next line of the chain, given without its line feed. After a flaw it goes on with what comes behind it.
    ///
    /// # Errors
    /// What is wrong with the line.
    pub fn line<'s>(&mut self, text: &[u8], scratch: &'s mut [u8]) -> Result<Line<'s>, Flaw> {
        let (texts, again) = scratch.split_at_mut_checked(text.len()).ok_or(Flaw::Room)?;
        if again.len() <= text.len() {
            return Err(Flaw::Room);
        }
        let line = read(text, texts).ok_or(Flaw::Form)?;
        let Head { chain, sequence, .. } = line.head();
        if chain != self.chain {
            return Err(Flaw::Chain);
        }
        let Some(missing) = sequence.checked_sub(self.next) else { return Err(Flaw::Order) };
        if missing > GAP_MAX {
            return Err(Flaw::Changed);
        }
        let mut key = self.key.clone();
        (0..missing).for_each(|_| key.advance());
        let genuine = is_genuine(&line, &key, text, again);
        if !genuine && missing > 0 {
            // its sequence may be what was changed: the chain stays where it is
            return Err(Flaw::Changed);
        }
        key.advance();
        let follows = self.prev.is_none_or(|prev| same(&prev, &line.fields.prev));
        self.key = key;
        self.next = sequence.saturating_add(1);
        self.prev = genuine.then_some(line.mac);
        match (genuine, missing, follows) {
            (false, ..) => Err(Flaw::Changed),
            (true, 0, true) => Ok(line),
            (true, 0, false) => Err(Flaw::Splice),
            (true, missing, _) => Err(Flaw::Missing(missing)),
        }
    }
}

/// Whether the line has its MAC under `key`, and is what its chain would write. `memory` has room for the line and its line feed,
/// so what does not fit is another line; and a record is shorter than its line.
fn is_genuine(line: &Line<'_>, key: &LineKey, text: &[u8], memory: &mut [u8]) -> bool {
    let Ok(record) = record(&line.fields, memory) else { return false };
    let genuine = same(&key.mac(record), &line.mac);
    let rendered = line::line(&line.fields, &line.mac, memory);
    genuine && rendered.is_ok_and(|rendered| rendered.strip_suffix(b"\n") == Some(text))
}
