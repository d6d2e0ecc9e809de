//! Host names (RFC 1123 §2.1), with the labels of IDNA2008 (RFC 5890) in both their forms.

use super::{
    characters,
    idna::{self, Label},
    punycode,
};

/// Octets of a label (RFC 1035 §2.3.4), in the form that DNS holds.
pub(super) const LABEL_MAX: usize = 63;
/// Octets of a name without its final dot, in the form that DNS holds.
const NAME_MAX: usize = 253;
/// What an A-label begins with, in any case.
const PREFIX: &[u8] = b"xn--";

/// `hostname`: letters, digits and hyphens; what begins with `xn--` is an A-label. No final dot.
pub(super) fn is_hostname(text: &[u8]) -> bool {
    text.len() <= NAME_MAX && {
        let labels = || text.split(|&byte| byte == b'.');
        let mut bidi = false;
        labels().all(|label| judge(label, false, &mut bidi).is_some()) && (!bidi || labels().all(obeys_bidi))
    }
}

/// `idn-hostname`: also U-labels, and the dots of other scripts (RFC 3490 §3.1), which all who type such names expect.
pub(super) fn is_idn_hostname(text: &[u8]) -> bool {
    let mut bidi = false;
    let mut octets = 0_usize;
    let mut rest = Some(text);
    while let Some(here) = rest {
        let (label, after) = next_label(here);
        let Some(len) = judge(label, true, &mut bidi) else { return false };
        octets = octets.saturating_add(len).saturating_add(usize::from(after.is_some()));
        if octets > NAME_MAX {
            return false;
        }
        rest = after;
    }
    if bidi {
        rest = Some(text);
        while let Some(here) = rest {
            let (label, after) = next_label(here);
            if !obeys_bidi(label) {
                return false;
            }
            rest = after;
        }
    }
    true
}

/// The first label, and what follows its dot.
fn next_label(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    let mut rest = text;
    loop {
        let (dot, after) = match *rest {
            [] => return (text, None),
            [b'.', ref after @ ..]
            | [0xE3, 0x80, 0x82, ref after @ ..]
            | [0xEF, 0xBC, 0x8E, ref after @ ..]
            | [0xEF, 0xBD, 0xA1, ref after @ ..] => (true, after),
            [_, ref after @ ..] => (false, after),
        };
        if dot {
            let end = text.len().saturating_sub(rest.len());
            return (text.get(..end).unwrap_or_default(), Some(after));
        }
        rest = after;
    }
}

/// The octets that a good label has in DNS; nothing for another one. Says in `bidi` whether it holds letters that run to the left.
fn judge(label: &[u8], international: bool, bidi: &mut bool) -> Option<usize> {
    if label.is_ascii() {
        let ldh = label.len() <= LABEL_MAX && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
        let edges = !label.is_empty() && label.first() != Some(&b'-') && label.last() != Some(&b'-');
        let fits = ldh
            && edges
            && if is_a_label(label) { idna::is_label(&decoded(label)?, bidi) } else { !(international && is_reserved(label)) };
        return fits.then_some(label.len());
    }
    let label = if international { unicode(label)? } else { return None };
    let octets = punycode::encoded_len(&label)?.saturating_add(PREFIX.len());
    (octets <= LABEL_MAX && idna::is_label(&label, bidi)).then_some(octets)
}

/// The octets that DNS would hold of a label beyond ASCII, for [`super::mail`]; nothing if it has a character that no label may hold.
/// Whether the characters go together is not judged, neither is their normal form.
pub(super) fn encoded_len(label: &[u8]) -> Option<usize> {
    let label = unicode(label)?;
    let known = label.as_slice().iter().all(|&character| idna::is_known(character));
    known.then_some(punycode::encoded_len(&label)?.saturating_add(PREFIX.len()))
}

fn is_a_label(label: &[u8]) -> bool {
    label.get(..PREFIX.len()).is_some_and(|prefix| prefix.eq_ignore_ascii_case(PREFIX))
}

/// Hyphens where only A-labels have them (RFC 5891 §4.2.3.1).
fn is_reserved(label: &[u8]) -> bool {
    label.get(2..4) == Some(b"--")
}

/// The U-label of an A-label; it holds something beyond ASCII, otherwise the A-label would be a second spelling of a plain one.
fn decoded(label: &[u8]) -> Option<Label> {
    let label = punycode::decode(label.get(PREFIX.len()..)?)?;
    (!label.as_slice().iter().all(char::is_ascii)).then_some(label)
}

/// The characters of a label that is short enough to be one.
fn unicode(text: &[u8]) -> Option<Label> {
    let mut label = Label::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (character, after) = characters::first(rest)?;
        label.push(character)?;
        rest = after;
    }
    Some(label)
}

/// Whether a good label of a name that holds letters running to the left obeys the Bidi rule, as all labels of such a name must.
fn obeys_bidi(label: &[u8]) -> bool {
    let characters = if is_a_label(label) { decoded(label) } else { unicode(label) };
    characters.is_some_and(|label| idna::obeys_bidi(&label))
}
