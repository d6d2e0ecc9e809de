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

/// Judges `name`, which is UTF-8, as it stands and as what a later decoder would make of it. `first`: the path begins with it.
pub(super) fn judge(name: &[u8], first: bool, rules: Rules) -> Result<(), Reason> {
    if name.contains(&0) {
        return Err(Reason::PathCharacter);
    }
    let portable = rules.profile == Profile::Portable;
    if portable {
        judge_portable(name, first)?;
    }
    if rules.encoding != Encoding::Guard || !name.contains(&b'%') {
        return Ok(());
    }
    escape::judge(name)?;
    if !portable {
        return Ok(());
    }
    let mut plain = [0; NAME_MAX];
    let len = plain.iter_mut().zip(unescaped(name)).map(|(to, from)| *to = from).count();
    judge_portable(plain.get(..len).unwrap_or_default(), first)
}

fn judge_portable(name: &[u8], first: bool) -> Result<(), Reason> {
    if name.len() > NAME_MAX {
        return Err(Reason::PathSize);
    }
    let text = core::str::from_utf8(name).map_err(|_| Reason::PathEncoding)?;
    if let Some(reason) = name.iter().find_map(|&byte| refused(byte)) {
        return Err(reason);
    }
    if !name.is_ascii() {
        symbol::judge(text)?;
    }
    if first && name == b"~" {
        // what shells and many libraries expand; `~$report.docx` is a name like any other
        return Err(Reason::PathAbsolute);
    }
    let option = first && name.first() == Some(&b'-');
    if option || matches!(name.last(), Some(b'.' | b' ')) {
        return Err(Reason::PathName);
    }
    if is_device(text) { Err(Reason::PathDevice) } else { Ok(()) }
}

/// The reason of an ASCII character that no portable name has.
#[inline]
const fn refused(byte: u8) -> Option<Reason> {
    match byte {
        b'\\' => Some(Reason::PathSeparator),
        0..0x20 | 0x7F | b'<' | b'>' | b'"' | b'|' | b'?' | b'*' | b':' => Some(Reason::PathCharacter),
        _ => None,
    }
}

/// Whether Windows opens a device by this name: what precedes the first dot, without spaces behind it, in any case and width.
fn is_device(name: &str) -> bool {
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
