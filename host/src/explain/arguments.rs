//! What arguments and results have to be, in words.

use std::fmt::{self, Write};

use adarga_core::{Image, image::Threats, threat::Kinds};

use super::pointer;

/// Whether an entry's arguments have a schema, and what their texts must not look like.
pub(super) fn write(out: &mut String, image: Image<'_>, entry_id: u32) -> fmt::Result {
    let Some(arguments) = image.arguments() else { return Ok(()) };
    let Some(entry) = arguments.entry(entry_id) else { return Ok(()) };
    if arguments.input(entry).is_some() {
        write!(out, "; arguments by a schema")?;
    }
    if arguments.output(entry).is_some() {
        write!(out, "; results by a schema")?;
    }
    let general = threats(entry.threats);
    if !general.is_empty() {
        write!(out, "; {general}")?;
    }
    for exception in arguments.exceptions(entry) {
        let own = threats(exception.threats);
        let own = if own.is_empty() { "nothing is looked for".to_owned() } else { own };
        write!(out, "; {}: {own}", pointer(image.policy(), exception.pointer.to_native()))?;
    }
    Ok(())
}

/// Which threats deny, and which are only told.
fn threats(threats: Threats) -> String {
    let names = |kinds: Kinds| kinds.names().collect::<Vec<_>>().join(", ");
    let only_told = threats.told().names().filter(|name| !threats.blocked().names().any(|blocked| blocked == *name));
    let only_told = only_told.collect::<Vec<_>>().join(", ");
    let parts = [("denied", names(threats.blocked())), ("told", only_told)];
    let parts = parts.into_iter().filter(|(_, names)| !names.is_empty());
    parts.map(|(what, names)| format!("{what}: {names}")).collect::<Vec<_>>().join("; ")
}
