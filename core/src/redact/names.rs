//! Names of members, compared as people mean them: without case, separators, and the disguises that Unicode has for ASCII.

use rkyv::{Portable, bytecheck::CheckBytes};

use super::disguise::disguise;

/// The longest name after folding, in bytes.
pub const NAME_MAX: usize = 63;

/// A name as it is compared; images hold it as it is.
#[derive(Portable, CheckBytes, Clone, Copy, Debug, PartialEq, Eq)]
#[bytecheck(crate = rkyv::bytecheck)]
#[repr(C)]
pub struct Name {
    /// The folded name and what follows it.
    pub text: [u8; NAME_MAX],
    /// Its length in bytes.
    pub len: u8,
}

impl Name {
    /// `name` folded: `card_number`, `Card-Number` and `cardNumber` are one. `None` when nothing is left of it or more than
    /// [`NAME_MAX`] bytes.
    #[must_use]
    pub fn new(name: &[u8]) -> Option<Self> {
        let mut folder = Folder::default();
        for byte in name {
            folder.push(*byte);
        }
        let text = folder.finish().filter(|text| !text.is_empty())?;
        let mut own = Self { text: [0; NAME_MAX], len: u8::try_from(text.len()).ok()? };
        for (place, byte) in own.text.iter_mut().zip(text) {
            *place = *byte;
        }
        Some(own)
    }

    fn text(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or_default()
    }
}

/// A list of names, asked about each member of a message.
#[derive(Clone, Copy, Debug)]
pub struct Names<'r> {
    names: &'r [Name],
    /// Of every first byte of a name its low six bits: most members are told apart by them.
    firsts: u64,
}

impl<'r> Names<'r> {
    /// No names.
    pub const NONE: Self = Self { names: &[], firsts: 0 };

    /// These names.
    #[must_use]
    pub fn new(names: &'r [Name]) -> Self {
        let firsts = names.iter().filter_map(|name| name.text().first()).fold(0_u64, |firsts, byte| firsts | bit(*byte));
        Self { names, firsts }
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.names.is_empty()
    }

    /// Whether a member with this name is one of them.
    #[must_use]
    #[inline]
    pub fn contain(self, name: &[u8]) -> bool {
        if self.names.is_empty() {
            return false;
        }
        if let Some(first) = name.first()
            && first.is_ascii_alphanumeric()
            && self.firsts & bit(first.to_ascii_lowercase()) == 0
        {
            return false;
        }
        let mut folder = Folder::default();
        for byte in name {
            folder.push(*byte);
        }
        self.contain_folded(&mut folder)
    }

    pub(super) fn contain_folded(self, folder: &mut Folder) -> bool {
        folder.finish().is_some_and(|text| self.names.iter().any(|name| name.text() == text))
    }
}

fn bit(byte: u8) -> u64 {
    1_u64.wrapping_shl(u32::from(byte))
}

/// Folds a name byte by byte: ASCII letters lose their case and other ASCII that is no digit goes; other characters are what
/// [`disguise`] says. All else stays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder {
    text: [u8; NAME_MAX],
    len: usize,
    /// More than fits was pushed.
    over: bool,
    /// The first bytes of a character of several.
    pending: [u8; 3],
    pending_len: usize,
}

impl Default for Folder {
    fn default() -> Self {
        Self { text: [0; NAME_MAX], len: 0, over: false, pending: [0; 3], pending_len: 0 }
    }
}

impl Folder {
    pub(super) fn push(&mut self, byte: u8) {
        if self.pending_len == 0 && byte.is_ascii() {
            self.put(byte);
        } else {
            self.beyond_ascii(byte);
        }
    }

    /// Takes a byte of a character of several, or one that should be.
    fn beyond_ascii(&mut self, byte: u8) {
        if byte & 0xC0 != 0x80 {
            self.flush();
        }
        let len = self.pending_len.saturating_add(1);
        if len >= self.wanted(byte) {
            return self.character(byte);
        }
        if let Some(place) = self.pending.get_mut(self.pending_len) {
            *place = byte;
            self.pending_len = len;
        }
    }

    /// The bytes of the character that `byte` begins or goes on with; one when there is no such character.
    fn wanted(&self, byte: u8) -> usize {
        let [first, ..] = self.pending;
        match if self.pending_len == 0 { byte } else { first } {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            _ => 1,
        }
    }

    /// A character is whole with its last byte.
    fn character(&mut self, last: u8) {
        let kept = self.pending.get(..self.pending_len).unwrap_or_default();
        let lead = match kept {
            [first] => u32::from(first & 0x1F),
            [first, second] => u32::from(first & 0x0F).wrapping_shl(6) | u32::from(second & 0x3F),
            [first, second, third] => {
                u32::from(first & 0x07).wrapping_shl(12) | u32::from(second & 0x3F).wrapping_shl(6) | u32::from(third & 0x3F)
            }
            _ => return self.put(last),
        };
        match disguise(lead.wrapping_shl(6) | u32::from(last & 0x3F)) {
            Some(plain) => {
                self.pending_len = 0;
                plain.into_iter().filter(|byte| *byte != 0).for_each(|byte| self.put(byte));
            }
            None => {
                self.flush();
                self.put(last);
            }
        }
    }

    /// The folded name; none when it is longer than any that is compared.
    pub(super) fn finish(&mut self) -> Option<&[u8]> {
        self.flush();
        if self.over { None } else { self.text.get(..self.len) }
    }

    fn flush(&mut self) {
        let (pending, len) = (self.pending, self.pending_len);
        self.pending_len = 0;
        for byte in pending.iter().take(len) {
            self.put(*byte);
        }
    }

    fn put(&mut self, byte: u8) {
        if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
            return;
        }
        match self.text.get_mut(self.len) {
            Some(place) => {
                *place = byte.to_ascii_lowercase();
                self.len = self.len.saturating_add(1);
            }
            None => self.over = true,
        }
    }
}
