//! What tools are pinned to, and what answers don't show, in words.

use std::fmt::{self, Write};

use adarga_core::{
    Image,
    detect::Kind,
    image::{Data, EntryData, Holds, NONE},
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
    let hidden = hidden(data, entry);
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

fn hidden(data: &Data, entry: &EntryData) -> String {
    let Some(set) = data.hidden(entry, Holds { general: true, own: true }) else { return String::new() };
    let names = data.names_of(set).iter().map(|name| {
        let text = name.text.get(..usize::from(name.len)).unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    });
    let pointers = data.pointers_of(set).iter().map(shown);
    let kinds = data.rules(Some(set)).kinds;
    let kinds = Kind::ALL.iter().filter(|kind| kinds.contains(**kind)).map(|kind| format!("any {}", kind.name()));
    names.chain(pointers).chain(kinds).collect::<Vec<_>>().join(", ")
}
