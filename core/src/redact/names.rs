//! Names of members, compared as people mean them: without case, separators, and the disguises that Unicode has for ASCII.

use rkyv::{Portable, bytecheck::CheckBytes};

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

/// Folds a name byte by byte.
///
/// ASCII letters lose their case and other ASCII that is no digit goes; full-width forms (U+FF01 to U+FF5E), the long s (U+017F)
/// and the Kelvin sign (U+212A) become their ASCII letters; what has no width (U+00AD, U+200B to U+200F, U+202A to U+202E, U+2060
/// to U+2064, U+FEFF) goes. All else stays.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder {
    text: [u8; NAME_MAX],
    len: usize,
    /// More than fits was pushed.
    over: bool,
    /// The first bytes of a character of several.
    pending: [u8; 2],
    pending_len: u8,
}

impl Default for Folder {
    fn default() -> Self {
        Self { text: [0; NAME_MAX], len: 0, over: false, pending: [0; 2], pending_len: 0 }
    }
}

impl Folder {
    pub(super) fn push(&mut self, byte: u8) {
        match (self.pending_len, self.pending, byte) {
            (0, _, 0xC2 | 0xC5 | 0xE2 | 0xEF) => (self.pending, self.pending_len) = ([byte, 0], 1),
            (0, ..) => self.put(byte),
            (1, [0xC2, _], 0xAD) => self.pending_len = 0,
            (1, [0xC5, _], 0xBF) => self.instead(b's'),
            (1, [first @ (0xE2 | 0xEF), _], 0x80..=0xBF) => (self.pending, self.pending_len) = ([first, byte], 2),
            (2, [0xEF, 0xBC], 0x81..=0xBF) => self.instead(byte.wrapping_sub(0x60)),
            (2, [0xEF, 0xBD], 0x80..=0x9E) => self.instead(byte.wrapping_sub(0x20)),
            (2, [0xE2, 0x84], 0xAA) => self.instead(b'k'),
            (2, [0xEF, 0xBB], 0xBF) | (2, [0xE2, 0x80], 0x8B..=0x8F | 0xAA..=0xAE) | (2, [0xE2, 0x81], 0xA0..=0xA4) => {
                self.pending_len = 0;
            }
            _ => {
                self.flush();
                self.put(byte);
            }
        }
    }

    /// The folded name; none when it is longer than any that is compared.
    pub(super) fn finish(&mut self) -> Option<&[u8]> {
        self.flush();
        if self.over { None } else { self.text.get(..self.len) }
    }

    fn instead(&mut self, byte: u8) {
        self.pending_len = 0;
        self.put(byte);
    }

    fn flush(&mut self) {
        let (pending, len) = (self.pending, self.pending_len);
        self.pending_len = 0;
        for byte in pending.iter().take(usize::from(len)) {
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
