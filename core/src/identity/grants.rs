//! What a token says its bearer may: scopes and permissions, as text, until a call asks for one of them.

/// Bytes for the scopes and permissions of one caller together, two of them for each. A token with more is refused, never cut.
pub const GRANTS_MAX: usize = 1024;

/// A bounded list of texts in one piece of memory: each with its length, two bytes, before it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Grants {
    bytes: heapless::Vec<u8, GRANTS_MAX>,
}

/// The list has no room for one more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Full;

impl Grants {
    /// Adds a text.
    pub(super) fn push(&mut self, text: &[u8]) -> Result<(), Full> {
        let len = u16::try_from(text.len()).map_err(|_| Full)?;
        self.bytes.extend_from_slice(&len.to_le_bytes()).map_err(|_| Full)?;
        self.bytes.extend_from_slice(text).map_err(|_| Full)
    }

    /// An empty list again.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
    }

    /// The same list as another one.
    pub(super) fn copy(&mut self, other: &Self) {
        self.bytes.clear();
        // what fitted there fits here
        let _ = self.bytes.extend_from_slice(&other.bytes);
    }

    /// Bytes used so far: a mark between two lists in one.
    pub(super) fn len(&self) -> u16 {
        u16::try_from(self.bytes.len()).unwrap_or(u16::MAX)
    }

    /// The texts from one mark to the next.
    pub(super) fn between(&self, start: u16, end: u16) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.bytes.get(usize::from(start)..usize::from(end)).unwrap_or_default();
        core::iter::from_fn(move || {
            let (len, tail) = rest.split_first_chunk::<2>()?;
            let (text, tail) = tail.split_at_checked(usize::from(u16::from_le_bytes(*len)))?;
            rest = tail;
            Some(text)
        })
    }
}
