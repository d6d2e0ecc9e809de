//! One name of a path: neither empty, nor `.`, nor `..`.

use crate::{
    path::{Encoding, NAME_MAX, Profile, Rules, escape, symbol},
    reason::Reason,
    text::unescaped,
};

/// Names of devices that Windows finds in every directory, whatever extension follows (Microsoft, Naming Files). `COM` and `LPT`
/// have a digit behind.
const DEVICES: &[&[u8]] = &[b"CON", b"PRN", b"AUX", b"NUL", b"CLOCK$", b"CONIN$", b"CONOUT$"];
const PORTS: &[&[u8]] = &[b"COM", b"LPT"];

/// The longest name of a device.
const DEVICE_MAX: usize = 7;

/// How the names of devices begin, in small letters.
const BEGINNINGS: &[&[u8; 3]] = &[b"con", b"prn", b"aux", b"nul", b"clo", b"com", b"lpt"];

/// What occurs in a text, so that nobody looks for what does not.
#[derive(Clone, Copy, Default)]
pub(super) struct Occurrences {
    /// Bytes beyond ASCII.
    pub(super) wide: bool,
    /// `%`.
    percent: bool,
    /// ASCII that no portable name has.
    refused: bool,
}

impl Occurrences {
    /// One pass without branches.
    #[inline]
    pub(super) fn of(text: &[u8]) -> Self {
        let (mut wide, mut percent, mut refused) = (0_u8, 0_u8, 0_u8);
        for &byte in text {
            wide |= byte;
            percent |= u8::from(byte == b'%');
            refused |= u8::from(is_refused(byte));
        }
        Self { wide: wide >= 0x80, percent: percent != 0, refused: refused != 0 }
    }
}

#[inline(always)]
const fn is_refused(byte: u8) -> bool {
    (byte < 0x20)
        | (byte == 0x7F)
        | (byte == b'\\')
        | (byte == b':')
        | (byte == b'<')
        | (byte == b'>')
        | (byte == b'"')
        | (byte == b'|')
        | (byte == b'?')
        | (byte == b'*')
}

/// Judges `name`, which is UTF-8, as it stands and as what a later decoder would make of it. `first`: the path begins with it;
/// `seen`: what occurs in the path.
#[inline]
pub(super) fn judge(name: &[u8], first: bool, rules: Rules, seen: Occurrences) -> Result<(), Reason> {
    if seen.refused && name.contains(&0) {
        return Err(Reason::PathCharacter);
    }
    let portable = rules.profile == Profile::Portable;
    if portable {
        judge_portable(name, first, seen)?;
    }
    if !seen.percent || rules.encoding != Encoding::Guard || !name.contains(&b'%') {
        return Ok(());
    }
    escape::judge(name)?;
    if portable { judge_decoded(name, first) } else { Ok(()) }
}

/// Judges what one decoding makes of `name`, which [`judge_portable`] has judged as it stands.
fn judge_decoded(name: &[u8], first: bool) -> Result<(), Reason> {
    let mut plain = [0; NAME_MAX];
    let len = plain.iter_mut().zip(unescaped(name)).map(|(to, from)| *to = from).count();
    let plain = plain.get(..len).unwrap_or_default();
    judge_portable(plain, first, Occurrences::of(plain))
}

#[inline]
fn judge_portable(name: &[u8], first: bool, seen: Occurrences) -> Result<(), Reason> {
    if name.len() > NAME_MAX {
        return Err(Reason::PathSize);
    }
    if seen.refused
        && let Some(&byte) = name.iter().find(|&&byte| is_refused(byte))
    {
        return Err(if byte == b'\\' { Reason::PathSeparator } else { Reason::PathCharacter });
    }
    if seen.wide && !name.is_ascii() {
        symbol::judge(core::str::from_utf8(name).map_err(|_| Reason::PathEncoding)?)?;
    }
    if first && name == b"~" {
        // what shells and many libraries expand; `~$report.docx` is a name like any other
        return Err(Reason::PathAbsolute);
    }
    let option = first && name.first() == Some(&b'-');
    if option || matches!(name.last(), Some(b'.' | b' ')) {
        return Err(Reason::PathName);
    }
    let suspicious = seen.wide || name.first_chunk().is_some_and(|start| BEGINNINGS.contains(&&start.map(|byte| byte | 0x20)));
    if suspicious && is_device(name) { Err(Reason::PathDevice) } else { Ok(()) }
}

/// Whether Windows opens a device by this name: what precedes the first dot, without spaces behind it, in any case and width.
fn is_device(name: &[u8]) -> bool {
    let name = core::str::from_utf8(name).unwrap_or_default();
    let mut stem = [0; DEVICE_MAX];
    let mut len = 0_usize;
    for character in name.chars() {
        match (symbol::folded(character), stem.get_mut(len)) {
            _ if symbol::is_dot(character) => break,
            (Some(byte), Some(slot)) => *slot = byte.to_ascii_uppercase(),
            // spaces between the stem and its extension
            (Some(b' '), None) => continue,
            _ => return false,
        }
        len = len.saturating_add(1);
    }
    let stem = stem.get(..len).unwrap_or_default().trim_ascii_end();
    match stem {
        [port @ .., b'1'..=b'9'] if PORTS.contains(&port) => true,
        stem => DEVICES.contains(&stem),
    }
}
