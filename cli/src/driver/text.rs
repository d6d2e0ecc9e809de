//! The ops that judge or rewrite one text.

use adarga_core::{Reason, format::Format};

use super::{Fault, Outcome, Question};

/// Whether a text has a format.
pub(super) fn format(question: &Question) -> Result<Outcome, Fault> {
    let name = question.text("format")?;
    let format = Format::named(name).ok_or("unknown `format`")?;
    let matches = format.matches(&question.bytes("x")?);
    Ok(Outcome::of(if matches { Reason::Allowed } else { Reason::ArgumentFormat }))
}
