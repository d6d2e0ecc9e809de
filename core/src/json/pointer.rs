//! From a node back to its JSON Pointer (RFC 6901), for people: only denials ask for it.

use crate::write::Out;

use super::{Document, Kind, Value};

/// Writes the pointer of the value or key at `index`; the empty pointer for the root. A key's pointer is that of its value.
pub fn write_pointer(document: Document<'_>, index: u32, out: &mut Out<'_>) {
    let mut here = document.root();
    while here.index() < index {
        let Some(child) = child_holding(here, index, out) else { return };
        here = child;
    }
}

/// The child of `here` that is or holds the node at `index`; its token is written.
fn child_holding<'t>(here: Value<'t>, index: u32, out: &mut Out<'_>) -> Option<Value<'t>> {
    match here.kind() {
        Kind::Object => {
            let (key, value) = here.members().take_while(|(key, _)| key.index() <= index).last()?;
            out.pointer_token(key.text()?);
            Some(if key.index() == index { key } else { value })
        }
        Kind::Array => {
            let (place, value) = here.elements().take_while(|value| value.index() <= index).enumerate().last()?;
            out.raw(b"/").integer(i64::try_from(place).ok()?);
            Some(value)
        }
        _ => None,
    }
}
