//! What tools are pinned to, and what answers don't show, in words.

use std::fmt::{self, Write};

use adarga_core::{
    Image,
    detect::Kind,
    image::{Data, Hidden, Holds, NONE},
    redact::Name,
};

use super::shown;

/// What an entry is pinned to, and what the answers to it hide, from whom the rules are not lifted.
pub(super) fn write(out: &mut String, image: Image<'_>, entry_id: u32) -> fmt::Result {
    match image.pins().map_or(0, |pins| pins.of(entry_id).len()) {
        0 => {}
        1 => write!(out, "; pinned to its definition")?,
        some => write!(out, "; pinned to {some} definitions")?,
    }
    let Some(data) = image.data() else { return Ok(()) };
    let entry = data.entry(Some(entry_id));
    let Some(set) = data.hidden(entry, Holds { general: true, own: true }) else { return Ok(()) };
    let (hidden, sealed) = (hidden(data, set), sealed(data, set));
    if !sealed.is_empty() {
        write!(out, "; answers seal {sealed}")?;
    }
    if hidden.is_empty() {
        return Ok(());
    }
    write!(out, "; answers hide {hidden}")?;
    match (data.general.unless.to_native() != NONE, entry.unless.to_native() != NONE) {
        (false, false) => Ok(()),
        (true, false) => write!(out, " (what all hide, unless it is lifted)"),
        (false, true) => write!(out, " (what this entry hides, unless it is lifted)"),
        (true, true) => write!(out, " (unless they are lifted)"),
    }
}

fn hidden(data: &Data, set: &Hidden) -> String {
    let rules = data.rules(Some(set), None, None);
    let kinds = Kind::ALL.iter().filter(|kind| rules.kinds.contains(**kind)).map(|kind| format!("any {}", kind.name()));
    let (masked, _) = split(data.names_of(set), set.names_sealed);
    let (pointers, _) = split(data.pointers_of(set), set.pointers_sealed);
    masked.iter().map(name).chain(pointers.iter().map(shown)).chain(kinds).collect::<Vec<_>>().join(", ")
}

fn sealed(data: &Data, set: &Hidden) -> String {
    let (_, names) = split(data.names_of(set), set.names_sealed);
    let (_, pointers) = split(data.pointers_of(set), set.pointers_sealed);
    names.iter().map(name).chain(pointers.iter().map(shown)).collect::<Vec<_>>().join(", ")
}

/// What is masked of a list, and what is sealed.
fn split<T>(list: &[T], sealed: impl Into<u32>) -> (&[T], &[T]) {
    let sealed = usize::try_from(sealed.into()).unwrap_or(usize::MAX);
    list.split_at_checked(list.len().saturating_sub(sealed)).unwrap_or((list, &[]))
}

fn name(name: &Name) -> String {
    let text = name.text.get(..usize::from(name.len)).unwrap_or_default();
    String::from_utf8_lossy(text).into_owned()
}
