//! The chain of one process.

use core::fmt;

use super::{
    fields::{Entry, Fields},
    key::{ChainId, KEY_LEN, LineKey, StartKey},
    line::line,
    record::record,
};
use crate::{signature::same, text, write::TooSmall};

/// The highest sequence: what every JSON parser reads exactly (RFC 7493 §2.2).
pub(super) const SEQUENCE_MAX: u64 = (1 << 53) - 1;

/// The MAC of a rendered line. Only a chain makes one, and it moves the chain on.
#[derive(Debug)]
pub struct Mac([u8; KEY_LEN]);

/// A line that is not written yet.
#[derive(Debug)]
pub struct Rendered<'b> {
    /// The line, with its line feed.
    pub line: &'b [u8],
    /// What [`Chain::advance`] takes once the line is where it belongs.
    pub mac: Mac,
}

/// Why there is no line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RenderError {
    /// The buffer is too small; [`super::LINE_MAX`] bytes always suffice.
    Room,
    /// The chain has 2^53 lines: begin another one.
    Spent,
}

impl RenderError {
    /// What is wrong.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Room => "the buffer is too small for the audit line",
            Self::Spent => "the audit chain is as long as chains get",
        }
    }
}

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl core::error::Error for RenderError {}

impl From<TooSmall> for RenderError {
    fn from(_: TooSmall) -> Self {
        Self::Room
    }
}

/// The lines of one process: plain values, of which the key is overwritten as it moves and in the end.
#[derive(Debug)]
pub struct Chain {
    id: ChainId,
    sequence: u64,
    prev: [u8; KEY_LEN],
    key: LineKey,
}

impl Chain {
    /// An empty chain under a start key, which belongs to it alone: give it up and keep [`StartKey::next`].
    #[must_use]
    pub fn new(start: &StartKey, random: &[u8; 12]) -> Self {
        let id = ChainId::new(start.number(), random);
        Self { id, sequence: 0, prev: [0; KEY_LEN], key: start.chain(id) }
    }

    /// Its name.
    #[must_use]
    pub const fn id(&self) -> ChainId {
        self.id
    }

    /// The line that comes next, in `buffer`. Until [`Chain::advance`] takes its MAC, the chain stands where it stood, and the same
    /// place can be given to another entry: a line that could not be written was never part of it.
    ///
    /// # Errors
    /// [`RenderError::Room`] when `buffer` is too small, [`RenderError::Spent`] after 2^53 lines.
    pub fn render<'b>(&self, entry: &Entry<'_>, buffer: &'b mut [u8]) -> Result<Rendered<'b>, RenderError> {
        if self.sequence > SEQUENCE_MAX {
            return Err(RenderError::Spent);
        }
        let fields = Fields::new(entry, self.id, self.sequence, self.prev);
        let mac = self.key.mac(record(&fields, buffer)?);
        Ok(Rendered { line: line(&fields, &mac, buffer)?, mac: Mac(mac) })
    }

    /// The line of `mac` is written: the key moves on, and the old one is overwritten.
    pub fn advance(&mut self, mac: Mac) {
        self.prev = mac.0;
        self.sequence = self.sequence.saturating_add(1);
        self.key.advance();
    }

    /// The last line; none before the first.
    #[must_use]
    pub fn head(&self) -> Option<Head> {
        Some(Head { chain: self.id, sequence: self.sequence.checked_sub(1)?, mac: self.prev })
    }
}

/// The last line of a chain at some time. Kept elsewhere, it shows that a chain was cut below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which chain.
    pub chain: ChainId,
    /// Which line of it.
    pub sequence: u64,
    /// The MAC of that line.
    pub mac: [u8; KEY_LEN],
}

impl Head {
    /// Reads what it is displayed as: none for anything else.
    #[must_use]
    pub fn read(head: &[u8]) -> Option<Self> {
        let (chain, rest) = text::split_once(head, b':')?;
        let (sequence, mac) = text::split_once(rest, b':')?;
        let sequence = str::from_utf8(sequence).ok()?.parse().ok()?;
        Some(Self { chain: ChainId(super::read::unhex(chain)?), sequence, mac: super::read::unhex(mac)? })
    }

    /// Whether it is the head of this very line, compared in constant time.
    #[must_use]
    pub fn is_of(&self, chain: ChainId, sequence: u64, mac: &[u8; KEY_LEN]) -> bool {
        self.chain == chain && self.sequence == sequence && same(&self.mac, mac)
    }
}

/// The chain, the sequence and the MAC, with colons between.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:", self.chain, self.sequence)?;
        self.mac.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
